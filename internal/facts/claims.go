package facts

import (
	"cmp"
	"slices"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// ClaimsAmong decides the claims of sites that are known from manifests only: a host goes to the site that was created
// first, and among sites without a creation time to the first by namespace and name.
func ClaimsAmong(sites []*hustingsv1alpha1.CampaignSite) Claims {
	ordered := slices.Clone(sites)
	slices.SortStableFunc(ordered, func(a, b *hustingsv1alpha1.CampaignSite) int {
		return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time),
			cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
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
