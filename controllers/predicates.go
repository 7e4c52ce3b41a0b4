package controllers

import (
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/hustings/hustings/internal/facts"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// onUpdate passes every creation and deletion, and the updates for which it is true.
func onUpdate(passes func(before, after client.Object) bool) predicate.Predicate {
	return predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
		return e.ObjectOld != nil && e.ObjectNew != nil && passes(e.ObjectOld, e.ObjectNew)
	}}
}

// specChanged passes what a person changed: the API server counts neither status nor labels in the generation.
func specChanged(before, after client.Object) bool {
	return before.GetGeneration() != after.GetGeneration()
}

// classChanged passes changes of the policy, and of what makes a class the default.
func classChanged(before, after client.Object) bool {
	was, okBefore := before.(*hustingsv1alpha1.SiteClass)
	is, okAfter := after.(*hustingsv1alpha1.SiteClass)
	return specChanged(before, after) || !okBefore || !okAfter || facts.IsDefaultClass(was) != facts.IsDefaultClass(is)
}

// hasVerdict passes what has a verdict: an ImageScan that was just made is no news to a site.
var hasVerdict = predicate.NewPredicateFuncs(func(o client.Object) bool {
	scan, ok := o.(*hustingsv1alpha1.ImageScan)
	return ok && scan.Status.Verdict != ""
})

// namespaceChanged passes changes of what grants and controls look at.
func namespaceChanged(before, after client.Object) bool {
	return !maps.Equal(before.GetLabels(), after.GetLabels()) ||
		before.GetDeletionTimestamp().IsZero() != after.GetDeletionTimestamp().IsZero()
}

// childChanged passes everything but another status; of Deployments that as well, for it says what the pods do. A kind
// without a generation has no status worth the name, so any change of it counts.
func childChanged(before, after client.Object) bool {
	if before.GetResourceVersion() == after.GetResourceVersion() {
		return false // a resync
	}
	if was, ok := before.(*appsv1.Deployment); ok {
		is, ok := after.(*appsv1.Deployment)
		if !ok || !equality.Semantic.DeepEqual(was.Status, is.Status) {
			return true
		}
	}
	return after.GetGeneration() == 0 || specChanged(before, after) ||
		!maps.Equal(before.GetLabels(), after.GetLabels()) ||
		!maps.Equal(before.GetAnnotations(), after.GetAnnotations()) ||
		!equality.Semantic.DeepEqual(before.GetOwnerReferences(), after.GetOwnerReferences()) ||
		!slices.Equal(before.GetFinalizers(), after.GetFinalizers()) ||
		before.GetDeletionTimestamp().IsZero() != after.GetDeletionTimestamp().IsZero()
}
