package compliance

import (
	"slices"
	"strings"
	"testing"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
)

// TestWhatRunsIsJudgedWhileThePlanIsRefused: the plan that is refused says nothing of what somebody did to the objects of
// the last one.
func TestWhatRunsIsJudgedWhileThePlanIsRefused(t *testing.T) {
	verdictOf := func(verdicts []Verdict, id hustingsv1alpha1.ControlID) Verdict {
		return verdicts[slices.IndexFunc(verdicts, func(v Verdict) bool { return v.Control.ID == id })]
	}
	key := stripeKey()
	refused := good()
	refused.Site.Annotations = map[string]string{"note": key}
	planned := Evaluate(refused.Input)
	for name, test := range map[string]struct {
		breaks   func(*fixture)
		id       hustingsv1alpha1.ControlID
		want     hustingsv1alpha1.Result
		findings int
	}{
		"nothing was done to it":            {func(*fixture) {}, "pod.read-only-root", hustingsv1alpha1.ResultPass, 0},
		"what the plan fails":               {func(*fixture) {}, "leaks.manifest", hustingsv1alpha1.ResultFail, 1},
		"it is not compared with that plan": {func(*fixture) {}, "integrity.no-drift", hustingsv1alpha1.ResultUnknown, 0},
		"its root was made writable":        {func(f *fixture) { f.container().SecurityContext.ReadOnlyRootFilesystem = new(false) }, "pod.read-only-root", hustingsv1alpha1.ResultFail, 1},
		"the verdict is on the next image": {func(f *fixture) {
			f.Site.Status.Image.Running = f.container().Image
			f.Facts.Image.Digest = otherDigest(f.Facts.Image.Digest)
		}, "leaks.image", hustingsv1alpha1.ResultPass, 0},
		"the image that was let in is another": {func(f *fixture) {
			f.Site.Status.Image.Running = f.container().Image
			f.Site.Spec.Image = otherDigest(f.Site.Spec.Image)
		}, "image.digest-pinned", hustingsv1alpha1.ResultPass, 0},
		"nobody let its image in": {func(f *fixture) {
			f.Site.Status.Image.Running = otherDigest(f.container().Image)
		}, "image.digest-pinned", hustingsv1alpha1.ResultFail, 1},
		"its image was exchanged": {func(f *fixture) {
			f.Site.Status.Image.Running = f.container().Image
			f.container().Image = otherDigest(f.container().Image)
		}, "leaks.image", hustingsv1alpha1.ResultFail, 1},
		"a policy was deleted":               {func(f *fixture) { f.remove(f.deny) }, "network.default-deny", hustingsv1alpha1.ResultFail, 1},
		"it has another fault of the plan's": {func(f *fixture) { f.service.Annotations = map[string]string{"note": key} }, "leaks.manifest", hustingsv1alpha1.ResultFail, 2},
	} {
		t.Run(name, func(t *testing.T) {
			runs := live()
			runs.Site, runs.Planned = refused.Site, nil
			test.breaks(runs)
			got := verdictOf(Standing(planned, Evaluate(runs.Input)), test.id)
			if got.Result != test.want || len(got.Findings) < test.findings {
				t.Errorf("%s %q with %d findings", got.Result, got.Message, len(got.Findings))
			}
		})
	}
}

// otherDigest is a reference to another image.
func otherDigest(image string) string {
	return image[:len(image)-64] + strings.Repeat("5a", 32)
}

func TestStandingIsNoBetterThanEither(t *testing.T) {
	results := []hustingsv1alpha1.Result{
		hustingsv1alpha1.ResultNotApplicable, hustingsv1alpha1.ResultPass, hustingsv1alpha1.ResultWaived, hustingsv1alpha1.ResultUnknown,
		hustingsv1alpha1.ResultFail, hustingsv1alpha1.ResultError, "Spotless",
	}
	for i, a := range results {
		for j, b := range results {
			one := func(r hustingsv1alpha1.Result) []Verdict {
				return []Verdict{{Control: Control{ID: "x"}, Outcome: Outcome{Result: r, Findings: []Finding{{Object: object.Ref{Name: string(r)}}}}}}
			}
			if got := Standing(one(a), one(b))[0].Result; got != results[max(i, j)] {
				t.Errorf("%s and %s make %s", a, b, got)
			}
		}
	}
	unknown := func(isAccepted bool) []Verdict {
		return []Verdict{{Control: Control{ID: "x"}, Outcome: Outcome{Result: hustingsv1alpha1.ResultUnknown}, Accepted: isAccepted}}
	}
	if Standing(unknown(true), unknown(false))[0].Accepted || Standing(unknown(false), unknown(true))[0].Accepted {
		t.Error("what one class accepts hides what the other does not")
	}
	if !Standing(unknown(true), unknown(true))[0].Accepted {
		t.Error("what both classes accept is not accepted")
	}
}
