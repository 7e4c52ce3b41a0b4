package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan/dial"
	"github.com/hustings/hustings/internal/scan/image"
)

const (
	// imageSize is the size of the image, unpacked, and imageLayers how many layers it has.
	imageSize   = 300 * megabyte
	imageLayers = 10
)

// blob is what a manifest says of a config or a layer.
type blob struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
	Size      int64  `json:"size"`
}

// image packs the trees into the layers of an image, over and over until it is large enough.
func (t *trees) image() error {
	var paths []string
	for _, tree := range []string{"mixed", "unseen", "debian", "npm"} {
		if err := walk(filepath.Join(t.work, tree), func(path string, _ fs.FileInfo) { paths = append(paths, path) }); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	var layers []blob
	var ids []string
	for n, next := 0, 0; n < imageLayers; n++ {
		l, err := newLayer(t.work)
		if err != nil {
			return err
		}
		for ; l.unpacked < imageSize/imageLayers; next++ {
			if err := l.add(t.work, paths[next%len(paths)], fmt.Sprintf("srv/%d", n)); err != nil {
				return err
			}
		}
		b, id, err := l.close()
		if err != nil {
			return err
		}
		layers, ids = append(layers, b), append(ids, id)
	}
	config, err := t.blob("application/vnd.oci.image.config.v1+json", map[string]any{
		"architecture": "amd64", "os": "linux", "config": map[string]any{}, "rootfs": map[string]any{"type": "layers", "diff_ids": ids},
	})
	if err != nil {
		return err
	}
	manifest, err := t.blob(manifestType, map[string]any{"schemaVersion": 2, "mediaType": manifestType, "config": config, "layers": layers})
	if err != nil {
		return err
	}
	return t.note("image.json", manifest)
}

const manifestType = "application/vnd.oci.image.manifest.v1+json"

// blob writes something of the image that is JSON.
func (t *trees) blob(mediaType string, v any) (blob, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return blob{}, fmt.Errorf("write the image: %w", err)
	}
	sum := sha256.Sum256(data)
	name := hex.EncodeToString(sum[:])
	return blob{mediaType, "sha256:" + name, int64(len(data))}, t.write("image", name, data)
}

// layer is one being written.
type layer struct {
	file           *os.File
	packed, whole  *digester
	z              *gzip.Writer
	tar            *tar.Writer
	unpacked, seen int64
}

// digester counts what is written, and makes its digest.
type digester struct {
	to  io.Writer
	sum interface {
		io.Writer
		Sum([]byte) []byte
	}
	n int64
}

func (d *digester) Write(p []byte) (int, error) {
	d.n += int64(len(p))
	if _, err := d.sum.Write(p); err != nil {
		return 0, err
	}
	return d.to.Write(p)
}

func (d *digester) digest() string { return hex.EncodeToString(d.sum.Sum(nil)) }

func newLayer(work string) (*layer, error) {
	if err := os.MkdirAll(filepath.Join(work, "image"), 0o755); err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	f, err := os.CreateTemp(filepath.Join(work, "image"), "layer-")
	if err != nil {
		return nil, fmt.Errorf("make a layer: %w", err)
	}
	l := &layer{file: f}
	l.packed = &digester{to: f, sum: sha256.New()}
	l.z = gzip.NewWriter(l.packed)
	l.whole = &digester{to: l.z, sum: sha256.New()}
	l.tar = tar.NewWriter(l.whole)
	return l, nil
}

// add adds a file of a tree.
func (l *layer) add(work, path, under string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read a file: %w", err)
	}
	l.seen++
	h := &tar.Header{Typeflag: tar.TypeReg, Name: fmt.Sprintf("%s/%d/%s", under, l.seen, label(work, path)), Mode: 0o644, Size: int64(len(data))}
	if err := l.tar.WriteHeader(h); err != nil {
		return fmt.Errorf("write a layer: %w", err)
	}
	if _, err := l.tar.Write(data); err != nil {
		return fmt.Errorf("write a layer: %w", err)
	}
	l.unpacked += int64(len(data))
	return nil
}

