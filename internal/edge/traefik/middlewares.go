package traefik

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/intent"
	"github.com/hustings/hustings/internal/render"
)

// Suffixes of the Middlewares' names.
const (
	suffixChain    = "-chain"
	suffixRate     = "-rate"
	suffixRedirect = "-redirect"
)

const (
	// hstsSeconds is one year, what browsers' preload lists ask for at least (https://hstspreload.org).
	hstsSeconds = 31_536_000
	// ipv6Subnet is what one subscriber gets at least (RFC 6177): an attacker has all of its addresses.
	ipv6Subnet = 64
)

// middleware has a spec of one Middleware type. Numbers must be int64: that is what unstructured objects hold.
func middleware(s intent.Site, suffix, kind string, spec map[string]any) *unstructured.Unstructured {
	base := render.BaseName(s.Namespace, s.Name)
	m := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{kind: spec}}}
	m.SetGroupVersionKind(middlewareKind)
	m.SetNamespace(s.Namespace)
	m.SetName(base + suffix)
	m.SetLabels(render.Labels(base))
	return m
}

// headers are those that https://owasp.org/www-project-secure-headers/ recommends. An empty response header is removed:
// nobody is to be told what serves the site.
func headers(s intent.Site) *unstructured.Unstructured {
	directives := make([]string, 0, len(s.Edge.CSP))
	for _, d := range s.Edge.CSP {
		directives = append(directives, d.Name+" "+strings.Join(d.Sources, " "))
	}
	return middleware(s, "-headers", "headers", map[string]any{
		"stsSeconds":            int64(hstsSeconds),
		"contentTypeNosniff":    true,
		"frameDeny":             true,
		"referrerPolicy":        "strict-origin-when-cross-origin",
		"permissionsPolicy":     "camera=(), geolocation=(), microphone=()",
		"contentSecurityPolicy": strings.Join(directives, "; "),
		"customResponseHeaders": map[string]any{"Server": "", "X-Powered-By": ""},
	})
}

// allowList is nil where all clients may come.
func allowList(s intent.Site) *unstructured.Unstructured {
	if len(s.Edge.Allow) == 0 {
		return nil
	}
	ranges := make([]any, 0, len(s.Edge.Allow))
	for _, p := range s.Edge.Allow {
		ranges = append(ranges, p.String())
	}
	return middleware(s, "-allow", "ipAllowList", map[string]any{"sourceRange": ranges, "ipStrategy": ipStrategy(s.Edge)})
}

// siteInFlight counts all clients together, by the host that they ask for; nil where nothing bounds them.
func siteInFlight(s intent.Site) *unstructured.Unstructured {
	if s.Edge.SiteInFlight.Effective == 0 {
		return nil
	}
	return middleware(s, "-inflight-site", "inFlightReq", map[string]any{
		"amount":          perReplica(s.Edge.SiteInFlight.Effective, s.Edge.Replicas),
		"sourceCriterion": map[string]any{"requestHost": true},
	})
}

func clientInFlight(s intent.Site) *unstructured.Unstructured {
	return middleware(s, "-inflight-client", "inFlightReq", map[string]any{
		"amount":          perReplica(s.Edge.PerClient.InFlight.Effective, s.Edge.Replicas),
		"sourceCriterion": map[string]any{"ipStrategy": ipStrategy(s.Edge)},
	})
}

func rateLimit(s intent.Site, r rate) *unstructured.Unstructured {
	return middleware(s, suffixRate, "rateLimit", map[string]any{
		"average":         r.average,
		"period":          r.period(),
		"burst":           r.burst,
		"sourceCriterion": map[string]any{"ipStrategy": ipStrategy(s.Edge)},
	})
}

func body(s intent.Site) *unstructured.Unstructured {
	return middleware(s, "-body", "buffering", map[string]any{"maxRequestBodyBytes": s.Edge.MaxBodyBytes.Effective})
}

func redirect(s intent.Site) *unstructured.Unstructured {
	return middleware(s, suffixRedirect, "redirectScheme", map[string]any{"scheme": "https", "permanent": true})
}

// chainOf is the one Middleware that the route names.
func chainOf(s intent.Site, names []string) *unstructured.Unstructured {
	refs := make([]any, 0, len(names))
	for _, n := range names {
		refs = append(refs, map[string]any{"name": n})
	}
	return middleware(s, suffixChain, "chain", map[string]any{"middlewares": refs})
}

// ipStrategy says by what clients are told apart. With X-Forwarded-For the depth must be the number of trusted hops
// exactly: one more, and clients choose their own address.
func ipStrategy(e intent.Edge) map[string]any {
	strategy := map[string]any{"ipv6Subnet": int64(ipv6Subnet)}
	if e.ClientIP.Source == hustingsv1alpha1.ClientIPXForwardedFor && e.ClientIP.TrustedHops != nil {
		strategy["depth"] = int64(*e.ClientIP.TrustedHops)
	}
	return strategy
}
