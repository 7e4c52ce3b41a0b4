package controllers

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/plan"
	"github.com/hustings/hustings/test/fixture"
)

// The status must not change where the spec does not: the API server gives it back in an order of its own.
func TestStatusRemembersTheSpecThatWasApplied(t *testing.T) {
	asStored := &runtime.RawExtension{Raw: []byte(`{"port":9090,"image":"two","env":[],"className":"standard"}`)}
	for name, test := range map[string]struct {
		was  hustingsv1alpha1.PlanStatus
		want string
	}{
		"the same plan of the same spec": {hustingsv1alpha1.PlanStatus{Digest: "now", Spec: asStored}, string(asStored.Raw)},
		"the same plan of another spec": {
			hustingsv1alpha1.PlanStatus{Digest: "now", Spec: &runtime.RawExtension{Raw: []byte(`{"port":9090,"image":"two","className":"other"}`)}},
			`{"className":"standard","image":"two","hosts":null,"port":9090}`,
		},
		"the same plan of a spec without its class": {
			hustingsv1alpha1.PlanStatus{Digest: "now", Spec: &runtime.RawExtension{Raw: []byte(`{"port":9090,"image":"two"}`)}},
			`{"className":"standard","image":"two","hosts":null,"port":9090}`,
		},
		"another plan":                         {hustingsv1alpha1.PlanStatus{Digest: "before", Spec: asStored}, `{"className":"standard","image":"two","hosts":null,"port":9090}`},
		"a plan from before specs were stored": {hustingsv1alpha1.PlanStatus{Digest: "now"}, `{"className":"standard","image":"two","hosts":null,"port":9090}`},
		"a spec that cannot be read":           {hustingsv1alpha1.PlanStatus{Digest: "now", Spec: &runtime.RawExtension{Raw: []byte(`[]`)}}, `{"className":"standard","image":"two","hosts":null,"port":9090}`},
		"the first plan":                       {hustingsv1alpha1.PlanStatus{}, `{"className":"standard","image":"two","hosts":null,"port":9090}`},
	} {
		t.Run(name, func(t *testing.T) {
			site := &hustingsv1alpha1.CampaignSite{Spec: hustingsv1alpha1.CampaignSiteSpec{Image: "two", Port: 9090}}
			site.Status.Plan = test.was
			class := &hustingsv1alpha1.SiteClass{ObjectMeta: metav1.ObjectMeta{Name: "standard"}}
			got, err := appliedOf(site, class, "now")
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
		"an image that an exception let in waits for a verdict, and something else fails": {func(p *progress) {
			p.facts.Image.LetIn, p.facts.Image.Scan = false, facts.Scan{}
			p.facts.Class.Spec.Images.Registries = []string{"registry.example.net"}
		}, false},
		"it serves a secret by now, and its class withdraws": {func(p *progress) {
			p.facts.Class.Spec.Leaks = &hustingsv1alpha1.ClassLeaks{OnServedLeak: hustingsv1alpha1.ServedLeakWithdraw}
			p.facts.Served.Secrets = leaking
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
			isSame, err := buildAgain(before)
			if got := isSame && mayRun(before); err != nil || got != test.want {
				t.Errorf("%t, %v", got, err)
			}
		})
	}
}

// A site that was applied without a route, because it served a secret, has one again when it does not, and the other way round.
func TestARouteIsNoDifferenceToWhatStands(t *testing.T) {
	leaking := facts.Scan{Verdict: hustingsv1alpha1.VerdictLeaking, Total: 1}
	clean := facts.Scan{Verdict: hustingsv1alpha1.VerdictClean}
	for name, test := range map[string]struct {
		was, is facts.Scan
		routes  bool
	}{
		"it leaks no more": {leaking, clean, true},
		"it leaks":         {clean, leaking, false},
		"it leaks still":   {leaking, leaking, false},
	} {
		t.Run(name, func(t *testing.T) {
			site := fixture.Site()
			before := &progress{site: site, facts: fixture.Snapshot(site, fixture.Class())}
			before.facts.Class.Spec.Leaks = &hustingsv1alpha1.ClassLeaks{OnServedLeak: hustingsv1alpha1.ServedLeakWithdraw}
			before.facts.Served.Secrets = test.was
			var err error
			if site.Status.Plan.Digest, err = plan.Build(site, before.facts).Digest(); err != nil {
				t.Fatal(err)
			}
			before.facts.Served.Secrets = test.is
			if isSame, err := buildAgain(before); !isSame || err != nil {
				t.Fatalf("%t, %v", isSame, err)
			}
			if _, routed := find[*networkingv1.Ingress](before.plan.Objects); routed != test.routes {
				t.Errorf("routed: %t", routed)
			}
			if digest, err := before.plan.Digest(); err != nil || digest != site.Status.Plan.Digest {
				t.Errorf("it is not taken for applied: %v", err)
			}
		})
	}
}

// What is served while a later spec is refused is what the earlier one says.
func TestBothSpecsAreLookedAt(t *testing.T) {
	site := fixture.Site()
	earlier := site.DeepCopy().Spec
	earlier.ClassName, earlier.Hosts = "earlier", []hustingsv1alpha1.Host{"earlier.example.org"}
	earlier.Health = &hustingsv1alpha1.Health{Path: "/earlier"}
	site.Spec.ClassName, site.Spec.Hosts = "later", []hustingsv1alpha1.Host{"later.example.org"}
	site.Spec.Health = &hustingsv1alpha1.Health{Path: "/later"}
	if alone := withAllHosts(site); alone != site {
		t.Error("a site of which nothing was applied is another")
	}
	raw, err := json.Marshal(earlier)
	if err != nil {
		t.Fatal(err)
	}
	site.Status.Plan.Spec = &runtime.RawExtension{Raw: raw}
	both := withAllHosts(site)
	if want := []hustingsv1alpha1.Host{"later.example.org", "earlier.example.org"}; !slices.Equal(both.Spec.Hosts, want) {
		t.Errorf("hosts %v", both.Spec.Hosts)
	}
	if want := []string{"/", "/later", "/earlier"}; !slices.Equal(entries(both), want) {
		t.Errorf("entries %v", entries(both))
	}
	if len(site.Spec.Hosts) != 1 {
		t.Error("the site itself was changed")
	}

	classes := []hustingsv1alpha1.SiteClass{*fixture.Class(), *fixture.Class()}
	classes[0].Name, classes[1].Name = "earlier", "later"
	names := func(classes []*hustingsv1alpha1.SiteClass) (names []string) {
		for _, c := range classes {
			names = append(names, c.Name)
		}
		return names
	}
	if got := names(classesAmong(site, classes)); !slices.Equal(got, []string{"later", "earlier"}) {
		t.Errorf("classes %v", got)
	}
	if got := names(classesAmong(site, classes[:1])); !slices.Equal(got, []string{"earlier"}) {
		t.Errorf("classes %v where there is none of the later spec", got)
	}
}

func TestWhatStoodChangesWithTime(t *testing.T) {
	p, before := &progress{site: fixture.Site(), facts: facts.Snapshot{Now: fixture.Now}}, &progress{site: fixture.Site()}
	before.facts = facts.Snapshot{Now: fixture.Now, Class: fixture.Class()}
	before.plan.Site.PostureEnds = fixture.Now.Add(time.Hour)
	p.before = before
	r := &CampaignSiteReconciler{Now: func() time.Time { return fixture.Now }}
	if got := r.sooner(ctrl.Result{}, p).RequeueAfter; got != time.Hour+time.Second {
		t.Errorf("it is looked at again after %s", got)
	}
}
