package controllers

import (
	"slices"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

// longestPause is how long a site rests before it is looked at for the time alone: "never" may be written as the year 9999, which is
// further off than a duration can say.
const longestPause = 24 * time.Hour

// sooner makes sure that the site is looked at again when time alone changes it: when its posture ends, a waiver or an
// allowed leak, or when a step asked for it.
func (r *CampaignSiteReconciler) sooner(result ctrl.Result, p *progress) ctrl.Result {
	if p.again > 0 && (result.RequeueAfter == 0 || p.again < result.RequeueAfter) {
		result.RequeueAfter = p.again
	}
	next := nextChange(p)
	if p.before != nil {
		next = earlier(next, nextChange(p.before))
	}
	if next.IsZero() {
		return result
	}
	// A second later, so that what ends then has ended for sure.
	if pause := min(next.Sub(r.Now()), longestPause) + time.Second; result.RequeueAfter == 0 || pause < result.RequeueAfter {
		result.RequeueAfter = max(pause, time.Second)
	}
	return result
}

// nextChange is when time alone changes the site next; zero, never.
func nextChange(p *progress) time.Time {
	next := p.plan.Site.PostureEnds
	for i := range p.facts.Waivers {
		w := &p.facts.Waivers[i].Spec
		isOfSite := slices.Contains(w.Sites, hustingsv1alpha1.SiteRef{Namespace: p.site.Namespace, Name: hustingsv1alpha1.ObjectName(p.site.Name)})
		if !isOfSite || !w.Expires.After(p.facts.Now) {
			continue
		}
		next = earlier(next, w.Expires.Time)
	}
	return earlier(next, facts.NextAllowanceEnd(p.facts.Class, p.facts.Now))
}

// earlier is the first of two times; zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
