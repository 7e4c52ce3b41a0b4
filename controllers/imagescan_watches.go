package controllers

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// imageScanWorkers ask the scanner, which answers at once.
const imageScanWorkers = 4

// SetupWithManager registers the reconciler: what it looks at are digests, those of sites and those of ImageScans. The
// site's reconciler has added the indexes.
func (r *ImageScanReconciler) SetupWithManager(mgr ctrl.Manager) error {
	r.started = r.Now()
	r.polls, r.retries, r.unused = newPauses(), newPauses(), newUnusedDigests()
	return ctrl.NewControllerManagedBy(mgr).
		Named("imagescan").
		Watches(&hustingsv1alpha1.ImageScan{}, handler.EnqueueRequestsFromMapFunc(digestRequests), builder.WithPredicates(onUpdate(verdictChanged))).
		Watches(&hustingsv1alpha1.CampaignSite{}, handler.EnqueueRequestsFromMapFunc(digestRequests), builder.WithPredicates(onUpdate(digestsChanged))).
		Watches(&hustingsv1alpha1.SiteClass{}, handler.EnqueueRequestsFromMapFunc(r.digestsOfClass), builder.WithPredicates(onUpdate(classChanged))).
		WithOptions(controller.Options{MaxConcurrentReconciles: imageScanWorkers, RateLimiter: rateLimiter()}).
		Complete(r)
}

// digestRequests are the digests that an object names.
func digestRequests(_ context.Context, o client.Object) []ctrl.Request {
	var requests []ctrl.Request
	for _, digest := range digestsNamedBy(o) {
		requests = append(requests, ctrl.Request{NamespacedName: types.NamespacedName{Name: digest}})
	}
	return requests
}

// digestsOfClass are the digests of all sites: a class may have come to allow their registry.
func (r *ImageScanReconciler) digestsOfClass(ctx context.Context, _ client.Object) []ctrl.Request {
	sites := &hustingsv1alpha1.CampaignSiteList{}
	options := []client.ListOption{client.DisableReadYourWritesConsistency, &client.ListOptions{UnsafeDisableDeepCopy: new(true)}}
	if err := r.Client.List(ctx, sites, options...); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Cannot list the sites that a class concerns")
		return nil
	}
	var requests []ctrl.Request
	for i := range sites.Items {
		requests = append(requests, digestRequests(ctx, &sites.Items[i])...)
	}
	return requests
}

// digestsNamedBy are the keys of the index by digest, of sites and of ImageScans.
func digestsNamedBy(o client.Object) []string {
	switch o := o.(type) {
	case *hustingsv1alpha1.CampaignSite:
		return digestsOf(o)
	case *hustingsv1alpha1.ImageScan:
		return []string{o.Spec.Digest}
	}
	return nil
}

// digestsChanged passes changes of the images that a site names.
func digestsChanged(before, after client.Object) bool {
	return !slices.Equal(digestsNamedBy(before), digestsNamedBy(after)) ||
		before.GetDeletionTimestamp().IsZero() != after.GetDeletionTimestamp().IsZero()
}

// verdictChanged passes changes of a verdict.
func verdictChanged(before, after client.Object) bool {
	was, okBefore := before.(*hustingsv1alpha1.ImageScan)
	is, okAfter := after.(*hustingsv1alpha1.ImageScan)
	return !okBefore || !okAfter || was.Status.Verdict != is.Status.Verdict
}
