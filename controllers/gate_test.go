package controllers

import (
	"errors"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/facts"
)

func heldBy(host hustingsv1alpha1.Host, namespace, name string) map[hustingsv1alpha1.Host]facts.Holder {
	return map[hustingsv1alpha1.Host]facts.Holder{host: {Namespace: namespace, Name: name, UID: "other"}}
}

func TestGate(t *testing.T) {
	blocking := func(id hustingsv1alpha1.ControlID, result hustingsv1alpha1.Result) compliance.Verdict {
		return compliance.Verdict{Control: compliance.Control{ID: id, Blocking: true}, Outcome: compliance.Outcome{Result: result}}
	}
	for name, test := range map[string]struct {
		change  func(*progress)
		reason  string
		refused bool
	}{
		"a plan that fails nothing passes": {change: func(*progress) {}},
		"a blocking failure refuses": {
			change: func(p *progress) { p.plan.Verdicts = []compliance.Verdict{blocking("pod.restricted", "Fail")} },
			reason: hustingsv1alpha1.ReasonRefused, refused: true,
		},
		"what is not known refuses as well": {
			change: func(p *progress) { p.plan.Verdicts = []compliance.Verdict{blocking("edge.host-claimed", "Unknown")} },
			reason: hustingsv1alpha1.ReasonRefused, refused: true,
		},
		"a waived failure passes": {
			change: func(p *progress) { p.plan.Verdicts = []compliance.Verdict{blocking("pod.restricted", "Waived")} },
		},
		"a class that audits passes everything": {
			change: func(p *progress) {
				p.facts.Class.Spec.Enforcement = hustingsv1alpha1.EnforcementAudit
				p.plan.Verdicts = []compliance.Verdict{blocking("pod.restricted", "Fail")}
			},
		},
		"a host of another site has a reason of its own": {
			change: func(p *progress) {
				p.plan.Verdicts = []compliance.Verdict{blocking("edge.host-claimed", "Fail")}
				p.facts.Claims.Holders = heldBy("vote.example.org", "bob", "thief")
			},
			reason: hustingsv1alpha1.ReasonHostConflict, refused: true,
		},
		"an edge that is not enough has one too": {
			change: func(p *progress) { p.plan.Verdicts = []compliance.Verdict{blocking("edge.required", "Fail")} },
			reason: hustingsv1alpha1.ReasonEdgeInsufficient, refused: true,
		},
		"an image without a verdict waits for it": {
			change: func(p *progress) { p.plan.Verdicts = []compliance.Verdict{blocking("leaks.image", "Unknown")} },
			reason: hustingsv1alpha1.ReasonScanning, refused: true,
		},
		"so does one that could not be scanned": {
			change: func(p *progress) {
				p.facts.Image.Scan.Verdict = hustingsv1alpha1.VerdictError
				p.plan.Verdicts = []compliance.Verdict{blocking("leaks.image", "Unknown")}
			},
			reason: hustingsv1alpha1.ReasonScanning, refused: true,
		},
		"an image that was not wholly looked at is refused": {
			change: func(p *progress) {
				p.facts.Image.Scan.Verdict = hustingsv1alpha1.VerdictIncomplete
				p.plan.Verdicts = []compliance.Verdict{blocking("leaks.image", "Unknown")}
			},
			reason: hustingsv1alpha1.ReasonRefused, refused: true,
		},
		"without a scanner there is nothing to wait for": {
			change: func(p *progress) {
				p.facts.Image.NoScanner = true
				p.plan.Verdicts = []compliance.Verdict{blocking("leaks.image", "Unknown")}
			},
			reason: hustingsv1alpha1.ReasonRefused, refused: true,
		},
		"an image with a secret has a reason of its own": {
			change: func(p *progress) {
				p.facts.Image.Scan.Verdict = hustingsv1alpha1.VerdictLeaking
				p.plan.Verdicts = []compliance.Verdict{blocking("leaks.image", "Fail")}
			},
			reason: hustingsv1alpha1.ReasonImageLeaking, refused: true,
		},
		"an image that was let in before is not refused for what is found now": {
			change: func(p *progress) {
				p.facts.Image.LetIn, p.facts.Image.Scan.Verdict = true, hustingsv1alpha1.VerdictLeaking
				p.plan.Verdicts = []compliance.Verdict{blocking("leaks.image", "Fail")}
			},
		},
		"one that an exception let in is, once that has ended": {
			change: func(p *progress) {
				p.facts.Image.Scan.Verdict = hustingsv1alpha1.VerdictLeaking
				p.site.Status.Image = hustingsv1alpha1.ImageStatus{Running: p.site.Spec.Image, LetInBy: hustingsv1alpha1.LetInByException}
				p.plan.Verdicts = []compliance.Verdict{blocking("leaks.image", "Fail")}
			},
			reason: hustingsv1alpha1.ReasonImageLeaking, refused: true,
		},
		"to accept not to know is not to wait no longer": {
			change: func(p *progress) {
				v := blocking("leaks.image", "Unknown")
				v.Accepted = true
				p.plan.Verdicts = []compliance.Verdict{v}
			},
			reason: hustingsv1alpha1.ReasonScanning, refused: true,
		},
		"what could not be known is accepted": {
			change: func(p *progress) {
				v := blocking("leaks.image", "Unknown")
				v.Accepted = true
				p.facts.Image.Scan.Verdict = hustingsv1alpha1.VerdictIncomplete
				p.plan.Verdicts = []compliance.Verdict{v}
			},
		},
		"so is that nothing scans": {
			change: func(p *progress) {
				v := blocking("leaks.image", "Unknown")
				v.Accepted = true
				p.facts.Image.NoScanner = true
				p.plan.Verdicts = []compliance.Verdict{v}
			},
		},
		"but for all else it is": {
			change: func(p *progress) {
				p.facts.Image.LetIn = true
				p.plan.Verdicts = []compliance.Verdict{blocking("leaks.image", "Fail"), blocking("pod.restricted", "Fail")}
			},
			reason: hustingsv1alpha1.ReasonRefused, refused: true,
		},
		"what must be mended is said before what must be waited for": {
			change: func(p *progress) {
				p.plan.Verdicts = []compliance.Verdict{blocking("leaks.image", "Unknown"), blocking("edge.required", "Fail")}
			},
			reason: hustingsv1alpha1.ReasonEdgeInsufficient, refused: true,
		},
		"a suspended site is stopped, whatever its plan": {
			change: func(p *progress) { p.site.Spec.Suspend = true },
			reason: hustingsv1alpha1.ReasonSuspended,
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := progressOf(func(p *progress) {
				p.facts.Class = &hustingsv1alpha1.SiteClass{}
				test.change(p)
			})
			err := (&CampaignSiteReconciler{}).gate(t.Context(), p)
			reason := ""
			var o *obstacle
			if errors.As(err, &o) {
				reason = o.reason
			}
			if reason != test.reason || p.isRefused != test.refused {
				t.Errorf("reason %q, refused %v; want %q, %v", reason, p.isRefused, test.reason, test.refused)
			}
		})
	}
}

