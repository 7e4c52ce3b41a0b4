package facts

import (
	"cmp"
	"slices"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// ClaimsAmong decides the claims of sites that are known from manifests only: a host goes to the first by namespace and name.
// When a site was created does not count, for only what was exported from a cluster says it: who holds a host there, its
// HostClaim says.
func ClaimsAmong(sites []*hustingsv1alpha1.CampaignSite) Claims {
	ordered := slices.Clone(sites)
	slices.SortStableFunc(ordered, func(a, b *hustingsv1alpha1.CampaignSite) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	holders := map[hustingsv1alpha1.Host]Holder{}
	for _, site := range ordered {
		for _, host := range site.Spec.Hosts {
			if _, held := holders[host]; !held {
				holders[host] = HolderOf(site)
			}
		}
	}
	return Claims{Source: ClaimsFromManifests, Holders: holders}
}

// HolderOf is the holder that a site would be.
func HolderOf(site *hustingsv1alpha1.CampaignSite) Holder {
	return Holder{Namespace: site.Namespace, Name: site.Name, UID: site.UID}
}
