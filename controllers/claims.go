package controllers

import (
	"context"
	"errors"
	"fmt"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/apply"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/object"
	"github.com/hustings/hustings/internal/render"
)

// claimHosts claims the hosts that the class grants to the namespace and that nobody holds, and records who holds which.
// A suspended site claims nothing new.
func (r *CampaignSiteReconciler) claimHosts(ctx context.Context, p *progress) error {
	holders, err := r.holdersOf(ctx, p.site.Spec.Hosts)
	if err != nil {
		return err
	}
	for _, host := range p.site.Spec.Hosts {
		if _, isHeld := holders[host]; isHeld {
			continue
		}
		holder, err := r.claim(ctx, p, host)
		if err != nil {
			return fmt.Errorf("claim %s: %w", host, err)
		}
		if holder != (facts.Holder{}) {
			holders[host] = holder
		}
	}
	p.facts.Claims = facts.Claims{Source: facts.ClaimsFromCluster, Holders: holders}
	return nil
}

// claim makes the claim of a host that has none, and says who holds it then; nobody, where the site may not. Who routes the
// host without a claim, because somebody deleted that, is to have it again: nobody else gets it while the route is there.
func (r *CampaignSiteReconciler) claim(ctx context.Context, p *progress, host hustingsv1alpha1.Host) (facts.Holder, error) {
	if p.site.Spec.Suspend || facts.Granted(p.facts.Class, p.facts.Namespace, host) != facts.Yes {
		return facts.Holder{}, nil
	}
	router, strays, err := r.routerOf(ctx, host, p.site)
	if err != nil || router != (facts.Holder{}) {
		p.soonest(waitPause) // no event may come of the route's end after that of the claim
		return router, err
	}
	if holder, err := r.clear(ctx, host, strays); err != nil || holder != (facts.Holder{}) {
		return holder, err
	}
	claim := claimOf(p.site, host)
	err = r.Client.Create(ctx, claim, client.FieldOwner(render.FieldManager))
	if apierrors.IsAlreadyExists(err) { // somebody was faster, or the cache lags
		claim = &hustingsv1alpha1.HostClaim{}
		err = r.Live.Get(ctx, client.ObjectKey{Name: string(host)}, claim)
	}
	if err != nil {
		return facts.Holder{}, err
	}
	return holderIn(claim), nil
}

// holdersOf are the holders of those hosts that have one.
func (r *CampaignSiteReconciler) holdersOf(ctx context.Context, hosts []hustingsv1alpha1.Host) (map[hustingsv1alpha1.Host]facts.Holder, error) {
	holders := map[hustingsv1alpha1.Host]facts.Holder{}
	for _, host := range hosts {
		claim := &hustingsv1alpha1.HostClaim{}
		err := r.Client.Get(ctx, client.ObjectKey{Name: string(host)}, claim)
		if apierrors.IsNotFound(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read the claim of %s: %w", host, err)
		}
		holders[host] = holderIn(claim)
	}
	return holders, nil
}

func holderIn(claim *hustingsv1alpha1.HostClaim) facts.Holder {
	holder := claim.Spec.Holder
	return facts.Holder{Namespace: holder.Namespace, Name: string(holder.Name), UID: holder.UID}
}

func claimOf(site *hustingsv1alpha1.CampaignSite, host hustingsv1alpha1.Host) *hustingsv1alpha1.HostClaim {
	return &hustingsv1alpha1.HostClaim{
		ObjectMeta: metav1.ObjectMeta{Name: string(host)},
		Spec: hustingsv1alpha1.HostClaimSpec{Holder: hustingsv1alpha1.ClaimHolder{
			SiteRef: hustingsv1alpha1.SiteRef{Namespace: site.Namespace, Name: hustingsv1alpha1.ObjectName(site.Name)},
			UID:     site.UID,
		}},
	}
}

// releaseHosts lets go of the hosts that the site no longer names or is no longer granted, once it does not route them.
func (r *CampaignSiteReconciler) releaseHosts(ctx context.Context, p *progress) error {
	claims, err := r.claimsHeldBy(ctx, client.ObjectKeyFromObject(p.site))
	if err != nil {
		return err
	}
	routed := apply.RoutedHosts(p.live)
	for i := range claims {
		host := hustingsv1alpha1.Host(claims[i].Name)
		isWanted := slices.Contains(p.site.Spec.Hosts, host) && facts.Granted(p.facts.Class, p.facts.Namespace, host) != facts.No
		if claims[i].Spec.Holder.UID != p.site.UID || isWanted || routed[claims[i].Name] {
			continue
		}
		if err := r.drop(ctx, &claims[i]); err != nil {
			return err
		}
	}
	return nil
}

// dropDeadClaims lets go of the hosts of sites of that name that are gone, site being the one there is now, if any. That
// they are gone is proven by a live read, and what they still route is removed first.
func (r *CampaignSiteReconciler) dropDeadClaims(ctx context.Context, key types.NamespacedName, site *hustingsv1alpha1.CampaignSite) error {
	claims, err := r.claimsHeldBy(ctx, key)
	if err != nil {
		return err
	}
	dead := slices.DeleteFunc(claims, func(c hustingsv1alpha1.HostClaim) bool { return site != nil && c.Spec.Holder.UID == site.UID })
	if len(dead) == 0 {
		return nil
	}
	dead, err = r.withoutOrphans(ctx, key, site, dead)
	if err != nil || len(dead) == 0 {
		return err
	}
	uid, err := r.liveUID(ctx, key)
	if err != nil {
		return err
	}
	for i := range dead {
		if dead[i].Spec.Holder.UID == uid {
			continue // the cache lags: that site is the one there is
		}
		if err := r.dropRoutes(ctx, dead[i].Spec.Holder.Namespace, dead[i].Spec.Holder.UID, func(object.Object) bool { return true }); err != nil {
			return err
		}
		if err := r.drop(ctx, &dead[i]); err != nil {
			return err
		}
	}
	return nil
}

