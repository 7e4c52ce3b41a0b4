package compliance

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/intstr"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

func verdictOf(t *testing.T, verdicts []Verdict, id hustingsv1alpha1.ControlID) Verdict {
	t.Helper()
	for _, v := range verdicts {
		if v.Control.ID == id {
			return v
		}
	}
	t.Fatalf("there is no %s", id)
	return Verdict{}
}

func waiverFor(f *fixture, name string) hustingsv1alpha1.Waiver {
	return hustingsv1alpha1.Waiver{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: hustingsv1alpha1.WaiverSpec{
		Control: "pod.read-only-root", Sites: []hustingsv1alpha1.SiteRef{{Namespace: "bob", Name: "vote-alice"}, {Namespace: "alice", Name: "vote-alice"}},
		Reason: "the image is being mended", Approver: "platform", Ticket: "T-1", Expires: later(f),
	}}
}

func TestWaivers(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*fixture, *hustingsv1alpha1.Waiver)
		want   hustingsv1alpha1.Result
	}{
		"covers the failure":                  {func(*fixture, *hustingsv1alpha1.Waiver) {}, hustingsv1alpha1.ResultWaived},
		"has expired":                         {func(f *fixture, w *hustingsv1alpha1.Waiver) { w.Spec.Expires = metav1.NewTime(f.Facts.Now.Add(-1)) }, hustingsv1alpha1.ResultFail},
		"expires at this very moment":         {func(f *fixture, w *hustingsv1alpha1.Waiver) { w.Spec.Expires = metav1.NewTime(f.Facts.Now) }, hustingsv1alpha1.ResultFail},
		"has no expiry":                       {func(_ *fixture, w *hustingsv1alpha1.Waiver) { w.Spec.Expires = metav1.Time{} }, hustingsv1alpha1.ResultFail},
		"is of another control":               {func(_ *fixture, w *hustingsv1alpha1.Waiver) { w.Spec.Control = "pod.restricted" }, hustingsv1alpha1.ResultFail},
		"is of a site of another namespace":   {func(_ *fixture, w *hustingsv1alpha1.Waiver) { w.Spec.Sites = w.Spec.Sites[:1] }, hustingsv1alpha1.ResultFail},
		"is of another site of the namespace": {func(_ *fixture, w *hustingsv1alpha1.Waiver) { w.Spec.Sites[1].Name = "other" }, hustingsv1alpha1.ResultFail},
		"the time is not known":               {func(f *fixture, _ *hustingsv1alpha1.Waiver) { f.Facts.Now = time.Time{} }, hustingsv1alpha1.ResultFail},
	} {
		t.Run(name, func(t *testing.T) {
			f := good()
			f.container().SecurityContext.ReadOnlyRootFilesystem = nil
			second, first := waiverFor(f, "b"), waiverFor(f, "a")
			test.change(f, &second)
			test.change(f, &first)
			f.Facts.Waivers = []hustingsv1alpha1.Waiver{second, first}
			verdicts := Evaluate(f.Input)
			v := verdictOf(t, verdicts, "pod.read-only-root")
			waived := test.want == hustingsv1alpha1.ResultWaived
			if v.Result != test.want || (v.Waiver == "a") != waived || len(v.Findings) != 1 {
				t.Errorf("%s under %q with %d findings, wanted %s", v.Result, v.Waiver, len(v.Findings), test.want)
			}
			if Compliant(verdicts) != waived || (len(Blocking(verdicts)) == 0) != waived {
				t.Error("a waiver that covers makes compliant and unblocks, no other does")
			}
		})
	}
}

