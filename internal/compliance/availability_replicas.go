package compliance

import (
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// leastReplicas outlive the loss of one.
const leastReplicas = 2

func availabilityReplicasControl() Control {
	return Control{
		ID: "availability.replicas", Group: GroupAvailability, Severity: hustingsv1alpha1.SeverityMedium,
		Title:       "At least two pods always run",
		Remediation: "Set spec.replicas.min to 2 or more.",
		Check:       availabilityReplicas,
	}
}

func availabilityReplicas(in Input) Outcome {
	v := in.objects()
	if out, bad := v.unreadable(kindAutoscaler); bad {
		return out
	}
	return in.eachDeployment(func(d child[*appsv1.Deployment]) []Finding {
		if a, ok := autoscalerOf(v, d); ok {
			if least := orOne(a.obj.Spec.MinReplicas); least < leastReplicas {
				return []Finding{found(a.ref, "spec.minReplicas", "autoscaling may go down to %d pod", least).because("spec.replicas.min")}
			}
			return nil
		}
		if wantsAutoscaling(in.Site) {
			return []Finding{missing(kindAutoscaler).because("spec.replicas.max")}
		}
		if n := orOne(d.obj.Spec.Replicas); n < leastReplicas {
			return []Finding{found(d.ref, "spec.replicas", "the loss of one pod or node takes the site down: it has %d", n).because("spec.replicas.min")}
		}
		return nil
	})
}

// autoscalerOf is the autoscaler of a Deployment.
func autoscalerOf(v *view, d child[*appsv1.Deployment]) (child[*autoscalingv2.HorizontalPodAutoscaler], bool) {
	for _, a := range v.autoscalers {
		target := a.obj.Spec.ScaleTargetRef
		if a.ref.Namespace == d.ref.Namespace && target.Kind == kindDeployment && target.Name == d.ref.Name {
			return a, true
		}
	}
	return child[*autoscalingv2.HorizontalPodAutoscaler]{}, false
}

// wantsAutoscaling says whether a site asks for more pods at times; without min there are two.
func wantsAutoscaling(site *hustingsv1alpha1.CampaignSite) bool {
	r := site.Spec.Replicas
	if r == nil || r.Max == nil {
		return false
	}
	if r.Min == nil {
		return *r.Max > leastReplicas
	}
	return *r.Max > *r.Min
}

// leastPods is how many pods always run.
func leastPods(v *view, d child[*appsv1.Deployment]) int32 {
	if a, ok := autoscalerOf(v, d); ok {
		return orOne(a.obj.Spec.MinReplicas)
	}
	return orOne(d.obj.Spec.Replicas)
}

// orOne is the API server's default of both replicas and minReplicas.
func orOne(n *int32) int32 {
	if n == nil {
		return 1
	}
	return *n
}
