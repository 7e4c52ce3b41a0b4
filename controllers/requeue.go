package controllers

import (
	"slices"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

// sooner makes sure that the site is looked at again when time alone changes it: when its posture ends, a waiver or an
// allowed leak, or when a step asked for it.
func (r *CampaignSiteReconciler) sooner(result ctrl.Result, p *progress) ctrl.Result {
	if p.again > 0 && (result.RequeueAfter == 0 || p.again < result.RequeueAfter) {
		result.RequeueAfter = p.again
	}
	next := nextChange(p)
	if next.IsZero() {
		return result
	}
	// A second later, so that what ends then has ended for sure.
	if pause := next.Sub(r.Now()) + time.Second; result.RequeueAfter == 0 || pause < result.RequeueAfter {
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
		if next.IsZero() || w.Expires.Time.Before(next) {
			next = w.Expires.Time
		}
	}
	if end := facts.NextAllowanceEnd(p.facts.Class, p.facts.Now); !end.IsZero() && (next.IsZero() || end.Before(next)) {
		next = end
	}
	return next
}
