package compliance

import (
	"fmt"
	"slices"
	"strings"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
)

// Summarize counts verdicts and rolls them up for the printed table.
func Summarize(verdicts []Verdict) hustingsv1alpha1.ControlSummary {
	var s hustingsv1alpha1.ControlSummary
	for i := range verdicts {
		switch verdicts[i].Result {
		case hustingsv1alpha1.ResultPass:
			s.Pass++
		case hustingsv1alpha1.ResultFail, hustingsv1alpha1.ResultError:
			s.Fail++
		case hustingsv1alpha1.ResultWaived:
			s.Waived++
		case hustingsv1alpha1.ResultUnknown:
			s.Unknown++
		case hustingsv1alpha1.ResultNotApplicable:
		}
	}
	s.Text = fmt.Sprintf("%d/%d", s.Pass+s.Waived, s.Pass+s.Waived+s.Fail+s.Unknown)
	s.Pod = string(rollUp(verdicts, GroupPod, GroupImage))
	s.Network = string(rollUp(verdicts, GroupNetwork))
	s.Secrets = string(rollUp(verdicts, GroupLeaks))
	s.Edge = string(rollUp(verdicts, GroupEdge))
	return s
}

// Compliant says whether every control passed, is waived, does not apply or is an Unknown that the class accepts. Where
// nothing was judged, nothing is compliant.
func Compliant(verdicts []Verdict) bool {
	return len(verdicts) > 0 && !slices.ContainsFunc(verdicts, func(v Verdict) bool { return holdsBack(&v) })
}

// Blocking are the verdicts that keep an enforcing class from applying a plan: what is not known blocks like what
// failed, or a check that went wrong would open what it guards.
func Blocking(verdicts []Verdict) []Verdict {
	var out []Verdict
	for i := range verdicts {
		if verdicts[i].Control.Blocking && holdsBack(&verdicts[i]) {
			out = append(out, verdicts[i])
		}
	}
	return out
}

// holdsBack says whether a verdict stands against compliance. A result that is none of the known ones does.
func holdsBack(v *Verdict) bool {
	switch v.Result {
	case hustingsv1alpha1.ResultPass, hustingsv1alpha1.ResultWaived, hustingsv1alpha1.ResultNotApplicable:
		return false
	case hustingsv1alpha1.ResultUnknown:
		return !v.Accepted
	case hustingsv1alpha1.ResultFail, hustingsv1alpha1.ResultError:
	}
	return true
}

// GroupResult rolls up the verdicts of groups, with a message that names what stands against them.
func GroupResult(verdicts []Verdict, groups ...Group) (hustingsv1alpha1.Result, string) {
	in := within(verdicts, groups)
	result := worst(in)
	switch result {
	case hustingsv1alpha1.ResultFail:
		return result, list(in, "failed", hustingsv1alpha1.ResultFail, hustingsv1alpha1.ResultError)
	case hustingsv1alpha1.ResultUnknown:
		if len(in) == 0 {
			return result, "no control was judged"
		}
		return result, list(in, "could not be judged", hustingsv1alpha1.ResultUnknown)
	case hustingsv1alpha1.ResultWaived:
		return result, list(in, "failed under a waiver, the others passed", hustingsv1alpha1.ResultWaived)
	case hustingsv1alpha1.ResultNotApplicable:
		return result, "no control applies"
	case hustingsv1alpha1.ResultPass, hustingsv1alpha1.ResultError:
	}
	return result, "every control that applies passed"
}

// rollUp is what the groups' verdicts come to.
func rollUp(verdicts []Verdict, groups ...Group) hustingsv1alpha1.Result {
	return worst(within(verdicts, groups))
}

// worst of verdicts: Fail, Unknown, Waived, Pass. Without a verdict it is Unknown.
func worst(in []*Verdict) hustingsv1alpha1.Result {
	has := func(f func(*Verdict) bool) bool { return slices.ContainsFunc(in, f) }
	is := func(r hustingsv1alpha1.Result) func(*Verdict) bool {
		return func(v *Verdict) bool { return v.Result == r }
	}
	unknown := func(v *Verdict) bool { return v.Result == hustingsv1alpha1.ResultUnknown && !v.Accepted }
	switch {
	case has(func(v *Verdict) bool { return holdsBack(v) && v.Result != hustingsv1alpha1.ResultUnknown }):
		return hustingsv1alpha1.ResultFail
	case len(in) == 0 || has(unknown):
		return hustingsv1alpha1.ResultUnknown
	case has(is(hustingsv1alpha1.ResultWaived)):
		return hustingsv1alpha1.ResultWaived
	case !has(func(v *Verdict) bool { return v.Result != hustingsv1alpha1.ResultNotApplicable }):
		return hustingsv1alpha1.ResultNotApplicable
	}
	return hustingsv1alpha1.ResultPass
}

// within are the verdicts of groups. They are large, so it does not copy them.
func within(verdicts []Verdict, groups []Group) []*Verdict {
	in := make([]*Verdict, 0, len(verdicts))
	for i := range verdicts {
		if slices.Contains(groups, verdicts[i].Control.Group) {
			in = append(in, &verdicts[i])
		}
	}
	return in
}

// list names the verdicts of some results with the first thing that each says, at most three of them, so that a
// condition stays readable.
func list(verdicts []*Verdict, what string, results ...hustingsv1alpha1.Result) string {
	const most = 3
	var parts []string
	total := 0
	for _, v := range verdicts {
		if !slices.Contains(results, v.Result) || v.Accepted {
			continue
		}
		if total++; total <= most {
			parts = append(parts, fmt.Sprintf("%s (%s)", v.Control.ID, reason(v)))
		}
	}
	if total > most {
		parts = append(parts, fmt.Sprintf("and %d more", total-most))
	}
	return fmt.Sprintf("%d of %d controls %s: %s", total, len(verdicts), what, strings.Join(parts, ", "))
}

// said is a finding in one line: where there is nothing in the site that could be mended, it begins with the object that it is in.
func said(f Finding) string {
	if f.Cause != "" || f.Object == (object.Ref{}) {
		return f.Message
	}
	return f.Object.String() + ": " + f.Message
}

// reason is what a verdict says in one line: its message, else its first finding, else its title. It is cut at 200 bytes.
func reason(v *Verdict) string {
	const most = 200
	text := v.Message
	if text == "" && len(v.Findings) > 0 {
		text = said(v.Findings[0])
	}
	if text == "" {
		text = v.Control.Title
	}
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
