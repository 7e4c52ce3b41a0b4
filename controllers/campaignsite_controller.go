package controllers

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/apply"
	"github.com/hustings/hustings/internal/scan/service"
)

// CampaignSiteReconciler makes sites true and says how true they are.
type CampaignSiteReconciler struct {
	// Client reads from the cache and waits for its own writes; NewManager makes it.
	Client client.Client
	// Live reads from the API server; it is asked once which sites there are, before a claim is dropped, and by Applier.
	Live client.Reader
	// Applier writes the sites' objects.
	Applier *apply.Applier
	// Recorder records events.
	Recorder events.EventRecorder
	// Scanner says what tags mean; nil, nothing is scanned here.
	Scanner *service.Client
	// Ruleset is the version of the rules whose verdicts on images count.
	Ruleset string
	// Answers hold what was last seen of the sites' pages.
	Answers *Answers
	// Now is the clock.
	Now func() time.Time

	takeover takeover
}

// Reconcile brings one site as far as it can come, and writes what it saw.
func (r *CampaignSiteReconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	site, err := r.site(ctx, request)
	if err != nil {
		return ctrl.Result{}, err
	}
	if err := r.dropDeadClaims(ctx, request.NamespacedName, site); err != nil {
		return r.lookAgain(err)
	}
	if site == nil || !site.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil
	}
	if isBehind, err := r.takeover.isBehind(ctx, r.Live, site); err != nil {
		return ctrl.Result{}, err
	} else if isBehind {
		return ctrl.Result{RequeueAfter: waitPause}, nil
	}
	p := &progress{site: site, leaks: r.Answers.of(site)}
	if err := r.advance(ctx, p); apierrors.IsConflict(err) {
		return r.lookAgain(err) // before anything is said
	} else if err != nil {
		p.obstacle = obstacleOf(err)
		if err := r.stand(ctx, p); err != nil {
			return r.lookAgain(err)
		}
	}
	if err := errors.Join(r.judge(ctx, p), r.gatherTrouble(ctx, p)); err != nil {
		return ctrl.Result{}, err
	}
	r.reportDrift(ctx, p)
	if err := r.writeStatus(ctx, p); err != nil {
		return r.lookAgain(fmt.Errorf("write status: %w", err))
	}
	result, err := r.retry(p.obstacle)
	if err != nil {
		return ctrl.Result{}, err
	}
	return r.sooner(result, p), nil
}

// advance takes the steps in their order; the first that cannot go on ends it.
func (r *CampaignSiteReconciler) advance(ctx context.Context, p *progress) error {
	for _, step := range []func(context.Context, *progress) error{
		r.gather,
		r.gatherImage,
		r.claimHosts,
		r.withdraw,
		r.build,
		r.gate,
		r.apply,
		r.releaseHosts,
	} {
		if err := step(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// site reads the site; nil, there is none.
func (r *CampaignSiteReconciler) site(ctx context.Context, request ctrl.Request) (*hustingsv1alpha1.CampaignSite, error) {
	site := &hustingsv1alpha1.CampaignSite{}
	err := r.Client.Get(ctx, request.NamespacedName, site)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the site: %w", err)
	}
	return site, nil
}

// apply writes the plan.
func (r *CampaignSiteReconciler) apply(ctx context.Context, p *progress) error {
	p.isLetIn = true
	result, err := r.Applier.Apply(ctx, p.site, p.plan)
	p.live, p.drift, p.contents = result.Live, result.Drift, result.Contents
	if err != nil {
		return err
	}
	p.applied, err = appliedOf(p.site, p.facts.Class, result.Digest)
	return err
}

// lookAgain reconciles the site once more: what changed or went while it was looked at is no error.
func (r *CampaignSiteReconciler) lookAgain(err error) (ctrl.Result, error) {
	if apierrors.IsConflict(err) || apierrors.IsNotFound(err) {
		return ctrl.Result{RequeueAfter: waitPause}, nil
	}
	return r.retry(obstacleOf(err))
}

// retry says when to try again what met an obstacle, if it did.
func (r *CampaignSiteReconciler) retry(o *obstacle) (ctrl.Result, error) {
	if o == nil {
		return ctrl.Result{}, nil
	}
	if o.err == nil {
		return ctrl.Result{RequeueAfter: o.retry}, nil
	}
	// The server says itself when it wants to be asked again.
	if seconds, ok := apierrors.SuggestsClientDelay(o.err); ok && seconds > 0 {
		return ctrl.Result{RequeueAfter: time.Duration(seconds) * time.Second}, nil
	}
	return ctrl.Result{}, o.err
}
