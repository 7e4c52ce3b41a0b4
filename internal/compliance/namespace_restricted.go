package compliance

import (
	"k8s.io/pod-security-admission/api"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func namespaceRestrictedControl() Control {
	return Control{
		ID: "namespace.restricted", Group: GroupNetwork, Severity: hustingsv1alpha1.SeverityHigh,
		Title:       "The namespace admits restricted pods only",
		Remediation: "Ask the platform team: kubectl label namespace NAMESPACE " + api.EnforceLevelLabel + "=restricted --overwrite",
		Check:       namespaceRestricted,
	}
}

// namespaceRestricted looks at the namespace and not at the pod: another pod there could bear the site's labels, and
// every NetworkPolicy of the site would hold for it.
func namespaceRestricted(in Input) Outcome {
	ns := in.Facts.Namespace
	if !ns.Known {
		return Outcome{Result: hustingsv1alpha1.ResultUnknown, Message: "the labels of the namespace are not known here"}
	}
	if ns.Labels[api.EnforceLevelLabel] == string(api.LevelRestricted) {
		return Outcome{Result: hustingsv1alpha1.ResultPass}
	}
	return judged([]Finding{{
		Path: "metadata.namespace", Cause: "metadata.namespace",
		Message: "the namespace does not have the label " + api.EnforceLevelLabel + "=restricted",
	}})
}
