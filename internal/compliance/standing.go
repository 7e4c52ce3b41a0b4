package compliance

import (
	"slices"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// Standing are the verdicts on a site whose plan is refused while what was applied before runs on, in the order of those
// on the plan: of each control the worse of the two. Where both fail it lists what each found, that of the plan first, for
// it is what to mend.
func Standing(planned, live []Verdict) []Verdict {
	out := slices.Clone(planned)
	for i := range out {
		for j := range live {
			if live[j].Control.ID == out[i].Control.ID {
				out[i] = worse(out[i], live[j])
			}
		}
	}
	return out
}

func worse(planned, live Verdict) Verdict {
	switch a, b := badness(&planned), badness(&live); {
	case a < b:
		return live
	case a > b || a < badness(&Verdict{Outcome: Outcome{Result: hustingsv1alpha1.ResultFail}}):
		return planned
	}
	findings := slices.Clone(planned.Findings)
	for _, f := range live.Findings {
		if !slices.ContainsFunc(findings, func(other Finding) bool { return other.Fingerprint == f.Fingerprint && other.Message == f.Message }) {
			findings = append(findings, f)
		}
	}
	planned.Findings = findings
	return planned
}

// badness orders verdicts. One that nobody knows is the worst; of two Unknown ones, that which no class accepts.
func badness(v *Verdict) int {
	order := []hustingsv1alpha1.Result{
		hustingsv1alpha1.ResultNotApplicable, hustingsv1alpha1.ResultPass, hustingsv1alpha1.ResultWaived, hustingsv1alpha1.ResultUnknown,
		hustingsv1alpha1.ResultFail, hustingsv1alpha1.ResultError,
	}
	at := slices.Index(order, v.Result)
	switch {
	case at < 0:
		return 2 * len(order)
	case v.Result == hustingsv1alpha1.ResultUnknown && v.Accepted:
		return 2*at - 1
	}
	return 2 * at
}
