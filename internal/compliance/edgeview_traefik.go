package compliance

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/hustings/hustings/internal/object"
)

// What Traefik reads off an Ingress (https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/ingress/).
const (
	traefikAnnotations = "traefik.ingress.kubernetes.io/"
	traefikEntryPoints = traefikAnnotations + "router.entrypoints"
	traefikTLS         = traefikAnnotations + "router.tls"
	traefikMiddlewares = traefikAnnotations + "router.middlewares"
	traefikNativeLB    = traefikAnnotations + "service.nativelb" // on the Service
	entryPointPlain    = "web"
	entryPointTLS      = "websecure"
)

func traefikView(in Input, v *view) edgeView {
	var out edgeView
	for _, ingress := range v.ingresses {
		out.Routes = append(out.Routes, traefikRoute(in, v, ingress))
	}
	return out
}

func traefikRoute(in Input, v *view, ingress child[*networkingv1.Ingress]) route {
	annotations := ingress.obj.Annotations
	r := route{
		Object: ingress.ref, Path: "metadata.annotations[" + traefikMiddlewares + "]",
		ListensAt: "metadata.annotations[" + traefikEntryPoints + "]",
		Secrets:   map[string]string{}, Headers: map[string]string{},
	}
	entryPoints := splitList(annotations[traefikEntryPoints])
	r.TLS = annotations[traefikTLS] == "true" && slices.Contains(entryPoints, entryPointTLS)
	// Without entry points a router listens on all; a router without TLS answers in plain on whichever it listens on.
	r.Plain = !r.TLS || slices.ContainsFunc(entryPoints, func(e string) bool { return e != entryPointTLS })
	if ingress.obj.Spec.DefaultBackend != nil {
		r.Hosts = append(r.Hosts, "")
	}
	for _, rule := range ingress.obj.Spec.Rules {
		r.Hosts = append(r.Hosts, rule.Host)
	}
	for _, tls := range ingress.obj.Spec.TLS {
		for _, host := range tls.Hosts {
			r.Secrets[host] = tls.SecretName
		}
	}
	leaves, problems := resolveMiddlewares(v, ingress)
	r.Problems = problems
	for i, leaf := range leaves {
		readMiddleware(&r, leaf, i == 0)
	}
	if class := ingress.obj.Spec.IngressClassName; string(in.Facts.Class.Spec.Edge.IngressClassName) != orZero(class) {
		r.Problems = append(r.Problems, found(r.Object, "spec.ingressClassName", "the route is not of the class's edge: another one may serve it without these limits"))
	}
	if r.Redirect == nil {
		r.Problems = append(r.Problems, foreignBackends(v, ingress)...)
	}
	r.Forgets = followsPods(v, ingress)
	return r
}

// followsPods finds the Services whose pods Traefik would follow one by one. It builds its limits anew whenever one comes or
// goes, and then counts every client from the start (cmd/traefik/traefik.go, switchRouter).
func followsPods(v *view, ingress child[*networkingv1.Ingress]) []Finding {
	named := map[string]bool{}
	for _, backend := range backends(ingress.obj) {
		if backend.Service != nil {
			named[backend.Service.Name] = true
		}
	}
	var findings []Finding
	for _, s := range v.services {
		if s.ref.Namespace == ingress.ref.Namespace && named[s.ref.Name] && s.obj.Annotations[traefikNativeLB] != "true" {
			findings = append(findings, found(s.ref, "metadata.annotations["+traefikNativeLB+"]",
				"Traefik follows each pod: when one comes or goes, the count of every client starts anew"))
		}
	}
	return findings
}

// backends are all that an Ingress leads to.
func backends(i *networkingv1.Ingress) []networkingv1.IngressBackend {
	var out []networkingv1.IngressBackend
	if i.Spec.DefaultBackend != nil {
		out = append(out, *i.Spec.DefaultBackend)
	}
	for _, rule := range i.Spec.Rules {
		if rule.HTTP == nil {
			continue
		}
		for _, path := range rule.HTTP.Paths {
			out = append(out, path.Backend)
		}
	}
	return out
}

