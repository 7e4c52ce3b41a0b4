package controllers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/plan"
)

// Controls that a reason of their own exists for.
const (
	controlHostClaimed  = "edge.host-claimed"
	controlEdgeRequired = "edge.required"
	controlLeaksImage   = "leaks.image"
	controlLeaksServed  = "leaks.served"
)

// build makes the plan.
func (r *CampaignSiteReconciler) build(_ context.Context, p *progress) error {
	p.plan = plan.Build(p.site, p.facts)
	if len(p.plan.Errors) == 0 {
		return nil
	}
	reason := hustingsv1alpha1.ReasonInvalidClass
	for _, e := range p.plan.Errors {
		if !isOfClass(e) {
			reason = hustingsv1alpha1.ReasonInvalidSpec
		}
	}
	return &obstacle{reason: reason, message: p.plan.Errors.ToAggregate().Error(), stalled: true, stands: true}
}

// isOfClass says whether an error is one that the platform team must mend.
func isOfClass(e *field.Error) bool { return strings.HasPrefix(e.Field, "siteclass") }

// gate stops what must not be applied: everything of a suspended site, and a plan that fails a blocking control where
// the class enforces. What runs keeps running.
func (r *CampaignSiteReconciler) gate(_ context.Context, p *progress) error {
	if p.site.Spec.Suspend {
		return &obstacle{
			reason: hustingsv1alpha1.ReasonSuspended, stands: true,
			message: "spec.suspend is true: nothing is changed; set it to false to go on",
		}
	}
	blocking := blockingOf(p)
	if len(blocking) == 0 || p.facts.Class.Spec.Enforcement == hustingsv1alpha1.EnforcementAudit {
		return nil
	}
	p.isRefused = true
	if len(blocking) == 1 && isPending(p, blocking[0]) {
		return &obstacle{
			reason: hustingsv1alpha1.ReasonScanning, stands: true,
			message: "not applied yet, what ran before keeps running: " + firstOf(blocking[0]),
		}
	}
	return &obstacle{reason: refusalReason(p, blocking), message: refusal(blocking), stalled: true, stands: true}
}

// blockingOf are the verdicts that keep the plan from being applied. The verdict on an image that a clean one let in is not
// among them: by new rules it may fail its control, but refusing the plan would not end what runs, and would end its repair.
// What an exception let in has no such right when the exception ends. Nor is a verdict among them that is still to come
// where something else must be mended first; that the class accepts not to know it does not mean not to wait for it.
func blockingOf(p *progress) []compliance.Verdict {
	blocking := compliance.Blocking(p.plan.Verdicts)
	for _, v := range p.plan.Verdicts {
		if v.Accepted && isPending(p, v) && p.facts.Image.Scan.Verdict == "" {
			blocking = append(blocking, v)
		}
	}
	return slices.DeleteFunc(blocking, func(v compliance.Verdict) bool {
		return v.Control.ID == controlLeaksImage && (p.facts.Image.LetIn || len(blocking) > 1 && isPending(p, v))
	})
}

// isPending says whether a verdict is that of an image whose scan is still to come.
func isPending(p *progress, v compliance.Verdict) bool {
	image := p.facts.Image
	return v.Control.ID == controlLeaksImage && v.Result == hustingsv1alpha1.ResultUnknown && !image.NoScanner && image.Scan.Pending()
}

// refusalReason is the reason of a control's own where nothing else blocks.
func refusalReason(p *progress, blocking []compliance.Verdict) string {
	if len(blocking) > 1 {
		return hustingsv1alpha1.ReasonRefused
	}
	switch {
	case blocking[0].Control.ID == controlEdgeRequired:
		return hustingsv1alpha1.ReasonEdgeInsufficient
	case blocking[0].Control.ID == controlHostClaimed && isHeldByAnother(p):
		return hustingsv1alpha1.ReasonHostConflict
	case blocking[0].Control.ID == controlLeaksImage && blocking[0].Result == hustingsv1alpha1.ResultFail:
		return hustingsv1alpha1.ReasonImageLeaking
	}
	return hustingsv1alpha1.ReasonRefused
}

// isHeldByAnother says whether another site holds one of the hosts.
func isHeldByAnother(p *progress) bool {
	for _, host := range p.site.Spec.Hosts {
		if holder, held := p.facts.Claims.Holders[host]; held && holder != facts.HolderOf(p.site) {
			return true
		}
	}
	return false
}

// refusal says which controls block, where, and what to do about the first of them.
func refusal(blocking []compliance.Verdict) string {
	const most = 3
	var parts []string
	for _, v := range blocking[:min(most, len(blocking))] {
		parts = append(parts, fmt.Sprintf("%s: %s", v.Control.ID, firstOf(v)))
	}
	if len(blocking) > most {
		parts = append(parts, fmt.Sprintf("and %d more", len(blocking)-most))
	}
	return fmt.Sprintf("not applied, what ran before keeps running: %s. %s", strings.Join(parts, "; "), blocking[0].Control.Remediation)
}

// firstOf is the first thing that a verdict says, with the field to edit.
func firstOf(v compliance.Verdict) string {
	if len(v.Findings) == 0 {
		if v.Message == "" {
			return v.Control.Title
		}
		return v.Message
	}
	f := v.Findings[0]
	if f.Cause != "" {
		return f.Cause + ": " + f.Message
	}
	return f.Message
}