func TestAnUnknownIsAcceptedByNameOnly(t *testing.T) {
	f := live()
	f.Facts.PolicyEngine = facts.Unknown
	f.class.Spec.Accept = []hustingsv1alpha1.ControlID{"network.default-deny"}
	if verdicts := Evaluate(f.Input); Compliant(verdicts) || Summarize(verdicts).Network != "Unknown" {
		t.Error("accepting another control accepts this one")
	}
	f.class.Spec.Accept = []hustingsv1alpha1.ControlID{"network.enforced"}
	verdicts := Evaluate(f.Input)
	summary := Summarize(verdicts)
	if !Compliant(verdicts) || summary.Network != "Pass" || summary.Unknown != 1 || summary.Text != "29/30" {
		t.Errorf("an accepted Unknown: compliant %t, %+v", Compliant(verdicts), summary)
	}
	f.Facts.PolicyEngine = facts.No
	if Compliant(Evaluate(f.Input)) {
		t.Error("what is accepted as Unknown is accepted as Fail")
	}
}

func TestAnUnknownOfABlockingControlBlocks(t *testing.T) {
	f := good()
	f.Facts.Claims = facts.Claims{}
	if blocking := Blocking(Evaluate(f.Input)); len(blocking) != 1 || blocking[0].Control.ID != "edge.host-claimed" {
		t.Errorf("%d verdicts block", len(blocking))
	}
	f.class.Spec.Accept = []hustingsv1alpha1.ControlID{"edge.host-claimed"}
	if len(Blocking(Evaluate(f.Input))) != 0 {
		t.Error("an accepted Unknown blocks")
	}
}

func TestAnObjectThatCannotBeReadIsAnError(t *testing.T) {
	for kind, apiVersion := range map[string]string{
		"Deployment": "apps/v1", "ServiceAccount": "v1", "Service": "v1", "NetworkPolicy": "networking.k8s.io/v1", "Ingress": "networking.k8s.io/v1",
		"PodDisruptionBudget": "policy/v1", "HorizontalPodAutoscaler": "autoscaling/v2",
	} {
		t.Run(kind, func(t *testing.T) {
			f := good()
			f.add(&unstructured.Unstructured{Object: map[string]any{
				"apiVersion": apiVersion, "kind": kind, "metadata": map[string]any{"name": "odd", "namespace": "alice"},
				"spec": "not a map", "automountServiceAccountToken": "perhaps",
			}})
			verdicts := Evaluate(f.Input)
			errors := 0
			for _, v := range verdicts {
				if v.Result == hustingsv1alpha1.ResultError {
					errors++
					if v.Message == "" {
						t.Errorf("%s does not say what went wrong", v.Control.ID)
					}
				}
			}
			if errors == 0 || Compliant(verdicts) || int(Summarize(verdicts).Fail) < errors {
				t.Errorf("%d errors, %+v", errors, Summarize(verdicts))
			}
		})
	}
}

func TestAnUnknownEdgeIsAnError(t *testing.T) {
	f := good()
	f.class.Spec.Edge.Driver = "Other"
	if v := verdictOf(t, Evaluate(f.Input), "edge.rate-limit"); v.Result != hustingsv1alpha1.ResultError {
		t.Errorf("the result is %s", v.Result)
	}
}

func TestWhatPassesWithAWord(t *testing.T) {
	f := good()
	f.class.Spec.Images.RequireDigest = new(false)
	runs("registry.example.org/alice/site:v1")(f)
	f.Facts.Image.Digest = "" // what a tag means only a cluster knows
	f.Facts.Claims.Source = facts.ClaimsFromManifests
	f.class.Spec.Edge.Required = nil
	f.ingress.Spec.Ingress[0].Ports[0].Port = new(intstr.FromString("http"))
	f.ingress.Spec.Ingress[0].Ports[0].Protocol = nil
	f.spec().Replicas = nil
	f.deployment.Spec.Replicas = new(int32(2))
	f.remove(f.scaler)
	set(f.rate, int64(2), "rateLimit", "period")
	f.class.Spec.Posture = &hustingsv1alpha1.ClassPosture{Level: hustingsv1alpha1.PostureLockdown, Until: new(metav1.NewTime(f.Facts.Now)), Overlays: []hustingsv1alpha1.PostureOverlay{{
		Level: hustingsv1alpha1.PostureLockdown, EdgeLimits: hustingsv1alpha1.EdgeLimits{PerClient: &hustingsv1alpha1.ClientLimits{RequestsPerSecond: new(int32(1))}},
	}}}
	verdicts := Evaluate(f.Input)
	if !Compliant(verdicts) {
		t.Error(describe(verdicts))
	}
	for _, id := range []hustingsv1alpha1.ControlID{"image.digest-pinned", "edge.host-claimed", "edge.required"} {
		if verdictOf(t, verdicts, id).Message == "" {
			t.Errorf("%s passes without saying under which condition", id)
		}
	}
}