// resolveMiddlewares follows the references of an Ingress through chains, in order.
func resolveMiddlewares(v *view, ingress child[*networkingv1.Ingress]) ([]child[map[string]any], []Finding) {
	var leaves []child[map[string]any]
	var problems []Finding
	at := "metadata.annotations[" + traefikMiddlewares + "]"
	for _, reference := range splitList(ingress.obj.Annotations[traefikMiddlewares]) {
		m, ok := middlewareByReference(v, reference)
		if !ok {
			problems = append(problems, found(ingress.ref, at, "the reference %q resolves to no Middleware of the site: Traefik drops the route", reference).apart(reference))
			continue
		}
		found, more := follow(v, m, nil)
		leaves, problems = append(leaves, found...), append(problems, more...)
	}
	return leaves, problems
}

// middlewareByReference finds the Middleware of namespace-name@kubernetescrd, or, with Traefik's safeNaming,
// namespace_name@kubernetescrd.
func middlewareByReference(v *view, reference string) (child[map[string]any], bool) {
	name, ok := strings.CutSuffix(reference, "@kubernetescrd")
	if !ok {
		return child[map[string]any]{}, false
	}
	for _, m := range v.middlewares {
		if name == traefikID(m.ref) || name == m.ref.Namespace+"_"+m.ref.Name {
			return m, true
		}
	}
	return child[map[string]any]{}, false
}

// traefikID is the name of a Middleware within Traefik: every run of other characters than letters and digits is one hyphen
// (pkg/provider/configuration.go, Normalize).
func traefikID(m object.Ref) string {
	return strings.Join(strings.FieldsFunc(m.Namespace+"-"+m.Name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }), "-")
}

// follow is a Middleware itself, or those of its chain. A chain that holds itself is refused, as Traefik does.
func follow(v *view, m child[map[string]any], above []object.Ref) ([]child[map[string]any], []Finding) {
	chain, ok := section(sectionOf(m.obj, "spec"), "chain")
	if !ok {
		return []child[map[string]any]{m}, nil
	}
	if slices.Contains(above, m.ref) {
		return nil, []Finding{found(m.ref, "spec.chain.middlewares", "the chain holds itself")}
	}
	above = append(slices.Clone(above), m.ref)
	var leaves []child[map[string]any]
	var problems []Finding
	entries, _ := chain["middlewares"].([]any)
	for i, entry := range entries {
		fields, _ := entry.(map[string]any)
		name, namespace := text(fields, "name"), text(fields, "namespace")
		if namespace == "" {
			namespace = m.ref.Namespace
		}
		at := slices.IndexFunc(v.middlewares, func(c child[map[string]any]) bool {
			return c.ref.Name == name && c.ref.Namespace == namespace
		})
		if at < 0 {
			problems = append(problems, found(m.ref, fmt.Sprintf("spec.chain.middlewares[%d]", i),
				"the chain names %q, which is no Middleware of the site: Traefik drops the route", name))
			continue
		}
		found, more := follow(v, v.middlewares[at], above)
		leaves, problems = append(leaves, found...), append(problems, more...)
	}
	return leaves, problems
}

// foreignBackends are backends that are not a Service of the site's pods: what is behind them is not what was judged.
func foreignBackends(v *view, ingress child[*networkingv1.Ingress]) []Finding {
	var findings []Finding
	check := func(path string, backend *networkingv1.IngressBackend) {
		if backend.Service == nil || !leadsToSite(v, ingress.ref.Namespace, backend.Service.Name) {
			findings = append(findings, found(ingress.ref, path, "the backend is not a Service of the site's pods"))
		}
	}
	if b := ingress.obj.Spec.DefaultBackend; b != nil {
		check("spec.defaultBackend", b)
	}
	for i, rule := range ingress.obj.Spec.Rules {
		if rule.HTTP == nil {
			continue
		}
		for j := range rule.HTTP.Paths {
			check(fmt.Sprintf("spec.rules[%d].http.paths[%d].backend", i, j), &rule.HTTP.Paths[j].Backend)
		}
	}
	return findings
}

// leadsToSite says whether a Service is one of the site's and selects the pods of a Deployment of the site.
func leadsToSite(v *view, namespace, name string) bool {
	at := slices.IndexFunc(v.services, func(s child[*corev1.Service]) bool { return s.ref.Namespace == namespace && s.ref.Name == name })
	if at < 0 || len(v.services[at].obj.Spec.Selector) == 0 {
		return false
	}
	selector := &metav1.LabelSelector{MatchLabels: v.services[at].obj.Spec.Selector}
	for _, d := range v.deployments {
		if d.ref.Namespace == namespace && selects(selector, d.obj.Spec.Template.Labels) {
			return true
		}
	}
	return false
}

// splitList splits a list of an annotation.
func splitList(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
