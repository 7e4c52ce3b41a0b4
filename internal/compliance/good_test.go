package compliance

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func TestAGoodSitePassesEveryControl(t *testing.T) {
	planned, unread, liveUnread := good(), good(), live()
	unread.Objects = untyped(t, unread.Objects)
	liveUnread.Objects, liveUnread.Planned = untyped(t, liveUnread.Objects), untyped(t, liveUnread.Planned)
	reversed := good()
	slices.Reverse(reversed.Objects)
	for name, f := range map[string]*fixture{
		"planned": planned, "planned and untyped": unread, "live": live(), "live and untyped": liveUnread, "in reverse order": reversed,
	} {
		t.Run(name, func(t *testing.T) {
			verdicts := Evaluate(f.Input)
			for _, v := range verdicts {
				onlyLive := v.Control.ID == "network.enforced" || v.Control.ID == "integrity.no-drift"
				if v.Result != hustingsv1alpha1.ResultPass && (!onlyLive || f.Phase == Live || v.Result != hustingsv1alpha1.ResultNotApplicable) {
					t.Errorf("%s is %s: %s %+v", v.Control.ID, v.Result, v.Message, v.Findings)
				}
			}
			if !Compliant(verdicts) || len(Blocking(verdicts)) > 0 {
				t.Error("a good site is not compliant, or blocked")
			}
		})
	}
}

func TestEvaluateChangesNothing(t *testing.T) {
	for name, make := range map[string]func() *fixture{"planned": good, "live": live} {
		t.Run(name, func(t *testing.T) {
			f := make()
			Evaluate(f.Input)
			if diff := cmp.Diff(make().Input, f.Input, cmpopts.IgnoreUnexported(Input{})); diff != "" {
				t.Errorf("the input was changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestEvaluateIsTheSameEveryTime(t *testing.T) {
	f := broken()
	first := Evaluate(f.Input)
	for range 20 {
		slices.Reverse(f.Objects)
		if diff := cmp.Diff(findingsOf(first), findingsOf(Evaluate(f.Input))); diff != "" {
			t.Fatalf("another outcome (-first +now):\n%s", diff)
		}
	}
}

func TestFindingsOfOneSiteHaveTheirOwnFingerprints(t *testing.T) {
	seen := map[string]Finding{}
	for _, f := range findingsOf(Evaluate(broken().Input)) {
		if len(f.Fingerprint) != 16 {
			t.Errorf("%+v has no fingerprint of 16 digits", f)
		}
		if other, twice := seen[f.Fingerprint]; twice {
			t.Errorf("one fingerprint for two findings:\n%+v\n%+v", other, f)
		}
		seen[f.Fingerprint] = f
	}
	if len(seen) < 20 {
		t.Fatalf("only %d findings; the fixture no longer breaks much", len(seen))
	}
}

func findingsOf(verdicts []Verdict) []Finding {
	var out []Finding
	for _, v := range verdicts {
		out = append(out, v.Findings...)
	}
	return out
}

// broken has much wrong with it at once.
func broken() *fixture {
	f := live()
	f.remove(f.deny, f.budget, f.redirect, f.headers)
	f.spec().Image = "localhost:5000/site:latest"
	f.pod().HostNetwork, f.pod().SecurityContext, f.container().SecurityContext = true, nil, nil
	f.container().Resources.Limits, f.container().LivenessProbe = nil, nil
	f.ingress.Spec.Ingress[0].From, f.egress.Spec.Egress[0].Ports = nil, nil
	f.pod().TopologySpreadConstraints = nil
	f.Facts.Namespace.Labels = nil
	return f
}

func BenchmarkEvaluate(b *testing.B) {
	for name, f := range map[string]*fixture{"planned": good(), "live": live()} {
		b.Run(name, func(b *testing.B) {
			Evaluate(f.Input)
			b.ReportAllocs()
			for b.Loop() {
				Evaluate(f.Input)
			}
		})
	}
}
