package image

import (
	"context"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/hustings/hustings/internal/leak"
)

// Source is where an image comes from: Remote, Layout or Tarball.
type Source interface {
	// open gets ready. Its error is about what was asked for, not about what was found.
	open(o Options) (store, error)
}

// store holds the parts of an image.
type store interface {
	// survey reads the manifests.
	survey(ctx context.Context) (contents, error)
	// part opens a config or a layer. Whoever reads it checks size and digest.
	part(ctx context.Context, d v1.Descriptor) (io.ReadCloser, error)
	// explain makes a fault of an error from reading a part.
	explain(err error) error
	close() error
}

// contents is what is to be scanned.
type contents struct {
	// digest of what was asked for; empty where it has none.
	digest string
	images []platformImage
	// documents are the manifests and indexes.
	documents []document
	gaps      []leak.Gap
	// unpackedDigests: the layers' digests are of what they unpack to, as in what docker saves.
	unpackedDigests bool
}

// miss notes what of the contents cannot be scanned.
func (c *contents) miss(what, why string) {
	const most = 20
	if len(c.gaps) < most {
		c.gaps = append(c.gaps, leak.Gap{Place: leak.Place{Layer: configLayer, File: what}, Why: why})
	}
}

// platformImage is an image for one platform.
type platformImage struct {
	// platform as in linux/arm64; empty where there is one image only.
	platform string
	config   v1.Descriptor
	layers   []v1.Descriptor
}

// document is a manifest or an index as it came.
type document struct {
	name string
	raw  []byte
}
