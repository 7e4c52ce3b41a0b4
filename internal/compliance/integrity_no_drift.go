package compliance

import (
	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
)

func integrityNoDriftControl() Control {
	return Control{
		ID: "integrity.no-drift", Group: GroupIntegrity, Severity: hustingsv1alpha1.SeverityHigh,
		Title:       "The live objects are as planned",
		Remediation: "Undo what was changed by hand (`kubectl get KIND NAME --show-managed-fields -o yaml` says by whom), and change the CampaignSite instead.",
		Check:       integrityNoDrift,
	}
}

func integrityNoDrift(in Input) Outcome {
	if in.Phase == Planned {
		return Outcome{Result: hustingsv1alpha1.ResultNotApplicable, Message: "nothing is live yet"}
	}
	if in.isUnplanned() {
		return Outcome{Result: hustingsv1alpha1.ResultUnknown, Message: "the plan is not applied, and what was applied before cannot be kept as it was: what runs is not compared, and not put back"}
	}
	v := in.objects()
	live := make(map[object.Ref]object.Object, len(v.all))
	for _, c := range v.all {
		live[c.ref] = c.obj
	}
	var findings []Finding
	planned := make(map[object.Ref]bool, len(in.Planned))
	for _, p := range childrenOf(in.Planned) {
		planned[p.ref] = true
		drift, err := driftOf(p, live[p.ref], in.Contents)
		if err != nil {
			return Outcome{Result: hustingsv1alpha1.ResultError, Message: err.Error()}
		}
		findings = append(findings, drift...)
	}
	for _, c := range v.all {
		if !planned[c.ref] && isOurs(c.ref.Kind) {
			findings = append(findings, found(c.ref, "", "the object is not planned"))
		}
	}
	return judged(findings)
}

func driftOf(p child[object.Object], live object.Object, contents *object.Contents) ([]Finding, error) {
	if live == nil {
		return []Finding{found(p.ref, "", "missing: the object is planned and does not exist")}, nil
	}
	want, err := contents.Of(p.obj)
	if err != nil {
		return nil, err
	}
	have, err := contents.Of(live)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, path := range Differences(want, have) {
		findings = append(findings, found(p.ref, path, "the field is not as planned"))
	}
	for _, path := range Additions(want, have) {
		findings = append(findings, found(p.ref, path, "the field was added by somebody else"))
	}
	return findings, nil
}

// isOurs says whether only the site's own objects of a kind are judged. NetworkPolicies of others are judged as well,
// because they add up; they are no drift.
func isOurs(kind string) bool {
	switch kind {
	case kindDeployment, kindServiceAccount, kindService, kindIngress, kindBudget, kindAutoscaler, kindMiddleware:
		return true
	}
	return false
}
