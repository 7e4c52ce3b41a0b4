package service

import (
	"net/netip"

	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/mounted"
)

// State is how far a job is.
type State string

// The states.
const (
	// Queued: other jobs come first.
	Queued State = "Queued"
	// Running: it is being looked at.
	Running State = "Running"
	// Done: the answer has the result.
	Done State = "Done"
	// Forgotten: nothing is known of it, and the question does not hold what is needed to begin.
	Forgotten State = "Forgotten"
)

// ImageRequest asks what is in an image.
type ImageRequest struct {
	// Namespace that asks; namespaces take turns.
	Namespace string `json:"namespace"`
	// Image is registry/repository@sha256:….
	Image string `json:"image"`
	// Urgent is for a digest that a site waits for: it goes before the rescans of its namespace.
	Urgent bool `json:"urgent,omitempty"`
}

// ImageAnswer is how far the scan of an image is.
type ImageAnswer struct {
	State State `json:"state"`
	// Result is what the scan saw, once it is Done.
	Result scan.Result `json:"result,omitzero"`
}

// ResolveRequest asks which digest a tag stands for.
type ResolveRequest struct {
	// Namespace that asks; each may ask for one tag at a time.
	Namespace string `json:"namespace"`
	// Image is registry/repository:tag.
	Image string `json:"image"`
}

// ResolveAnswer is what a tag stood for when it was asked for.
type ResolveAnswer struct {
	// Digest is sha256:….
	Digest string `json:"digest"`
}

// PagesRequest asks what a site serves, and what the ConfigMaps hold that it mounts; one of the two, or both.
type PagesRequest struct {
	// Key names one look at a site. Asked for again after its result was given out, the look is made again.
	Key string `json:"key"`
	// Namespace that asks; namespaces take turns.
	Namespace string `json:"namespace"`
	// Site is its name, for logs.
	Site string `json:"site"`
	// Addresses are where it listens: of its own pods.
	Addresses []netip.AddrPort `json:"addresses"`
	// Hosts are the names that it answers to.
	Hosts []string `json:"hosts"`
	// Entry are the paths that are looked at first, such as its health page.
	Entry []string `json:"entry,omitempty"`
	// Mounted are the ConfigMaps that it mounts.
	Mounted []mounted.ConfigMap `json:"mounted,omitempty"`
	// Begun is a question after a look that has begun: Mounted is left out of it, for that was given when it began. A look that is
	// not known is Forgotten then.
	Begun bool `json:"begun,omitempty"`
}

// PagesAnswer is how far the scan of a site's pages is.
type PagesAnswer struct {
	State State `json:"state"`
	// Served is what its pages show, and Exposed which files it serves that it must not, once it is Done. What was not asked for
	// has no verdict.
	Served  scan.Result `json:"served,omitzero"`
	Exposed scan.Result `json:"exposed,omitzero"`
	// Mounted is what the ConfigMaps hold that it mounts, once it is Done.
	Mounted scan.Result `json:"mounted,omitzero"`
}
