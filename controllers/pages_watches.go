package controllers

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// pageWorkers ask the scanner, which answers at once.
const pageWorkers = 4

// SetupWithManager registers the reconciler: sites, their Deployments, which say when there are pods and which rollout
// they are of, their EndpointSlices, and the classes, which say how often to look.
func (r *PagesReconciler) SetupWithManager(mgr ctrl.Manager) error {
	r.polls, r.retries = newPauses(), newPauses()
	r.looks = &looks{bySite: map[types.NamespacedName]look{}}
	owner := handler.EnqueueRequestForOwner(mgr.GetScheme(), mgr.GetRESTMapper(), &hustingsv1alpha1.CampaignSite{}, handler.OnlyControllerOwner())
	return ctrl.NewControllerManagedBy(mgr).
		Named("pages").
		For(&hustingsv1alpha1.CampaignSite{}, builder.WithPredicates(onUpdate(specChanged))).
		Watches(&appsv1.Deployment{}, owner, builder.WithPredicates(onUpdate(childChanged))).
		Watches(&discoveryv1.EndpointSlice{}, handler.EnqueueRequestsFromMapFunc(r.siteOfEndpoints)).
		Watches(&hustingsv1alpha1.SiteClass{}, handler.EnqueueRequestsFromMapFunc(r.sitesOfAnyClass), builder.WithPredicates(onUpdate(classChanged))).
		WithOptions(controller.Options{MaxConcurrentReconciles: pageWorkers, RateLimiter: rateLimiter()}).
		Complete(r)
}

// siteOfEndpoints is the site whose Service an EndpointSlice belongs to.
func (r *PagesReconciler) siteOfEndpoints(ctx context.Context, o client.Object) []ctrl.Request {
	owner := metav1.GetControllerOfNoCopy(o)
	if owner == nil || owner.Kind != "Service" {
		return nil
	}
	service := &corev1.Service{}
	if err := r.Client.Get(ctx, client.ObjectKey{Namespace: o.GetNamespace(), Name: owner.Name}, service); err != nil {
		return nil // it is gone, or new: its Deployment's events come as well
	}
	site := metav1.GetControllerOfNoCopy(service)
	if site == nil || site.Kind != "CampaignSite" {
		return nil
	}
	return []ctrl.Request{{NamespacedName: types.NamespacedName{Namespace: o.GetNamespace(), Name: site.Name}}}
}

// sitesOfAnyClass are all sites: how often to look at them may have changed.
func (r *PagesReconciler) sitesOfAnyClass(ctx context.Context, _ client.Object) []ctrl.Request {
	sites := &hustingsv1alpha1.CampaignSiteList{}
	options := []client.ListOption{client.DisableReadYourWritesConsistency, &client.ListOptions{UnsafeDisableDeepCopy: new(true)}}
	if err := r.Client.List(ctx, sites, options...); err != nil {
		ctrl.LoggerFrom(ctx).Error(err, "Cannot list the sites that a class concerns")
		return nil
	}
	requests := make([]ctrl.Request, 0, len(sites.Items))
	for i := range sites.Items {
		requests = append(requests, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(&sites.Items[i])})
	}
	return requests
}
