package compliance

import (
	"fmt"
	"slices"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func edgeRedirectControl() Control {
	return Control{
		ID: "edge.redirect", Group: GroupEdge, Severity: hustingsv1alpha1.SeverityHigh, Blocking: true,
		Title:       "Plain HTTP only redirects to HTTPS, for every host",
		Remediation: "Restore the site's redirect route: it answers on plain HTTP for every host, and redirects permanently to https.",
		Check:       edgeRedirect,
	}
}

func edgeRedirect(in Input) Outcome {
	view, out, ok := in.edge()
	if !ok {
		return out
	}
	if out, none := in.noRouteDue(view); none {
		return out
	}
	var findings []Finding
	var served, redirected []string
	for _, r := range view.Routes {
		switch {
		case r.Redirect == nil:
			served = append(served, r.Hosts...)
			if r.Plain {
				findings = append(findings, found(r.Object, r.ListensAt, "the route serves the site over plain HTTP instead of redirecting"))
			}
		case r.Redirect.Scheme != "https" || !r.Redirect.Permanent:
			findings = append(findings, found(r.Redirect.At, "spec.redirectScheme", "the redirect is not a permanent one to https"))
		case r.Plain:
			redirected = append(redirected, r.Hosts...)
		}
	}
	if len(redirected) == 0 {
		findings = append(findings, missing("redirect route"))
		return judged(findings)
	}
	slices.Sort(served)
	for _, host := range slices.Compact(served) {
		if !slices.Contains(redirected, host) {
			findings = append(findings, Finding{
				Path: "spec.hosts", Message: fmt.Sprintf("plain HTTP to %s is not redirected to HTTPS", host), Fingerprint: host,
			})
		}
	}
	return judged(findings)
}
