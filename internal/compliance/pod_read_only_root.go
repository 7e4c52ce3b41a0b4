package compliance

import (
	appsv1 "k8s.io/api/apps/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func podReadOnlyRootControl() Control {
	return Control{
		ID: "pod.read-only-root", Group: GroupPod, Severity: hustingsv1alpha1.SeverityHigh, Blocking: true,
		Title:       "The container's root file system is read-only",
		Remediation: "List the folders that the site writes to in spec.writablePaths; everything else stays read-only.",
		Check:       podReadOnlyRoot,
	}
}

func podReadOnlyRoot(in Input) Outcome {
	return in.eachDeployment(func(d child[*appsv1.Deployment]) []Finding {
		var findings []Finding
		for _, c := range containers(&d.obj.Spec.Template.Spec) {
			if c.SecurityContext == nil || !isTrue(c.SecurityContext.ReadOnlyRootFilesystem) {
				findings = append(findings, found(d.ref, c.path+".securityContext.readOnlyRootFilesystem",
					"container %s can write to its own program files", c.Name))
			}
		}
		return findings
	})
}