// withoutOrphans are those claims whose hosts no orphan routes, or which a new site of that name takes over. That one says itself what is in
// its way, and is tried again; where there is none, this is an error.
func (r *CampaignSiteReconciler) withoutOrphans(
	ctx context.Context, key types.NamespacedName, site *hustingsv1alpha1.CampaignSite, dead []hustingsv1alpha1.HostClaim,
) ([]hustingsv1alpha1.HostClaim, error) {
	var free []hustingsv1alpha1.HostClaim
	for i := range dead {
		host := hustingsv1alpha1.Host(dead[i].Name)
		err := r.orphanOf(ctx, key, host)
		isOrphan := errors.As(err, new(*obstacle))
		switch {
		case err == nil, isOrphan && site != nil && slices.Contains(site.Spec.Hosts, host):
			free = append(free, dead[i])
		case !isOrphan || site == nil:
			return nil, err
		}
	}
	return free, nil
}

// orphanOf is an error where a route that was made for a site of that name goes on without it, because the site was deleted and its
// objects kept. It is nobody's now, so nobody removes it, and the host is free when somebody has.
func (r *CampaignSiteReconciler) orphanOf(ctx context.Context, key types.NamespacedName, host hustingsv1alpha1.Host) error {
	routes := &networkingv1.IngressList{}
	options := []client.ListOption{client.InNamespace(key.Namespace), client.MatchingLabels{render.LabelSite: render.BaseName(key.Namespace, key.Name)}, client.UnsafeDisableDeepCopy}
	if err := r.Client.List(ctx, routes, options...); err != nil {
		return fmt.Errorf("read routes: %w", err)
	}
	for i := range routes.Items {
		route := &routes.Items[i]
		if metav1.GetControllerOfNoCopy(route) == nil && slices.Contains(hostsRoutedBy(route), string(host)) {
			return &obstacle{message: fmt.Sprintf("the Ingress %s/%s routes %s and belongs to nobody: delete it", route.Namespace, route.Name, host), retry: waitPause}
		}
	}
	return nil
}

// liveUID asks the API server for the UID of the site of that name; empty, there is none.
func (r *CampaignSiteReconciler) liveUID(ctx context.Context, key types.NamespacedName) (types.UID, error) {
	live := &metav1.PartialObjectMetadata{}
	live.SetGroupVersionKind(hustingsv1alpha1.GroupVersion.WithKind("CampaignSite"))
	err := r.Live.Get(ctx, key, live)
	if apierrors.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the holder of a claim: %w", err)
	}
	return live.UID, nil
}

// withdraw removes the routes of a site that must not be routed: all of one that serves a secret, and those to a host that
// another site holds. The plan has none either, but it may not be applied: a site must not keep its route because its next
// image is refused, because it is suspended, or because it is the host that the plan is refused for.
func (r *CampaignSiteReconciler) withdraw(ctx context.Context, p *progress) error {
	lost := map[string]bool{}
	for host, holder := range p.facts.Claims.Holders {
		if holder.UID != p.site.UID {
			lost[string(host)] = true
		}
	}
	if !p.facts.Withdrawn() && len(lost) == 0 {
		return nil
	}
	err := r.dropRoutes(ctx, p.site.Namespace, p.site.UID, func(o object.Object) bool {
		return p.facts.Withdrawn() || slices.ContainsFunc(hostsRoutedBy(o), func(host string) bool { return lost[host] })
	})
	if isKept(err) {
		p.soonest(waitPause)
		return nil // it is in no plan, so that it is told to go once more, and said; what is judged until then is judged with it
	}
	return err
}

// isKept says whether a route goes on although it was told to go.
func isKept(err error) bool {
	var kept *apply.Error
	return errors.As(err, &kept) && kept.Class == apply.Waiting
}

// dropRoutes removes the routes of a site that are due. Of one that is gone the garbage collector would as well, but in its
// own time, and until then nobody else may have the hosts.
func (r *CampaignSiteReconciler) dropRoutes(ctx context.Context, namespace string, site types.UID, isDue func(object.Object) bool) error {
	owned, err := r.Applier.OwnedBy(ctx, namespace, site)
	if err != nil {
		return err
	}
	for _, o := range owned {
		if !apply.IsRoute(object.RefOf(o)) || !isDue(o) {
			continue
		}
		if err := r.Applier.Remove(ctx, o); err != nil {
			return err
		}
	}
	return nil
}

// drop deletes the very claim that was read, unchanged.
func (r *CampaignSiteReconciler) drop(ctx context.Context, claim *hustingsv1alpha1.HostClaim) error {
	err := r.Client.Delete(ctx, claim, client.Preconditions{UID: &claim.UID, ResourceVersion: &claim.ResourceVersion})
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("release %s: %w", claim.Name, err)
	}
	return nil
}

// claimsHeldBy are the claims of sites of that name, whatever their UID. It does not wait for the claims that other
// workers make just now: one that is not seen here comes as an event, and its holder is looked at again.
func (r *CampaignSiteReconciler) claimsHeldBy(ctx context.Context, key types.NamespacedName) ([]hustingsv1alpha1.HostClaim, error) {
	claims := &hustingsv1alpha1.HostClaimList{}
	if err := r.Client.List(ctx, claims, client.MatchingFields{indexHolder: key.String()}, client.DisableReadYourWritesConsistency); err != nil {
		return nil, fmt.Errorf("read claims: %w", err)
	}
	return claims.Items, nil
}
