package controllers

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
)

// TestALeakStandsUntilItsPlaceIsSeenToBeClean: a site that is too large for one look is never seen as a whole.
func TestALeakStandsUntilItsPlaceIsSeenToBeClean(t *testing.T) {
	found := func(file string) leak.Finding {
		return leak.Finding{Rule: "jwt", Severity: leak.High, Fingerprint: "of " + file, Place: leak.Place{File: file}}
	}
	judge := func(gaps []leak.Gap, whole []string, findings ...leak.Finding) scan.Result {
		result := scan.Judge("v1", leak.Result{Findings: findings, Failures: len(findings), Gaps: gaps})
		for _, file := range whole {
			result.Whole = append(result.Whole, scan.MarkOf(file))
		}
		return result
	}
	gap := []leak.Gap{{Place: leak.Place{File: "/"}, Why: "more than 500 pages"}}
	ab := mergePages(hustingsv1alpha1.PagesVerdict{}, false, judge(nil, nil, found("/a"), found("/b")))
	spread := mergePages(hustingsv1alpha1.PagesVerdict{}, false, judge(nil, nil, found("/a"), found("/a")))
	unlisted := ab
	unlisted.FindingsTotal = 40
	for name, test := range map[string]struct {
		known   hustingsv1alpha1.PagesVerdict
		seen    scan.Result
		verdict hustingsv1alpha1.ScanVerdict
		files   []string
		total   int32
	}{
		"neither place was looked at":        {ab, judge(gap, nil), "Leaking", []string{"/a", "/b"}, 2},
		"one was":                            {ab, judge(gap, []string{"/a", "/c"}), "Leaking", []string{"/b"}, 1},
		"both were":                          {ab, judge(gap, []string{"/b", "/a"}), "Incomplete", nil, 0},
		"it has places that nobody knows of": {spread, judge(gap, []string{"/a"}), "Leaking", []string{"/a"}, 2},
		"there are more than are listed":     {unlisted, judge(gap, []string{"/a", "/b"}), "Leaking", nil, 38},
		"another was found, and one place was not looked at":           {ab, judge(gap, []string{"/a"}, found("/c")), "Leaking", []string{"/c", "/b"}, 2},
		"the same was found, and one place was not looked at":          {ab, judge(gap, nil, found("/a")), "Leaking", []string{"/a", "/b"}, 2},
		"another was found, and all was looked at":                     {ab, judge(nil, nil, found("/c")), "Leaking", []string{"/c"}, 1},
		"a place is named in a look that failed, whoever has answered": {ab, scan.Result{Verdict: scan.Error, Whole: []string{scan.MarkOf("/a")}}, "Leaking", []string{"/a", "/b"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 { // and the next look, which sees the same, changes nothing
				got := mergePages(test.known, true, test.seen)
				var files []string
				for _, f := range got.Findings {
					files = append(files, f.File)
				}
				if diff := cmp.Diff(test.files, files); diff != "" || got.Verdict != test.verdict || got.FindingsTotal != test.total {
					t.Errorf("%s with %d in %v", got.Verdict, got.FindingsTotal, files)
				}
				test.known = got
			}
		})
	}
}

func TestALookListsNoMoreThanItMay(t *testing.T) {
	var findings []leak.Finding
	for i := range maxPageFindings {
		findings = append(findings, leak.Finding{Rule: "jwt", Severity: leak.High, Fingerprint: fmt.Sprint(i), Place: leak.Place{File: fmt.Sprint("/", i)}})
	}
	known := mergePages(hustingsv1alpha1.PagesVerdict{}, false, scan.Judge("v1", leak.Result{Findings: findings, Failures: len(findings)}))
	next := leak.Finding{Rule: "jwt", Severity: leak.High, Fingerprint: "next", Place: leak.Place{File: "/next"}}
	got := mergePages(known, true, scan.Judge("v1", leak.Result{Findings: []leak.Finding{next}, Failures: 1, Gaps: []leak.Gap{{Why: "x"}}}))
	if len(got.Findings) != maxPageFindings || got.FindingsTotal != maxPageFindings+1 || got.Findings[0].File != "/next" {
		t.Errorf("%d of %d, the first in %s", len(got.Findings), got.FindingsTotal, got.Findings[0].File)
	}
}
