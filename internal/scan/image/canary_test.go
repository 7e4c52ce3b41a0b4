package image_test

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan/image"
)

// told are the ways in which a secret may be told: as it is, and as base64.
func told(text string, secrets ...string) bool {
	for _, s := range secrets {
		for _, form := range []string{s, base64.StdEncoding.EncodeToString([]byte(s)), base64.StdEncoding.EncodeToString([]byte("robot:" + s))} {
			if strings.Contains(strings.ToLower(text), strings.ToLower(form)) {
				return true
			}
		}
	}
	return false
}

// canaryLayer holds a secret wherever a tar has room for one.
func canaryLayer(secret string) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range []tar.Header{
		{Name: "dir/" + secret + "/f.env", Typeflag: tar.TypeReg},
		{Name: secret, Typeflag: tar.TypeReg},
		{Name: secret + ".txt", Typeflag: tar.TypeReg},
		{Name: secret + "/", Typeflag: tar.TypeDir},
		{Name: "link", Linkname: "/" + secret, Typeflag: tar.TypeSymlink},
		{Name: "url", Linkname: "https://example.org/?k=" + secret, Typeflag: tar.TypeLink},
		{Name: "owner", Uname: secret, Gname: secret, Typeflag: tar.TypeReg},
		{Name: "record", PAXRecords: map[string]string{"SCHILY.xattr.user.key": secret, "VENDOR." + secret: "x"}, Typeflag: tar.TypeReg},
		{Name: "a.zip", Typeflag: tar.TypeReg},
		{Name: "b.gz", Typeflag: tar.TypeReg},
		{Name: "tar", Typeflag: tar.TypeReg},
		{Name: "broken-" + secret + ".zip", Typeflag: tar.TypeReg},
	} {
		body := map[string]string{
			"a.zip": zipOf(secret+".txt", "k = "+secret), "b.gz": nested("k = "+secret, 2), "tar": string(tarOf(file{name: secret, body: secret})),
			"broken-" + secret + ".zip": encrypted(),
		}[h.Name]
		if h.Typeflag == tar.TypeReg {
			if body == "" {
				body = "k = '" + secret + "'\n{\"k\":\"" + secret + "\"}"
			}
			h.Size = int64(len(body))
		}
		h.Format = tar.FormatPAX
		must(w.WriteHeader(&h))
		_, err := w.Write([]byte(body)[:h.Size])
		must(err)
	}
	must(w.Close())
	return b.Bytes()
}

// canaryImage is an image that holds a secret wherever there is room for one.
func canaryImage(r *registry, secret string) object {
	notes := object{"annotations": object{"org.example.key": secret, secret: "x"}}
	config := r.config(object{
		"author": secret, "created_by": secret, secret: secret, "os.version": secret,
		"config": object{
			"Env": []string{"KEY=" + secret, secret + "=x", secret}, "Labels": object{"key": secret, secret: "x"}, "Entrypoint": []string{"run", secret},
			"Cmd": []string{"--key=" + secret}, "WorkingDir": "/" + secret, "User": secret, "Volumes": object{"/" + secret: object{}},
			"ExposedPorts": object{secret: object{}}, "Healthcheck": object{"Test": []string{"CMD", "curl", "-u", secret}},
		},
		"history": []object{{"created_by": "RUN " + secret, "comment": secret, "author": secret}},
	})
	layers := []object{
		with(r.blob(typeGzip, gz(canaryLayer(secret))), notes), with(r.blob("text/"+secret, []byte("k = "+secret)), notes),
		with(r.layer(), object{"urls": []string{"https://example.org/" + secret}, "digest": digestOf([]byte("elsewhere"))}),
		with(r.layer(), object{"size": 1 << 50, "mediaType": secret, "digest": digestOf([]byte("large"))}),
	}
	img := r.manifest(typeManifest, with(object{"config": with(config, notes), "layers": layers, "artifactType": secret}, notes))
	broken := r.text(`{"schemaVersion":2,"` + secret + `":"` + secret + `"}`)
	odd := with(img, object{"platform": object{"os": "linux", "architecture": secret, "variant": secret, "os.version": secret, "os.features": []string{secret}}})
	return r.manifest(typeIndex, with(object{"manifests": []object{odd, linux(broken, secret)}}, notes))
}

