package plan_test

import (
	"encoding/json"
	"net/netip"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
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

// TestTheAPIServerTakesWhatIsCutOut: of an IPv6 range that has IPv4-mapped addresses in it, these must be cut out, and no
// exception may be written as one.
func TestTheAPIServerTakesWhatIsCutOut(t *testing.T) {
	for _, cidr := range []hustingsv1alpha1.CIDR{"0.0.0.0/0", "::/0", "::/1", "::/63", "::/64", "::/65", "::/79", "::/80", "::fffe:0:0/95", "2000::/3", "fc00::/6"} {
		t.Run(string(cidr), func(t *testing.T) {
			site, class := fixture.Site(), fixture.Class()
			site.Spec.Egress[0].CIDRs = []hustingsv1alpha1.CIDR{cidr}
			class.Spec.Network.Egress[0].CIDRs = []hustingsv1alpha1.CIDR{"0.0.0.0/0", "::/0"}
			p := plan.Build(site, fixture.Snapshot(site, class))
			for _, v := range p.Verdicts {
				if v.Control.ID == "network.egress-allowlist" && v.Result != hustingsv1alpha1.ResultPass {
					t.Errorf("%s: %v", v.Result, v.Findings)
				}
			}
			for _, block := range blocks(p) {
				for _, except := range block.Except {
					at := field.NewPath("except")
					if errs := validation.IsValidCIDRForLegacyField(at, except, true, nil); len(errs) > 0 {
						t.Error(errs)
					}
					if netip.MustParsePrefix(except).Bits() <= netip.MustParsePrefix(block.CIDR).Bits() {
						t.Errorf("%s is not within %s", except, block.CIDR)
					}
				}
			}
		})
	}
}

// blocks are the ranges that the policies of a plan open.
func blocks(p plan.Plan) []*networkingv1.IPBlock {
	var out []*networkingv1.IPBlock
	for _, o := range p.Objects {
		policy, ok := o.(*networkingv1.NetworkPolicy)
		if !ok {
			continue
		}
		for _, rule := range policy.Spec.Egress {
			for _, to := range rule.To {
				if to.IPBlock != nil {
					out = append(out, to.IPBlock)
				}
			}
		}
	}
	return out
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

func TestAServedLeakWithdrawsTheRouteWhereTheClassSaysSo(t *testing.T) {
	leak := facts.Scan{Verdict: hustingsv1alpha1.VerdictLeaking, Total: 1, Findings: []hustingsv1alpha1.LeakFinding{{
		Rule: "stripe-access-token", Severity: "critical", File: "/app.js", Line: 1, Column: 5, Fingerprint: "f1f1f1f1",
	}}}
	for name, test := range map[string]struct {
		action hustingsv1alpha1.ServedLeakAction
		served facts.Served
		allow  []hustingsv1alpha1.AllowedLeak
		routed bool
	}{
		"a leak under Withdraw":          {action: hustingsv1alpha1.ServedLeakWithdraw, served: facts.Served{Secrets: leak}},
		"a leak under Report":            {action: hustingsv1alpha1.ServedLeakReport, served: facts.Served{Secrets: leak}, routed: true},
		"a leak where the class is mute": {served: facts.Served{Secrets: leak}, routed: true},
		"an exposed file under Withdraw": {action: hustingsv1alpha1.ServedLeakWithdraw, served: facts.Served{Files: leak}, routed: true},
		"an incomplete look":             {action: hustingsv1alpha1.ServedLeakWithdraw, served: facts.Served{Secrets: facts.Scan{Verdict: "Incomplete"}}, routed: true},
		"nobody has looked":              {action: hustingsv1alpha1.ServedLeakWithdraw, routed: true},
		"a leak that the class allows": {
			action: hustingsv1alpha1.ServedLeakWithdraw, served: facts.Served{Secrets: leak}, routed: true,
			allow: []hustingsv1alpha1.AllowedLeak{{Fingerprint: "f1f1f1f1", Expires: metav1.NewTime(fixture.Now.Add(1))}},
		},
		"a leak that the class allowed once": {
			action: hustingsv1alpha1.ServedLeakWithdraw, served: facts.Served{Secrets: leak},
			allow: []hustingsv1alpha1.AllowedLeak{{Fingerprint: "f1f1f1f1", Expires: metav1.NewTime(fixture.Now)}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			site, class := fixture.Site(), fixture.Class()
			class.Spec.Leaks = &hustingsv1alpha1.ClassLeaks{OnServedLeak: test.action, Allow: test.allow}
			snapshot := fixture.Snapshot(site, class)
			snapshot.Served = test.served
			p := plan.Build(site, snapshot)
			if len(p.Errors) > 0 {
				t.Fatal(p.Errors)
			}
			kinds := map[string]int{}
			for _, o := range p.Objects {
				kinds[o.GetObjectKind().GroupVersionKind().Kind]++
			}
			if (kinds["Ingress"] == 2) != test.routed || kinds["Deployment"] != 1 || kinds["Service"] != 1 || p.Site.Withdrawn == test.routed {
				t.Errorf("the plan has %v, withdrawn %t", kinds, p.Site.Withdrawn)
			}
			if blocking := compliance.Blocking(p.Verdicts); len(blocking) > 0 {
				t.Errorf("%s blocks", blocking[0].Control.ID)
			}
		})
	}
}

func TestATagIsPinnedByWhatItWasResolvedTo(t *testing.T) {
	site, class := fixture.Site(), fixture.Class()
	class.Spec.Images.RequireDigest = new(false)
	snapshot := fixture.Snapshot(site, class)
	site.Spec.Image = "registry.example.org/alice/site:v1"
	p := plan.Build(site, snapshot)
	for _, o := range p.Objects {
		d, ok := o.(*appsv1.Deployment)
		if ok && d.Spec.Template.Spec.Containers[0].Image != site.Spec.Image+"@"+snapshot.Image.Digest {
			t.Errorf("the Deployment runs %s", d.Spec.Template.Spec.Containers[0].Image)
		}
	}
	if !compliance.Compliant(p.Verdicts) {
		t.Error("a tag that is pinned is not compliant, though the class allows tags")
	}
	snapshot.Image.Digest = ""
	if len(compliance.Blocking(plan.Build(site, snapshot).Verdicts)) == 0 {
		t.Error("a tag that was not resolved does not block")
	}
}
