package compliance

import (
	appsv1 "k8s.io/api/apps/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func availabilityDisruptionBudgetControl() Control {
	return Control{
		ID: "availability.disruption-budget", Group: GroupAvailability, Severity: hustingsv1alpha1.SeverityMedium,
		Title:       "Maintenance of nodes takes down some pods at a time, and neither all nor none",
		Remediation: "Restore the site's PodDisruptionBudget: it selects the pods and has a maxUnavailable of at least 1 and below the number of pods.",
		Check:       availabilityDisruptionBudget,
	}
}

func availabilityDisruptionBudget(in Input) Outcome {
	v := in.objects()
	if out, bad := v.unreadable(kindBudget, kindAutoscaler); bad {
		return out
	}
	return in.eachDeployment(func(d child[*appsv1.Deployment]) []Finding {
		var findings []Finding
		selecting := 0
		for _, b := range v.budgets {
			if b.ref.Namespace == d.ref.Namespace && selects(b.obj.Spec.Selector, d.obj.Spec.Template.Labels) {
				selecting++
				findings = append(findings, judgeBudget(b, int(leastPods(v, d)))...)
			}
		}
		if selecting == 0 {
			findings = append(findings, missing(kindBudget))
		}
		if selecting > 1 {
			findings = append(findings, found(d.ref, "spec.template.metadata.labels", "several PodDisruptionBudgets select the pods: evictions are refused"))
		}
		return findings
	})
}

func judgeBudget(b child[*policyv1.PodDisruptionBudget], pods int) []Finding {
	if b.obj.Spec.MaxUnavailable == nil {
		return []Finding{found(b.ref, "spec.maxUnavailable", "the budget has no maxUnavailable")}
	}
	// The disruption controller rounds percentages up, too.
	most, err := intstr.GetScaledValueFromIntOrPercent(b.obj.Spec.MaxUnavailable, pods, true)
	switch {
	case err != nil:
		return []Finding{found(b.ref, "spec.maxUnavailable", "maxUnavailable cannot be read")}
	case most < 1:
		return []Finding{found(b.ref, "spec.maxUnavailable", "the budget lets no pod go: nodes cannot be drained")}
	case most >= pods && pods > 1:
		return []Finding{found(b.ref, "spec.maxUnavailable", "the budget lets all %d pods go at once", pods)}
	}
	return nil
}
