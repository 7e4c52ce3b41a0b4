package compliance

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

// TestWhatIsAllowedHidesNoGap: a finding that is allowed says nothing of what was not looked at.
func TestWhatIsAllowedHidesNoGap(t *testing.T) {
	class := &hustingsv1alpha1.SiteClass{Spec: hustingsv1alpha1.SiteClassSpec{Leaks: &hustingsv1alpha1.ClassLeaks{
		Allow: []hustingsv1alpha1.AllowedLeak{{Fingerprint: "0123456789abcdef", Reason: "a test", Expires: metav1.NewTime(time.Unix(1<<33, 0))}},
	}}}
	in := Input{Facts: facts.Snapshot{Class: class, Now: time.Unix(1<<31, 0)}}
	scan := facts.Scan{
		Verdict: hustingsv1alpha1.VerdictLeaking, Total: 1,
		Findings: []hustingsv1alpha1.LeakFinding{{Rule: "jwt", File: "a.js", Fingerprint: "0123456789abcdef"}},
	}
	if got := scanned(in, scan, "the image").Result; got != hustingsv1alpha1.ResultPass {
		t.Errorf("all was looked at: %s", got)
	}
	scan.Message = "b.7z: its kind is not undone here"
	if got := scanned(in, scan, "the image").Result; got != hustingsv1alpha1.ResultUnknown {
		t.Errorf("not all was looked at: %s", got)
	}
}

// TestAScanThatBrokeOffIsNeverGreen: what it found counts, and where all of that is allowed, the rest is not known.
func TestAScanThatBrokeOffIsNeverGreen(t *testing.T) {
	class := &hustingsv1alpha1.SiteClass{Spec: hustingsv1alpha1.SiteClassSpec{Leaks: &hustingsv1alpha1.ClassLeaks{
		Allow: []hustingsv1alpha1.AllowedLeak{{Fingerprint: "0123456789abcdef", Reason: "a test", Expires: metav1.NewTime(time.Unix(1<<33, 0))}},
	}}}
	in := Input{Facts: facts.Snapshot{Class: class, Now: time.Unix(1<<31, 0)}}
	for fingerprint, want := range map[string]hustingsv1alpha1.Result{
		"0123456789abcdef": hustingsv1alpha1.ResultUnknown, "fedcba9876543210": hustingsv1alpha1.ResultFail,
	} {
		got := scanned(in, facts.Scan{
			Verdict: hustingsv1alpha1.VerdictError, Total: 1, Message: "the registry broke off",
			Findings: []hustingsv1alpha1.LeakFinding{{Rule: "jwt", File: "a.js", Fingerprint: fingerprint}},
		}, "the image")
		if got.Result != want || !strings.Contains(got.Message, "tried again") {
			t.Errorf("%s: %s, %q", fingerprint, got.Result, got.Message)
		}
	}
}
