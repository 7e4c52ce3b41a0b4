package pages_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/dial"
	"github.com/hustings/hustings/internal/scan/pages"
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

const host = "vote.example.org"

// site answers with what stands at a path, and with 404 elsewhere. It remembers what it was asked.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
	// cookies and authorization that were sent.
	credentials []string
}

// serve starts a site on loopback.
func serve(t *testing.T, handle func(w http.ResponseWriter, r *http.Request)) *site {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.URL.RequestURI())
		s.credentials = append(s.credentials, r.Header.Values("Cookie")...)
		s.credentials = append(s.credentials, r.Header.Values("Authorization")...)
		s.mu.Unlock()
		handle(w, r)
	}))
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

// files serves texts by path, with a type by their ending.
func files(texts map[string]string) func(w http.ResponseWriter, r *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		text, ok := texts[r.URL.RequestURI()]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if strings.HasSuffix(r.URL.Path, ".js") {
			w.Header().Set("Content-Type", "text/javascript")
		}
		_, _ = io.WriteString(w, text) // who does not read it has what it wants
	}
}

func (s *site) address() netip.AddrPort {
	return netip.MustParseAddrPort(s.Listener.Addr().String())
}

func (s *site) was(path string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.asked, path)
}

func (s *site) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

func (s *site) target() pages.Target {
	return pages.Target{Addresses: []netip.AddrPort{s.address()}, Hosts: []string{host}}
}

// quick are options for tests: loopback, and no waiting between requests.
func quick() pages.Options {
	return pages.Options{
		Dial:   dial.Policy{AllowLoopback: true},
		Budget: pages.Budget{Rate: 1_000_000, Request: 5 * time.Second, Wall: 30 * time.Second},
	}
}

func look(t *testing.T, target pages.Target, o pages.Options) (served, exposed scan.Result) {
	t.Helper()
	served, exposed, err := pages.Look(context.Background(), leak.New([]byte("installation")), target, o)
	if err != nil {
		t.Fatal(err)
	}
	return served, exposed
}

// lookAt looks at a site that is served by a handler.
func lookAt(t *testing.T, handle func(w http.ResponseWriter, r *http.Request)) (served, exposed scan.Result) {
	t.Helper()
	return look(t, serve(t, handle).target(), quick())
}

// places of findings, with their rules.
func places(r scan.Result) (out []string) {
	for _, f := range r.Findings {
		out = append(out, f.Rule+" "+f.Place.String())
	}
	return out
}

// silent fails if a result holds a text in any form.
func silent(t *testing.T, secret string, results ...scan.Result) {
	t.Helper()
	for _, r := range results {
		if strings.Contains(fmt.Sprintf("%+v", r), secret) {
			t.Error("the result holds what must not be told")
		}
	}
}

func expect(t *testing.T, r scan.Result, verdict scan.Verdict, why string) {
	t.Helper()
	if r.Verdict != verdict {
		t.Errorf("verdict %s, want %s: found %v, gaps %v, message %s", r.Verdict, verdict, places(r), r.Gaps, r.Message)
	}
	if !strings.Contains(fmt.Sprintf("%s %v", r.Message, r.Gaps), why) {
		t.Errorf("no %q in message %q and gaps %v", why, r.Message, r.Gaps)
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// encoded is data in an encoding of HTTP.
func encoded(coding string, data []byte) []byte {
	var b bytes.Buffer
	var w io.WriteCloser
	var err error
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		w, err = zstd.NewWriter(&b)
	case "zlib":
		w = zlib.NewWriter(&b)
	case "deflate":
		w, err = flate.NewWriter(&b, flate.BestSpeed)
	}
	must(err)
	_, err = w.Write(data)
	must(err)
	must(w.Close())
	return b.Bytes()
}