func TestNothingIsCompliantWithoutVerdicts(t *testing.T) {
	if Compliant(nil) || Compliant([]Verdict{{}}) {
		t.Error("no verdict, or one without a result, counts as compliant")
	}
	if s := Summarize(nil); s.Pod != "Unknown" || s.Edge != "Unknown" || s.Text != "0/0" {
		t.Errorf("%+v", s)
	}
	if result, message := GroupResult(nil, GroupPod); result != hustingsv1alpha1.ResultUnknown || message == "" {
		t.Errorf("%s %q", result, message)
	}
}

func TestGroupsRollUpTheirWorst(t *testing.T) {
	pass, fail := hustingsv1alpha1.ResultPass, hustingsv1alpha1.ResultFail
	unknown, waived := hustingsv1alpha1.ResultUnknown, hustingsv1alpha1.ResultWaived
	for _, test := range []struct {
		name    string
		results []hustingsv1alpha1.Result
		want    hustingsv1alpha1.Result
		says    string
	}{
		{"all passed", []hustingsv1alpha1.Result{pass, hustingsv1alpha1.ResultNotApplicable}, pass, "passed"},
		{"one failed", []hustingsv1alpha1.Result{pass, waived, unknown, fail}, fail, "c.d (what)"},
		{"one went wrong", []hustingsv1alpha1.Result{pass, hustingsv1alpha1.ResultError}, fail, "c.b (what)"},
		{"one is not known", []hustingsv1alpha1.Result{waived, unknown}, unknown, "c.b (what)"},
		{"one is waived", []hustingsv1alpha1.Result{pass, waived}, waived, "c.b (what)"},
		{"none applies", []hustingsv1alpha1.Result{hustingsv1alpha1.ResultNotApplicable}, hustingsv1alpha1.ResultNotApplicable, "applies"},
		{"many failed", []hustingsv1alpha1.Result{fail, fail, fail, fail, fail}, fail, "5 of 5 controls failed: c.a (what), c.b (what), c.c (what), and 2 more"},
	} {
		t.Run(test.name, func(t *testing.T) {
			verdicts := []Verdict{{Control: Control{ID: "other.one", Group: GroupEdge}, Outcome: Outcome{Result: fail}}}
			for i, r := range test.results {
				verdicts = append(verdicts, Verdict{
					Control: Control{ID: hustingsv1alpha1.ControlID("c." + string(rune('a'+i))), Group: GroupPod}, Outcome: Outcome{Result: r, Message: "what"},
				})
			}
			result, message := GroupResult(verdicts, GroupPod, GroupImage)
			if result != test.want || !strings.Contains(message, test.says) {
				t.Errorf("%s %q, wanted %s …%s…", result, message, test.want, test.says)
			}
			if got := Summarize(verdicts).Pod; got != string(test.want) {
				t.Errorf("the column says %s", got)
			}
		})
	}
}

// TestRestrictedIsTheLibrarysRestricted: choosing the checks ourselves must not lose one.
func TestRestrictedIsTheLibrarysRestricted(t *testing.T) {
	for _, m := range append(podMutations(), mutation{name: "none", breaks: func(*fixture) {}}, mutation{name: "all", breaks: func(f *fixture) {
		f.pod().SecurityContext, f.container().SecurityContext = nil, &corev1.SecurityContext{Privileged: new(true)}
		f.pod().HostNetwork, f.pod().HostPID = true, true
	}}) {
		f := good()
		m.breaks(f)
		want := 0
		for _, r := range libraryResults(t, f) {
			if !r.Allowed {
				want++
			}
		}
		if got := len(podRestricted(f.Input).Findings); got != want {
			t.Errorf("%s: %d findings, the library has %d", m.name, got, want)
		}
	}
}
