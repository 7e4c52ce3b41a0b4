package image

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Remote is an image in a registry, by a reference with a digest, such as Resolve returns. A tag is not scanned: it may
// point elsewhere the next time.
func Remote(reference string) Source { return remote(reference) }

type remote string

// open gets ready to talk to the registry.
func (r remote) open(o Options) (store, error) {
	ref, err := name.NewDigest(string(r))
	if err != nil {
		// The error quotes the reference, in which somebody may have written a password.
		return nil, errors.New("the reference has no digest: it must be like registry.example.org/site@sha256:…")
	}
	digest, err := v1.NewHash(ref.DigestStr())
	if err != nil {
		return nil, errors.New("the reference's digest must be sha256 or sha512")
	}
	return &registryStore{conversation: converse(ref.Repository, o), digest: digest}, nil
}

// registryStore is an image in a registry.
type registryStore struct {
	*conversation
	digest v1.Hash
}

func (s *registryStore) close() error {
	s.transport.CloseIdleConnections()
	return nil
}

func (s *registryStore) explain(err error) error {
	return s.conversation.explain(context.Background(), err)
}

// survey implements store.
func (s *registryStore) survey(ctx context.Context) (contents, error) {
	walk := newSurveyor(func(ctx context.Context, d v1.Descriptor) ([]byte, error) {
		return s.manifest(ctx, d.Digest.String(), d)
	})
	walk.digest = s.digest.String()
	err := walk.entry(ctx, v1.Descriptor{Digest: s.digest, Size: unknownSize}, "manifest", 0)
	return walk.found(err)
}

// manifest reads a manifest or an index, and verifies it if d has a digest.
func (s *registryStore) manifest(ctx context.Context, identifier string, d v1.Descriptor) ([]byte, error) {
	resp, err := s.get(ctx, "manifests", identifier, string(types.OCIManifestSchema1), string(types.OCIImageIndex),
		string(types.DockerManifestSchema2), string(types.DockerManifestList))
	if err != nil {
		return nil, err
	}
	defer discard(resp.Body)
	if types.MediaType(mediaType(resp)).IsSchema1() {
		return nil, unfitf("it is a manifest of schema 1, which is not scanned: push the image anew")
	}
	v, err := verify(ctx, resp.Body, d, s.explain)
	if err != nil {
		return nil, err
	}
	v.anyDigest = d.Digest.Hex == ""
	return v.whole(maxManifest)
}

func mediaType(resp *http.Response) string {
	value, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";")
	return strings.TrimSpace(value)
}

// part implements store.
func (s *registryStore) part(ctx context.Context, d v1.Descriptor) (io.ReadCloser, error) {
	resp, err := s.get(ctx, "blobs", d.Digest.String())
	if err != nil {
		return nil, err
	}
	if resp.ContentLength >= 0 && resp.ContentLength != d.Size {
		discard(resp.Body)
		return nil, faultf(nil, "registry %s has %d bytes where the descriptor names %d", s.host(), resp.ContentLength, d.Size)
	}
	return resp.Body, nil
}

// Resolve asks the registry once what a reference's tag points to, and returns the reference with the digest in its place.
// A reference that has a digest is returned without its tag, and nobody is asked.
func Resolve(ctx context.Context, reference string, o Options) (string, error) {
	o = o.withDefaults()
	if strings.Contains(reference, "@") {
		ref, err := name.NewDigest(reference)
		if err != nil {
			return "", errors.New("the reference's digest cannot be read: it must be like registry.example.org/site@sha256:…")
		}
		return pinned(reference, ref.DigestStr()), nil
	}
	ref, err := name.NewTag(reference)
	if err != nil {
		return "", errors.New("the reference cannot be read: it must be like registry.example.org/site:tag")
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.Wall, overtime(o.Wall))
	defer cancel()
	s := &registryStore{conversation: converse(ref.Repository, o)}
	defer s.transport.CloseIdleConnections()
	raw, err := s.manifest(ctx, ref.TagStr(), v1.Descriptor{Digest: v1.Hash{Algorithm: "sha256"}, Size: unknownSize})
	if err != nil {
		return "", fmt.Errorf("resolve tag: %w", err)
	}
	if m, err := readManifest(raw); err != nil || m.Config == nil && m.Manifests == nil && m.FSLayers == nil {
		// Some proxies answer all that is asked with a page.
		return "", faultf(nil, "resolve tag: registry %s answers with something that is no manifest", s.host())
	}
	return pinned(reference, fmt.Sprintf("sha256:%x", sha256.Sum256(raw))), nil
}

// pinned is a reference with a digest in the place of its tag, and else as it was written: a class compares registries by
// name.
func pinned(reference, digest string) string {
	base, _, _ := strings.Cut(reference, "@")
	if tag := strings.LastIndex(base, ":"); tag > strings.LastIndex(base, "/") {
		base = base[:tag]
	}
	return base + "@" + digest
}
