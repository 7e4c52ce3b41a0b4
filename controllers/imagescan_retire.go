package controllers

import (
	"context"
	"fmt"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// When a verdict is dropped. Nothing is dropped because a list did not show something once; a verdict that is dropped in
// error costs a scan, and until then nothing new runs by it.
//
//   - It is of an earlier ruleset, and the verdict of the current ruleset on the same digest was read.
//   - No site has named its digest for a whole day, all of which this very process has watched, while it saw sites: a
//     restart begins the day anew, and an empty cache ends it. At most one a minute goes, so that a mistake is seen before
//     it is large.
const (
	unusedFor = 24 * time.Hour
	dropPause = time.Minute
)

// supersede drops the verdicts of earlier rulesets.
func (r *ImageScanReconciler) supersede(ctx context.Context, older []hustingsv1alpha1.ImageScan) error {
	for i := range older {
		if err := r.drop(ctx, &older[i]); err != nil {
			return err
		}
	}
	return nil
}

// retire drops the verdicts on a digest that no site has named for long.
func (r *ImageScanReconciler) retire(ctx context.Context, digest string, current *hustingsv1alpha1.ImageScan, older []hustingsv1alpha1.ImageScan) (ctrl.Result, error) {
	if current != nil && !isFinal(current.Status.Verdict) {
		return ctrl.Result{}, r.drop(ctx, current) // it has no verdict yet: nothing is lost
	}
	if current != nil {
		older = append(older, *current)
	}
	r.polls.forget(digest)
	r.retries.forget(digest)
	if len(older) == 0 {
		r.unused.isUsed(digest)
		return ctrl.Result{}, nil
	}
	anySite := &hustingsv1alpha1.CampaignSiteList{}
	if err := r.Client.List(ctx, anySite, client.Limit(1)); err != nil {
		return ctrl.Result{}, fmt.Errorf("read the sites: %w", err)
	}
	if len(anySite.Items) == 0 {
		r.unused.isUsed(digest)
		return ctrl.Result{RequeueAfter: unusedFor}, nil
	}
	if pause := r.unused.until(digest, r.Now()); pause > 0 {
		return ctrl.Result{RequeueAfter: pause}, nil
	}
	return ctrl.Result{RequeueAfter: dropPause}, r.drop(ctx, &older[0])
}

// drop deletes the very ImageScan that was read, unchanged.
func (r *ImageScanReconciler) drop(ctx context.Context, s *hustingsv1alpha1.ImageScan) error {
	err := r.Client.Delete(ctx, s, client.Preconditions{UID: &s.UID, ResourceVersion: &s.ResourceVersion})
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("drop %s: %w", s.Name, err)
	}
	return nil
}

// unusedDigests says since when this process has seen no site name a digest.
type unusedDigests struct {
	mu       sync.Mutex
	since    map[string]time.Time
	lastDrop time.Time
}

func newUnusedDigests() *unusedDigests { return &unusedDigests{since: map[string]time.Time{}} }

// isUsed ends the time.
func (u *unusedDigests) isUsed(digest string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.since, digest)
}

// until is how long the verdicts on a digest are still kept; zero, one of them may go now.
func (u *unusedDigests) until(digest string, now time.Time) time.Duration {
	u.mu.Lock()
	defer u.mu.Unlock()
	since, known := u.since[digest]
	if !known {
		u.since[digest] = now
		return unusedFor
	}
	if pause := since.Add(unusedFor).Sub(now); pause > 0 {
		return pause
	}
	if pause := u.lastDrop.Add(dropPause).Sub(now); pause > 0 {
		return pause
	}
	u.lastDrop = now
	return 0
}
