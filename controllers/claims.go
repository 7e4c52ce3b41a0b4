package controllers

import (
	"context"
	"fmt"
	"slices"

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
	holders := map[hustingsv1alpha1.Host]facts.Holder{}
	for _, host := range p.site.Spec.Hosts {
		mayClaim := !p.site.Spec.Suspend && facts.Granted(p.facts.Class, p.facts.Namespace, host) == facts.Yes
		claim, err := r.claim(ctx, p.site, host, mayClaim)
		if err != nil {
			return fmt.Errorf("claim %s: %w", host, err)
		}
		if claim != nil {
			holder := claim.Spec.Holder
			holders[host] = facts.Holder{Namespace: holder.Namespace, Name: string(holder.Name), UID: holder.UID}
		}
	}
	p.facts.Claims = facts.Claims{Source: facts.ClaimsFromCluster, Holders: holders}
	return nil
}

// claim reads the claim of a host, or makes it for the site; nil, nobody holds the host and the site may not.
func (r *CampaignSiteReconciler) claim(ctx context.Context, site *hustingsv1alpha1.CampaignSite, host hustingsv1alpha1.Host, mayClaim bool) (*hustingsv1alpha1.HostClaim, error) {
	claim := &hustingsv1alpha1.HostClaim{}
	key := client.ObjectKey{Name: string(host)}
	err := r.Client.Get(ctx, key, claim)
	if err == nil {
		return claim, nil
	}
	if !apierrors.IsNotFound(err) {
		return nil, err
	}
	if !mayClaim {
		return nil, nil
	}
	claim = claimOf(site, host)
	err = r.Client.Create(ctx, claim, client.FieldOwner(render.FieldManager))
	if !apierrors.IsAlreadyExists(err) {
		return claim, err
	}
	claim = &hustingsv1alpha1.HostClaim{}
	return claim, r.Live.Get(ctx, key, claim) // somebody was faster, or the cache lags
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
	uid, err := r.liveUID(ctx, key)
	if err != nil {
		return err
	}
	for i := range dead {
		if dead[i].Spec.Holder.UID == uid {
			continue // the cache lags: that site is the one there is
		}
		if err := r.dropRoutes(ctx, dead[i].Spec.Holder.Namespace, dead[i].Spec.Holder.UID); err != nil {
			return err
		}
		if err := r.drop(ctx, &dead[i]); err != nil {
			return err
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

// withdraw removes the routes of a site that must not be routed. The plan has none either, but it may not be applied: a
// site that serves a secret must not keep its route because its next image is refused, or because it is suspended.
func (r *CampaignSiteReconciler) withdraw(ctx context.Context, p *progress) error {
	if !p.facts.Withdrawn() {
		return nil
	}
	return r.dropRoutes(ctx, p.site.Namespace, p.site.UID)
}

// dropRoutes removes the routes of a site. Of one that is gone the garbage collector would as well, but in its own time,
// and until then nobody else may have the hosts.
func (r *CampaignSiteReconciler) dropRoutes(ctx context.Context, namespace string, site types.UID) error {
	owned, err := r.Applier.OwnedBy(ctx, namespace, site)
	if err != nil {
		return err
	}
	for _, o := range owned {
		if !apply.IsRoute(object.RefOf(o)) {
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
