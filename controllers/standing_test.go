package controllers

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/runtime"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/plan"
	"github.com/hustings/hustings/test/fixture"
)

// The status must not change where the plan does not: the API server gives the spec back in an order of its own.
func TestStatusKeepsTheSpecOfAPlan(t *testing.T) {
	asStored := &runtime.RawExtension{Raw: []byte(`{"port":8080,"image":"one"}`)}
	for name, test := range map[string]struct {
		was  hustingsv1alpha1.PlanStatus
		want string
	}{
		"the same plan":                        {hustingsv1alpha1.PlanStatus{Digest: "now", Spec: asStored}, string(asStored.Raw)},
		"another plan":                         {hustingsv1alpha1.PlanStatus{Digest: "before", Spec: asStored}, `{"image":"two","hosts":null,"port":9090}`},
		"a plan from before specs were stored": {hustingsv1alpha1.PlanStatus{Digest: "now"}, `{"image":"two","hosts":null,"port":9090}`},
		"the first plan":                       {hustingsv1alpha1.PlanStatus{}, `{"image":"two","hosts":null,"port":9090}`},
	} {
		t.Run(name, func(t *testing.T) {
			site := &hustingsv1alpha1.CampaignSite{Spec: hustingsv1alpha1.CampaignSiteSpec{Image: "two", Port: 9090}}
			site.Status.Plan = test.was
			got, err := appliedOf(site, "now")
			if err != nil {
				t.Fatal(err)
			}
			want := hustingsv1alpha1.PlanStatus{Digest: "now", Spec: &runtime.RawExtension{Raw: []byte(test.want)}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestStatusRemembersNoSpecThatIsTooLong(t *testing.T) {
	site := &hustingsv1alpha1.CampaignSite{Spec: hustingsv1alpha1.CampaignSiteSpec{Args: []string{strings.Repeat("a", maxSpec)}}}
	got, err := appliedOf(site, "now")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(hustingsv1alpha1.PlanStatus{Digest: "now"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Whatever is wrong with what the status remembers, the site goes on without it.
func TestNothingStandsByASpecThatCannotBeRead(t *testing.T) {
	for name, stored := range map[string]*runtime.RawExtension{"none": nil, "of another type": {Raw: []byte(`{"port":"http"}`)}, "no object": {Raw: []byte(`[`)}} {
		t.Run(name, func(t *testing.T) {
			site := fixture.Site()
			site.Status.Plan = hustingsv1alpha1.PlanStatus{Digest: "before", Spec: stored}
			before, err := (&CampaignSiteReconciler{}).before(t.Context(), &progress{site: site})
			if before != nil || err != nil {
				t.Errorf("%v, %v", before, err)
			}
			if specs := specsOf(site); len(specs) != 1 {
				t.Errorf("it is found by %d specs", len(specs))
			}
		})
	}
}

func TestWhatMayStand(t *testing.T) {
	leaking := facts.Scan{Verdict: hustingsv1alpha1.VerdictLeaking, Total: 1}
	for name, test := range map[string]struct {
		change func(*progress)
		want   bool
	}{
		"all is as it was": {func(*progress) {}, true},
		"the class would have it otherwise": {func(p *progress) {
			p.facts.Class.Spec.Network.Egress = nil
		}, false},
		"a later image runs, and was applied in part": {func(p *progress) {
			p.site.Status.Image.Running = fixture.Image[:len(fixture.Image)-2] + "00"
		}, false},
		"new rules find something in an image that a verdict let in": {func(p *progress) {
			p.facts.Image.Scan = leaking
		}, true},
		"the exception that let its image in has ended": {func(p *progress) {
			p.facts.Image.LetIn, p.facts.Image.Scan = false, leaking
		}, false},
		"the class that let its image in only audits": {func(p *progress) {
			p.facts.Image.LetIn, p.facts.Image.Scan = false, leaking
			p.facts.Class.Spec.Enforcement = hustingsv1alpha1.EnforcementAudit
		}, true},
		"it fails something else by now": {func(p *progress) {
			p.facts.Class.Spec.Images.Registries = []string{"registry.example.net"}
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			site := fixture.Site()
			before := &progress{site: site, facts: fixture.Snapshot(site, fixture.Class())}
			before.facts.Image = facts.Image{
				Digest: facts.DigestOf(fixture.Image), LetIn: true, Scan: facts.Scan{Verdict: hustingsv1alpha1.VerdictClean},
			}
			applied := plan.Build(before.site, before.facts)
			deployment, ok := find[*appsv1.Deployment](applied.Objects)
			if !ok {
				t.Fatal("there is no Deployment")
			}
			digest, err := applied.Digest()
			if err != nil {
				t.Fatal(err)
			}
			before.site.Status.Plan.Digest, before.site.Status.Image.Running = digest, imageIn(deployment)
			test.change(before)
			before.plan = plan.Build(before.site, before.facts)
			got, err := mayStand(before)
			if err != nil || got != test.want {
				t.Errorf("%t, %v", got, err)
			}
		})
	}
}
