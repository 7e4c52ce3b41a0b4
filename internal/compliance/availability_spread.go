package compliance

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func availabilitySpreadControl() Control {
	return Control{
		ID: "availability.spread", Group: GroupAvailability, Severity: hustingsv1alpha1.SeverityMedium,
		Title:       "Pods are spread over nodes and zones",
		Remediation: "Restore the pod's topologySpreadConstraints over kubernetes.io/hostname and topology.kubernetes.io/zone; they must select the site's pods.",
		Check:       availabilitySpread,
	}
}

func availabilitySpread(in Input) Outcome {
	return in.eachDeployment(func(d child[*appsv1.Deployment]) []Finding {
		var findings []Finding
		template := &d.obj.Spec.Template
		for _, key := range [...]string{corev1.LabelHostname, corev1.LabelTopologyZone} {
			if !slices.ContainsFunc(template.Spec.TopologySpreadConstraints, func(c corev1.TopologySpreadConstraint) bool {
				return c.TopologyKey == key && selects(c.LabelSelector, template.Labels)
			}) {
				findings = append(findings, found(d.ref, podPath+".topologySpreadConstraints", "the site's pods are not spread by %s", key).apart(key))
			}
		}
		return findings
	})
}
