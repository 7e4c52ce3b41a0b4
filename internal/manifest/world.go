package manifest

import (
	"time"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

// World is what the documents of a run say of the world around its sites. What only a cluster knows stays unknown.
type World struct {
	now        time.Time
	classes    []hustingsv1alpha1.SiteClass
	waivers    []hustingsv1alpha1.Waiver
	namespaces map[string]map[string]string
	configMaps map[string]map[string]map[string]string
	claims     facts.Claims
}

// World is the world at a time.
func (c *Collection) World(now time.Time) World {
	sites := make([]*hustingsv1alpha1.CampaignSite, 0, len(c.Sites))
	for _, site := range c.Sites {
		sites = append(sites, site.Object)
	}
	return World{
		now: now, classes: c.Classes, waivers: c.Waivers, namespaces: c.Namespaces, configMaps: c.ConfigMaps,
		claims: facts.ClaimsAmong(sites),
	}
}

// Around is what is known around a site. The error is a *facts.ClassError: there is no class for it among the documents.
func (w World) Around(site *hustingsv1alpha1.CampaignSite) (facts.Snapshot, error) {
	class, err := facts.SelectClass(site, w.classes)
	if err != nil {
		return facts.Snapshot{}, err
	}
	labels, known := w.namespaces[site.Namespace]
	return facts.Snapshot{
		Now: w.now, Class: class, Waivers: w.waivers, Claims: w.claims,
		Namespace:  facts.Namespace{Name: site.Namespace, Known: known, Labels: labels},
		ConfigMaps: w.configMaps[site.Namespace],
	}, nil
}
