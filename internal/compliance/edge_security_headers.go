package compliance

import (
	"slices"
	"strconv"
	"strings"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// leastHSTSSeconds is one year, as browsers ask for (https://hstspreload.org/).
const leastHSTSSeconds = 31536000

func edgeSecurityHeadersControl() Control {
	return Control{
		ID: "edge.security-headers", Group: GroupEdge, Severity: hustingsv1alpha1.SeverityHigh, Blocking: true,
		Title:       "Every answer has HSTS, nosniff, frame, referrer and content security policies",
		Remediation: "Set sources in spec.edge.headers.contentSecurityPolicy; the other headers are always rendered: undo what was changed by hand on the headers middleware.",
		Check:       edgeSecurityHeaders,
	}
}

func edgeSecurityHeaders(in Input) Outcome {
	return in.eachRoute(serving, func(r route) []Finding {
		if len(r.Headers) == 0 {
			return []Finding{found(r.Object, r.Path, "the route adds no security headers")}
		}
		var findings []Finding
		if !r.HeadersFirst {
			findings = append(findings, found(r.Object, r.Path, "the headers are not first: answers of the other protections go without them").apart("order"))
		}
		for _, h := range []struct{ name, want, why string }{
			{"strict-transport-security", "", "must be at least a year: browsers come back over plain HTTP"},
			{"x-content-type-options", "nosniff", "must be nosniff: uploads may run as scripts"},
			{"x-frame-options", "DENY", "must be DENY: the site can be framed to steal clicks"},
			{"referrer-policy", "", "must be there and not send whole addresses to other sites"},
		} {
			if !headerHolds(h.name, h.want, r.Headers[h.name]) {
				findings = append(findings, found(r.HeadersAt, "spec.headers", "%s %s", h.name, h.why).apart(h.name))
			}
		}
		for _, why := range weakCSP(r.Headers["content-security-policy"]) {
			findings = append(findings, found(r.HeadersAt, "spec.headers.contentSecurityPolicy", "%s", why).
				because("spec.edge.headers.contentSecurityPolicy").apart(why))
		}
		return findings
	})
}

func headerHolds(name, want, value string) bool {
	switch name {
	case "strict-transport-security":
		for part := range strings.SplitSeq(value, ";") {
			if age, ok := strings.CutPrefix(strings.TrimSpace(strings.ToLower(part)), "max-age="); ok {
				seconds, err := strconv.ParseInt(age, 10, 64)
				return err == nil && seconds >= leastHSTSSeconds
			}
		}
		return false
	case "referrer-policy":
		// The two policies that send the path and query of a page to other sites are left out.
		return slices.Contains([]string{
			"no-referrer", "same-origin", "origin", "strict-origin", "origin-when-cross-origin", "strict-origin-when-cross-origin",
		}, value)
	}
	return strings.EqualFold(value, want)
}

// weakCSP says what is missing from a Content-Security-Policy, or voids it (https://www.w3.org/TR/CSP3/).
func weakCSP(policy string) []string {
	if policy == "" {
		return []string{"there is no Content-Security-Policy: any script may run"}
	}
	directives := map[string][]string{}
	for part := range strings.SplitSeq(policy, ";") {
		fields := strings.Fields(strings.ToLower(part))
		if len(fields) == 0 {
			continue
		}
		// Browsers take the first of directives of one name.
		if _, twice := directives[fields[0]]; !twice {
			directives[fields[0]] = fields[1:]
		}
	}
	var out []string
	// These have no fallback, or a weak one.
	for _, name := range [...]string{"default-src", "object-src", "base-uri", "frame-ancestors"} {
		if len(directives[name]) == 0 {
			out = append(out, "the Content-Security-Policy has no "+name)
		}
	}
	if strings.Contains(strings.ToLower(policy), "'unsafe-eval'") {
		out = append(out, "the Content-Security-Policy allows 'unsafe-eval'")
	}
	scripts, ok := directives["script-src"]
	if !ok {
		scripts = directives["default-src"]
	}
	if slices.Contains(scripts, "*") {
		out = append(out, "the Content-Security-Policy allows scripts from anywhere")
	}
	return out
}
