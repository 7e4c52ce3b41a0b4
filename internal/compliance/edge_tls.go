package compliance

import (
	"fmt"
	"slices"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func edgeTLSControl() Control {
	return Control{
		ID: "edge.tls", Group: GroupEdge, Severity: hustingsv1alpha1.SeverityCritical, Blocking: true,
		Title:       "The site is served by TLS only, with a certificate for every host",
		Remediation: "Set spec.tls.secretName to a Secret of type kubernetes.io/tls with a certificate for all hosts, or ask the platform team for a clusterIssuer in the class.",
		Check:       edgeTLS,
	}
}

func edgeTLS(in Input) Outcome {
	var covered []string
	out := in.eachRoute(serving, func(r route) []Finding {
		var findings []Finding
		if r.Plain || !r.TLS {
			findings = append(findings, found(r.Object, r.ListensAt, "the route serves the site without TLS"))
		}
		for i, host := range r.Hosts {
			if r.Secrets[host] == "" {
				findings = append(findings, found(r.Object, "spec.tls", "there is no certificate for %q", host).apart(fmt.Sprint(i)).because("spec.tls"))
				continue
			}
			covered = append(covered, host)
		}
		return findings
	})
	if out.Result != hustingsv1alpha1.ResultPass {
		return out
	}
	for i, host := range in.Site.Spec.Hosts {
		if mayServe(in, host) && !slices.Contains(covered, string(host)) {
			out.Findings = append(out.Findings, asked(fmt.Sprintf("spec.hosts[%d]", i), "the site holds %s, but no route serves it by TLS", host))
		}
	}
	return judged(out.Findings)
}
