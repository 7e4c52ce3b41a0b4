package compliance

import (
	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

func networkEnforcedControl() Control {
	return Control{
		ID: "network.enforced", Group: GroupNetwork, Severity: hustingsv1alpha1.SeverityHigh,
		Title:       "Something in the cluster enforces NetworkPolicies",
		Remediation: "Ask the platform team for a network plugin that enforces NetworkPolicies; without one they are accepted and do nothing. Where the platform team knows that one does, it lists network.enforced in the class's spec.accept.",
		Check:       networkEnforced,
	}
}

func networkEnforced(in Input) Outcome {
	if in.Phase == Planned {
		return Outcome{Result: hustingsv1alpha1.ResultNotApplicable, Message: "only a cluster can show it"}
	}
	switch in.Facts.PolicyEngine {
	case facts.Yes:
		return Outcome{Result: hustingsv1alpha1.ResultPass}
	case facts.No:
		return judged([]Finding{{Message: "nothing in the cluster enforces NetworkPolicies: the site's are accepted and do nothing"}})
	case facts.Unknown:
	}
	return Outcome{Result: hustingsv1alpha1.ResultUnknown, Message: "it is not known whether anything in the cluster enforces NetworkPolicies"}
}
