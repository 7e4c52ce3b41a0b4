package controllers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/plan"
)

// stand keeps what was applied as it is while the plan is not applied: whoever has a spec refused must not be able to edit what
// runs, nor keep a route that the site has lost. What cannot be kept, the log says; the obstacle that is there says what to mend.
func (r *CampaignSiteReconciler) stand(ctx context.Context, p *progress) error {
	if !p.obstacle.stands {
		return nil
	}
	before, err := r.before(ctx, p)
	if err != nil || before == nil {
		return err
	}
	p.before = before
	if err := r.uphold(ctx, p); apierrors.IsConflict(err) {
		return err
	} else if err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "What was applied before cannot be kept as it is; it is tried again")
		p.soonest(refusedPause)
	}
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
	if errors.As(err, new(*facts.ClassError)) {
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

// uphold withdraws the routes that the site has lost, and puts everything else back as it was applied. It changes nothing: where what
// was applied would be another by now, it leaves all as it is.
func (r *CampaignSiteReconciler) uphold(ctx context.Context, p *progress) error {
	before := p.before
	if p.facts.Withdrawn() { // of two classes, the one that withdraws says what becomes of a leak
		class := *before.facts.Class
		class.Spec.Leaks = p.facts.Class.Spec.Leaks
		before.facts.Class = &class
	}
	if err := r.withdraw(ctx, before); err != nil || p.site.Spec.Suspend {
		return err
	}
	isSame, err := buildAgain(before)
	if err != nil || !isSame || !mayRun(before) {
		return err
	}
	err = r.apply(ctx, before)
	if before.live != nil {
		p.live, p.drift, p.isStanding = before.live, before.drift, true
	}
	return err
}

// buildAgain makes the plan of what was applied, and says whether it is the one that was. That the site had no route then because it
// served a secret, or has none now, is no difference: it is as if that plan had been applied which it has now.
func buildAgain(before *progress) (isSame bool, err error) {
	applied, other := before.site.Status.Plan.Digest, before.facts
	before.plan = plan.Build(before.site, before.facts)
	before.site.Status.Plan.Digest, err = before.plan.Digest()
	if err != nil || before.site.Status.Plan.Digest == applied {
		return err == nil, err
	}
	other.Served.Secrets = facts.Scan{} // the other way round
	if !before.facts.Withdrawn() {
		other.Served.Secrets = facts.Scan{Verdict: hustingsv1alpha1.VerdictLeaking, Total: 1}
	}
	digest, err := plan.Build(before.site, other).Digest()
	return err == nil && digest == applied, err
}

// mayRun says whether the image of what was applied is the one that runs, and may be started again. One that an exception let in
// may not once that has ended.
func mayRun(before *progress) bool {
	deployment, _ := find[*appsv1.Deployment](before.plan.Objects)
	if imageIn(deployment) != before.site.Status.Image.Running {
		return false
	}
	if before.facts.Image.LetIn || before.facts.Class.Spec.Enforcement == hustingsv1alpha1.EnforcementAudit {
		return true
	}
	return !slices.ContainsFunc(compliance.Blocking(before.plan.Verdicts), func(v compliance.Verdict) bool { return v.Control.ID == controlLeaksImage })
}

// appliedOf is what the status remembers of a plan that was applied. Its spec names the class, also where the site leaves that to the
// default: when there is no default any more, or a second one, what runs is kept by the class that it was made by. The spec is left
// as it is written there while it says the same: the API server has an order of its own.
func appliedOf(site *hustingsv1alpha1.CampaignSite, class *hustingsv1alpha1.SiteClass, digest string) (hustingsv1alpha1.PlanStatus, error) {
	was, applied := site.Status.Plan, site.Spec
	applied.ClassName = hustingsv1alpha1.ObjectName(class.Name)
	if spec, err := specApplied(site); err == nil && spec != nil && was.Digest == digest && equality.Semantic.DeepEqual(*spec, applied) {
		return was, nil
	}
	raw, err := json.Marshal(applied)
	if err != nil {
		return hustingsv1alpha1.PlanStatus{}, fmt.Errorf("encode the spec: %w", err)
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

// specsOf are the spec of a site and the one that was applied last, which stands while the other is not applied. One that cannot be
// read stands for nothing; that is logged where it would stand.
func specsOf(site *hustingsv1alpha1.CampaignSite) []*hustingsv1alpha1.CampaignSiteSpec {
	specs := []*hustingsv1alpha1.CampaignSiteSpec{&site.Spec}
	if applied, err := specApplied(site); err == nil && applied != nil {
		specs = append(specs, applied)
	}
	return specs
}

// classesAmong are, among all classes, those of a site's specs, that of the later one first.
func classesAmong(site *hustingsv1alpha1.CampaignSite, classes []hustingsv1alpha1.SiteClass) []*hustingsv1alpha1.SiteClass {
	var found []*hustingsv1alpha1.SiteClass
	for _, spec := range specsOf(site) {
		class, err := facts.SelectClass(&hustingsv1alpha1.CampaignSite{Spec: *spec}, classes)
		if err == nil && !slices.Contains(found, class) {
			found = append(found, class)
		}
	}
	return found
}

// withAllHosts is a site with the hosts of both its specs: it serves those of the earlier one until the later one is applied.
func withAllHosts(site *hustingsv1alpha1.CampaignSite) *hustingsv1alpha1.CampaignSite {
	var hosts []hustingsv1alpha1.Host
	for _, spec := range specsOf(site) {
		for _, host := range spec.Hosts {
			if !slices.Contains(hosts, host) {
				hosts = append(hosts, host)
			}
		}
	}
	if slices.Equal(hosts, site.Spec.Hosts) {
		return site
	}
	all := site.DeepCopy()
	all.Spec.Hosts = hosts
	return all
}
