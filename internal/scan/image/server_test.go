package image_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/image"
)

// hijacked answers in the place of the server, with what it would have sent.
func hijacked(w http.ResponseWriter, answer func(c net.Conn)) {
	c, _, err := w.(http.Hijacker).Hijack()
	must(err)
	defer func() { _ = c.Close() }()
	answer(c)
}

// status is a whole answer without a body.
func status(code int, headers ...string) func(http.ResponseWriter, []byte) {
	return func(w http.ResponseWriter, _ []byte) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
	}
}

// sent is an answer by the bytes; what is right is given to it.
func sent(answer func(c net.Conn, right []byte)) func(http.ResponseWriter, []byte) {
	return func(w http.ResponseWriter, right []byte) { hijacked(w, func(c net.Conn) { answer(c, right) }) }
}

// hang waits until the other side has had enough.
func hang(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

const okHead = "HTTP/1.1 200 OK\r\nContent-Type: " + typeManifest + "\r\n"

func TestServersThatDoNotAnswerAsTheyShould(t *testing.T) {
	t.Parallel()
	secret := key(30)
	for name, c := range map[string]struct {
		answer  func(w http.ResponseWriter, right []byte)
		verdict scan.Verdict
		message string
	}{
		"400":                   {status(400), scan.Error, "status 400"},
		"403":                   {status(403), scan.Error, "check the credentials"},
		"404":                   {status(404), scan.Error, "has no such"},
		"418":                   {status(418), scan.Error, "status 418"},
		"429 with a wait":       {status(429, "Retry-After", "1"), scan.Error, "asks to wait"},
		"429 with a long wait":  {status(429, "Retry-After", "99999999999999"), scan.Error, "asks to wait"},
		"500":                   {status(500), scan.Error, "status 500"},
		"503 with a wait":       {status(503, "Retry-After", "1"), scan.Error, "status 503"},
		"204":                   {status(204), scan.Error, "status 204"},
		"206":                   {status(206, "Content-Range", "bytes 0-0/1"), scan.Error, "status 206"},
		"301 without a place":   {status(301), scan.Error, "status 301"},
		"304":                   {status(304), scan.Error, "status 304"},
		"a status that is none": {sent(func(c net.Conn, _ []byte) { fmt.Fprint(c, "HTTP/1.1 999999 "+secret+"\r\n\r\n") }), scan.Error, ""},
		"an error as JSON": {func(w http.ResponseWriter, _ []byte) {
			fmt.Fprintf(w, `{"errors":[{"code":"DENIED","message":%q}]}`, secret)
		}, scan.Error, ""},
		"a page":                 {func(w http.ResponseWriter, _ []byte) { fmt.Fprint(w, "<html>log in "+secret) }, scan.Error, ""},
		"nothing":                {func(http.ResponseWriter, []byte) {}, scan.Error, ""},
		"an error without end":   {func(w http.ResponseWriter, _ []byte) { w.WriteHeader(500); endless(w, secret) }, scan.Error, "status 500"},
		"an error with a secret": {func(w http.ResponseWriter, _ []byte) { http.Error(w, secret, http.StatusForbidden) }, scan.Error, "status 403"},
		"no HTTP":                {sent(func(c net.Conn, _ []byte) { fmt.Fprint(c, secret+" 220 mail.example.com ESMTP\r\n") }), scan.Error, "cannot be read"},
		"HTTP/0.9":               {sent(func(c net.Conn, right []byte) { _, _ = c.Write(right) }), scan.Error, ""},
		"a header that is none":  {sent(func(c net.Conn, _ []byte) { fmt.Fprint(c, okHead+secret+"\r\n\r\n") }), scan.Error, "cannot be read"},
		"a header without end": {sent(func(c net.Conn, _ []byte) {
			fmt.Fprint(c, okHead+"A: ")
			endless(c, strings.Repeat(secret, 100))
		}), scan.Error, "headers are too long"},
		"headers without end": {sent(func(c net.Conn, _ []byte) {
			fmt.Fprint(c, okHead)
			endless(c, "A: "+secret+"\r\n")
		}), scan.Error, "headers are too long"},
		"early answers without end": {sent(func(c net.Conn, _ []byte) { endless(c, "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n") }), scan.Error, ""},
		"a reset":                   {sent(func(c net.Conn, _ []byte) { must(c.(*net.TCPConn).SetLinger(0)) }), scan.Error, "broke off"},
		"a close":                   {sent(func(net.Conn, []byte) {}), scan.Error, "broke off"},
		"silence":                   {sent(func(c net.Conn, _ []byte) { hang(c) }), scan.Error, "in time"},
		"silence in a header":       {sent(func(c net.Conn, _ []byte) { fmt.Fprint(c, okHead+"A: "); hang(c) }), scan.Error, "in time"},
		"silence in the body": {sent(func(c net.Conn, right []byte) {
			fmt.Fprintf(c, okHead+"Content-Length: %d\r\n\r\n%s", len(right), right[:len(right)/2])
			hang(c)
		}), scan.Error, "in time"},
		"a reset in the body": {sent(func(c net.Conn, right []byte) {
			fmt.Fprintf(c, okHead+"Content-Length: %d\r\n\r\n%s", len(right), right[:len(right)/2])
			must(c.(*net.TCPConn).SetLinger(0))
		}), scan.Error, "broke off"},
		"a close in the body": {sent(func(c net.Conn, right []byte) {
			fmt.Fprintf(c, okHead+"Content-Length: %d\r\n\r\n%s", len(right), right[:len(right)/2])
		}), scan.Error, "broke off"},
		"a close where no length was named": {sent(func(c net.Conn, right []byte) {
			fmt.Fprintf(c, okHead+"Connection: close\r\n\r\n%s", right[:len(right)/2])
		}), scan.Error, ""},
		"a chunk that does not come": {sent(func(c net.Conn, right []byte) {
			fmt.Fprintf(c, okHead+"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s", len(right), right[:len(right)/2])
		}), scan.Error, "broke off"},
		"a chunk of no length": {sent(func(c net.Conn, right []byte) {
			fmt.Fprintf(c, okHead+"Transfer-Encoding: chunked\r\n\r\nzz\r\n%s", right)
		}), scan.Error, "cannot be read"},
		"chunks without end": {func(w http.ResponseWriter, right []byte) {
			_, _ = w.Write(right)
			endless(w, strings.Repeat(" ", 1<<16))
		}, "", ""},
		"a length that is less": {func(w http.ResponseWriter, right []byte) {
			w.Header().Set("Content-Length", "1")
			_, _ = w.Write(right[:1])
		}, scan.Error, ""},
		"a length of 1 TB": {func(w http.ResponseWriter, right []byte) {
			w.Header().Set("Content-Length", "1099511627776")
			_, _ = w.Write(right)
		}, scan.Error, ""},
		"two lengths": {sent(func(c net.Conn, right []byte) {
			fmt.Fprintf(c, okHead+"Content-Length: 1\r\nContent-Length: %d\r\n\r\n%s", len(right), right)
		}), scan.Error, "cannot be read"},
		"a byte too many": {func(w http.ResponseWriter, right []byte) { _, _ = w.Write(append(right[:len(right):len(right)], ' ')) }, scan.Error, ""},
		"another byte":    {func(w http.ResponseWriter, right []byte) { _, _ = (&lies{ResponseWriter: w}).Write(right) }, scan.Error, "digest"},
		"packed once more": {func(w http.ResponseWriter, right []byte) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(gz(right))
		}, scan.Error, ""},
	} {
		for _, what := range []string{"manifest", "config", "layer"} {
			t.Run(name+" for a "+what, func(t *testing.T) {
				t.Parallel()
				r := newRegistry(t)
				layer, config := r.layer(file{name: "a", body: "b"}), r.config(object{"config": object{}})
				img := r.manifest(typeManifest, object{"config": config, "layers": []object{layer}})
				bad := map[string]object{"manifest": img, "config": config, "layer": layer}[what]["digest"].(string)
				r.first = func(w http.ResponseWriter, req *http.Request) bool {
					if !strings.HasSuffix(req.URL.Path, bad) {
						return false
					}
					right := r.manifests[bad]
					if right == nil {
						right = r.blobs[bad]
					}
					c.answer(w, right)
					return true
				}
				o := local()
				o.Dial.Timeout = 300 * time.Millisecond
				got := scanWith(t, image.Remote(r.ref(img)), o)
				want := c.verdict
				if want == "" {
					// Nobody knows a manifest's size before: it is too long, and not wrong.
					want = map[string]scan.Verdict{"manifest": scan.Incomplete, "config": scan.Error, "layer": scan.Error}[what]
				}
				expect(t, got, want, c.message)
				silent(t, got, secret)
			})
		}
	}
}

