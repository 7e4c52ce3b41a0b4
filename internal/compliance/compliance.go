// Package compliance judges: it says of objects, planned or live, whether each control of the catalogue holds, and if
// not, where and what to do. It imports neither render nor edge, and finds what it judges by itself: the judge shares
// no code with the accused.
package compliance

import (
	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/object"
)

// Phase says what is judged.
type Phase int

// The phases.
const (
	// Planned objects: those that a plan would make.
	Planned Phase = iota
	// Live objects: those that the API server holds.
	Live
)

// Input is what is judged, and what it is judged by.
type Input struct {
	Phase Phase
	// Site is what the user wrote; it is never nil.
	Site *hustingsv1alpha1.CampaignSite
	// Facts are what is known of the world; Facts.Class is never nil.
	Facts facts.Snapshot
	// Objects are judged, in any order: the children of the site.
	Objects []object.Object
	// Planned are the objects as they were to be, for the comparison with live ones; nil in phase Planned, and where the plan
	// that Site has now is not the one that the live objects are of.
	Planned []object.Object
	// Enforcement is what the edge's driver says that it enforces.
	Enforcement []hustingsv1alpha1.EdgeEnforcement
	// Contents hold what Objects and Planned are as maps and lists, as far as somebody has looked already; nil, nobody has.
	Contents *object.Contents

	// read is Objects by kind; nil, not read yet. Evaluate sets it, so that every control reads the same once.
	read *view
}

// isUnplanned says whether the objects are live ones of another plan than the site has now: what runs while that one is refused.
func (in Input) isUnplanned() bool { return in.Phase == Live && len(in.Planned) == 0 }

// Group is what a control is about; conditions and columns roll up by it.
type Group string

// The groups.
const (
	GroupPod          Group = "pod"
	GroupImage        Group = "image"
	GroupNetwork      Group = "network"
	GroupLeaks        Group = "leaks"
	GroupEdge         Group = "edge"
	GroupAvailability Group = "availability"
	GroupIntegrity    Group = "integrity"
)

// Control is one rule of the catalogue.
type Control struct {
	ID       hustingsv1alpha1.ControlID
	Group    Group
	Severity hustingsv1alpha1.Severity
	// Blocking: where the class enforces, a plan that fails it is not applied.
	Blocking bool
	// Title says in a few words what holds when the control passes.
	Title string
	// Remediation says what to do when it does not.
	Remediation string
	// Check judges. It must not change its input.
	Check func(Input) Outcome
}

// Outcome is what a check saw.
type Outcome struct {
	Result hustingsv1alpha1.Result
	// Message says what was seen in a sentence; empty, the findings say it.
	Message string
	// Findings are the places where the control failed; there is one at least where Result is Fail.
	Findings []Finding
}

// Finding is one place where a control failed.
type Finding struct {
	// Object that is wrong; zero, the CampaignSite itself.
	Object object.Ref
	// Path is the field of the object, such as spec.template.spec.hostNetwork.
	Path string
	// Cause is the field of the CampaignSite that a person must edit, such as spec.env[0].value; empty, none.
	Cause string
	// Message says what is wrong there; it never holds the value of a secret.
	Message string
	// Fingerprint stays the same while the finding does, also when lines move. A check may leave here what sets the
	// finding apart from others at the same place; Evaluate makes the fingerprint of it.
	Fingerprint string
}

// Verdict is the outcome of one control for one site.
type Verdict struct {
	Control Control
	Outcome
	// Waiver covers a failure; empty, none.
	Waiver string
	// Accepted is whether the class accepts the control's Unknown.
	Accepted bool
}
