package controllers

import (
	"fmt"
	"testing"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
)

// TestEveryNumberOfALookCounts: what a class allows of a look depends on how many places and findings there are, and on
// whether all was looked at.
func TestEveryNumberOfALookCounts(t *testing.T) {
	finding := func(fingerprint, file string) leak.Finding {
		return leak.Finding{Rule: "jwt", Severity: leak.High, Fingerprint: fingerprint, Place: leak.Place{File: file}}
	}
	look := func(gaps []leak.Gap, findings ...leak.Finding) scan.Result {
		return scan.Judge("v1", leak.Result{Findings: findings, Failures: len(findings), Gaps: gaps})
	}
	first := mergePages(hustingsv1alpha1.PagesVerdict{}, true, look(nil, finding("f", "/a.js")))
	for name, next := range map[string]scan.Result{
		"the same secret on a second page": look(nil, finding("f", "/a.js"), finding("f", "/b.js")),
		"a look that did not see all":      look([]leak.Gap{{Place: leak.Place{File: "/c.zip"}, Why: "it is damaged"}}, finding("f", "/a.js")),
	} {
		if got := mergePages(first, true, next); fmt.Sprint(got) == fmt.Sprint(first) {
			t.Errorf("%s is taken for what was known: %+v", name, got)
		}
	}
	if again := mergePages(first, true, look(nil, finding("f", "/a.js"))); fmt.Sprint(again) != fmt.Sprint(first) {
		t.Errorf("what is the same is news: %+v", again)
	}
}

func TestWantersOfADigestTakeTurns(t *testing.T) {
	wanted := []wanter{{namespace: "zoe", name: "site", waits: true}, {namespace: "runs", name: "site"}}
	for i := range 50 {
		wanted = append(wanted, wanter{namespace: "aaa", name: fmt.Sprintf("s%02d", i), waits: true})
	}
	takeTurns(wanted)
	if wanted[1].namespace != "zoe" || wanted[0].namespace != "aaa" || wanted[len(wanted)-1].namespace != "runs" {
		t.Errorf("%v, …, %v", wanted[:3], wanted[len(wanted)-1])
	}
}
