package compliance

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// mutation breaks one thing of a good site. The control fails, those of also do, and no other does.
type mutation struct {
	control hustingsv1alpha1.ControlID
	name    string
	breaks  func(*fixture)
	// also fail; an object that is missing is missed by several.
	also []hustingsv1alpha1.ControlID
	// cause is the field of the CampaignSite that is named; empty, none.
	cause string
	// result, where it is not Fail.
	result hustingsv1alpha1.Result
	// live: the live objects are broken; the plan is not.
	live bool
}

func mutations() []mutation {
	return slices.Concat(podMutations(), imageMutations(), ingressMutations(), egressMutations(), clusterMutations(),
		leakMutations(), mountedMutations(), scanMutations(), rateMutations(), limitMutations(), tlsMutations(), headerMutations(), hostMutations(), availabilityMutations(), driftMutations())
}

func TestEveryMutationIsCaughtByItsControl(t *testing.T) {
	for _, m := range mutations() {
		t.Run(string(m.control)+"/"+m.name, func(t *testing.T) {
			f := good()
			if m.live {
				f = live()
			}
			m.breaks(f)
			verdicts := Evaluate(f.Input)
			var failed []hustingsv1alpha1.ControlID
			for _, v := range verdicts {
				if holdsBack(&v) {
					failed = append(failed, v.Control.ID)
				}
				checkVerdict(t, v)
				if v.Control.ID == m.control {
					checkMutated(t, m, v)
				}
			}
			want := append([]hustingsv1alpha1.ControlID{m.control}, m.also...)
			slices.Sort(want)
			slices.Sort(failed)
			if !slices.Equal(want, failed) {
				t.Errorf("failed: %v\nwanted: %v\n%s", failed, want, describe(verdicts))
			}
			if Compliant(verdicts) {
				t.Error("the site counts as compliant")
			}
		})
	}
}

func checkMutated(t *testing.T, m mutation, v Verdict) {
	t.Helper()
	want := m.result
	if want == "" {
		want = hustingsv1alpha1.ResultFail
	}
	if v.Result != want {
		t.Errorf("the result is %s, not %s", v.Result, want)
	}
	if m.cause != "" && !slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.Cause == m.cause }) {
		t.Errorf("no finding names %s: %+v", m.cause, v.Findings)
	}
}

// checkVerdict checks what holds for every verdict.
func checkVerdict(t *testing.T, v Verdict) {
	t.Helper()
	if (v.Result == hustingsv1alpha1.ResultFail || v.Result == hustingsv1alpha1.ResultWaived) != (len(v.Findings) > 0) {
		t.Errorf("%s is %s with %d findings", v.Control.ID, v.Result, len(v.Findings))
	}
	for _, f := range v.Findings {
		if f.Message == "" || f.Fingerprint == "" || strings.Contains(f.Message, "%!") {
			t.Errorf("%s has a finding without message or fingerprint: %+v", v.Control.ID, f)
		}
	}
}

func describe(verdicts []Verdict) string {
	var out strings.Builder
	for _, v := range verdicts {
		if holdsBack(&v) {
			fmt.Fprintf(&out, "%s %s %s\n", v.Control.ID, v.Result, v.Message)
			for _, f := range v.Findings {
				fmt.Fprintf(&out, "\t%s %s (%s): %s\n", f.Object, f.Path, f.Cause, f.Message)
			}
		}
	}
	return out.String()
}

func TestEveryControlHasAMutation(t *testing.T) {
	broken := map[hustingsv1alpha1.ControlID]bool{}
	for _, m := range mutations() {
		broken[m.control] = true
	}
	for _, c := range Catalogue() {
		if !broken[c.ID] {
			t.Errorf("nothing shows that %s can fail", c.ID)
		}
	}
}

func TestCatalogueIsComplete(t *testing.T) {
	seen := map[hustingsv1alpha1.ControlID]bool{}
	for _, c := range Catalogue() {
		if seen[c.ID] {
			t.Errorf("%s is there twice", c.ID)
		}
		seen[c.ID] = true
		if c.Title == "" || c.Remediation == "" || c.Check == nil || c.Group == "" || c.Severity == "" {
			t.Errorf("%s lacks a title, remediation, check, group or severity", c.ID)
		}
	}
}

// TestWithoutObjectsNothingIsGreen: an empty list of objects must not pass by having nothing wrong in it.
func TestWithoutObjectsNothingIsGreen(t *testing.T) {
	aboutFacts := []hustingsv1alpha1.ControlID{"namespace.restricted", "network.enforced", "edge.host-claimed", "edge.required", "leaks.manifest", "leaks.image", "leaks.served", "leaks.exposed-files"}
	f := live()
	f.Objects = nil
	for _, v := range Evaluate(f.Input) {
		if v.Result != hustingsv1alpha1.ResultFail && !slices.Contains(aboutFacts, v.Control.ID) {
			t.Errorf("%s is %s with no object at all", v.Control.ID, v.Result)
		}
	}
}
