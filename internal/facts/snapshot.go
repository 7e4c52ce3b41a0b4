// Package facts holds what is known of the world when a plan is made. The operator fills a Snapshot from the API
// server, the command from manifests; below it nobody asks the world anything. What is not known is said to be not
// known: a zero Snapshot is one in which nothing is.
package facts

import (
	"time"

	"k8s.io/apimachinery/pkg/types"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// Snapshot is what is known of the world around one site.
type Snapshot struct {
	// Now is the time at which waivers and postures are judged. Zero: not known; whatever needs it fails closed.
	Now time.Time
	// Class is the site's class; nil, there is none that can be used.
	Class *hustingsv1alpha1.SiteClass
	// Waivers are all waivers, in any order.
	Waivers []hustingsv1alpha1.Waiver
	// Namespace is the site's namespace.
	Namespace Namespace
	// Claims say who holds the site's hosts.
	Claims Claims
	// PolicyEngine says whether something in the cluster enforces NetworkPolicies.
	PolicyEngine Certainty
	// Image is what is known of the image of the spec.
	Image Image
	// Served is what is known of what the site serves.
	Served Served
	// Mounted is what is known of what the ConfigMaps hold that the site mounts, in a cluster.
	Mounted Scan
	// ConfigMaps are the contents by key of those of the site's namespace that are at hand, by name: the command has them
	// where they are among the manifests; the operator has the scanner look at them. One that is absent is not known.
	ConfigMaps map[string]map[string]string
}

// Certainty is a fact that may not be known.
type Certainty int

// The states of a Certainty.
const (
	Unknown Certainty = iota
	Yes
	No
)

// Namespace is what is known of a namespace.
type Namespace struct {
	Name string
	// Known is whether Labels are.
	Known  bool
	Labels map[string]string
}

// Claims say who holds hosts.
type Claims struct {
	// Source says where the claims were read: only a cluster decides who holds a host.
	Source ClaimSource
	// Holders by host; a host that nobody holds is absent.
	Holders map[hustingsv1alpha1.Host]Holder
}

// ClaimSource says where claims were read.
type ClaimSource int

// The sources of claims.
const (
	// ClaimsUnknown: they could not be read.
	ClaimsUnknown ClaimSource = iota
	// ClaimsFromManifests: from the manifests at hand; sites elsewhere may hold a host as well.
	ClaimsFromManifests
	// ClaimsFromCluster: from the HostClaims of the cluster.
	ClaimsFromCluster
)

// Holder is the site that holds a host.
type Holder struct {
	Namespace, Name string
	UID             types.UID
}
