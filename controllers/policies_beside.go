package controllers

import (
	"context"
	"fmt"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/apply"
	"github.com/hustings/hustings/internal/object"
	"github.com/hustings/hustings/internal/render"
)

// isBeside is the value of the index by which NetworkPolicies beside those of sites are found.
const isBeside = "true"

// besideSites tells the NetworkPolicies that somebody made from those of sites, which select the pods of their own site and no
// others. It goes by what a policy selects, not by who is said to own it: whoever makes one writes the owner as well.
func besideSites(o client.Object) []string {
	policy, ok := o.(*networkingv1.NetworkPolicy)
	if !ok {
		return nil
	}
	if site := apply.SiteOf(policy); site != nil {
		base := render.BaseName(policy.Namespace, site.Name)
		if policy.Labels[render.LabelSite] == base && policy.Spec.PodSelector.MatchLabels[render.LabelSite] == base {
			return nil
		}
	}
	return []string{isBeside}
}

// policiesBeside are those beside a site that are none of its children. NetworkPolicies add up: one that is nobody's can open the pods of every site, and the
// operator, which removes nothing of others, can but say so.
func (r *CampaignSiteReconciler) policiesBeside(ctx context.Context, site *hustingsv1alpha1.CampaignSite) ([]object.Object, error) {
	list := &networkingv1.NetworkPolicyList{}
	options := []client.ListOption{
		client.InNamespace(site.Namespace), client.MatchingFields{indexBeside: isBeside},
		client.UnsafeDisableDeepCopy, client.DisableReadYourWritesConsistency, // none is written here
	}
	if err := r.Client.List(ctx, list, options...); err != nil {
		return nil, fmt.Errorf("read policies: %w", err)
	}
	var policies []object.Object
	for i := range list.Items {
		policy := &list.Items[i] // the item of the list is its own, what it points to is not
		if owner := apply.SiteOf(policy); owner != nil && owner.UID == site.UID && policy.Labels[render.LabelSite] != "" {
			continue
		}
		policy.SetGroupVersionKind(networkingv1.SchemeGroupVersion.WithKind("NetworkPolicy"))
		policies = append(policies, policy)
	}
	return policies, nil
}

// sitesBesidePolicy are those in the namespace of a policy that is none of a site's.
func (r *CampaignSiteReconciler) sitesBesidePolicy(ctx context.Context, o client.Object) []types.NamespacedName {
	if len(besideSites(o)) == 0 {
		return nil
	}
	return r.sites(ctx, client.InNamespace(o.GetNamespace()))
}
