package compliance

import (
	"fmt"
	"slices"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

func edgeHostClaimedControl() Control {
	return Control{
		ID: "edge.host-claimed", Group: GroupEdge, Severity: hustingsv1alpha1.SeverityCritical, Blocking: true,
		Title:       "Every host is granted to the namespace and held by this site alone",
		Remediation: "Use hosts that the class grants to the namespace and that no other site holds; the platform team grants hosts in the class's spec.hosts.",
		Check:       edgeHostClaimed,
	}
}

func edgeHostClaimed(in Input) Outcome {
	view, out, ok := in.edge()
	if !ok {
		return out
	}
	var findings []Finding
	unknown := in.Facts.Claims.Source == facts.ClaimsUnknown
	for i, host := range in.Site.Spec.Hosts {
		path := fmt.Sprintf("spec.hosts[%d]", i)
		switch facts.Granted(in.Facts.Class, in.Facts.Namespace, host) {
		case facts.No:
			findings = append(findings, asked(path, "the class does not grant %s to the namespace %s", host, in.Site.Namespace))
			continue
		case facts.Unknown:
			unknown = true
		case facts.Yes:
		}
		if why := notHeld(in, host); why != "" {
			findings = append(findings, asked(path, "%s", why))
		}
	}
	for _, r := range view.Routes {
		for i, host := range r.Hosts {
			if !slices.Contains(in.Site.Spec.Hosts, hustingsv1alpha1.Host(host)) {
				findings = append(findings, found(r.Object, fmt.Sprintf("spec.rules[%d].host", i), "the route serves %q, which is not in spec.hosts", host))
			}
		}
	}
	switch {
	case len(findings) > 0:
		return judged(findings)
	case len(in.Site.Spec.Hosts) == 0:
		return judged([]Finding{asked("spec.hosts", "missing: the site names no host")})
	case unknown:
		return Outcome{Result: hustingsv1alpha1.ResultUnknown, Message: "who holds the hosts, or whether the namespace may, is not known here"}
	case in.Facts.Claims.Source == facts.ClaimsFromManifests:
		return Outcome{Result: hustingsv1alpha1.ResultPass, Message: "no other site in these manifests has the hosts; only a cluster decides who holds them"}
	}
	return Outcome{Result: hustingsv1alpha1.ResultPass}
}

// notHeld says why a host is not the site's; empty, it is or it cannot be known.
func notHeld(in Input, host hustingsv1alpha1.Host) string {
	holder, held := in.Facts.Claims.Holders[host]
	switch {
	case in.Facts.Claims.Source == facts.ClaimsUnknown, held && holder == facts.HolderOf(in.Site):
		return ""
	case !held && in.Facts.Claims.Source == facts.ClaimsFromManifests:
		return ""
	case !held:
		return fmt.Sprintf("the site does not hold %s yet", host)
	case holder.Namespace == in.Site.Namespace && holder.Name == in.Site.Name:
		return fmt.Sprintf("%s is held by an earlier site of the same name, which was deleted", host)
	}
	return fmt.Sprintf("%s is held by the site %s/%s", host, holder.Namespace, holder.Name)
}

// mayServe says whether a host is granted and the site's own, so that a route of it is due.
func mayServe(in Input, host hustingsv1alpha1.Host) bool {
	_, held := in.Facts.Claims.Holders[host]
	return held && in.Facts.Claims.Source != facts.ClaimsUnknown && notHeld(in, host) == "" &&
		facts.Granted(in.Facts.Class, in.Facts.Namespace, host) == facts.Yes
}