// TestNoSecretIsEverTold plants canaries in everything that carries text, and looks for them in all that comes out.
func TestNoSecretIsEverTold(t *testing.T) {
	t.Parallel()
	// One that rules know, and two that none does: they may not be told for another reason, that nothing sent is.
	secret, password, answer := key(100), "canary-pass-8f3k2q", "canary-sent-5d1h7z"
	dead := func(w http.ResponseWriter, code int) {
		w.Header().Set("X-Canary", answer)
		w.Header().Set("WWW-Authenticate", `Bearer realm="https://`+answer+`.example.com/`+answer+`",service="`+answer+`",scope="`+answer+`",error="`+answer+`"`)
		w.WriteHeader(code)
		_, _ = fmt.Fprintf(w, `{"errors":[{"code":"X","message":%q,"detail":%q}]}`, answer, secret)
	}
	says := func(code int) func(w http.ResponseWriter, r *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool { dead(w, code); return true }
	}
	sendsTo := func(url string) func(w http.ResponseWriter, r *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool { redirects(url)(w, r); return true }
	}
	asks := func(realm string) func(w http.ResponseWriter, r *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("WWW-Authenticate", `Bearer realm="`+realm+`"`)
			w.WriteHeader(http.StatusUnauthorized)
			return true
		}
	}
	servers := map[string]func(w http.ResponseWriter, r *http.Request) bool{
		"that serves the image": nil,
		"that says 401":         says(401), "that says 403": says(403), "that says 404": says(404), "that says 500": says(500), "that says 200": says(200),
		"that redirects to a name":     sendsTo("https://" + answer + ".example.com/" + answer),
		"that redirects to http":       sendsTo("http://" + answer + ".example.com/" + answer),
		"that redirects with a user":   sendsTo("https://" + answer + ":" + password + "@cdn.example.net/"),
		"that redirects to a scheme":   sendsTo(answer + "://x"),
		"that redirects to no URL":     sendsTo("https://%zz" + answer),
		"that asks for a realm":        asks("https://" + answer + ".example.com/"),
		"that asks for a realm's port": asks("https://" + authHost + ":0/" + answer),
		"that asks for a realm inside": asks("https://169.254.169.254/" + answer),
		"that asks for a bad realm":    asks("ftp://" + answer + ".example.com/"),
		"that asks for no realm":       asks("https://%zz" + answer),
		"that echoes what it is sent": func(w http.ResponseWriter, r *http.Request) bool {
			_, p, _ := r.BasicAuth()
			w.Header().Set("WWW-Authenticate", `Basic realm="`+p+`", Bearer realm="https://`+p+`x.example.com/`+p+`"`)
			http.Error(w, r.Header.Get("Authorization")+p, http.StatusUnauthorized)
			return true
		},
		"that speaks no HTTP": func(w http.ResponseWriter, _ *http.Request) bool {
			c, _, err := w.(http.Hijacker).Hijack()
			must(err)
			_, _ = fmt.Fprintf(c, "%s %s\r\n%s", answer, password, secret)
			must(c.Close())
			return true
		},
		"with a header that is none": func(w http.ResponseWriter, _ *http.Request) bool {
			c, _, err := w.(http.Hijacker).Hijack()
			must(err)
			_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\n%s\r\n\r\n", answer)
			must(c.Close())
			return true
		},
		"with a status of its own": func(w http.ResponseWriter, _ *http.Request) bool {
			c, _, err := w.(http.Hijacker).Hijack()
			must(err)
			_, _ = fmt.Fprintf(c, "HTTP/1.1 %s %s\r\n\r\n", answer, answer)
			must(c.Close())
			return true
		},
	}
	for name, first := range servers {
		t.Run("a registry "+name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			d := canaryImage(w.registry, secret)
			w.registry.first = first
			w.auth = func(rw http.ResponseWriter, _ *http.Request) { dead(rw, 500) }
			for _, config := range []authn.AuthConfig{{Username: "robot", Password: password}, {IdentityToken: password}, {RegistryToken: password}} {
				o := w.options()
				o.Keychain, o.Dial.Timeout = credentials{config}, time.Second
				o.Layers = image.NewLayerCache(10, 1<<20)
				for range 2 {
					r, err := image.Scan(t.Context(), leak.New(nil), image.Remote(w.ref(d)), o)
					if err != nil {
						t.Fatal("a scan failed")
					}
					if text := fmt.Sprintf("%+v\n%#v\n%s", r, r, jsonOf(r)); told(text, secret, password, answer) {
						t.Errorf("the result tells a canary: verdict %s", r.Verdict)
					}
					if first == nil && (r.Failures < 40 || len(r.Gaps) == 0) {
						t.Errorf("%d leaks and %d gaps: the canaries were not looked at", r.Failures, len(r.Gaps))
					}
				}
				_, err := image.Resolve(t.Context(), strings.Split(w.ref(d), "@")[0]+":v1", o)
				if err != nil && told(fmt.Sprintf("%s %+v", err, err), secret, password, answer) {
					t.Error("the error tells a canary")
				}
			}
		})
	}
}

func TestNoSecretIsToldOfWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	secret := key(101)
	dir := filepath.Join(t.TempDir(), secret)
	must(os.Mkdir(dir, 0o700))
	garbage := filepath.Join(dir, secret+".tar")
	must(os.WriteFile(garbage, []byte(secret), 0o600))
	for name, scanned := range map[string]func() error{
		"a reference with a password":   func() error { return scanOf(t, image.Remote("https://robot:"+secret+"@example.org/site@sha256:ab")) },
		"a reference with a bad digest": func() error { return scanOf(t, image.Remote("example.org/site@sha256:"+secret)) },
		"a tag":                         func() error { return scanOf(t, image.Remote("example.org/site:"+secret)) },
		"a tag to resolve": func() error {
			_, err := image.Resolve(t.Context(), "https://robot:"+secret+"/site", local())
			return err
		},
		"a digest to resolve": func() error {
			_, err := image.Resolve(t.Context(), "example.org/"+secret+"@"+secret, local())
			return err
		},
		"a tarball that is none": func() error { return scanOf(t, image.Tarball(garbage)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := scanned(); err == nil || told(err.Error(), secret) {
				t.Error("no error, or one that tells")
			}
		})
	}
}

func scanOf(t *testing.T, src image.Source) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, err := image.Scan(ctx, leak.New(nil), src, local())
	return err
}
