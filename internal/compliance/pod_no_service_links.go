package compliance

import (
	appsv1 "k8s.io/api/apps/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func podNoServiceLinksControl() Control {
	return Control{
		ID: "pod.no-service-links", Group: GroupPod, Severity: hustingsv1alpha1.SeverityLow,
		Title:       "The pod's environment does not list the namespace's services",
		Remediation: "Set enableServiceLinks to false in the pod; the addresses of other services tell an intruder where to go next.",
		Check:       podNoServiceLinks,
	}
}

func podNoServiceLinks(in Input) Outcome {
	return in.eachDeployment(func(d child[*appsv1.Deployment]) []Finding {
		if isFalse(d.obj.Spec.Template.Spec.EnableServiceLinks) {
			return nil
		}
		return []Finding{found(d.ref, podPath+".enableServiceLinks", "the addresses of all services of the namespace are in the environment")}
	})
}
