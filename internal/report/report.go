package report

import (
	"cmp"
	"slices"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// SchemaVersion of the JSON format. It changes when a reader of the old one would misread the new one.
const SchemaVersion = "1"

// The controls that stand for problems of the input; they are in no catalogue and cannot be waived.
const (
	// ControlInvalid: what was read cannot be accepted.
	ControlInvalid hustingsv1alpha1.ControlID = "input.invalid"
	// ControlIncomplete: something that a verdict needs is not among the input.
	ControlIncomplete hustingsv1alpha1.ControlID = "input.incomplete"
)

// Finding is one place where something is wrong, or could not be judged.
type Finding struct {
	Control     hustingsv1alpha1.ControlID `json:"control"`
	Severity    hustingsv1alpha1.Severity  `json:"severity"`
	Result      hustingsv1alpha1.Result    `json:"result"`
	File        string                     `json:"file"`
	Line        int                        `json:"line"`
	Column      int                        `json:"column"`
	Object      Object                     `json:"object"`
	Path        string                     `json:"path"`
	Message     string                     `json:"message"`
	Remediation string                     `json:"remediation"`
	Fingerprint string                     `json:"fingerprint"`

	// accepted: the class accepts that the control is Unknown.
	accepted bool
}

// Object is the object that a finding speaks of.
type Object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace"`
	Name       string `json:"name"`
}

// Summary counts the results of all controls of all sites.
type Summary struct {
	// Result is Invalid, Fail, Incomplete or Pass, whichever of them comes first.
	Result  string `json:"result"`
	Sites   int    `json:"sites"`
	Pass    int    `json:"pass"`
	Fail    int    `json:"fail"`
	Waived  int    `json:"waived"`
	Unknown int    `json:"unknown"`
	// Accepted of the Unknown ones do not hold Compliant back, by choice of the class.
	Accepted int `json:"accepted"`
	// Invalid counts the findings of control input.invalid.
	Invalid int `json:"invalid"`
	// NotChecked counts objects of other kinds.
	NotChecked int `json:"notChecked"`
	// NotCheckedKinds are their kinds, such as "ConfigMap (v1)".
	NotCheckedKinds []string `json:"notCheckedKinds"`
}

// Report is the result of a run.
type Report struct {
	SchemaVersion string    `json:"schemaVersion"`
	Summary       Summary   `json:"summary"`
	Findings      []Finding `json:"findings"`
}

// Outcome is what a report comes to.
type Outcome int

// The outcomes, the best first.
const (
	// Passed: nothing failed at or over the threshold.
	Passed Outcome = iota
	// Incomplete: something could not be judged, and the class does not accept that.
	Incomplete
	// Failed: a control failed at or over the threshold.
	Failed
	// Invalid: something in the input cannot be accepted.
	Invalid
)

// String is the outcome as the summary says it.
func (o Outcome) String() string {
	return [...]string{Passed: "Pass", Incomplete: "Incomplete", Failed: "Fail", Invalid: "Invalid"}[o]
}

// FailNever is the threshold that no severity reaches.
const FailNever hustingsv1alpha1.Severity = "never"

// Thresholds are the severities that a run may fail from, the strictest last.
func Thresholds() []hustingsv1alpha1.Severity {
	return []hustingsv1alpha1.Severity{FailNever, hustingsv1alpha1.SeverityCritical, hustingsv1alpha1.SeverityHigh,
		hustingsv1alpha1.SeverityMedium, hustingsv1alpha1.SeverityLow}
}

// Outcome of the report where failures of a severity below the threshold are shown but do not count.
func (r *Report) Outcome(threshold hustingsv1alpha1.Severity) Outcome {
	worst := Passed
	for i := range r.Findings {
		worst = max(worst, r.Findings[i].outcome(threshold))
	}
	return worst
}

func (f *Finding) outcome(threshold hustingsv1alpha1.Severity) Outcome {
	switch f.Result {
	case hustingsv1alpha1.ResultFail:
		order := Thresholds()
		if at := slices.Index(order, f.Severity); at >= 0 && at <= slices.Index(order, threshold) {
			return Failed
		}
	case hustingsv1alpha1.ResultError:
		if f.Control == ControlInvalid {
			return Invalid
		}
		return Incomplete
	case hustingsv1alpha1.ResultUnknown:
		if !f.accepted {
			return Incomplete
		}
	case hustingsv1alpha1.ResultPass, hustingsv1alpha1.ResultWaived, hustingsv1alpha1.ResultNotApplicable:
	}
	return Passed
}

// Finish orders the findings, drops those that say the same of the same place, and sets the summary's result.
func (r *Report) finish(threshold hustingsv1alpha1.Severity) {
	slices.SortFunc(r.Findings, compareFindings)
	r.Findings = slices.Compact(r.Findings)
	for i := range r.Findings {
		if r.Findings[i].Control == ControlInvalid {
			r.Summary.Invalid++
		}
	}
	r.Summary.Result = r.Outcome(threshold).String()
}

func compareFindings(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
		cmp.Compare(a.Control, b.Control),
		cmp.Compare(a.Object.Namespace, b.Object.Namespace), cmp.Compare(a.Object.Kind, b.Object.Kind), cmp.Compare(a.Object.Name, b.Object.Name),
		cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message), cmp.Compare(a.Fingerprint, b.Fingerprint),
		cmp.Compare(a.Result, b.Result),
	)
}
