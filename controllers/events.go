package controllers

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
)

const (
	// actionReconcile is the action of events about the site as a whole.
	actionReconcile = "Reconcile"
	// maxNote is how many bytes the note of an event may have; one that has more is refused
	// (https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.37/#event-v1-events-k8s-io).
	maxNote = 1024
	// mostEvents of a kind are recorded by one reconcile.
	mostEvents = 5
)

// reportTransitions records as events what changed between two statuses. What is reported has no influence on what is
// done.
func (r *CampaignSiteReconciler) reportTransitions(p *progress, after *hustingsv1alpha1.CampaignSiteStatus) {
	site, before := p.site, &p.site.Status
	was := meta.FindStatusCondition(before.Conditions, hustingsv1alpha1.ConditionReady)
	is := meta.FindStatusCondition(after.Conditions, hustingsv1alpha1.ConditionReady)
	if is != nil && (was == nil || was.Status != is.Status || was.Reason != is.Reason) {
		r.reportReady(site, is)
	}
	if p.obstacle != nil && !p.isRefused {
		return // what is missing fails controls; the obstacle says why it is
	}
	failedBefore, failsNow := failing(before.Controls), failing(after.Controls)
	for _, id := range first(mostEvents, without(failsNow, failedBefore)) {
		r.record(site, nil, corev1.EventTypeWarning, hustingsv1alpha1.EventControlFailed, string(id),
			string(id)+" failed: "+messageOf(p, id)+"; the site's status.controls says where and why")
	}
	for _, id := range first(mostEvents, without(failedBefore, failsNow)) {
		r.record(site, nil, corev1.EventTypeNormal, hustingsv1alpha1.EventControlRecovered, string(id), string(id)+" no longer fails")
	}
}

// reportDrift records and logs what somebody else had changed.
func (r *CampaignSiteReconciler) reportDrift(ctx context.Context, p *progress) {
	for _, d := range first(mostEvents, p.drift) {
		action := "Restore"
		if d.Deleted {
			action = "Recreate"
		}
		ctrl.LoggerFrom(ctx).Info("Drift was corrected", "object", d.Ref.String(), "fields", d.Fields, "managers", d.Managers, "deleted", d.Deleted)
		r.record(p.site, referenceTo(d.Ref), corev1.EventTypeWarning, hustingsv1alpha1.EventDriftCorrected, action, d.String())
	}
}

// reportReady says nothing of pods that are starting, or of an image that is being scanned.
func (r *CampaignSiteReconciler) reportReady(site *hustingsv1alpha1.CampaignSite, ready *metav1.Condition) {
	switch ready.Reason {
	case hustingsv1alpha1.ReasonProgressing, hustingsv1alpha1.ReasonScanning, hustingsv1alpha1.ReasonTerminating:
	case hustingsv1alpha1.ReasonReady, hustingsv1alpha1.ReasonSuspended:
		r.note(site, ready.Reason, ready.Message)
	default:
		r.warn(site, ready.Reason, ready.Message)
	}
}

func (r *CampaignSiteReconciler) warn(site *hustingsv1alpha1.CampaignSite, reason, message string) {
	r.record(site, nil, corev1.EventTypeWarning, reason, actionReconcile, message)
}

func (r *CampaignSiteReconciler) note(site *hustingsv1alpha1.CampaignSite, reason, message string) {
	r.record(site, nil, corev1.EventTypeNormal, reason, actionReconcile, message)
}

// record records an event. Events that are alike in all but their message are counted as one within some minutes, and
// the later messages are lost: related and action must tell apart what is not the same.
func (r *CampaignSiteReconciler) record(site *hustingsv1alpha1.CampaignSite, related *corev1.ObjectReference, kind, reason, action, message string) {
	var other runtime.Object
	if related != nil {
		other = related
	}
	r.Recorder.Eventf(site, other, kind, reason, action, "%s", bounded(message, maxNote))
}

// failing are the controls that failed, as they are ordered.
func failing(controls []hustingsv1alpha1.ControlStatus) []hustingsv1alpha1.ControlID {
	var ids []hustingsv1alpha1.ControlID
	for _, c := range controls {
		if c.Result == hustingsv1alpha1.ResultFail || c.Result == hustingsv1alpha1.ResultError {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func without(ids, others []hustingsv1alpha1.ControlID) []hustingsv1alpha1.ControlID {
	return slices.DeleteFunc(slices.Clone(ids), func(id hustingsv1alpha1.ControlID) bool { return slices.Contains(others, id) })
}

// first are the first few of a list.
func first[T any](most int, list []T) []T { return list[:min(most, len(list))] }

func referenceTo(ref object.Ref) *corev1.ObjectReference {
	return &corev1.ObjectReference{APIVersion: ref.APIVersion, Kind: ref.Kind, Namespace: ref.Namespace, Name: ref.Name}
}
