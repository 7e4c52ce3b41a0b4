package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// debian fetches packages of Debian that hold no secret, unless they are there, and unpacks them into a tree.
func (t *trees) debian(cache string) error {
	names := []string{"nginx", "nginx-common", "base-files", "libc6", "ca-certificates", "tzdata", "netbase"}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	for _, name := range names {
		file, err := aptFetch(cache, name)
		if err != nil {
			return t.note("debian-missing.json", err.Error())
		}
		if err := t.deb(name, file); err != nil {
			return fmt.Errorf("unpack %s: %w", name, err)
		}
	}
	return nil
}

// aptFetch is the file of a package.
func aptFetch(cache, name string) (string, error) {
	pattern := filepath.Join(cache, name+"_*.deb")
	if found, err := filepath.Glob(pattern); err == nil && len(found) > 0 {
		return found[0], nil
	}
	apt := exec.Command("apt-get", "download", "-q", name)
	apt.Dir = cache
	if out, err := apt.CombinedOutput(); err != nil {
		return "", fmt.Errorf("apt-get download %s: %w: %s", name, err, last(out))
	}
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("apt-get download %s: no file", name)
	}
	return found[0], nil
}

// deb writes the files of a package: an ar archive with a tar archive in it.
func (t *trees) deb(name, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	const magic, head = "!<arch>\n", 60
	rest, found := bytes.CutPrefix(data, []byte(magic))
	if !found {
		return errors.New("not an ar archive")
	}
	for len(rest) > head {
		size, err := strconv.Atoi(strings.TrimSpace(string(rest[48:58])))
		if err != nil || size > len(rest)-head {
			return errors.New("an ar archive that breaks off")
		}
		member, content := strings.TrimSpace(string(rest[:16])), rest[head:head+size]
		if strings.HasPrefix(member, "data.tar") {
			return t.tree("debian/"+name, strings.TrimSuffix(member, "/"), content)
		}
		rest = rest[head+size+size%2:]
	}
	return errors.New("no data")
}

// tree writes the files of a tar archive.
func (t *trees) tree(into, member string, content []byte) error {
	var r io.Reader
	var err error
	switch filepath.Ext(member) {
	case ".xz":
		r, err = xz.NewReader(bytes.NewReader(content))
	case ".gz":
		r, err = gzip.NewReader(bytes.NewReader(content))
	case ".zst":
		r, err = zstd.NewReader(bytes.NewReader(content))
	default:
		err = fmt.Errorf("%s is packed in an unknown way", member)
	}
	if err != nil {
		return err
	}
	for archive := tar.NewReader(r); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg || !filepath.IsLocal(h.Name) {
			continue
		}
		data, err := io.ReadAll(archive)
		if err != nil {
			return err
		}
		if err := t.write(into, h.Name, data); err != nil {
			return err
		}
	}
}
