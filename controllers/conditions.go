package controllers

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/apply"
	"github.com/hustings/hustings/internal/compliance"
)

// groupConditions says which controls each condition rolls up.
var groupConditions = []struct {
	condition string
	groups    []compliance.Group
}{
	{hustingsv1alpha1.ConditionPodHardened, []compliance.Group{compliance.GroupPod}},
	{hustingsv1alpha1.ConditionNetworkIsolated, []compliance.Group{compliance.GroupNetwork}},
	{hustingsv1alpha1.ConditionSecretsClean, []compliance.Group{compliance.GroupLeaks}},
	{hustingsv1alpha1.ConditionRateLimited, []compliance.Group{compliance.GroupEdge}},
	{hustingsv1alpha1.ConditionImageTrusted, []compliance.Group{compliance.GroupImage}},
}

// conditionsOf computes every condition, always. Reconciling and Stalled are there only while true: that is how kstatus
// tells work under way from a fault (https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus).
func conditionsOf(p *progress) []metav1.Condition {
	deployment, _ := find[*appsv1.Deployment](p.live)
	pods := availabilityOf(deployment, p.trouble)
	ready := readyOf(p, pods)
	wanted := []metav1.Condition{ready, compliantOf(p)}
	for _, g := range groupConditions {
		result, message := compliance.GroupResult(p.verdicts, g.groups...)
		wanted = append(wanted, conditionOf(g.condition, result, message))
	}
	wanted = append(wanted, metav1.Condition{
		Type: hustingsv1alpha1.ConditionAvailable, Status: statusIf(pods.isAvailable), Reason: pods.reason, Message: pods.message,
	})
	switch {
	case isStalled(p, pods):
		wanted = append(wanted, metav1.Condition{
			Type: hustingsv1alpha1.ConditionStalled, Status: metav1.ConditionTrue, Reason: ready.Reason, Message: ready.Message,
		})
	case isReconciling(p, pods):
		wanted = append(wanted, metav1.Condition{
			Type: hustingsv1alpha1.ConditionReconciling, Status: metav1.ConditionTrue,
			Reason: hustingsv1alpha1.ReasonProgressing, Message: ready.Message,
		})
	}
	conditions := slices.Clone(p.site.Status.Conditions)
	conditions = slices.DeleteFunc(conditions, func(c metav1.Condition) bool {
		return !slices.ContainsFunc(wanted, func(w metav1.Condition) bool { return w.Type == c.Type })
	})
	for _, c := range wanted {
		c.ObservedGeneration, c.Message = p.site.Generation, cut(c.Message, maxMessage)
		meta.SetStatusCondition(&conditions, c)
	}
	return conditions
}

// readyOf rolls up everything but compliance: the first of these that is not so says why.
func readyOf(p *progress, pods availability) metav1.Condition {
	c := metav1.Condition{Type: hustingsv1alpha1.ConditionReady, Status: metav1.ConditionFalse}
	switch o := p.obstacle; {
	case o != nil && o.reason == hustingsv1alpha1.ReasonSuspended:
		c.Status, c.Reason, c.Message = metav1.ConditionUnknown, o.reason, o.message
	case o != nil:
		c.Reason, c.Message = o.reason, o.message
	case p.plan.Site.Withdrawn:
		c.Reason, c.Message = hustingsv1alpha1.ReasonWithdrawn, "the route is withdrawn until the site is clean, its pods run on: "+messageOf(p, controlLeaksServed)
	case len(p.plan.Site.Hosts) < len(p.site.Spec.Hosts):
		c.Reason, c.Message = hustingsv1alpha1.ReasonRefused, "not every host is routed: "+messageOf(p, controlHostClaimed)
		if isHeldByAnother(p) {
			c.Reason = hustingsv1alpha1.ReasonHostConflict
		}
	case len(apply.RoutedHosts(p.live)) == 0:
		c.Reason, c.Message = hustingsv1alpha1.ReasonEdgeInsufficient, "the site is not routed: "+messageOf(p, "edge.tls")
	case pods.isStuck:
		c.Reason, c.Message = hustingsv1alpha1.ReasonPodsUnavailable, pods.message
	case !pods.isAvailable:
		c.Reason, c.Message = hustingsv1alpha1.ReasonProgressing, pods.message
	default:
		c.Status, c.Reason = metav1.ConditionTrue, hustingsv1alpha1.ReasonReady
		c.Message = readyMessage(p.trouble)
	}
	return c
}

// messageOf is what a control says.
func messageOf(p *progress, id hustingsv1alpha1.ControlID) string {
	for _, v := range p.verdicts {
		if v.Control.ID == id {
			return firstOf(v)
		}
	}
	return "no control says why"
}

func compliantOf(p *progress) metav1.Condition {
	groups := []compliance.Group{
		compliance.GroupPod, compliance.GroupImage, compliance.GroupNetwork, compliance.GroupLeaks, compliance.GroupEdge,
		compliance.GroupAvailability, compliance.GroupIntegrity,
	}
	result, message := compliance.GroupResult(p.verdicts, groups...)
	c := conditionOf(hustingsv1alpha1.ConditionCompliant, result, message)
	if c.Status == metav1.ConditionTrue && !compliance.Compliant(p.verdicts) {
		// The roll-up and the rule disagree: a control without a group. Unknown is never green.
		c.Status, c.Reason = metav1.ConditionUnknown, hustingsv1alpha1.ReasonNotEvaluated
	}
	return c
}

// conditionOf turns the result of a group into a condition.
func conditionOf(kind string, result hustingsv1alpha1.Result, message string) metav1.Condition {
	c := metav1.Condition{Type: kind, Status: metav1.ConditionUnknown, Reason: hustingsv1alpha1.ReasonNotEvaluated, Message: message}
	switch result {
	case hustingsv1alpha1.ResultPass, hustingsv1alpha1.ResultWaived, hustingsv1alpha1.ResultNotApplicable:
		c.Status, c.Reason = metav1.ConditionTrue, hustingsv1alpha1.ReasonControlsPassed
	case hustingsv1alpha1.ResultFail, hustingsv1alpha1.ResultError:
		c.Status, c.Reason = metav1.ConditionFalse, hustingsv1alpha1.ReasonControlsFailed
	case hustingsv1alpha1.ResultUnknown:
	}
	return c
}

func isStalled(p *progress, pods availability) bool {
	if p.obstacle != nil {
		return p.obstacle.stalled
	}
	return pods.isStuck || p.plan.Site.Withdrawn
}

func isReconciling(p *progress, pods availability) bool {
	if o := p.obstacle; o != nil {
		return o.err != nil || o.reason == hustingsv1alpha1.ReasonProgressing || o.reason == hustingsv1alpha1.ReasonScanning
	}
	return pods.isRolling || !pods.isAvailable
}

func statusIf(b bool) metav1.ConditionStatus {
	if b {
		return metav1.ConditionTrue
	}
	return metav1.ConditionFalse
}
