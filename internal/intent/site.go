// Package intent turns what a user wrote, the class's policy and the facts into one resolved Site: every default
// applied, every limit the strictest that holds, every name and address parsed. What render and edge see is a Site;
// nothing below looks at a spec again, so nothing below can see an invalid one.
//
// It imports neither render, edge nor compliance.
package intent

import (
	"net/netip"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// Site is a site as it is to be. It is a value: nothing in it is shared with what it was made from.
type Site struct {
	Namespace string
	Name      string
	UID       types.UID

	Class   string
	Posture hustingsv1alpha1.Posture
	// PostureEnds is when the posture changes by itself; zero, never.
	PostureEnds time.Time

	// Image is pinned by digest wherever that is known.
	Image     string
	Args      []string
	Port      int32
	RunAsUser int64
	Replicas  ReplicaRange
	Resources Resources
	Health    string
	Env       []hustingsv1alpha1.EnvVar
	Files     []hustingsv1alpha1.FileMount
	// WritablePaths are sorted.
	WritablePaths []string
	// UserNamespace asks for pods in a user namespace of their own.
	UserNamespace bool

	// Hosts are those that the namespace is granted and that no other site holds, sorted; none, where the routes are
	// withdrawn. Only these are routed.
	Hosts []string
	// Withdrawn: the site serves a secret, so it has no route until it does not.
	Withdrawn bool
	TLS       TLS
	Edge      Edge

	Network Network
}

// ReplicaRange bounds the number of pods; Max equals Min where nothing scales.
type ReplicaRange struct{ Min, Max int32 }

// Resources of one pod, requested and limited alike.
type Resources struct{ CPU, Memory resource.Quantity }

// TLS says where the certificate is.
type TLS struct {
	// SecretName is the Secret of the certificate; empty, there is none and the site is not routed.
	SecretName string
	// ClusterIssuer makes the certificate; empty, SecretName is the user's own.
	ClusterIssuer string
}

// Edge is what the edge is to enforce. A zero number means: not limited.
type Edge struct {
	Driver           hustingsv1alpha1.EdgeDriver
	IngressClassName string
	Replicas         int32
	ClientIP         hustingsv1alpha1.ClientIP
	PerClient        ClientLimits
	// SiteInFlight bounds the unanswered requests of all clients.
	SiteInFlight Limit
	// MaxBodyBytes bounds the request body, in bytes.
	MaxBodyBytes Limit
	// Methods that reach the site, sorted; empty, all.
	Methods []string
	CSP     []CSPDirective
	Allow   []netip.Prefix
	Deny    []netip.Prefix
}

// ClientLimits bounds what one client may do.
type ClientLimits struct{ RequestsPerSecond, Burst, InFlight Limit }

// Limit is a limit as it was asked for and as policy lets it be. Effective is at most Requested.
type Limit struct{ Requested, Effective int64 }

// CSPDirective is one directive of a Content-Security-Policy, such as connect-src.
type CSPDirective struct {
	Name    string
	Sources []string
}

// Network is whom the pods may talk to.
type Network struct {
	EdgePods   Peer
	DNS        Peer
	Monitoring []Peer
	// Egress are the destinations that the class grants, sorted by name.
	Egress []Destination
	// Denied is cut out of every destination: metadata, link-local, loopback and the class's own, v4 and v6, sorted.
	Denied []netip.Prefix
}

// Peer selects pods of namespaces; both selectors must match.
type Peer struct{ Namespaces, Pods metav1.LabelSelector }

// Destination is a set of addresses and TCP ports.
type Destination struct {
	Name     string
	Prefixes []netip.Prefix
	Ports    []int32
}
