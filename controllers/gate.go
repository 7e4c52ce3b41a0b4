package controllers

import (
	"context"
	"fmt"
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
	return &obstacle{reason: reason, message: p.plan.Errors.ToAggregate().Error(), stalled: true}
}

// isOfClass says whether an error is one that the platform team must mend.
func isOfClass(e *field.Error) bool { return strings.HasPrefix(e.Field, "siteclass") }

// gate stops what must not be applied: everything of a suspended site, and a plan that fails a blocking control where
// the class enforces. What runs keeps running.
func (r *CampaignSiteReconciler) gate(_ context.Context, p *progress) error {
	if p.site.Spec.Suspend {
		return &obstacle{
			reason:  hustingsv1alpha1.ReasonSuspended,
			message: "spec.suspend is true: nothing is changed; set it to false to go on",
		}
	}
	blocking := compliance.Blocking(p.plan.Verdicts)
	if len(blocking) == 0 || p.facts.Class.Spec.Enforcement == hustingsv1alpha1.EnforcementAudit {
		return nil
	}
	p.isRefused = true
	return &obstacle{reason: refusalReason(p, blocking), message: refusal(blocking), stalled: true}
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
