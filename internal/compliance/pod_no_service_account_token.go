package compliance

import (
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func podNoServiceAccountTokenControl() Control {
	return Control{
		ID: "pod.no-service-account-token", Group: GroupPod, Severity: hustingsv1alpha1.SeverityHigh, Blocking: true,
		Title:       "The pod holds no token for the Kubernetes API",
		Remediation: "Set automountServiceAccountToken to false in the pod and in its own ServiceAccount, and mount no serviceAccountToken; a website needs no access to the cluster.",
		Check:       podNoServiceAccountToken,
	}
}

func podNoServiceAccountToken(in Input) Outcome {
	v := in.objects()
	if out, bad := v.unreadable(kindServiceAccount); bad {
		return out
	}
	out := in.eachDeployment(func(d child[*appsv1.Deployment]) []Finding {
		var findings []Finding
		pod := &d.obj.Spec.Template.Spec
		if !isFalse(pod.AutomountServiceAccountToken) {
			findings = append(findings, found(d.ref, podPath+".automountServiceAccountToken", "the pod mounts a token for the Kubernetes API"))
		}
		if !slices.ContainsFunc(v.serviceAccounts, func(a child[*corev1.ServiceAccount]) bool {
			return a.ref.Namespace == d.ref.Namespace && a.ref.Name == pod.ServiceAccountName
		}) {
			findings = append(findings, found(d.ref, podPath+".serviceAccountName",
				"missing: the ServiceAccount of the site; whatever is granted to the account %q is granted to the site", pod.ServiceAccountName))
		}
		return append(findings, mountedTokens(d)...)
	})
	for _, a := range v.serviceAccounts {
		if !isFalse(a.obj.AutomountServiceAccountToken) {
			out.Findings = append(out.Findings, found(a.ref, "automountServiceAccountToken", "the ServiceAccount gives its pods a token by default"))
		}
	}
	if out.Result == hustingsv1alpha1.ResultError {
		return out
	}
	return judged(out.Findings)
}

// mountedTokens are tokens that are mounted by name, whatever automount says.
func mountedTokens(d child[*appsv1.Deployment]) []Finding {
	var findings []Finding
	for i, volume := range d.obj.Spec.Template.Spec.Volumes {
		if volume.Projected == nil {
			continue
		}
		for j, source := range volume.Projected.Sources {
			if source.ServiceAccountToken != nil {
				findings = append(findings, found(d.ref, fmt.Sprintf("%s.volumes[%d].projected.sources[%d].serviceAccountToken", podPath, i, j),
					"volume %s holds a token for the Kubernetes API", volume.Name))
			}
		}
	}
	return findings
}
