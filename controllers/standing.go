package controllers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/plan"
)

// maxSpec bounds the spec that the status remembers, in bytes: the API server takes no object above about 1.5 MiB
// (https://etcd.io/docs/v3.6/dev-guide/limit/), and a status that cannot be written says nothing at all.
const maxSpec = 256 << 10

// appliedOf is what the status remembers of a plan that was applied: with the same digest, the spec that is there. A spec that
// is too long is not remembered.
func appliedOf(site *hustingsv1alpha1.CampaignSite, digest string) (hustingsv1alpha1.PlanStatus, error) {
	if was := site.Status.Plan; was.Digest == digest && was.Spec != nil {
		return was, nil
	}
	raw, err := json.Marshal(site.Spec)
	if err != nil {
		return hustingsv1alpha1.PlanStatus{}, fmt.Errorf("encode the spec: %w", err)
	}
	if len(raw) > maxSpec {
		return hustingsv1alpha1.PlanStatus{Digest: digest}, nil
	}
	return hustingsv1alpha1.PlanStatus{Digest: digest, Spec: &runtime.RawExtension{Raw: raw}}, nil
}

// specApplied is the spec that was applied last, as the status remembers it; nil, it does not.
func specApplied(site *hustingsv1alpha1.CampaignSite) (*hustingsv1alpha1.CampaignSiteSpec, error) {
	if site.Status.Plan.Spec == nil {
		return nil, nil
	}
	spec := &hustingsv1alpha1.CampaignSiteSpec{}
	if err := json.Unmarshal(site.Status.Plan.Spec.Raw, spec); err != nil {
		return nil, fmt.Errorf("read status.plan.spec: %w", err)
	}
	return spec, nil
}

// stand keeps what was applied as it is while the plan is not applied: whoever has a spec refused must not be able to edit what
// runs, nor keep a route that the site has lost. It repairs and changes nothing: where the plan that was applied would be
// another one by now, it leaves all as it is.
func (r *CampaignSiteReconciler) stand(ctx context.Context, p *progress) error {
	if !p.obstacle.stands {
		return nil
	}
	before, err := r.before(ctx, p)
	if err != nil || before == nil {
		return err
	}
	if err := r.withdraw(ctx, before); err != nil || p.site.Spec.Suspend {
		return err
	}
	before.plan = plan.Build(before.site, before.facts)
	if same, err := mayStand(before); err != nil || !same {
		return err
	}
	err = r.apply(ctx, before)
	p.live, p.drift, p.standing = before.live, before.drift, before
	if err == nil || apierrors.IsConflict(err) {
		return err
	}
	// The obstacle that is there says what to mend; that what runs is not as it was, its control says.
	ctrl.LoggerFrom(ctx).Error(err, "What was applied before cannot be kept as it is; it is tried again")
	p.soonest(refusedPause)
	return nil
}

// before is the site as it was applied last, with what is known of the world around it by now; nil, there is none.
func (r *CampaignSiteReconciler) before(ctx context.Context, p *progress) (*progress, error) {
	spec, err := specApplied(p.site)
	if err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "What was applied before is not known, and not kept as it is")
		return nil, nil
	}
	if spec == nil {
		return nil, nil
	}
	before := &progress{site: p.site.DeepCopy(), facts: p.facts}
	before.site.Spec = *spec
	before.facts.Class, err = r.class(ctx, before.site)
	if none := (*facts.ClassError)(nil); errors.As(err, &none) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	holders, err := r.holdersOf(ctx, spec.Hosts)
	if err != nil {
		return nil, err
	}
	before.facts.Claims = facts.Claims{Source: facts.ClaimsFromCluster, Holders: holders}
	return before, r.gatherRunning(ctx, before)
}

// gatherRunning reads what is known of the image that runs.
func (r *CampaignSiteReconciler) gatherRunning(ctx context.Context, p *progress) error {
	was := p.site.Status.Image
	digest := facts.DigestOf(was.Running)
	scan, err := r.scanOf(ctx, digest, true)
	p.facts.Image = facts.Image{
		Digest: digest, Scan: scan, NoScanner: r.Scanner == nil,
		LetIn: digest != "" && was.LetInBy == hustingsv1alpha1.LetInByVerdict,
	}
	return err
}

// mayStand says whether the plan of what was applied is still the one that was, and runs the image that runs. An image that an
// exception let in is not put back once the exception has ended.
func mayStand(before *progress) (bool, error) {
	digest, err := before.plan.Digest()
	if err != nil {
		return false, fmt.Errorf("identify the plan: %w", err)
	}
	deployment, _ := find[*appsv1.Deployment](before.plan.Objects)
	if digest != before.site.Status.Plan.Digest || imageIn(deployment) != before.site.Status.Image.Running {
		return false, nil
	}
	return !slices.ContainsFunc(blockingOf(before), func(v compliance.Verdict) bool { return v.Control.ID == controlLeaksImage }), nil
}
