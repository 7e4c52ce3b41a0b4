package controllers

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func TestASiteIsLookedAtAgainWhenTimeChangesIt(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	r := &CampaignSiteReconciler{Now: func() time.Time { return now }}
	for name, test := range map[string]struct {
		ends          time.Time
		asked, result time.Duration // by a step, and by the obstacle
		want          time.Duration
	}{
		"nothing ends":                         {},
		"what ends in an hour":                 {ends: now.Add(time.Hour), want: time.Hour + time.Second},
		"what has ended just now":              {ends: now, want: time.Second},
		"what a step asked for comes first":    {ends: now.Add(time.Hour), asked: time.Minute, want: time.Minute},
		"so does what an obstacle waits for":   {ends: now.Add(time.Hour), result: time.Minute, want: time.Minute},
		"never":                                {ends: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), want: longestPause + time.Second},
		"never, and an obstacle waits a while": {ends: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), result: time.Hour, want: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			p := &progress{site: &hustingsv1alpha1.CampaignSite{}, again: test.asked}
			p.facts.Now = now.Add(-time.Minute)
			p.facts.Class = &hustingsv1alpha1.SiteClass{}
			if !test.ends.IsZero() {
				allowed := hustingsv1alpha1.AllowedLeak{Expires: metav1.NewTime(test.ends)}
				p.facts.Class.Spec.Leaks = &hustingsv1alpha1.ClassLeaks{Allow: []hustingsv1alpha1.AllowedLeak{allowed}}
			}
			if got := r.sooner(ctrl.Result{RequeueAfter: test.result}, p).RequeueAfter; got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}
