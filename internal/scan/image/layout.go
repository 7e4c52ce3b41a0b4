package image

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/hustings/hustings/internal/leak/unpack"
)

// Layout is an image in a folder of the OCI image layout. If it holds several, all are scanned.
func Layout(dir string) Source { return layout(dir) }

type layout string

func (l layout) open(Options) (store, error) {
	root, err := os.OpenRoot(string(l))
	if err != nil {
		return nil, fmt.Errorf("open layout: %w", err)
	}
	f := folder{root}
	if _, err := root.Stat(layoutMark); err != nil {
		return nil, errors.Join(fmt.Errorf("open layout: there is no %s in the folder", layoutMark), f.close())
	}
	return newLayoutStore(f), nil
}

// Tarball is an image in a tar that is not compressed: an OCI layout, or what docker save writes. If it holds several, all
// are scanned.
func Tarball(path string) Source { return tarball(path) }

type tarball string

func (t tarball) open(Options) (store, error) {
	info, err := os.Stat(string(t))
	if err != nil {
		return nil, fmt.Errorf("open tarball: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("open tarball: it is no regular file")
	}
	file, err := os.Open(string(t))
	if err != nil {
		return nil, fmt.Errorf("open tarball: %w", err)
	}
	a := &archive{file: file}
	s, err := a.store()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open tarball: %w", err), a.close())
	}
	return s, nil
}

// store finds out what kind of tarball it is.
func (a *archive) store() (store, error) {
	const sniffed = 512
	head := make([]byte, sniffed)
	// A short file is no tarball, whatever else is wrong with it.
	n, _ := a.file.ReadAt(head, 0)
	if kind := unpack.Sniff("", head[:n]); kind != unpack.Tar {
		if kind != unpack.None {
			return nil, fmt.Errorf("it is %s: unpack it to a tar first", kind)
		}
		return nil, errors.New("it is no tar")
	}
	if err := a.index(); err != nil {
		return nil, err
	}
	if _, ok := a.members[layoutMark]; ok {
		return newLayoutStore(a), nil
	}
	if _, ok := a.members[dockerIndex]; ok {
		return newDockerStore(a), nil
	}
	return nil, errors.New("it holds no image: neither " + layoutMark + " nor " + dockerIndex)
}

const (
	// layoutMark is the file that says that a folder is a layout.
	layoutMark  = "oci-layout"
	layoutIndex = "index.json"
)

// layoutStore is an OCI layout.
type layoutStore struct{ fileStore }

func newLayoutStore(f files) *layoutStore {
	return &layoutStore{fileStore{f, func(d v1.Descriptor) string {
		return "blobs/" + d.Digest.Algorithm + "/" + d.Digest.Hex
	}}}
}

// survey implements store.
func (s *layoutStore) survey(ctx context.Context) (contents, error) {
	walk := newSurveyor(s.manifest)
	raw, err := small(s, layoutIndex)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return contents{}, faultf(err, "%s is missing in the image's files", layoutIndex)
	case err != nil:
		return contents{}, s.explain(err)
	}
	// The folder's own index does not count as one of those that are nested.
	err = walk.document(ctx, raw, layoutIndex, -1)
	var no *unfit
	if errors.As(err, &no) {
		walk.miss(layoutIndex, no.why)
		err = nil
	}
	walk.digest = only(raw)
	return walk.found(err)
}

// only is the digest of what an index has, if it has one entry.
func only(raw []byte) string {
	var m manifest
	if err := json.Unmarshal(raw, &m); err != nil || len(m.Manifests) != 1 {
		return "" // what is wrong with it was said when it was walked
	}
	return m.Manifests[0].Digest.String()
}

// manifest reads a manifest or an index.
func (s *layoutStore) manifest(ctx context.Context, d v1.Descriptor) ([]byte, error) {
	return readPart(ctx, s, d)
}
