package image

import (
	"context"
	"errors"
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// What manifests are bounded by.
const (
	// maxManifest is how large a manifest or a config may be.
	maxManifest = 4 << 20
	// maxLayers of an image. Docker stops at 127.
	maxLayers = 1000
	// maxImages in an index that Linux nodes may run. Debian's have nine.
	maxImages = 12
	// maxEntries of an index, of any platform.
	maxEntries = 1000
	// maxDepth of indexes within one another.
	maxDepth = 2
	// maxAsked is how many manifests and indexes are read in all. Most of an index's entries are for other systems.
	maxAsked = 100
	// maxDocuments is how large they may be together, for they are kept until they were looked at.
	maxDocuments = 8 << 20
)

// reader reads a manifest by its descriptor.
type reader func(ctx context.Context, d v1.Descriptor) ([]byte, error)

// surveyor walks from an index to the images.
type surveyor struct {
	read reader
	seen map[v1.Hash]bool
	// asked counts what was read, bytes its length.
	asked, bytes int
	contents
}

func newSurveyor(read reader) *surveyor { return &surveyor{read: read, seen: map[v1.Hash]bool{}} }

// entry looks at one manifest or index. Only faults are errors.
func (s *surveyor) entry(ctx context.Context, d v1.Descriptor, name string, depth int) error {
	if d.Digest == (v1.Hash{}) {
		s.miss(name, "it has no digest")
		return nil
	}
	if s.seen[d.Digest] {
		return nil
	}
	s.seen[d.Digest] = true
	if s.asked++; s.asked > maxAsked {
		s.miss(name, fmt.Sprintf("more than %d manifests", maxAsked))
		return nil
	}
	if s.bytes > maxDocuments {
		s.miss(name, tooManyDocuments())
		return nil
	}
	raw, err := s.read(ctx, d)
	if err == nil {
		err = s.document(ctx, raw, name, depth)
	}
	var no *unfit
	if errors.As(err, &no) {
		s.miss(name, no.why)
		return nil
	}
	return err
}

func tooManyDocuments() string { return fmt.Sprintf("more than %d MiB of manifests", maxDocuments>>20) }

// document looks at the bytes of a manifest or an index.
func (s *surveyor) document(ctx context.Context, raw []byte, name string, depth int) error {
	if s.bytes += len(raw); s.bytes > maxDocuments {
		return unfitf("%s", tooManyDocuments())
	}
	m, err := readManifest(raw)
	if err != nil {
		return err
	}
	s.documents = append(s.documents, document{name, raw})
	switch {
	case m.SchemaVersion == 1 || m.FSLayers != nil:
		return unfitf("it is a manifest of schema 1, which is not scanned: push the image anew")
	case m.Manifests != nil && (m.Config != nil || m.Layers != nil):
		return unfitf("it is an index and an image at once")
	case m.Manifests != nil:
		return s.index(ctx, m.Manifests, depth+1)
	case m.Config != nil:
		return s.image(m, name)
	}
	return unfitf("it is neither an image nor an index")
}

// index looks at what Linux nodes may run of an index.
func (s *surveyor) index(ctx context.Context, entries []v1.Descriptor, depth int) error {
	if depth > maxDepth {
		return unfitf("indexes are nested more than %d deep", maxDepth)
	}
	if len(entries) > maxEntries {
		return unfitf("more than %d entries in an index", maxEntries)
	}
	for _, d := range entries {
		if !runnable(d.Platform) {
			continue
		}
		if len(s.images) == maxImages {
			return unfitf("more than %d images for Linux in an index", maxImages)
		}
		if err := s.entry(ctx, d, entryName(d), depth); err != nil {
			return err
		}
	}
	return nil
}

// runnable says whether a Linux node may run what an index has for a platform. What names no platform may be anything.
// Nodes do not mind how the system is spelled.
func runnable(p *v1.Platform) bool {
	return p == nil || p.OS == "" || strings.EqualFold(strings.TrimSpace(p.OS), "linux")
}

// entryName names an entry of an index for people.
func entryName(d v1.Descriptor) string {
	if d.Platform == nil || d.Platform.OS == "" {
		return "manifest"
	}
	return "manifest " + platformName(*d.Platform)
}

func platformName(p v1.Platform) string {
	parts := []string{platformPart(p.OS), platformPart(p.Architecture)}
	if p.Variant != "" {
		parts = append(parts, platformPart(p.Variant))
	}
	return strings.Join(parts, "/")
}

// platformPart is a word such as linux or mips64le. What is no such word is not repeated: it may be anything.
func platformPart(text string) string {
	const longest = 12
	other := func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') }
	if text == "" || len(text) > longest || strings.ContainsFunc(text, other) {
		return "other"
	}
	return text
}

// image notes an image.
func (s *surveyor) image(m manifest, name string) error {
	platform := strings.TrimPrefix(name, "manifest")
	if !m.Config.MediaType.IsConfig() && m.Config.MediaType != "" {
		s.miss(name, "its config is not that of a container image")
	}
	if why := objection(m.Config.Descriptor); why != "" {
		return unfitf("its config cannot be asked for: %s", why)
	}
	img := platformImage{platform: strings.TrimSpace(platform), config: m.Config.Descriptor, layers: m.Layers}
	if len(m.Layers) > maxLayers {
		s.miss(name, fmt.Sprintf("more than %d layers", maxLayers))
		img.layers = nil
	}
	s.images = append(s.images, img)
	return nil
}

// found is what there is to scan. To have found nothing is no clean verdict.
func (s *surveyor) found(err error) (contents, error) {
	if err == nil && len(s.images) == 0 && len(s.gaps) == 0 {
		s.miss("manifest", "there is no image for Linux")
	}
	return s.contents, err
}

// objection says what speaks against a descriptor, before anything is fetched.
func objection(d v1.Descriptor) string {
	switch {
	case d.Digest == (v1.Hash{}):
		return "it has no digest"
	case len(d.URLs) > 0 || !d.MediaType.IsDistributable():
		return "it is kept outside the registry (foreign), and not fetched from there"
	case d.Size < 0:
		return "its size is below zero"
	}
	return ""
}

// known says whether a media type is that of a layer that nodes unpack. All are looked at as what their bytes are.
func known(m types.MediaType) bool {
	const dockerZstd = types.DockerUncompressedLayer + ".zstd"
	return m.IsLayer() || m == dockerZstd
}
