package plan_test

import (
	"encoding/json"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"

	"github.com/google/go-cmp/cmp"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/plan"
	"github.com/hustings/hustings/test/fixture"
)

func TestTheGoodSiteIsCompliant(t *testing.T) {
	site := fixture.Site()
	p := plan.Build(site, fixture.Snapshot(site, fixture.Class()))
	if len(p.Errors) > 0 {
		t.Fatal(p.Errors)
	}
	for _, v := range p.Verdicts {
		if v.Result != hustingsv1alpha1.ResultPass && v.Result != hustingsv1alpha1.ResultNotApplicable {
			t.Errorf("%s: %s %s %v", v.Control.ID, v.Result, v.Message, v.Findings)
		}
	}
	if !compliance.Compliant(p.Verdicts) {
		t.Error("not compliant")
	}
}

func TestBuildIsAFunctionOfItsInput(t *testing.T) {
	site, class := fixture.Site(), fixture.Class()
	snapshot := fixture.Snapshot(site, class)
	siteBefore, classBefore := site.DeepCopy(), class.DeepCopy()
	first, err := plan.Build(site, snapshot).Digest()
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if again, err := plan.Build(site, snapshot).Digest(); err != nil || again != first {
			t.Fatalf("the same input made another plan: %s, %s (%v)", first, again, err)
		}
	}
	if diff := cmp.Diff(siteBefore, site) + cmp.Diff(classBefore, class); diff != "" {
		t.Errorf("Build changed its input:\n%s", diff)
	}
}

func TestWithoutFactsNothingIsGreen(t *testing.T) {
	site := fixture.Site()
	if p := plan.Build(site, facts.Snapshot{}); len(p.Errors) == 0 || len(p.Objects) > 0 {
		t.Error("without a class there must be an error and no object")
	}
	class := fixture.Class()
	class.Spec.Accept = nil
	p := plan.Build(site, facts.Snapshot{Class: class})
	if compliance.Compliant(p.Verdicts) || len(compliance.Blocking(p.Verdicts)) == 0 {
		t.Error("without facts a site must neither be compliant nor let in")
	}
	for _, o := range p.Objects {
		if o.GetObjectKind().GroupVersionKind().Kind == "Ingress" {
			t.Error("a host that nobody is known to hold is routed")
		}
	}
}

// FuzzBuild: nothing that parses as a CampaignSite panics, and whatever is rendered is "restricted".
func FuzzBuild(f *testing.F) {
	good, err := json.Marshal(fixture.Site())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"metadata":{"namespace":"alice","name":"x.1"},"spec":{"image":"a@b","port":1,"hosts":["alice.example.org"],"replicas":{"max":1},"runAsUser":1}}`))
	f.Add([]byte(`{"spec":{"edge":{"perClient":{"burst":-1,"requestsPerSecond":0},"access":{"allowCIDRs":["::/0","x"]}},"egress":[{"name":"","cidrs":[],"ports":[]}]}}`))
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		f.Fatal(err)
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	f.Fuzz(func(t *testing.T, raw []byte) {
		site := &hustingsv1alpha1.CampaignSite{}
		if json.Unmarshal(raw, site) != nil {
			return
		}
		for _, o := range plan.Build(site, fixture.Snapshot(site, fixture.Class())).Objects {
			d, ok := o.(*appsv1.Deployment)
			if !ok {
				continue
			}
			for _, result := range evaluator.EvaluatePod(restricted, &d.Spec.Template.ObjectMeta, &d.Spec.Template.Spec) {
				if !result.Allowed {
					t.Errorf("not restricted: %s: %s", result.ForbiddenReason, result.ForbiddenDetail)
				}
			}
		}
	})
}

func BenchmarkBuild(b *testing.B) {
	site := fixture.Site()
	snapshot := fixture.Snapshot(site, fixture.Class())
	b.ReportAllocs()
	for b.Loop() {
		if p := plan.Build(site, snapshot); len(p.Errors) > 0 {
			b.Fatal(p.Errors)
		}
	}
}
