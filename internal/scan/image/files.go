package image

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// files are the files of a layout: a folder's or a tarball's.
type files interface {
	// open a file that is named with slashes. The error is fs.ErrNotExist where there is none.
	open(name string) (io.ReadCloser, int64, error)
	close() error
}

// small reads a file of at most maxManifest bytes.
func small(f files, name string) ([]byte, error) {
	r, size, err := f.open(name)
	if err != nil {
		return nil, err
	}
	if size > maxManifest {
		return nil, errors.Join(unfitf("more than %d MiB", maxManifest>>20), r.Close())
	}
	raw, err := io.ReadAll(io.LimitReader(r, maxManifest))
	if err := errors.Join(err, r.Close()); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return raw, nil
}

// folder holds files below a directory. No link leads out of it.
type folder struct{ root *os.Root }

func (f folder) open(name string) (io.ReadCloser, int64, error) {
	info, err := f.root.Stat(name)
	if err != nil {
		return nil, 0, fmt.Errorf("open: %w", err)
	}
	// A pipe would wait for ever.
	if !info.Mode().IsRegular() {
		return nil, 0, unfitf("%s is no regular file", name)
	}
	file, err := f.root.Open(name)
	if err != nil {
		return nil, 0, fmt.Errorf("open: %w", err)
	}
	return file, info.Size(), nil
}

func (f folder) close() error { return f.root.Close() }

// archive holds the members of a tar that is not compressed. They are read where they lie.
type archive struct {
	file    *os.File
	members map[string]member
}

// member is where a file of an archive lies.
type member struct {
	offset, size int64
	// link is the name of the member that stands for it.
	link string
}

// maxMembers of a tarball that holds an image: three for every layer, and a few.
const maxMembers = 8 * maxLayers

// index notes where the members are.
func (a *archive) index() error {
	a.members = map[string]member{}
	tr := tar.NewReader(a.file)
	for n := 0; ; n++ {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return errors.New("the tarball is damaged")
		}
		if n == maxMembers {
			return fmt.Errorf("the tarball has more than %d members", maxMembers)
		}
		at, err := a.file.Seek(0, io.SeekCurrent)
		if err != nil {
			return fmt.Errorf("find member: %w", err)
		}
		a.note(h, at)
	}
}

func (a *archive) note(h *tar.Header, at int64) {
	const long = 512
	name := path.Clean(h.Name)
	if len(name) > long {
		return
	}
	switch h.Typeflag {
	case tar.TypeReg:
		a.members[name] = member{offset: at, size: h.Size}
	case tar.TypeSymlink:
		a.members[name] = member{link: path.Join(path.Dir(name), h.Linkname)} //nolint:gosec // a key of the map, and no path on disk
	case tar.TypeLink:
		a.members[name] = member{link: path.Clean(h.Linkname)}
	}
}

func (a *archive) open(name string) (io.ReadCloser, int64, error) {
	m, ok := a.members[path.Clean(name)]
	if ok && m.link != "" {
		// Docker links to a layer that it has written before; never to another link.
		m, ok = a.members[m.link]
	}
	if !ok || m.link != "" {
		return nil, 0, fmt.Errorf("open: %w", fs.ErrNotExist)
	}
	return io.NopCloser(io.NewSectionReader(a.file, m.offset, m.size)), m.size, nil
}

func (a *archive) close() error { return a.file.Close() }

// fileStore are parts that lie in files.
type fileStore struct {
	files
	// path of a part.
	path func(d v1.Descriptor) string
}

func (s *fileStore) part(_ context.Context, d v1.Descriptor) (io.ReadCloser, error) {
	r, size, err := s.open(s.path(d))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, faultf(err, "it is missing in the image's files")
	case err != nil:
		return nil, s.explain(err)
	case size != d.Size:
		return nil, errors.Join(faultf(nil, "it has %d bytes where the descriptor names %d", size, d.Size), r.Close())
	}
	return r, nil
}

func (s *fileStore) explain(err error) error {
	var no *unfit
	if errors.As(err, &no) {
		return no
	}
	return faultf(err, "its file cannot be read")
}
