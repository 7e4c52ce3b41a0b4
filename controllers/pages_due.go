package controllers

import (
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

// mountedPause is how long the pods of a rollout have until what they mount is looked at without them.
const mountedPause = 15 * time.Second

// next begins the look that is due, where one is; else it says when to ask again, where that is not for an event to say.
func (r *PagesReconciler) next(site *hustingsv1alpha1.CampaignSite, class *hustingsv1alpha1.SiteClass, d *appsv1.Deployment, at look, isServed bool) (look, time.Duration) {
	if d == nil {
		return at, 0
	}
	if rollout := rolloutOf(d); at.begun.rollout != rollout {
		at.begun = moment{rollout: rollout, at: r.Now()}
	}
	begun := at
	begun.rollout, begun.served, begun.onlyMounted = at.begun.rollout, at.begun.rollout, false
	if availabilityOf(d, "").isMixed {
		begun.served = knownRollout(at.pages, site.Status.Leaks.Rollout) // so that the look after its end is due at once
	}
	begun.key = fmt.Sprintf("%s/%s/%d", site.UID, begun.rollout, r.Now().Unix())
	var pause time.Duration
	switch {
	case isServed:
		if pause = r.untilDue(site, class, d, at); pause == 0 {
			return begun, 0
		}
	case availabilityOf(d, "").isAvailable:
		pause = endpointsPause
	}
	mounted, waits := r.untilMountedDue(site, class, d, at, isServed)
	switch {
	case !waits:
	case mounted == 0:
		begun.onlyMounted = true
		begun.key += "/mounted"
		return begun, 0
	case pause == 0 || mounted < pause:
		pause = mounted
	}
	return at, pause
}

// untilDue is how long a site waits for its next look. A rollout under way is waited for, unless it gets nowhere; then
// the pods there are looked at as always.
func (r *PagesReconciler) untilDue(site *hustingsv1alpha1.CampaignSite, class *hustingsv1alpha1.SiteClass, d *appsv1.Deployment, at look) time.Duration {
	if pause := at.notBefore.Sub(r.Now()); pause > 0 {
		return pause
	}
	if knownRollout(at.pages, site.Status.Leaks.Rollout) != rolloutOf(d) && !availabilityOf(d, "").isRolling {
		return 0
	}
	return r.untilNext(site, class, at.pages)
}

// untilMountedDue is how long what a site mounts waits for a look of its own; waits is false where it waits for none: there is
// nothing, or the next look at the pages is one at that as well. That of a rollout is not waited for for long: its pods may never come up.
func (r *PagesReconciler) untilMountedDue(site *hustingsv1alpha1.CampaignSite, class *hustingsv1alpha1.SiteClass, d *appsv1.Deployment, at look, isServed bool) (pause time.Duration, waits bool) {
	rollout := rolloutOf(d)
	isKnown := knownRollout(at.mounted, site.Status.Leaks.MountedRollout) == rollout
	if len(mountsOf(d)) == 0 || rollout == "" || isKnown && isServed {
		return 0, false
	}
	if pause := at.notBefore.Sub(r.Now()); pause > 0 {
		return pause, true
	}
	if !isKnown {
		return max(0, at.begun.at.Add(mountedPause).Sub(r.Now())), true
	}
	return r.untilNext(site, class, at.mounted), true
}

// knownRollout is the rollout that was looked at last; in the status, before there was a look in this process.
func knownRollout(last moment, status string) string {
	if last.at.IsZero() {
		return status
	}
	return last.rollout
}

// untilNext is how long it is until the next look of those that are made every now and then.
func (r *PagesReconciler) untilNext(site *hustingsv1alpha1.CampaignSite, class *hustingsv1alpha1.SiteClass, last moment) time.Duration {
	interval := facts.RescanInterval(class)
	next := last.at.Add(interval - interval/10 + spread(string(site.UID), interval/5))
	if last.at.IsZero() {
		next = r.started.Add(spread(string(site.UID), interval))
	}
	return max(0, next.Sub(r.Now()))
}
