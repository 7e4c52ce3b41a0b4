package controllers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/apply"
	"github.com/hustings/hustings/internal/facts"
)

// routerOf is the site that routes a host in place of this one, as the cache shows it; nobody, if none does or this one. Of
// several the first to do so is it. Strays are the routes of sites that may not: whoever may write an Ingress can make one
// that a site of theirs controls, and nobody shall keep a host from others by that.
func (r *CampaignSiteReconciler) routerOf(
	ctx context.Context, host hustingsv1alpha1.Host, site *hustingsv1alpha1.CampaignSite,
) (router facts.Holder, strays []*networkingv1.Ingress, err error) {
	routes, err := r.routesOf(ctx, host)
	if err != nil {
		return facts.Holder{}, nil, err
	}
	may := map[types.UID]bool{site.UID: true}
	for _, route := range routes {
		owner := apply.SiteOf(route)
		holder := facts.Holder{Namespace: route.Namespace, Name: owner.Name, UID: owner.UID}
		if _, isKnown := may[holder.UID]; !isKnown {
			if may[holder.UID], err = r.mayHold(ctx, holder, host); err != nil {
				return facts.Holder{}, nil, err
			}
		}
		if !may[holder.UID] {
			strays = append(strays, route)
		} else if router == (facts.Holder{}) {
			router = holder
		}
	}
	if router.UID == site.UID {
		router = facts.Holder{}
	}
	return router, strays, nil
}

// routesOf are the routes to a host that sites control, the oldest first.
func (r *CampaignSiteReconciler) routesOf(ctx context.Context, host hustingsv1alpha1.Host) ([]*networkingv1.Ingress, error) {
	list := &networkingv1.IngressList{}
	if err := r.Client.List(ctx, list, client.MatchingFields{indexRoute: string(host)}, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("read routes: %w", err)
	}
	routes := make([]*networkingv1.Ingress, len(list.Items))
	for i := range list.Items {
		routes[i] = &list.Items[i]
	}
	slices.SortFunc(routes, func(a, b *networkingv1.Ingress) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.UID, b.UID))
	})
	return routes, nil
}

// mayHold says whether a site could claim a host. Where the cache says no the API server is asked: a site may have changed.
func (r *CampaignSiteReconciler) mayHold(ctx context.Context, holder facts.Holder, host hustingsv1alpha1.Host) (bool, error) {
	may, err := r.mayHoldBy(ctx, r.Client, holder, host)
	if err != nil || may {
		return may, err
	}
	return r.mayHoldBy(ctx, r.Live, holder, host)
}

func (r *CampaignSiteReconciler) mayHoldBy(ctx context.Context, sites client.Reader, holder facts.Holder, host hustingsv1alpha1.Host) (bool, error) {
	site := &hustingsv1alpha1.CampaignSite{}
	err := sites.Get(ctx, types.NamespacedName{Namespace: holder.Namespace, Name: holder.Name}, site)
	if err != nil {
		return false, client.IgnoreNotFound(err)
	}
	if site.UID != holder.UID || !site.DeletionTimestamp.IsZero() || !slices.Contains(site.Spec.Hosts, host) {
		return false, nil
	}
	namespace, err := r.namespace(ctx, holder.Namespace)
	if err != nil {
		return false, err
	}
	class, err := r.class(ctx, site)
	var none *facts.ClassError
	if errors.As(err, &none) {
		return false, nil
	}
	return err == nil && facts.Granted(class, namespaceFacts(namespace), host) == facts.Yes, err
}

// clear removes stray routes to a host, unless somebody holds it by now.
func (r *CampaignSiteReconciler) clear(ctx context.Context, host hustingsv1alpha1.Host, strays []*networkingv1.Ingress) (facts.Holder, error) {
	if len(strays) == 0 {
		return facts.Holder{}, nil
	}
	claim := &hustingsv1alpha1.HostClaim{}
	err := r.Live.Get(ctx, client.ObjectKey{Name: string(host)}, claim)
	if err == nil {
		return holderIn(claim), nil
	}
	if !apierrors.IsNotFound(err) {
		return facts.Holder{}, err
	}
	for _, stray := range strays {
		if err := r.removeStray(ctx, host, stray); err != nil {
			return facts.Holder{}, fmt.Errorf("remove the Ingress %s/%s, which routes it: %w", stray.Namespace, stray.Name, err)
		}
	}
	return facts.Holder{}, nil
}

// removeStray removes a route as it was seen; one that changed meanwhile, if it is a stray still: nobody keeps it by writing
// it all the time. Nor is one waited for that a finalizer keeps.
func (r *CampaignSiteReconciler) removeStray(ctx context.Context, host hustingsv1alpha1.Host, stray *networkingv1.Ingress) error {
	if err := r.Applier.Remove(ctx, stray); isKept(err) {
		return nil
	} else if !apierrors.IsConflict(err) {
		return err
	}
	now := &networkingv1.Ingress{}
	if err := r.Live.Get(ctx, client.ObjectKeyFromObject(stray), now); err != nil {
		return client.IgnoreNotFound(err)
	}
	owner := apply.SiteOf(now)
	if now.UID != stray.UID || owner == nil || owner.UID != apply.SiteOf(stray).UID || !slices.Contains(hostsRoutedBy(now), string(host)) {
		return nil
	}
	return client.IgnoreNotFound(r.Client.Delete(ctx, now, client.Preconditions{UID: &now.UID}))
}
