package facts_test

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

func TestDigestOf(t *testing.T) {
	digest := "sha256:" + strings.Repeat("0f", 32)
	for image, want := range map[string]string{
		"r.example.org/site@" + digest: digest, "r.example.org/site:v1@" + digest: digest, "r.example.org/site:v1": "", "": "",
		"r.example.org/site@sha256:0f": "", "r.example.org/site@sha256:" + strings.Repeat("0F", 32): "",
		"r.example.org/site@" + digest + "0": "", "r.example.org/site@" + digest + "@" + digest: "",
	} {
		if got := facts.DigestOf(image); got != want {
			t.Errorf("%s has %q, wanted %q", image, got, want)
		}
	}
}

func TestPin(t *testing.T) {
	digest, other := "sha256:"+strings.Repeat("0f", 32), "sha256:"+strings.Repeat("1e", 32)
	for image, want := range map[string]string{
		"r.example.org/site:v1": "r.example.org/site:v1@" + digest, "r.example.org/site@" + other: "r.example.org/site@" + other, "": "",
	} {
		if got := (facts.Image{Digest: digest}).Pin(image); got != want {
			t.Errorf("%q is pinned as %q, wanted %q", image, got, want)
		}
		if got := (facts.Image{}).Pin(image); got != image {
			t.Errorf("%q is pinned as %q by nothing", image, got)
		}
	}
}

func classWith(leaks *hustingsv1alpha1.ClassLeaks) *hustingsv1alpha1.SiteClass {
	return &hustingsv1alpha1.SiteClass{Spec: hustingsv1alpha1.SiteClassSpec{Leaks: leaks}}
}

func TestRescanInterval(t *testing.T) {
	for text, want := range map[hustingsv1alpha1.RescanInterval]time.Duration{
		"": 15 * time.Minute, "1h30m": 90 * time.Minute, "1s": time.Minute, "999h": 24 * time.Hour, "often": 15 * time.Minute,
	} {
		if got := facts.RescanInterval(classWith(&hustingsv1alpha1.ClassLeaks{RescanInterval: text})); got != want {
			t.Errorf("%q is %s, wanted %s", text, got, want)
		}
	}
	if facts.RescanInterval(nil) != 15*time.Minute || facts.RescanInterval(classWith(nil)) != 15*time.Minute {
		t.Error("without a class it is not the usual")
	}
}

func TestNextAllowanceEnd(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	at := func(in ...time.Duration) *hustingsv1alpha1.SiteClass {
		leaks := &hustingsv1alpha1.ClassLeaks{}
		for _, d := range in {
			leaks.Allow = append(leaks.Allow, hustingsv1alpha1.AllowedLeak{Expires: metav1.NewTime(now.Add(d))})
		}
		return classWith(leaks)
	}
	if got := facts.NextAllowanceEnd(at(3*time.Hour, -time.Hour, time.Hour), now); !got.Equal(now.Add(time.Hour)) {
		t.Errorf("the next end is %s", got)
	}
	for _, class := range []*hustingsv1alpha1.SiteClass{nil, classWith(nil), at(), at(-time.Hour, 0)} {
		if got := facts.NextAllowanceEnd(class, now); !got.IsZero() {
			t.Errorf("there is an end at %s", got)
		}
	}
}

func TestNothingIsWithdrawnWithoutAClass(t *testing.T) {
	leaking := facts.Served{Secrets: facts.Scan{Verdict: hustingsv1alpha1.VerdictLeaking, Total: 1}}
	if (facts.Snapshot{Served: leaking}).Withdrawn() || (facts.Snapshot{Served: leaking, Class: classWith(nil)}).Withdrawn() {
		t.Error("a site is withdrawn though no class says so")
	}
	withdraw := classWith(&hustingsv1alpha1.ClassLeaks{OnServedLeak: hustingsv1alpha1.ServedLeakWithdraw})
	if !(facts.Snapshot{Served: leaking, Class: withdraw}).Withdrawn() {
		t.Error("a leak without a list of findings is none")
	}
}
