package controllers

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/source"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// SetupWithManager registers the reconciler and all that it watches. Nothing is polled: whatever may change a site is
// an event of one of these. kinds watches what the site's objects are.
func (r *CampaignSiteReconciler) SetupWithManager(ctx context.Context, mgr ctrl.Manager, kinds *Kinds, workers int) error {
	if err := addIndexes(ctx, mgr.GetFieldIndexer()); err != nil {
		return err
	}
	b := ctrl.NewControllerManagedBy(mgr).
		Named("campaignsite").
		For(&hustingsv1alpha1.CampaignSite{}, builder.WithPredicates(onUpdate(specChanged))).
		Watches(&hustingsv1alpha1.SiteClass{}, r.enqueue(r.sitesOfClass), builder.WithPredicates(onUpdate(classChanged))).
		Watches(&hustingsv1alpha1.Waiver{}, r.enqueue(sitesOfWaiver), builder.WithPredicates(onUpdate(specChanged))).
		Watches(&hustingsv1alpha1.HostClaim{}, r.enqueue(r.sitesOfClaim), builder.WithPredicates(onUpdate(specChanged))).
		Watches(namespaceMetadata(), r.enqueue(r.sitesOfNamespace), builder.WithPredicates(onUpdate(namespaceChanged))).
		Watches(&hustingsv1alpha1.ImageScan{}, r.enqueue(r.sitesOfScan), builder.WithPredicates(hasVerdict, onUpdate(verdictChanged))).
		Watches(&networkingv1.NetworkPolicy{}, r.enqueue(r.sitesBesidePolicy), builder.WithPredicates(onUpdate(childChanged))).
		Watches(&corev1.Pod{}, r.enqueue(r.sitesOfPod), builder.WithPredicates(troubleChanged)).
		WatchesRawSource(source.Channel(kinds.changed, r.enqueue(r.allSites))).
		WatchesRawSource(source.Channel(r.Answers.changed, &handler.EnqueueRequestForObject{})).
		WithOptions(controller.Options{MaxConcurrentReconciles: workers, EnableWarmup: new(true), RateLimiter: rateLimiter()})
	for _, kind := range kinds.owned {
		if !kinds.Available(kind) {
			continue
		}
		child, err := kinds.blank(kind)
		if err != nil {
			return err
		}
		if err := addOwnerIndex(ctx, mgr.GetFieldIndexer(), kind, child); err != nil {
			return err
		}
		b = b.Watches(child, ownerHandler(), builder.WithPredicates(onUpdate(childChanged)))
	}
	built, err := b.Build(r)
	if err != nil {
		return err
	}
	return kinds.SetupWithManager(mgr, built)
}

// enqueue reconciles the sites that an event concerns.
func (r *CampaignSiteReconciler) enqueue(sites func(context.Context, client.Object) []types.NamespacedName) handler.EventHandler {
	return handler.EnqueueRequestsFromMapFunc(func(ctx context.Context, o client.Object) []ctrl.Request {
		names := sites(ctx, o)
		requests := make([]ctrl.Request, 0, len(names))
		for _, name := range names {
			requests = append(requests, ctrl.Request{NamespacedName: name})
		}
		return requests
	})
}

// sitesOfClass are those that name the class, and those that name none: which one is theirs may have changed.
func (r *CampaignSiteReconciler) sitesOfClass(ctx context.Context, class client.Object) []types.NamespacedName {
	named := r.sites(ctx, client.MatchingFields{indexClass: class.GetName()})
	return append(named, r.sites(ctx, client.MatchingFields{indexClass: noClass})...)
}

func (r *CampaignSiteReconciler) sitesOfNamespace(ctx context.Context, namespace client.Object) []types.NamespacedName {
	return r.sites(ctx, client.InNamespace(namespace.GetName()))
}

func (r *CampaignSiteReconciler) allSites(ctx context.Context, _ client.Object) []types.NamespacedName {
	return r.sites(ctx)
}

// sitesOfClaim are the holder, which must let go of it if it is gone, and those that want the host.
func (r *CampaignSiteReconciler) sitesOfClaim(ctx context.Context, o client.Object) []types.NamespacedName {
	claim, ok := o.(*hustingsv1alpha1.HostClaim)
	if !ok {
		return nil
	}
	return append(r.sites(ctx, client.MatchingFields{indexHost: claim.Name}), holderKey(claim))
}

// sitesOfScan are those that name the digest.
func (r *CampaignSiteReconciler) sitesOfScan(ctx context.Context, o client.Object) []types.NamespacedName {
	scan, ok := o.(*hustingsv1alpha1.ImageScan)
	if !ok {
		return nil
	}
	return r.sites(ctx, client.MatchingFields{indexDigest: scan.Spec.Digest})
}

func sitesOfWaiver(_ context.Context, o client.Object) []types.NamespacedName {
	waiver, ok := o.(*hustingsv1alpha1.Waiver)
	if !ok {
		return nil
	}
	names := make([]types.NamespacedName, 0, len(waiver.Spec.Sites))
	for _, site := range waiver.Spec.Sites {
		names = append(names, types.NamespacedName{Namespace: site.Namespace, Name: string(site.Name)})
	}
	return names
}

// sites are the names of the sites that match.
func (r *CampaignSiteReconciler) sites(ctx context.Context, options ...client.ListOption) []types.NamespacedName {
	list := &hustingsv1alpha1.CampaignSiteList{}
	// An event handler must not wait, and does not look into the objects.
	options = append(options, client.DisableReadYourWritesConsistency, &client.ListOptions{UnsafeDisableDeepCopy: new(true)})
	if err := r.Client.List(ctx, list, options...); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Cannot list the sites that an event concerns")
		return nil
	}
	names := make([]types.NamespacedName, 0, len(list.Items))
	for i := range list.Items {
		names = append(names, client.ObjectKeyFromObject(&list.Items[i]))
	}
	return names
}
