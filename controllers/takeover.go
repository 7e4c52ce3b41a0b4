package controllers

import (
	"context"
	"fmt"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// takeover knows what the API server had of the sites when this operator began to lead. The view of one that stood by may be
// older than what the leader before it has acted on, and to act on that would be to put an older site in place of a newer.
type takeover struct {
	mu sync.Mutex
	// at is the version of the list; empty, it was not read yet.
	at string
	// versions are those of the sites in it.
	versions map[types.UID]string
}

// pageOfSites is how many sites one request reads, without all but their metadata.
const pageOfSites = 500

// isBehind says whether what the cache shows of a site is older than what there was when this operator began to lead. It
// asks the API server once.
func (t *takeover) isBehind(ctx context.Context, live client.Reader, site *hustingsv1alpha1.CampaignSite) (bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.at == "" {
		if err := t.read(ctx, live); err != nil {
			return true, fmt.Errorf("read the sites that there are: %w", err)
		}
	}
	version, isListed := t.versions[site.UID]
	if !isListed {
		version = t.at // it was made later, or is gone
	}
	order, err := resourceversion.CompareResourceVersion(site.ResourceVersion, version)
	if err != nil {
		return true, fmt.Errorf("compare versions of the site: %w", err)
	}
	return order < 0 || order == 0 && !isListed, nil
}

func (t *takeover) read(ctx context.Context, live client.Reader) error {
	versions := map[types.UID]string{}
	sites := &metav1.PartialObjectMetadataList{}
	sites.SetGroupVersionKind(hustingsv1alpha1.GroupVersion.WithKind("CampaignSiteList"))
	for more := ""; ; {
		if err := live.List(ctx, sites, client.Limit(pageOfSites), client.Continue(more)); err != nil {
			return err
		}
		for i := range sites.Items {
			versions[sites.Items[i].UID] = sites.Items[i].ResourceVersion
		}
		if more = sites.Continue; more == "" {
			break
		}
	}
	t.at, t.versions = sites.ResourceVersion, versions
	return nil
}
