package compliance

import (
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func podProbesControl() Control {
	return Control{
		ID: "pod.probes", Group: GroupPod, Severity: hustingsv1alpha1.SeverityMedium,
		Title:       "The cluster asks the container whether it has started, is ready and is alive",
		Remediation: "Set spec.health.path to a path that answers 200 while the site works.",
		Check:       podProbes,
	}
}

func podProbes(in Input) Outcome {
	return in.eachDeployment(func(d child[*appsv1.Deployment]) []Finding {
		var findings []Finding
		pod := &d.obj.Spec.Template.Spec
		for i := range pod.Containers {
			c := &pod.Containers[i]
			for _, probe := range []struct {
				name  string
				probe *corev1.Probe
			}{{"readinessProbe", c.ReadinessProbe}, {"livenessProbe", c.LivenessProbe}, {"startupProbe", c.StartupProbe}} {
				if !asks(probe.probe) {
					findings = append(findings, found(d.ref, podPath+".containers["+strconv.Itoa(i)+"]."+probe.name,
						"container %s has no %s", c.Name, probe.name))
				}
			}
		}
		return findings
	})
}

// asks says whether a probe asks the container anything.
func asks(p *corev1.Probe) bool {
	return p != nil && (p.HTTPGet != nil || p.TCPSocket != nil || p.GRPC != nil || p.Exec != nil)
}