func TestAServerThatDripsEndsWithTheScan(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"manifest", "config", "layer"} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t)
			layer, config := r.layer(file{name: "a", body: "b"}), r.config(object{})
			img := r.manifest(typeManifest, object{"config": config, "layers": []object{layer}})
			bad := map[string]object{"manifest": img, "config": config, "layer": layer}[what]
			r.first = func(w http.ResponseWriter, req *http.Request) bool {
				if !strings.HasSuffix(req.URL.Path, bad["digest"].(string)) {
					return false
				}
				w.Header().Set("Content-Length", fmt.Sprint(bad["size"]))
				tick := time.NewTicker(50 * time.Millisecond)
				defer tick.Stop()
				for range tick.C {
					if _, err := io.WriteString(w, "{"); err != nil {
						return true
					}
					w.(http.Flusher).Flush()
				}
				return true
			}
			o := local()
			o.Wall = 400 * time.Millisecond
			began := time.Now()
			// It depends on the moment whether the wait for the registry or the scan itself sees the end of its time first.
			expect(t, scanWith(t, image.Remote(r.ref(img)), o), scan.Error, "more than 0.4 s")
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// TestWhatWasFoundBeforeAFaultIsKeptAndNotFinal: the rest of the image may hold more, and whoever replaces only what a
// broken scan has listed would have a leak left.
func TestWhatWasFoundBeforeAFaultIsKeptAndNotFinal(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(c net.Conn, right []byte){
		"a reset": func(c net.Conn, right []byte) {
			fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(right), right[:len(right)/2])
			must(c.(*net.TCPConn).SetLinger(0))
		},
		"silence until time is over": func(c net.Conn, right []byte) {
			fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(right), right[:len(right)/2])
			hang(c)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t)
			last := r.layer(file{name: "c", body: "k = " + key(76)})
			img := r.image(r.layer(file{name: "a", body: "k = " + key(75)}), last)
			fails := true
			r.first = func(w http.ResponseWriter, req *http.Request) bool {
				bad := last["digest"].(string)
				if !fails || !strings.HasSuffix(req.URL.Path, bad) {
					return false
				}
				sent(answer)(w, r.blobs[bad])
				return true
			}
			o := cached()
			o.Wall = time.Second
			got := scanWith(t, image.Remote(r.ref(img)), o)
			expect(t, got, scan.Error, "")
			if got.Failures != 1 || len(got.Findings) != 1 {
				t.Errorf("%d findings of %d", len(got.Findings), got.Failures)
			}
			fails = false
			o.Wall = time.Minute
			got = scanWith(t, image.Remote(r.ref(img)), o)
			expect(t, got, scan.Leaking, "")
			if got.Failures != 2 {
				t.Errorf("%d findings once it answers", got.Failures)
			}
		})
	}
}

