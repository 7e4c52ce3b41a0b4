package compliance

import (
	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
)

func leaksManifestControl() Control {
	return Control{
		ID: "leaks.manifest", Group: GroupLeaks, Severity: hustingsv1alpha1.SeverityCritical, Blocking: true,
		Title:       "No field of the site and of its objects, and no ConfigMap at hand, holds a secret",
		Remediation: "Put the value into a Secret and name it by secretKeyRef in spec.env; then replace the secret where it was issued, for whoever can read the manifest has it.",
		Check:       leaksManifest,
	}
}

// leaksManifest looks at every string of the site and of its objects. Findings name the rule and the place, never the value.
func leaksManifest(in Input) Outcome {
	v := in.objects()
	if out, bad := v.unreadable(kindDeployment); bad {
		return out
	}
	// The same literal is in many objects: it is judged once.
	const usual = 56 // a map of 64 places holds as many
	r := reader{judgements: make(judgements, usual), steps: make([]step, 0, mostSteps)}
	asked := r.leaksOf(object.Ref{}, in.Site)
	causes := make(map[literal]string, len(asked))
	for _, l := range asked {
		if _, twice := causes[l.literal]; !twice {
			causes[l.literal] = l.path
		}
	}
	var findings []Finding
	rendered := map[string]bool{}
	for _, c := range v.all {
		for _, l := range r.leaksOf(c.ref, c.obj) {
			rendered[causes[l.literal]] = true
			findings = append(findings, l.finding(causes[l.literal]))
		}
	}
	// What the spec gives to an object is one finding, and it is that of the object.
	for _, l := range asked {
		if !rendered[l.path] {
			findings = append(findings, l.finding(l.path))
		}
	}
	return withMounted(in, append(findings, mountedLeaks(in)...))
}

// literal is a text that somebody wrote, and the name beside it, if there is one: rules know secrets by their names.
type literal struct {
	name, value string
	// env is whether name is that of an environment variable.
	env bool
}

// leaked is a literal that is a secret.
type leaked struct {
	literal
	at    object.Ref
	path  string
	rules string
}

func (l leaked) finding(cause string) Finding {
	return found(l.at, l.path, "looks like a secret (%s)", l.rules).because(cause).apart(l.rules)
}

// judgements are the rules by which literals are secrets; an empty one, it is none.
type judgements map[literal]string

func (j judgements) of(l literal) string {
	rules, known := j[l]
	if !known {
		rules = secretRules(l)
		j[l] = rules
	}
	return rules
}
