package main

import (
	"archive/tar"
	"bytes"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// layerOf is a layer of files; one whose text is empty is a mark that deletes.
func layerOf(t *testing.T, files map[string]string) v1.Layer {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for name, text := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil })
	if err != nil {
		t.Fatal(err)
	}
	return layer
}

// leakyImage has a key in a layer that the next layer deletes, and one in its environment.
func leakyImage(t *testing.T) (img v1.Image, lower v1.Hash) {
	t.Helper()
	bad := layerOf(t, map[string]string{"srv/app.js": "let a = 1\nlet k = '" + stripeKey(1) + "'\n"})
	img, err := mutate.AppendLayers(empty.Image, bad, layerOf(t, map[string]string{"srv/.wh.app.js": ""}))
	if err != nil {
		t.Fatal(err)
	}
	config, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	config = config.DeepCopy()
	config.OS, config.Architecture, config.Config.Env = "linux", "amd64", []string{"STRIPE_KEY=" + stripeKey(2)}
	if img, err = mutate.ConfigFile(img, config); err != nil {
		t.Fatal(err)
	}
	if lower, err = bad.Digest(); err != nil {
		t.Fatal(err)
	}
	return img, lower
}

// push puts an image into a registry on loopback, and returns its reference by tag.
func push(t *testing.T, server *httptest.Server, img v1.Image) string {
	t.Helper()
	host := strings.TrimPrefix(strings.TrimPrefix(server.URL, "http://"), "https://")
	options := []name.Option{}
	if strings.HasPrefix(server.URL, "http://") {
		options = append(options, name.Insecure)
	}
	ref, err := name.ParseReference(host+"/team/site:v1", options...)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(ref, img, remote.WithTransport(server.Client().Transport)); err != nil {
		t.Fatal(err)
	}
	return host + "/team/site:v1"
}

func quietRegistry() http.Handler { return registry.New(registry.Logger(log.New(io.Discard, "", 0))) }

func TestScanImageFindsWhatALaterLayerDeletes(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	img, lower := leakyImage(t)
	digest, err := img.Digest()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(quietRegistry())
	defer server.Close()
	ref := push(t, server, img)
	dir := t.TempDir()
	path, err := layout.Write(filepath.Join(dir, "layout"), empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := path.AppendImage(img); err != nil {
		t.Fatal(err)
	}
	saved := filepath.Join(dir, "site.tar")
	tag, err := name.NewTag("site:v1")
	if err != nil {
		t.Fatal(err)
	}
	if err := tarball.WriteToFile(saved, tag, img); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"a tag":     {ref, "--plain-http"},
		"a digest":  {strings.Replace(ref, ":v1", "@"+digest.String(), 1), "--plain-http"},
		"both":      {ref + "@" + digest.String(), "--plain-http"},
		"a layout":  {filepath.Join(dir, "layout")},
		"a tarball": {saved},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := silentRun(t, append([]string{"scan", "image", "-o", "json"}, args...)...)
			if code != exitFindings {
				t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
			}
			l := leaksIn(t, stdout)
			if name != "a tarball" && l.Summary.Digest != digest.String() {
				t.Errorf("digest %q", l.Summary.Digest)
			}
			var layers []string
			for _, f := range l.Findings {
				if f.Control != "leaks.image" || f.Result != "Fail" || !strings.Contains(f.Remediation, "Build the image anew") {
					t.Errorf("%+v", f)
				}
				layers = append(layers, f.Layer)
				if f.Layer != "config" && (f.File != "srv/app.js" || f.Line != 2 || f.Column != 10) {
					t.Errorf("%+v", f)
				}
			}
			slices.Sort(layers)
			if len(layers) != 2 || layers[0] != "config" || !strings.HasPrefix(layers[1], "sha256:") || name != "a tarball" && layers[1] != lower.String() {
				t.Errorf("layers %v", layers)
			}
			_, text, _ := silentRun(t, append([]string{"scan", "image"}, args...)...)
			if !strings.Contains(text, "srv/app.js:2:10: CRITICAL stripe-access-token") || !strings.Contains(text, ", in layer ") || !strings.Contains(text, ", in the image's config") {
				t.Error(text)
			}
		})
	}
}

func TestScanImageTrustsACertificateThatItIsGiven(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	server := httptest.NewUnstartedServer(quietRegistry())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	img, err := mutate.AppendLayers(empty.Image, layerOf(t, map[string]string{"index.html": "<p>Vote"}))
	if err != nil {
		t.Fatal(err)
	}
	ref := push(t, server, img)
	if code, stdout, _ := silentRun(t, "scan", "image", ref); code != exitInvalid || !strings.Contains(stdout, "not trusted") {
		t.Errorf("exit code %d\n%s", code, stdout)
	}
	cert := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := silentRun(t, "scan", "image", ref, "--cert", cert); code != exitOK || !strings.Contains(stdout, "Pass: 0 leaks") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}

func TestScanImageSaysWhatIsWrongWithItsArgument(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	server := httptest.NewServer(quietRegistry())
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	t.Chdir(folderOf(t, map[string]string{
		"site/index.html": "<p>", "notes.txt": "no tar", "broken/index.json": "{}", "bad.pem": "none", "torn/oci-layout": `{"imageLayoutVersion":"1.0.0"}`,
	}))
	for _, c := range []struct{ name, args, says string }{
		{"a folder that is no layout", "site", "site: CRITICAL input.invalid  it is a folder, and no OCI layout"},
		{"a layout without its mark", "broken", "there is no oci-layout in the folder"},
		{"a layout without its index", "torn", "index.json is missing"},
		{"a file that is no tar", "notes.txt", "it is no tar"},
		{"a tar that is not there", "site.tar", "there is no such file"},
		{"a path that is not there", "./nowhere", "there is no such file"},
		{"what is no reference", "Upper/Case", "it is no reference of an image"},
		{"an image that is not there", host + "/team/other:v1 --plain-http", "it cannot be scanned"},
		{"a digest that is not there", host + "/team/other@sha256:" + strings.Repeat("0", 64) + " --plain-http", "it cannot be scanned"},
		{"a registry that does not answer", "127.0.0.1:1/team/site:v1 --plain-http", "the connection is refused"},
		{"a metadata address", "169.254.169.254/team/site:v1", "is not allowed"},
		{"a file of certificates that is none", host + "/team/site --cert bad.pem", "there is no certificate in it"},
		{"a file of certificates that is not there", host + "/team/site --cert nowhere.pem", "nowhere.pem: CRITICAL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := silentRun(t, append([]string{"scan", "image"}, strings.Fields(c.args)...)...)
			if code != exitInvalid || !strings.Contains(stdout, c.says) || stderr != "" {
				t.Errorf("exit code %d, want 3 and %q\n%s%s", code, c.says, stdout, stderr)
			}
		})
	}
}
