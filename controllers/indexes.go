package controllers

import (
	"context"
	"fmt"
	"maps"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/apply"
	"github.com/hustings/hustings/internal/object"
)

// The fields by which the cache finds what an event concerns.
const (
	indexClass  = "spec.className"
	indexHost   = "spec.hosts"
	indexHolder = "spec.holder"
	indexRoute  = "routed"
	indexDigest = "digest"
	indexBeside = "beside"
)

// addIndexes prepares the cache for the reconciler. The indexes of optional kinds are added with their watches.
func addIndexes(ctx context.Context, indexer client.FieldIndexer) error {
	site, claim := &hustingsv1alpha1.CampaignSite{}, &hustingsv1alpha1.HostClaim{}
	for _, index := range []struct {
		of    client.Object
		field string
		keys  client.IndexerFunc
	}{
		{site, indexClass, classesOfSite},
		{site, indexHost, hostsOfSite},
		{claim, indexHolder, holderOfClaim},
		{site, indexDigest, digestsNamedBy},
		{&networkingv1.Ingress{}, indexRoute, hostsOfRoute},
		{&networkingv1.NetworkPolicy{}, indexBeside, besideSites},
		{&hustingsv1alpha1.ImageScan{}, indexDigest, digestsNamedBy},
	} {
		if err := indexer.IndexField(ctx, index.of, index.field, index.keys); err != nil {
			return fmt.Errorf("index %T by %s: %w", index.of, index.field, err)
		}
	}
	return nil
}

// addOwnerIndex lets the children of a kind be found by their site.
func addOwnerIndex(ctx context.Context, indexer client.FieldIndexer, kind schema.GroupVersionKind, of client.Object) error {
	err := indexer.IndexField(ctx, of, apply.IndexOwner, func(o client.Object) []string { return apply.OwnerUIDs(o) })
	if err != nil {
		return fmt.Errorf("index %s by owner: %w", kind.Kind, err)
	}
	return nil
}

// noClass stands for sites that name no class.
const noClass = "(default)"

func classesOfSite(o client.Object) []string {
	site, ok := o.(*hustingsv1alpha1.CampaignSite)
	if !ok {
		return nil
	}
	var classes []string
	for _, spec := range specsOf(site) {
		class := string(spec.ClassName)
		if class == "" {
			class = noClass
		}
		classes = append(classes, class)
	}
	return classes
}

func hostsOfSite(o client.Object) []string {
	site, ok := o.(*hustingsv1alpha1.CampaignSite)
	if !ok {
		return nil
	}
	var hosts []string
	for _, spec := range specsOf(site) {
		for _, host := range spec.Hosts {
			hosts = append(hosts, string(host))
		}
	}
	return hosts
}

// hostsOfRoute are the hosts that an object of a site routes.
func hostsOfRoute(o client.Object) []string {
	route, ok := o.(*networkingv1.Ingress)
	if !ok || apply.SiteOf(route) == nil {
		return nil
	}
	return hostsRoutedBy(route)
}

func hostsRoutedBy(o object.Object) []string {
	return slices.Sorted(maps.Keys(apply.RoutedHosts([]object.Object{o})))
}

func holderOfClaim(o client.Object) []string {
	claim, ok := o.(*hustingsv1alpha1.HostClaim)
	if !ok {
		return nil
	}
	return []string{holderKey(claim).String()}
}

func holderKey(claim *hustingsv1alpha1.HostClaim) types.NamespacedName {
	return types.NamespacedName{Namespace: claim.Spec.Holder.Namespace, Name: string(claim.Spec.Holder.Name)}
}
