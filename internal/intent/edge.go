package intent

import (
	"net/netip"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// defaultLimits hold where neither the site nor its class sets a limit. They let a household or an office behind one
// address read a site at ease; the class's defaults are to be preferred.
var defaultLimits = limits{requestsPerSecond: 20, burst: 40, inFlight: 20, bodyBytes: 64 << 10}

// limits are the numbers of EdgeLimits; 0: not set.
type limits struct{ requestsPerSecond, burst, inFlight, siteInFlight, bodyBytes int64 }

func limitsOf(l *hustingsv1alpha1.EdgeLimits) limits {
	if l == nil {
		return limits{}
	}
	var out limits
	if c := l.PerClient; c != nil {
		out.requestsPerSecond, out.burst, out.inFlight = number(c.RequestsPerSecond), number(c.Burst), number(c.InFlight)
	}
	if l.Site != nil {
		out.siteInFlight = number(l.Site.InFlight)
	}
	if l.Request != nil {
		out.bodyBytes = number(l.Request.MaxBodyBytes)
	}
	return out
}

func number[T int32 | int64](p *T) int64 {
	if p == nil {
		return 0
	}
	return int64(*p)
}

// resolveEdge merges limits: what the site asks for, else the class's default, else ours; then lowered to the class's
// maxima and to the posture's overlay.
func resolveEdge(site *hustingsv1alpha1.CampaignSite, class *hustingsv1alpha1.SiteClass, posture hustingsv1alpha1.Posture, at *field.Path) (Edge, field.ErrorList) {
	own := site.Spec.Edge
	if own == nil {
		own = &hustingsv1alpha1.SiteEdge{}
	}
	asked := hustingsv1alpha1.EdgeLimits{PerClient: own.PerClient, Site: own.Site}
	if own.Request != nil {
		asked.Request = &own.Request.RequestSize
	}
	wanted := limitsOf(&asked).or(limitsOf(class.Spec.Edge.Defaults)).or(defaultLimits)
	effective := wanted.atMost(limitsOf(class.Spec.Edge.Maxima)).atMost(overlay(class, posture))

	e := Edge{
		Driver:           class.Spec.Edge.Driver,
		IngressClassName: string(class.Spec.Edge.IngressClassName),
		Replicas:         max(1, valueOr(class.Spec.Edge.Replicas, 1)),
		ClientIP:         hustingsv1alpha1.ClientIP{Source: hustingsv1alpha1.ClientIPRemoteAddr},
		PerClient: ClientLimits{
			RequestsPerSecond: Limit{wanted.requestsPerSecond, effective.requestsPerSecond},
			Burst:             Limit{wanted.burst, effective.burst},
			InFlight:          Limit{wanted.inFlight, effective.inFlight},
		},
		SiteInFlight: Limit{wanted.siteInFlight, effective.siteInFlight},
		MaxBodyBytes: Limit{wanted.bodyBytes, effective.bodyBytes},
		CSP:          resolveCSP(own.Headers),
	}
	if c := class.Spec.Edge.ClientIP; c != nil {
		e.ClientIP = *c.DeepCopy()
	}
	if own.Request != nil {
		for _, m := range own.Request.Methods {
			e.Methods = append(e.Methods, string(m))
		}
		slices.Sort(e.Methods)
	}
	var errs field.ErrorList
	if own.Access != nil {
		var more field.ErrorList
		e.Allow, errs = parsePrefixes(own.Access.AllowCIDRs, at.Child("access", "allowCIDRs"))
		e.Deny, more = parsePrefixes(own.Access.DenyCIDRs, at.Child("access", "denyCIDRs"))
		errs = append(errs, more...)
	}
	return e, errs
}

// or takes other's numbers where l has none.
func (l limits) or(other limits) limits {
	return l.merge(other, func(a, b int64) int64 {
		if a == 0 {
			return b
		}
		return a
	})
}

// atMost lowers every number to other's, where other has one. A number that is not set stays not set but takes the
// ceiling: "not limited" is above any maximum.
func (l limits) atMost(other limits) limits {
	return l.merge(other, func(a, b int64) int64 {
		if b == 0 {
			return a
		}
		if a == 0 {
			return b
		}
		return min(a, b)
	})
}

func (l limits) merge(o limits, f func(a, b int64) int64) limits {
	return limits{
		requestsPerSecond: f(l.requestsPerSecond, o.requestsPerSecond),
		burst:             f(l.burst, o.burst),
		inFlight:          f(l.inFlight, o.inFlight),
		siteInFlight:      f(l.siteInFlight, o.siteInFlight),
		bodyBytes:         f(l.bodyBytes, o.bodyBytes),
	}
}

// overlay is the lowest of the overlays of all levels up to the posture.
func overlay(class *hustingsv1alpha1.SiteClass, posture hustingsv1alpha1.Posture) limits {
	var out limits
	if class.Spec.Posture == nil {
		return out
	}
	for i := range class.Spec.Posture.Overlays {
		o := &class.Spec.Posture.Overlays[i]
		if rank(o.Level) <= rank(posture) {
			out = out.atMost(limitsOf(&o.EdgeLimits))
		}
	}
	return out
}

// resolveCSP orders the directives. What is not set falls back to default-src; object-src, base-uri and
// frame-ancestors have no fallback or a weak one, so they are always there (https://www.w3.org/TR/CSP3/).
func resolveCSP(h *hustingsv1alpha1.Headers) []CSPDirective {
	csp := hustingsv1alpha1.ContentSecurityPolicy{}
	if h != nil && h.ContentSecurityPolicy != nil {
		csp = *h.ContentSecurityPolicy
	}
	if len(csp.DefaultSrc) == 0 {
		csp.DefaultSrc = []hustingsv1alpha1.CSPSource{"'self'"}
	}
	if len(csp.FormAction) == 0 {
		csp.FormAction = []hustingsv1alpha1.CSPSource{"'self'"}
	}
	var out []CSPDirective
	for _, d := range []struct {
		name    string
		sources []hustingsv1alpha1.CSPSource
	}{
		{"default-src", csp.DefaultSrc}, {"script-src", csp.ScriptSrc}, {"style-src", csp.StyleSrc},
		{"img-src", csp.ImgSrc}, {"font-src", csp.FontSrc}, {"connect-src", csp.ConnectSrc},
		{"frame-src", csp.FrameSrc}, {"form-action", csp.FormAction},
		{"object-src", []hustingsv1alpha1.CSPSource{"'none'"}},
		{"base-uri", []hustingsv1alpha1.CSPSource{"'self'"}},
		{"frame-ancestors", []hustingsv1alpha1.CSPSource{"'none'"}},
	} {
		if len(d.sources) == 0 {
			continue
		}
		directive := CSPDirective{Name: d.name}
		for _, s := range d.sources {
			directive.Sources = append(directive.Sources, string(s))
		}
		out = append(out, directive)
	}
	return out
}

// parsePrefixes parses, sorts and drops duplicates. An address with bits after its prefix is refused: it is a typing
// error in one of its two halves, and guessing which could open too much.
func parsePrefixes(cidrs []hustingsv1alpha1.CIDR, at *field.Path) ([]netip.Prefix, field.ErrorList) {
	var errs field.ErrorList
	out := make([]netip.Prefix, 0, len(cidrs))
	for i, c := range cidrs {
		p, err := netip.ParsePrefix(string(c))
		if err != nil || p.Masked() != p || p.Addr().Is4In6() {
			errs = append(errs, field.Invalid(at.Index(i), string(c),
				"must be an address range such as 192.0.2.0/24 or 2001:db8::/32, with no bits set after the prefix, not IPv4-mapped"))
			continue
		}
		out = append(out, p)
	}
	sortPrefixes(out)
	return slices.Compact(out), errs
}

func sortPrefixes(prefixes []netip.Prefix) {
	slices.SortFunc(prefixes, func(a, b netip.Prefix) int {
		if c := a.Addr().Compare(b.Addr()); c != 0 {
			return c
		}
		return a.Bits() - b.Bits()
	})
}
