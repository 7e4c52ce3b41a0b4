package compliance

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func podLeastPrivilegeControl() Control {
	return Control{
		ID: "pod.least-privilege", Group: GroupPod, Severity: hustingsv1alpha1.SeverityCritical, Blocking: true,
		Title:       "One container, a numeric user that is not root, no capabilities, no port of the node",
		Remediation: "Undo what was changed by hand; set spec.runAsUser to the number of the image's user.",
		Check:       podLeastPrivilege,
	}
}

// podLeastPrivilege asks for what "restricted" does not see: it lets any number of containers, NET_BIND_SERVICE, and,
// in a user namespace, root pass.
func podLeastPrivilege(in Input) Outcome {
	return in.eachDeployment(func(d child[*appsv1.Deployment]) []Finding {
		pod := &d.obj.Spec.Template.Spec
		findings := otherContainers(d, pod)
		if pods := in.Facts.Class.Spec.Pods; pods != nil && pods.UserNamespaces == hustingsv1alpha1.UserNamespacesRequired && !isFalse(pod.HostUsers) {
			findings = append(findings, found(d.ref, podPath+".hostUsers", "the class requires user namespaces, and the pod shares the node's users"))
		}
		for _, c := range containers(pod) {
			findings = append(findings, privileges(d, pod, c)...)
		}
		return findings
	})
}

func otherContainers(d child[*appsv1.Deployment], pod *corev1.PodSpec) []Finding {
	var findings []Finding
	if n := len(pod.Containers); n != 1 {
		findings = append(findings, found(d.ref, podPath+".containers", "the pod has %d containers; a site has one", n))
	}
	if n := len(pod.InitContainers); n > 0 {
		findings = append(findings, found(d.ref, podPath+".initContainers", "the pod has init containers; a site has none"))
	}
	if n := len(pod.EphemeralContainers); n > 0 {
		findings = append(findings, found(d.ref, podPath+".ephemeralContainers", "the pod has ephemeral containers; a site has none"))
	}
	return findings
}

func privileges(d child[*appsv1.Deployment], pod *corev1.PodSpec, c containerAt) []Finding {
	var findings []Finding
	user := (*int64)(nil)
	if pod.SecurityContext != nil {
		user = pod.SecurityContext.RunAsUser
	}
	if s := c.SecurityContext; s != nil {
		if s.RunAsUser != nil {
			user = s.RunAsUser
		}
		if s.Capabilities != nil && len(s.Capabilities.Add) > 0 {
			findings = append(findings, found(d.ref, c.path+".securityContext.capabilities.add", "container %s adds capabilities", c.Name))
		}
	}
	if orZero(user) < 1 {
		findings = append(findings, found(d.ref, c.path+".securityContext.runAsUser",
			"container %s has no user number above 0", c.Name).because("spec.runAsUser"))
	}
	for i, p := range c.Ports {
		if p.HostPort != 0 || p.HostIP != "" {
			findings = append(findings, found(d.ref, fmt.Sprintf("%s.ports[%d].hostPort", c.path, i), "container %s takes a port of the node", c.Name))
		}
	}
	return findings
}
