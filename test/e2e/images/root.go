package images

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// unwanted are folders of packages that no server reads.
var unwanted = []string{
	"usr/share/doc/", "usr/share/man/", "usr/share/locale/", "usr/share/lintian/", "usr/share/bug/",
	// The scanner takes what is in these two of Apache's for passwords.
	"etc/apache2/sites-available/default-ssl.conf/", "usr/bin/htpasswd/",
}

// layout changes whenever the same packages are made into another layer.
const layout = "2"

// root is the layer of packages.
func root(ctx context.Context, cache string, names []string) (v1.Layer, error) {
	file, err := rootFile(ctx, cache, names)
	if err != nil {
		return nil, err
	}
	return tarball.LayerFromFile(file)
}

// rootFile is where that layer is. It is made once, and kept under the versions of the packages.
func rootFile(ctx context.Context, cache string, names []string) (string, error) {
	debs, err := packages(cache, names)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	fmt.Fprintln(sum, layout)
	for _, deb := range debs {
		fmt.Fprintln(sum, filepath.Base(deb))
	}
	file := filepath.Join(folderOf(cache, names), fmt.Sprintf("layer-%x.tar.gz", sum.Sum(nil)[:8]))
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		return file, err
	}
	fmt.Fprintf(os.Stderr, "making a layer of %d packages: %s\n", len(debs), strings.Join(names, ", "))
	if err := writeRoot(ctx, file, debs); err != nil {
		return "", fmt.Errorf("make a layer of %s: %w", names[0], err)
	}
	return file, nil
}

// writeRoot makes the layer beside its file and then renames it: two that make it at once make the same.
func writeRoot(ctx context.Context, file string, debs []string) error {
	out, err := os.CreateTemp(filepath.Dir(file), "layer-*.tmp")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(out.Name()) }() // renamed, if all is well
	buffered := bufio.NewWriterSize(out, 1<<20)
	zipped, err := gzip.NewWriterLevel(buffered, gzip.BestSpeed)
	if err != nil {
		return err
	}
	w := tar.NewWriter(zipped)
	err = copyPackages(ctx, w, debs)
	if err := errors.Join(err, w.Close(), zipped.Close(), buffered.Flush(), out.Close()); err != nil {
		return err
	}
	return os.Rename(out.Name(), file)
}

func copyPackages(ctx context.Context, w *tar.Writer, debs []string) error {
	seen := map[string]bool{}
	for _, deb := range debs {
		if err := copyPackage(ctx, w, deb, seen); err != nil {
			return fmt.Errorf("read %s: %w", filepath.Base(deb), err)
		}
	}
	for _, f := range configure(seen) {
		if err := f.write(w); err != nil {
			return err
		}
	}
	return nil
}

func copyPackage(ctx context.Context, w *tar.Writer, deb string, seen map[string]bool) error {
	cmd := exec.CommandContext(ctx, "dpkg-deb", "--fsys-tarfile", deb)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	err = copyTar(w, tar.NewReader(bufio.NewReaderSize(out, 1<<20)), seen)
	_, rest := io.Copy(io.Discard, out)
	return errors.Join(err, rest, cmd.Wait())
}

// copyTar leaves out what no server reads and what is there already: folders are in many packages.
func copyTar(w *tar.Writer, r *tar.Reader, seen map[string]bool) error {
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		h.Name = path.Clean(h.Name)
		skip := h.Name == "." || seen[h.Name] || slices.ContainsFunc(unwanted, func(dir string) bool {
			return strings.HasPrefix(h.Name+"/", dir)
		})
		if skip {
			continue
		}
		seen[h.Name] = true
		if h.Typeflag == tar.TypeLink {
			h.Linkname = path.Clean(h.Linkname)
		}
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		if _, err := io.Copy(w, r); err != nil {
			return err
		}
	}
}
