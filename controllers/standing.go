package controllers

import (
	"context"
	"encoding/json"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/plan"
)

// appliedOf is what the status remembers of a plan that was applied: with the same digest, the spec that is there.
func appliedOf(site *hustingsv1alpha1.CampaignSite, digest string) (hustingsv1alpha1.PlanStatus, error) {
	if was := site.Status.Plan; was.Digest == digest && was.Spec != nil {
		return was, nil
	}
	raw, err := json.Marshal(site.Spec)
	if err != nil {
		return hustingsv1alpha1.PlanStatus{}, fmt.Errorf("encode the spec: %w", err)
	}
	return hustingsv1alpha1.PlanStatus{Digest: digest, Spec: &runtime.RawExtension{Raw: raw}}, nil
}

// stand keeps what was applied as it is while the plan is not applied: whoever has a spec refused must not be able to edit what
// runs. It repairs and changes nothing: where the plan that was applied would be another one by now, it leaves all as it is.
func (r *CampaignSiteReconciler) stand(ctx context.Context, p *progress) error {
	if isHeldBack := p.isRefused || len(p.plan.Errors) > 0; !isHeldBack || p.site.Spec.Suspend {
		return nil
	}
	site, before, err := r.before(ctx, p)
	if err != nil || site == nil {
		return err
	}
	result, err := r.Applier.Apply(ctx, site, before)
	p.live, p.drift, p.contents, p.standing = result.Live, result.Drift, result.Contents, before.Objects
	if err == nil || apierrors.IsConflict(err) {
		return err
	}
	// The obstacle that is there says what to mend; that what runs is not as it was, its control says.
	ctrl.LoggerFrom(ctx).Error(err, "What was applied before cannot be kept as it is; it is tried again")
	p.soonest(refusedPause)
	return nil
}

// before is the site as it was applied last, and its plan; nil, there is none, or it would be another one now.
func (r *CampaignSiteReconciler) before(ctx context.Context, p *progress) (*hustingsv1alpha1.CampaignSite, plan.Plan, error) {
	applied := p.site.Status.Plan
	if applied.Spec == nil {
		return nil, plan.Plan{}, nil
	}
	site := p.site.DeepCopy()
	site.Spec = hustingsv1alpha1.CampaignSiteSpec{}
	if err := json.Unmarshal(applied.Spec.Raw, &site.Spec); err != nil {
		return nil, plan.Plan{}, fmt.Errorf("read status.plan.spec: %w", err)
	}
	holders, err := r.holdersOf(ctx, site.Spec.Hosts)
	if err != nil {
		return nil, plan.Plan{}, err
	}
	snapshot := p.facts
	snapshot.Claims.Holders = holders
	snapshot.Image = facts.Image{Digest: facts.DigestOf(site.Status.Image.Running)}
	made := plan.Build(site, snapshot)
	digest, err := made.Digest()
	if err != nil {
		return nil, plan.Plan{}, fmt.Errorf("identify the plan: %w", err)
	}
	if digest != applied.Digest {
		return nil, plan.Plan{}, nil
	}
	return site, made, nil
}