func TestOnlyTrustedTLSIsSpoken(t *testing.T) {
	t.Parallel()
	soon := time.Now().Add(time.Hour)
	for name, c := range map[string]struct {
		config  *tls.Config
		message string
	}{
		"a certificate that it signed itself": {&tls.Config{Certificates: []tls.Certificate{newIssuer().issue(soon, "127.0.0.1")}}, "not trusted"},
		"a certificate for another name":      {&tls.Config{Certificates: []tls.Certificate{authority().issue(soon, "example.org")}}, "another name"},
		"a certificate that is past its date": {&tls.Config{Certificates: []tls.Certificate{authority().issue(time.Now().Add(-time.Hour), "127.0.0.1")}}, "not valid"},
		"TLS that is too old": {&tls.Config{
			Certificates: []tls.Certificate{authority().issue(soon, "127.0.0.1")}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11,
		}, "TLS cannot be spoken"},
		"no TLS": {nil, "http where https"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &registry{manifests: map[string][]byte{}, blobs: map[string][]byte{}}
			r.Server = httptest.NewUnstartedServer(r)
			r.Config.ErrorLog = log.New(io.Discard, "", 0)
			if c.config == nil {
				r.Start()
			} else {
				r.TLS = c.config
				r.StartTLS()
			}
			t.Cleanup(r.Close)
			o := local()
			o.PlainHTTP, o.Roots = false, authority().pool
			expect(t, scanWith(t, image.Remote(r.ref(r.image())), o), scan.Error, c.message)
			if n := r.askedManifests.Load(); n != 0 {
				t.Errorf("%d requests arrived", n)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	img := r.image()
	r.Close()
	expect(t, r.scan(t, img), scan.Error, "refused")
}

func TestPlainHTTPIsSpokenOnlyWhereToldAndOnLoopback(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := 0
	w.plain = func(http.ResponseWriter, *http.Request) { asked++ }
	w.answers["registry.plain.test"] = []string{plainHost}
	o := w.options()
	ref := "registry.plain.test:" + w.ports[plainHost] + "/site@sha256:" + strings.Repeat("a", 64)
	expect(t, scanWith(t, image.Remote(ref), o), scan.Error, "http where https")
	o.PlainHTTP = false
	expect(t, scanWith(t, image.Remote(plainHost+ref[strings.Index(ref, ":"):]), o), scan.Error, "http where https")
	if asked != 0 {
		t.Errorf("%d requests arrived", asked)
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	secret := key(31)
	manifest := jsonOf(object{"schemaVersion": 2, "config": descriptor(typeConfig, nil), "layers": []object{}})
	for name, c := range map[string]struct {
		answer  func(w http.ResponseWriter, r *http.Request)
		message string
	}{
		"a manifest":        {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(manifest) }, ""},
		"a page":            {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>"+secret) }, "no manifest"},
		"an error as JSON":  {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"errors":[{"message":%q}]}`, secret) }, "no manifest"},
		"nothing":           {func(http.ResponseWriter, *http.Request) {}, "no manifest"},
		"404":               {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, secret, 404) }, "has no such manifest"},
		"bytes without end": {func(w http.ResponseWriter, _ *http.Request) { endless(w, strings.Repeat(" ", 1<<16)) }, "more than 4 MiB"},
		"a length of 10 GB": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10737418240")
			endless(w, strings.Repeat(" ", 1<<16))
		}, "more than 4 MiB"},
		"schema 1": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", typeSchema1)
			_, _ = w.Write(manifest)
		}, "schema 1"},
		"a digest that lies": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Docker-Content-Digest", "sha256:"+strings.Repeat("a", 64))
			_, _ = w.Write(manifest)
		}, ""},
		"a redirect to inner": {func(w http.ResponseWriter, _ *http.Request) { redirects("http://169.254.169.254/"+secret)(w, nil) }, "redirect refused"},
		"a wish for a login": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("WWW-Authenticate", bearer("http://169.254.169.254/"+secret))
			w.WriteHeader(401)
		}, "token realm"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(http.HandlerFunc(c.answer))
			t.Cleanup(srv.Close)
			host := strings.TrimPrefix(srv.URL, "http://")
			got, err := image.Resolve(t.Context(), host+"/site:v1", local())
			if c.message == "" {
				if want := host + "/site@" + digestOf(manifest); err != nil || got != want {
					t.Errorf("got %q, %v, want %q", got, err, want)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.message) || strings.Contains(err.Error(), secret) {
				t.Errorf("got %q, %v, want %q", got, err, c.message)
			}
		})
	}
}

func TestATagThatFlipsIsScannedAsItWasResolved(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	clean, bad := r.image(r.layer(file{name: "a", body: "b"})), r.image(r.layer(file{name: "a", body: "k = " + key(32)}))
	tags, byDigest := 0, false
	r.first = func(w http.ResponseWriter, req *http.Request) bool {
		switch {
		case strings.HasSuffix(req.URL.Path, "/v1"):
			tags++
			d := []object{clean, bad}[(tags-1)%2]
			_, _ = w.Write(r.manifests[d["digest"].(string)])
		case byDigest && strings.HasSuffix(req.URL.Path, bad["digest"].(string)):
			// What it asks for by digest is another image too.
			_, _ = w.Write(r.manifests[clean["digest"].(string)])
		default:
			return false
		}
		return true
	}
	for i, c := range []struct {
		want    object
		flips   bool
		verdict scan.Verdict
	}{{clean, false, scan.Clean}, {bad, false, scan.Leaking}, {clean, true, scan.Clean}, {bad, true, scan.Error}} {
		byDigest = c.flips
		ref, err := image.Resolve(t.Context(), r.host()+"/site:v1", local())
		if err != nil || !strings.HasSuffix(ref, c.want["digest"].(string)) {
			t.Fatalf("%d: resolved to %q, %v", i, ref, err)
		}
		got := scanWith(t, image.Remote(ref), local())
		expect(t, got, c.verdict, "")
		if got.Digest != c.want["digest"] {
			t.Errorf("%d: the verdict is about %s", i, got.Digest)
		}
	}
	if _, err := image.Scan(t.Context(), leak.New(nil), image.Remote(r.host()+"/site:v1"), local()); err == nil {
		t.Error("a tag was scanned")
	}
}

// grown is how much more memory is used by the heap, after garbage was collected, than before f; and the peak while it ran.
func grown(f func()) uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, done, most := m.HeapAlloc, make(chan struct{}), make(chan uint64)
	go func() {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		peak := uint64(0)
		for {
			select {
			case <-done:
				most <- peak
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
		}
	}()
	f()
	close(done)
	return max(<-most, before) - before
}
