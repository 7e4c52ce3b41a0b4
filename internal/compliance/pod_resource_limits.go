package compliance

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func podResourceLimitsControl() Control {
	return Control{
		ID: "pod.resource-limits", Group: GroupPod, Severity: hustingsv1alpha1.SeverityHigh, Blocking: true,
		Title:       "Processor, memory and disk are requested and limited",
		Remediation: "Set spec.resources, or leave it out for the defaults; a site under attack must not starve its neighbours.",
		Check:       podResourceLimits,
	}
}

func podResourceLimits(in Input) Outcome {
	return in.eachDeployment(func(d child[*appsv1.Deployment]) []Finding {
		var findings []Finding
		for _, c := range containers(&d.obj.Spec.Template.Spec) {
			for _, resource := range [...]corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage} {
				if q, ok := c.Resources.Requests[resource]; !ok || q.Sign() <= 0 {
					findings = append(findings, found(d.ref, c.path+".resources.requests."+string(resource), "container %s requests no %s", c.Name, resource))
				}
				if q, ok := c.Resources.Limits[resource]; !ok || q.Sign() <= 0 {
					findings = append(findings, found(d.ref, c.path+".resources.limits."+string(resource), "container %s may use any amount of %s", c.Name, resource))
				}
			}
		}
		return append(findings, unlimitedFolders(d)...)
	})
}

// unlimitedFolders are emptyDirs without a size.
func unlimitedFolders(d child[*appsv1.Deployment]) []Finding {
	var findings []Finding
	for i, volume := range d.obj.Spec.Template.Spec.Volumes {
		if volume.EmptyDir != nil && (volume.EmptyDir.SizeLimit == nil || volume.EmptyDir.SizeLimit.Sign() <= 0) {
			findings = append(findings, found(d.ref, fmt.Sprintf("%s.volumes[%d].emptyDir.sizeLimit", podPath, i),
				"volume %s may fill the node's disk", volume.Name))
		}
	}
	return findings
}