func TestSooner(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	waiver := func(name hustingsv1alpha1.ObjectName, in time.Duration) hustingsv1alpha1.Waiver {
		return hustingsv1alpha1.Waiver{Spec: hustingsv1alpha1.WaiverSpec{
			Sites: []hustingsv1alpha1.SiteRef{{Namespace: "alice", Name: name}}, Expires: metav1.NewTime(now.Add(in)),
		}}
	}
	for name, test := range map[string]struct {
		waivers []hustingsv1alpha1.Waiver
		posture time.Duration
		before  time.Duration
		want    time.Duration
	}{
		"nothing ends":                              {},
		"the earliest of the site's waivers":        {waivers: []hustingsv1alpha1.Waiver{waiver("vote", 3*time.Hour), waiver("vote", time.Hour)}, want: time.Hour + time.Second},
		"waivers of others and expired ones do not": {waivers: []hustingsv1alpha1.Waiver{waiver("other", time.Minute), waiver("vote", -time.Minute)}},
		"the posture before a waiver":               {waivers: []hustingsv1alpha1.Waiver{waiver("vote", time.Hour)}, posture: time.Minute, want: time.Minute + time.Second},
		"what was to come sooner anyway":            {posture: time.Hour, before: time.Minute, want: time.Minute},
		"what has just ended is looked at at once":  {posture: -time.Hour, want: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			p := progressOf(func(p *progress) {
				p.facts.Now, p.facts.Waivers = now, test.waivers
				if test.posture != 0 {
					p.plan.Site.PostureEnds = now.Add(test.posture)
				}
			})
			r := &CampaignSiteReconciler{Now: func() time.Time { return now }}
			if got := r.sooner(ctrl.Result{RequeueAfter: test.before}, p).RequeueAfter; got != test.want {
				t.Errorf("again after %s, want %s", got, test.want)
			}
		})
	}
}