// close ends a layer, and names it by its digest.
func (l *layer) close() (b blob, id string, err error) {
	for _, c := range []io.Closer{l.tar, l.z, l.file} {
		if err := c.Close(); err != nil {
			return b, "", fmt.Errorf("write a layer: %w", err)
		}
	}
	name := l.packed.digest()
	if err := os.Rename(l.file.Name(), filepath.Join(filepath.Dir(l.file.Name()), name)); err != nil {
		return b, "", fmt.Errorf("write a layer: %w", err)
	}
	return blob{"application/vnd.oci.image.layer.v1.tar+gzip", "sha256:" + name, l.packed.n}, "sha256:" + l.whole.digest(), nil
}

// imageSeen is what a scan of an image took, and a second one with the layers known.
type imageSeen struct {
	Verdict      string
	First, Again float64
	// Bytes that were looked at, unpacked, and the peak of memory in KiB.
	Bytes, Peak int64
}

// scanImage scans an image twice in this process, and prints what that took.
func scanImage(reference string) error {
	const entries, size = 1000, 8 << 20
	o := image.Options{PlainHTTP: true, Dial: dial.Policy{AllowLoopback: true}, Layers: image.NewLayerCache(entries, size)}
	scanner := leak.New([]byte("a key"))
	var out imageSeen
	for _, took := range []*float64{&out.First, &out.Again} {
		begin := time.Now()
		result, err := image.Scan(context.Background(), scanner, image.Remote(reference), o)
		if err != nil {
			return err
		}
		*took = time.Since(begin).Seconds()
		out.Verdict, out.Bytes = string(result.Verdict)+" "+result.Message, result.Bytes
	}
	out.Peak = peak()
	return json.NewEncoder(os.Stdout).Encode(out)
}

// images scans an image from a registry on loopback, on one core.
func (b *bench) images() error {
	var manifest blob
	if err := b.read("image.json", &manifest); err != nil {
		return err
	}
	registry := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
		digest, ok := strings.CutPrefix(name, "sha256:")
		if !ok {
			return // GET /v2/
		}
		if strings.Contains(r.URL.Path, "/manifests/") {
			w.Header().Set("Content-Type", manifest.MediaType)
		}
		http.ServeFile(w, r, filepath.Join(b.work, "image", filepath.Base(digest)))
	}))
	defer registry.Close()
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	var best imageSeen
	packed, _, err := b.size("image")
	if err != nil {
		return err
	}
	for round := range b.rounds {
		cmd := exec.Command(self, imageCommand, strings.TrimPrefix(registry.URL, "http://")+"/site@"+manifest.Digest)
		cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
		var complaints bytes.Buffer
		cmd.Stderr = bufio.NewWriter(&complaints)
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("scan the image: %w: %s", err, last(complaints.Bytes()))
		}
		var s imageSeen
		if err := json.Unmarshal(out, &s); err != nil {
			return fmt.Errorf("read what the scan of the image said: %w", err)
		}
		if round == 0 || s.First < best.First {
			best = s
		}
	}
	if best.Bytes < imageSize {
		return fmt.Errorf("only %d bytes of the image were looked at: %s", best.Bytes, best.Verdict)
	}
	fmt.Printf("An image of %d layers, %.0f MB packed, %.0f MB unpacked, from a registry on loopback, one core, the best of %d:\n"+
		"%.2f s, again with its layers known %.4f s, peak %.0f MiB, verdict %s\n\n", imageLayers, packed, float64(best.Bytes)/megabyte, b.rounds,
		best.First, best.Again, float64(best.Peak)/1024, best.Verdict)
	b.goals = append(b.goals, goal{"s for an image of 300 MB in 10 layers", best.First, 10, true},
		goal{"ms for its layers again", 1000 * best.Again, 100, true}, goal{"MiB resident for the image", float64(best.Peak) / 1024, 256, true})
	return nil
}
