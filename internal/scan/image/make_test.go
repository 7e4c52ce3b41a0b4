package image_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/dial"
	"github.com/hustings/hustings/internal/scan/image"
)

// key is a payment provider's key that nobody has, made anew so that no scanner trips over this file.
func key(seed uint64) string {
	const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	random := rand.New(rand.NewPCG(seed, 7))
	out := []byte("sk_" + "live_")
	for range 24 {
		out = append(out, alphabet[random.IntN(len(alphabet))])
	}
	return string(out)
}

// file is a member of a layer.
type file struct {
	name, body, link string
	kind             byte
}

func tarOf(files ...file) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Linkname: f.link, Typeflag: f.kind, Mode: 0o644, Size: int64(len(f.body)), Format: tar.FormatPAX}
		if f.kind == 0 {
			h.Typeflag = tar.TypeReg
		}
		must(w.WriteHeader(h))
		_, err := io.WriteString(w, f.body)
		must(err)
	}
	must(w.Close())
	return b.Bytes()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func gz(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(data)
	must(err)
	must(w.Close())
	return b.Bytes()
}

func zst(data []byte) []byte {
	w, err := zstd.NewWriter(nil)
	must(err)
	return w.EncodeAll(data, nil)
}

func digestOf(data []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(data)) }

// object is JSON.
type object = map[string]any

func jsonOf(v any) []byte {
	raw, err := json.Marshal(v)
	must(err)
	return raw
}

const (
	typeManifest = "application/vnd.oci.image.manifest.v1+json"
	typeIndex    = "application/vnd.oci.image.index.v1+json"
	typeConfig   = "application/vnd.oci.image.config.v1+json"
	typeGzip     = "application/vnd.oci.image.layer.v1.tar+gzip"
	typeTar      = "application/vnd.oci.image.layer.v1.tar"
	typeZstd     = "application/vnd.oci.image.layer.v1.tar+zstd"
)

func descriptor(mediaType string, data []byte) object {
	return object{"mediaType": mediaType, "digest": digestOf(data), "size": len(data)}
}

// with is a descriptor with something else in it.
func with(d object, more object) object {
	out := object{}
	for k, v := range d {
		out[k] = v
	}
	for k, v := range more {
		out[k] = v
	}
	return out
}

// registry serves one repository, site, and what a test makes of it.
type registry struct {
	*httptest.Server
	mu        sync.Mutex
	manifests map[string][]byte
	blobs     map[string][]byte
	// first may answer a request itself.
	first func(w http.ResponseWriter, r *http.Request) bool
	// asked counts requests by their path's kind: manifests, blobs.
	askedManifests, askedBlobs atomic.Int64
}

func newRegistry(t *testing.T) *registry {
	t.Helper()
	r := &registry{manifests: map[string][]byte{}, blobs: map[string][]byte{}}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *registry) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if r.first != nil && r.first(w, req) {
		return
	}
	r.serve(w, req)
}

func (r *registry) serve(w http.ResponseWriter, req *http.Request) {
	id := req.URL.Path[strings.LastIndex(req.URL.Path, "/")+1:]
	r.mu.Lock()
	defer r.mu.Unlock()
	var data []byte
	var ok bool
	switch {
	case strings.Contains(req.URL.Path, "/manifests/"):
		r.askedManifests.Add(1)
		data, ok = r.manifests[id]
		var m struct{ MediaType string }
		_ = json.Unmarshal(data, &m)
		w.Header().Set("Content-Type", m.MediaType)
	case strings.Contains(req.URL.Path, "/blobs/"):
		r.askedBlobs.Add(1)
		data, ok = r.blobs[id]
	}
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(data)))
	_, _ = w.Write(data)
}

// blob has the registry serve a blob, and describes it.
func (r *registry) blob(mediaType string, data []byte) object {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.blobs[digestOf(data)] = data
	return descriptor(mediaType, data)
}

// manifest has the registry serve a manifest or an index, and describes it.
func (r *registry) manifest(mediaType string, m object) object {
	raw := jsonOf(with(object{"schemaVersion": 2, "mediaType": mediaType}, m))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.manifests[digestOf(raw)] = raw
	return descriptor(mediaType, raw)
}

func (r *registry) config(c object) object {
	return r.blob(typeConfig, jsonOf(with(object{"architecture": "amd64", "os": "linux"}, c)))
}

// layer is a gzipped one.
func (r *registry) layer(files ...file) object { return r.blob(typeGzip, gz(tarOf(files...))) }

// image has the registry serve an image without much of a config.
func (r *registry) image(layers ...object) object {
	return r.manifest(typeManifest, object{"config": r.config(object{}), "layers": layers})
}

func (r *registry) index(entries ...object) object {
	return r.manifest(typeIndex, object{"manifests": entries})
}

func linux(d object, arch string) object {
	return with(d, object{"platform": object{"os": "linux", "architecture": arch}})
}

func (r *registry) host() string {
	return strings.TrimPrefix(strings.TrimPrefix(r.URL, "http://"), "https://")
}

// ref is the reference of something that was described.
func (r *registry) ref(d object) string { return r.host() + "/site@" + d["digest"].(string) }

// local are the options for registries on loopback.
func local() image.Options {
	return image.Options{PlainHTTP: true, Dial: dial.Policy{AllowLoopback: true, Timeout: 2 * time.Second}, Wall: time.Minute}
}

func scanWith(t *testing.T, src image.Source, o image.Options) scan.Result {
	t.Helper()
	result, err := image.Scan(t.Context(), leak.New(nil), src, o)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func (r *registry) scan(t *testing.T, d object) scan.Result {
	t.Helper()
	return scanWith(t, image.Remote(r.ref(d)), local())
}

// places are where something was found, in the order of the result.
func places(r scan.Result) []string {
	out := make([]string, len(r.Findings))
	for i, f := range r.Findings {
		out[i] = f.Place.String()
	}
	return out
}

// silent fails if a result tells any of the secrets.
func silent(t *testing.T, r scan.Result, secrets ...string) {
	t.Helper()
	text := fmt.Sprintf("%+v\n%s", r, jsonOf(r))
	for _, s := range secrets {
		if strings.Contains(text, s) {
			t.Error("the result tells a secret")
		}
	}
}

// expect fails unless the verdict and the message are as said.
func expect(t *testing.T, r scan.Result, verdict scan.Verdict, message string) {
	t.Helper()
	if r.Verdict != verdict || !strings.Contains(r.Message, message) {
		t.Errorf("got %s: %q, want %s: %q", r.Verdict, r.Message, verdict, message)
	}
	if verdict != scan.Clean && verdict != scan.Leaking && len(r.Gaps) == 0 {
		t.Error("no gap says what was not looked at")
	}
}

const typeSchema1 = "application/vnd.docker.distribution.manifest.v1+prettyjws"
