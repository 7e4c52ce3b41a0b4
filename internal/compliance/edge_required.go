package compliance

import (
	"slices"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func edgeRequiredControl() Control {
	return Control{
		ID: "edge.required", Group: GroupEdge, Severity: hustingsv1alpha1.SeverityCritical, Blocking: true,
		Title:       "The edge enforces every feature that the class requires",
		Remediation: "Use a class whose edge enforces the feature, or ask the platform team to take it out of spec.edge.required.",
		Check:       edgeRequired,
	}
}

func edgeRequired(in Input) Outcome {
	required := in.Facts.Class.Spec.Edge.Required
	if len(required) == 0 {
		return Outcome{Result: hustingsv1alpha1.ResultNotApplicable, Message: "the class requires no feature of the edge"}
	}
	var findings []Finding
	for _, feature := range required {
		if !slices.ContainsFunc(in.Enforcement, func(e hustingsv1alpha1.EdgeEnforcement) bool {
			return e.Feature == feature && (e.Level == hustingsv1alpha1.LevelNative || e.Level == hustingsv1alpha1.LevelApproximated)
		}) {
			findings = append(findings, Finding{
				Message:     "the class requires " + string(feature) + ", which the edge does not enforce for this site",
				Fingerprint: string(feature),
			})
		}
	}
	return judged(findings)
}
