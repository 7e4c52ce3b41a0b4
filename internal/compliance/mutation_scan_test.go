package compliance

import (
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

// leakyScan is a scan with one finding in one place.
func leakyScan() facts.Scan {
	return facts.Scan{Verdict: hustingsv1alpha1.VerdictLeaking, Total: 1, Findings: []hustingsv1alpha1.LeakFinding{{
		Rule: "stripe-access-token", Severity: "critical", Layer: "sha256:" + strings.Repeat("1a", 32), File: "app/.env", Line: 3, Column: 12,
		Fingerprint: "f1f1f1f1f1f1f1f1",
	}}}
}

// allow adds an entry to the class's list.
func allow(f *fixture, entry hustingsv1alpha1.AllowedLeak) {
	if f.class.Spec.Leaks == nil {
		f.class.Spec.Leaks = &hustingsv1alpha1.ClassLeaks{}
	}
	if entry.Expires.IsZero() {
		entry.Expires = later(f)
	}
	f.class.Spec.Leaks.Allow = append(f.class.Spec.Leaks.Allow, entry)
}

func scanMutations() []mutation {
	unknown := hustingsv1alpha1.ResultUnknown
	image := func(name string, result hustingsv1alpha1.Result, change func(*fixture)) mutation {
		m := mutation{control: "leaks.image", name: name, result: result, breaks: change}
		if result == "" {
			m.cause = "spec.image"
		}
		return m
	}
	page := func(id hustingsv1alpha1.ControlID, name string, result hustingsv1alpha1.Result, scan func(*fixture) *facts.Scan, value facts.Scan) mutation {
		return mutation{control: id, name: name, result: result, live: true, breaks: func(f *fixture) { *scan(f) = value }}
	}
	secrets := func(f *fixture) *facts.Scan { return &f.Facts.Served.Secrets }
	files := func(f *fixture) *facts.Scan { return &f.Facts.Served.Files }
	return []mutation{
		image("a secret in a layer", "", func(f *fixture) { f.Facts.Image.Scan = leakyScan() }),
		image("a secret, by the rules of earlier", "", func(f *fixture) { f.Facts.Image.Scan = leakyScan(); f.Facts.Image.Scan.Outdated = true }),
		image("more findings than are listed and allowed", "", func(f *fixture) {
			f.Facts.Image.Scan = leakyScan()
			f.Facts.Image.Scan.Total = 2
			allow(f, hustingsv1alpha1.AllowedLeak{Fingerprint: "f1f1f1f1f1f1f1f1"})
		}),
		image("a verdict without findings", "", func(f *fixture) { f.Facts.Image.Scan = facts.Scan{Verdict: hustingsv1alpha1.VerdictLeaking, Total: 3} }),
		image("no verdict", unknown, func(f *fixture) { f.Facts.Image.Scan = facts.Scan{} }),
		image("a verdict that nobody knows", unknown, func(f *fixture) { f.Facts.Image.Scan.Verdict = "Spotless" }),
		image("not all was looked at", unknown, func(f *fixture) { f.Facts.Image.Scan.Verdict = hustingsv1alpha1.VerdictIncomplete }),
		image("it could not be scanned", unknown, func(f *fixture) { f.Facts.Image.Scan.Verdict = hustingsv1alpha1.VerdictError }),
		image("a secret was found before the scan broke off", "", func(f *fixture) {
			f.Facts.Image.Scan = leakyScan()
			f.Facts.Image.Scan.Verdict, f.Facts.Image.Scan.Message = hustingsv1alpha1.VerdictError, "the registry broke off"
		}),
		image("a tag that was not resolved", unknown, func(f *fixture) { f.Facts.Image.Digest = "" }),
		image("no scanner", unknown, func(f *fixture) { f.Facts.Image.NoScanner, f.Facts.Image.Scan = true, facts.Scan{} }),
		page("leaks.served", "a secret in a page", "", secrets, leakyScan()),
		page("leaks.served", "nobody has looked", unknown, secrets, facts.Scan{}),
		page("leaks.served", "not all was looked at", unknown, secrets, facts.Scan{Verdict: hustingsv1alpha1.VerdictIncomplete}),
		page("leaks.served", "it could not be looked at", unknown, secrets, facts.Scan{Verdict: hustingsv1alpha1.VerdictError}),
		page("leaks.exposed-files", "a file that is served", "", files, leakyScan()),
		page("leaks.exposed-files", "nobody has looked", unknown, files, facts.Scan{}),
		{control: "leaks.served", name: "a secret while another image is planned", breaks: func(f *fixture) { f.Facts.Served.Secrets = leakyScan() }},
	}
}

func TestAllowedFindings(t *testing.T) {
	const print = "f1f1f1f1f1f1f1f1"
	for name, test := range map[string]struct {
		entry   hustingsv1alpha1.AllowedLeak
		change  func(*fixture)
		allowed bool
		says    string
	}{
		"by fingerprint":                   {entry: hustingsv1alpha1.AllowedLeak{Fingerprint: print}, allowed: true, says: "allows 1"},
		"by fingerprint, in every place":   {entry: hustingsv1alpha1.AllowedLeak{Fingerprint: print}, change: inPlaces(3), allowed: true},
		"by another fingerprint":           {entry: hustingsv1alpha1.AllowedLeak{Fingerprint: "another-one"}},
		"by rule and path":                 {entry: hustingsv1alpha1.AllowedLeak{Rule: "stripe-access-token", Path: "app/.env"}, allowed: true},
		"by rule and folder":               {entry: hustingsv1alpha1.AllowedLeak{Rule: "stripe-access-token", Path: "app/"}, allowed: true},
		"by a folder of a like name":       {entry: hustingsv1alpha1.AllowedLeak{Rule: "stripe-access-token", Path: "ap"}},
		"by another rule":                  {entry: hustingsv1alpha1.AllowedLeak{Rule: "aws-access-token", Path: "app/.env"}},
		"by path, but it has other places": {entry: hustingsv1alpha1.AllowedLeak{Rule: "stripe-access-token", Path: "app/.env"}, change: inPlaces(2)},
		"by an entry without a word":       {entry: hustingsv1alpha1.AllowedLeak{}},
		"until a time that has come": {
			entry: hustingsv1alpha1.AllowedLeak{Fingerprint: print}, says: "expired on",
			change: func(f *fixture) { f.class.Spec.Leaks.Allow[0].Expires = metav1.NewTime(f.Facts.Now) },
		},
		"at a time that is not known": {
			entry: hustingsv1alpha1.AllowedLeak{Fingerprint: print}, change: func(f *fixture) { f.Facts.Now = time.Time{} },
		},
		"beside an entry of no use": {
			entry: hustingsv1alpha1.AllowedLeak{Fingerprint: print}, allowed: true, says: "1 of its 2 entries match nothing",
			change: func(f *fixture) { allow(f, hustingsv1alpha1.AllowedLeak{Fingerprint: "another-one"}) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := live()
			f.Facts.Image.Scan, f.Facts.Served.Secrets, f.Facts.Served.Files = leakyScan(), leakyScan(), leakyScan()
			allow(f, test.entry)
			if test.change != nil {
				test.change(f)
			}
			verdicts := Evaluate(f.Input)
			for _, id := range []hustingsv1alpha1.ControlID{"leaks.image", "leaks.served", "leaks.exposed-files"} {
				v := verdictOf(t, verdicts, id)
				if (v.Result == hustingsv1alpha1.ResultPass) != test.allowed || !strings.Contains(v.Message, test.says) {
					t.Errorf("%s is %s: %q", id, v.Result, v.Message)
				}
			}
		})
	}
}

// inPlaces has the secret of every scan in that many places.
func inPlaces(n int32) func(*fixture) {
	return func(f *fixture) {
		for _, scan := range []*facts.Scan{&f.Facts.Image.Scan, &f.Facts.Served.Secrets, &f.Facts.Served.Files} {
			scan.Findings[0].Places, scan.Total = n, n
		}
	}
}

func TestAFindingSaysRuleLayerPathAndLine(t *testing.T) {
	f := good()
	f.Facts.Image.Scan = leakyScan()
	f.Facts.Image.Scan.Total = 4
	verdicts := Evaluate(f.Input)
	_, message := GroupResult(verdicts, GroupLeaks)
	for _, text := range []string{verdictOf(t, verdicts, "leaks.image").Message, message} {
		if !strings.Contains(text, "stripe-access-token in layer 1a1a1a1a1a1a app/.env:3:12, and 3 more") {
			t.Errorf("it says %q", text)
		}
	}
}

func TestWhatOnlyAClusterKnowsDoesNotApplyToManifests(t *testing.T) {
	f := good()
	f.Facts.Claims.Source = facts.ClaimsFromManifests
	f.Facts.Image, f.Facts.Served = facts.Image{}, facts.Served{}
	verdicts := Evaluate(f.Input)
	for _, id := range []hustingsv1alpha1.ControlID{"leaks.image", "leaks.served", "leaks.exposed-files"} {
		if v := verdictOf(t, verdicts, id); v.Result != hustingsv1alpha1.ResultNotApplicable || v.Message == "" {
			t.Errorf("%s is %s: %q", id, v.Result, v.Message)
		}
	}
	if len(Blocking(verdicts)) > 0 {
		t.Error("manifests are blocked for what they cannot show")
	}
}

func TestAWithdrawnSiteNeedsNoRoute(t *testing.T) {
	f := live()
	f.Facts.Served.Secrets = leakyScan()
	f.remove(f.route, f.redirect)
	f.Planned = slices.Clone(f.Objects)
	f.class.Spec.Leaks = &hustingsv1alpha1.ClassLeaks{OnServedLeak: hustingsv1alpha1.ServedLeakWithdraw}
	for _, v := range Evaluate(f.Input) {
		if failed := v.Result == hustingsv1alpha1.ResultFail; failed != (v.Control.ID == "leaks.served") {
			t.Errorf("%s is %s: %s", v.Control.ID, v.Result, v.Message)
		}
	}
	f.class.Spec.Leaks.OnServedLeak = hustingsv1alpha1.ServedLeakReport
	if v := verdictOf(t, Evaluate(f.Input), "edge.tls"); v.Result != hustingsv1alpha1.ResultFail {
		t.Error("a route that is missing is not missed, though the class only reports")
	}
}
