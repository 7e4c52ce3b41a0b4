package compliance

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func leaksManifestControl() Control {
	return Control{
		ID: "leaks.manifest", Group: GroupLeaks, Severity: hustingsv1alpha1.SeverityCritical, Blocking: true,
		Title:       "No field of the site and of its objects, and no ConfigMap at hand, holds a secret",
		Remediation: "Put the value into a Secret and name it by secretKeyRef in spec.env; then replace the secret where it was issued, for whoever can read the manifest has it.",
		Check:       leaksManifest,
	}
}

// leaksManifest looks at every literal that a person may have written. Findings name the rule and the place, never the
// value.
func leaksManifest(in Input) Outcome {
	v := in.objects()
	if out, bad := v.unreadable(kindDeployment); bad {
		return out
	}
	// The same literal is in the spec and in the Deployment: it is judged once.
	judgements := map[string]string{}
	var findings []Finding
	for _, l := range literals(in, v) {
		rules, known := judgements[l.text()]
		if !known {
			rules = secretRules(l)
			judgements[l.text()] = rules
		}
		if rules == "" {
			continue
		}
		l.at.Message = fmt.Sprintf("looks like a secret (%s)", rules)
		findings = append(findings, l.at.apart(rules))
	}
	return judged(append(findings, mountedLeaks(in)...))
}

// literal is a name and value that somebody wrote, and the finding that it would be.
type literal struct {
	name, value string
	// env is whether name is that of an environment variable.
	env bool
	at  Finding
}

// text is what rules look at: they know secrets by the names beside them.
func (l literal) text() string {
	if l.name == "" {
		return l.value
	}
	return l.name + "=" + l.value
}

// literals are those of the objects, then those of the spec that no object has, in a stable order.
func literals(in Input, v *view) []literal {
	var out []literal
	rendered := map[string]bool{}
	for _, d := range v.deployments {
		at := func(path string) Finding { return Finding{Object: d.ref, Path: path} }
		for _, c := range containers(&d.obj.Spec.Template.Spec) {
			out = append(out, containerLiterals(in, c, at)...)
		}
		out = append(out, annotationLiterals(d.obj.Spec.Template.Annotations, "spec.template.metadata", at)...)
	}
	for _, l := range out {
		rendered[l.at.Cause] = true
	}
	for _, c := range v.all {
		out = append(out, objectStrings(c)...)
		out = append(out, annotationLiterals(c.obj.GetAnnotations(), "metadata", func(path string) Finding { return Finding{Object: c.ref, Path: path} })...)
	}
	out = append(out, annotationLiterals(in.Site.Annotations, "metadata", func(path string) Finding { return Finding{Path: path, Cause: path} })...)
	for i, e := range in.Site.Spec.Env {
		path := envPath(i)
		if e.Value != nil && !rendered[path] {
			out = append(out, literal{e.Name, *e.Value, true, Finding{Path: path, Cause: path}})
		}
	}
	for i := range in.Site.Spec.Args {
		path := fmt.Sprintf("spec.args[%d]", i)
		if !rendered[path] {
			out = append(out, argument(in.Site.Spec.Args, i, Finding{Path: path, Cause: path}))
		}
	}
	return append(out, specStrings(in.Site.Spec)...)
}

func containerLiterals(in Input, c containerAt, at func(string) Finding) []literal {
	out := make([]literal, 0, len(c.Env)+len(c.Args)+len(c.Command))
	for i, e := range c.Env {
		if e.Value != "" {
			out = append(out, literal{e.Name, e.Value, true, at(fmt.Sprintf("%s.env[%d].value", c.path, i)).because(envCause(in, e))})
		}
	}
	for i := range c.Command {
		out = append(out, argument(c.Command, i, at(fmt.Sprintf("%s.command[%d]", c.path, i))))
	}
	for i, arg := range c.Args {
		cause := ""
		if i < len(in.Site.Spec.Args) && in.Site.Spec.Args[i] == arg {
			cause = fmt.Sprintf("spec.args[%d]", i)
		}
		out = append(out, argument(c.Args, i, at(fmt.Sprintf("%s.args[%d]", c.path, i)).because(cause)))
	}
	return out
}

// argument is an argument with the option before it, which says what it is: --password hunter2.
func argument(args []string, i int, at Finding) literal {
	name := ""
	if i > 0 && strings.HasPrefix(args[i-1], "-") && !strings.HasPrefix(args[i], "-") && !strings.Contains(args[i-1], "=") {
		name = args[i-1]
	}
	return literal{name, args[i], false, at}
}

// envCause is the field of the spec that an environment variable comes from.
func envCause(in Input, e corev1.EnvVar) string {
	for i, own := range in.Site.Spec.Env {
		if own.Name == e.Name && own.Value != nil && *own.Value == e.Value {
			return envPath(i)
		}
	}
	return ""
}

func envPath(i int) string { return fmt.Sprintf("spec.env[%d].value", i) }

// annotationLiterals are annotations but those that controllers write: what kubectl applied last repeats the spec, which
// is judged field by field.
func annotationLiterals(annotations map[string]string, parent string, at func(string) Finding) []literal {
	keys := make([]string, 0, len(annotations))
	for key := range annotations {
		switch key {
		case corev1.LastAppliedConfigAnnotation, traefikEntryPoints, traefikMiddlewares, traefikTLS:
		default:
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	out := make([]literal, 0, len(keys))
	for _, key := range keys {
		out = append(out, literal{key, annotations[key], false, at(parent + ".annotations[" + key + "]")})
	}
	return out
}
