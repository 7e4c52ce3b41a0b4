package controllers

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/facts"
)

// wanter is a site that needs the verdict on a digest.
type wanter struct {
	namespace, name string
	// image is where the site has the digest from, without a tag.
	image string
	// waits: the site does not run it, because it has no verdict.
	waits bool
}

// sitesWith are the sites that name a digest, as they are in the cache: they must not be changed. Many may share one.
func (r *ImageScanReconciler) sitesWith(ctx context.Context, digest string, most int64) ([]hustingsv1alpha1.CampaignSite, error) {
	sites := &hustingsv1alpha1.CampaignSiteList{}
	options := &client.ListOptions{UnsafeDisableDeepCopy: new(true), Limit: most}
	err := r.Client.List(ctx, sites, client.MatchingFields{indexDigest: digest}, client.DisableReadYourWritesConsistency, options)
	if err != nil {
		return nil, fmt.Errorf("read the sites of an image: %w", err)
	}
	return sites.Items, nil
}

// isNamed says whether any site names a digest.
func (r *ImageScanReconciler) isNamed(ctx context.Context, digest string) (bool, error) {
	sites, err := r.sitesWith(ctx, digest, 1)
	return len(sites) > 0, err
}

// wanters are the sites that name a digest and whose class allows its registry, those that wait first. A registry that no
// class allows is never asked for anything.
func (r *ImageScanReconciler) wanters(ctx context.Context, digest string) ([]wanter, error) {
	sites, err := r.sitesWith(ctx, digest, 0)
	if err != nil {
		return nil, err
	}
	classes := &hustingsv1alpha1.SiteClassList{}
	if err := r.Client.List(ctx, classes); err != nil {
		return nil, fmt.Errorf("read classes: %w", err)
	}
	var wanted []wanter
	for i := range sites {
		site := &sites[i]
		image := imageWith(site, digest, classesAmong(site, classes.Items))
		if image == "" || !site.DeletionTimestamp.IsZero() {
			continue
		}
		wanted = append(wanted, wanter{
			namespace: site.Namespace, name: site.Name, image: withoutTag(image),
			waits: facts.DigestOf(site.Status.Image.Running) != digest,
		})
	}
	takeTurns(wanted)
	return wanted, nil
}

// imagesOf are the images that a site names, or that the operator has pinned or applied for it.
func imagesOf(site *hustingsv1alpha1.CampaignSite) []string {
	return []string{site.Spec.Image, site.Status.Image.Candidate, site.Status.Image.Running}
}

// imageWith is the image of a site that has a digest, from a registry that one of the classes allows; empty, none is.
func imageWith(site *hustingsv1alpha1.CampaignSite, digest string, classes []*hustingsv1alpha1.SiteClass) string {
	for _, image := range imagesOf(site) {
		isAllowed := slices.ContainsFunc(classes, func(c *hustingsv1alpha1.SiteClass) bool {
			return compliance.RefuseImage(image, c.Spec.Images.Registries) == ""
		})
		if isAllowed && facts.DigestOf(image) == digest {
			return image
		}
	}
	return ""
}

// digestsOf are the digests of a site's images.
func digestsOf(site *hustingsv1alpha1.CampaignSite) []string {
	var out []string
	for _, image := range imagesOf(site) {
		if digest := facts.DigestOf(image); digest != "" && !slices.Contains(out, digest) {
			out = append(out, digest)
		}
	}
	return out
}

// withoutTag is an image by digest alone: the tag may mean something else by now.
func withoutTag(image string) string {
	repository, digest, pinned := strings.Cut(image, "@")
	if !pinned {
		return image
	}
	if i := strings.LastIndexByte(repository, ':'); i > strings.LastIndexByte(repository, '/') {
		repository = repository[:i]
	}
	return repository + "@" + digest
}

// takeTurns sorts wanters: those that wait first, and among them one of each namespace before the next of any, so that a
// namespace that names somebody's digest many times, from where it is not, does not keep it from being found.
func takeTurns(wanted []wanter) {
	slices.SortFunc(wanted, func(a, b wanter) int {
		return cmp.Or(cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.name, b.name))
	})
	turn := map[wanter]int{}
	taken := map[string]int{}
	for _, w := range wanted {
		turn[w] = taken[w.namespace]
		taken[w.namespace]++
	}
	slices.SortStableFunc(wanted, func(a, b wanter) int {
		if a.waits != b.waits {
			if a.waits {
				return -1
			}
			return 1
		}
		return cmp.Compare(turn[a], turn[b])
	})
}
