package compliance

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	networkingv1 "k8s.io/api/networking/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func networkDefaultDenyControl() Control {
	return Control{
		ID: "network.default-deny", Group: GroupNetwork, Severity: hustingsv1alpha1.SeverityCritical, Blocking: true,
		Title:       "A NetworkPolicy denies the pods all traffic that no other allows",
		Remediation: "Restore the site's deny-all NetworkPolicy: it selects the pods, has both policyTypes and no rule.",
		Check:       networkDefaultDeny,
	}
}

func networkDefaultDeny(in Input) Outcome {
	v := in.objects()
	if out, bad := v.unreadable(kindNetworkPolicy); bad {
		return out
	}
	return in.eachDeployment(func(d child[*appsv1.Deployment]) []Finding {
		for _, p := range policiesOn(v, d, networkingv1.PolicyTypeIngress) {
			if slices.Contains(p.obj.Spec.PolicyTypes, networkingv1.PolicyTypeIngress) &&
				slices.Contains(p.obj.Spec.PolicyTypes, networkingv1.PolicyTypeEgress) &&
				len(p.obj.Spec.Ingress)+len(p.obj.Spec.Egress) == 0 {
				return nil
			}
		}
		return []Finding{found(d.ref, "spec.template.metadata.labels",
			"missing: a NetworkPolicy that selects the site's pods, has the policyTypes Ingress and Egress, and no rule")}
	})
}
