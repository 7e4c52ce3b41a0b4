package service

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
)

const testDigest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// start runs a server and gives a client of it, and what stops it.
func start(t *testing.T, work Work) (client *Client, stop func()) {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- NewServer(work).Serve(ctx, listener) }()
	var stopped atomic.Bool
	stop = func() {
		if stopped.Swap(true) {
			return
		}
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	}
	t.Cleanup(stop)
	return NewClient(socket), stop
}

// until asks again and again, as the manager does, until it is Done.
func until(t *testing.T, ask func() (State, error)) {
	t.Helper()
	deadline, tick := time.After(10*time.Second), time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		state, err := ask()
		if err != nil {
			t.Fatal(err)
		}
		if state == Done {
			return
		}
		select {
		case <-deadline:
			t.Fatal("not done in time")
		case <-tick.C:
		}
	}
}

func scanned(t *testing.T, c *Client) scan.Result {
	t.Helper()
	var answer ImageAnswer
	until(t, func() (State, error) {
		var err error
		answer, err = c.Image(t.Context(), ImageRequest{Namespace: "a", Image: "r.example.org/a@" + testDigest})
		return answer.State, err
	})
	return answer.Result
}

func pagesRequest() PagesRequest {
	return PagesRequest{
		Key: "uid/1", Namespace: "a", Site: "vote", Hosts: []string{"a.example.org"},
		Addresses: []netip.AddrPort{netip.MustParseAddrPort("10.0.0.1:8080")}, Entry: []string{"/"},
	}
}

func TestAnswersComeBackAsTheyWereGiven(t *testing.T) {
	found := scan.Judge("v1", leak.Result{Failures: 1, Findings: []leak.Finding{{
		Rule: "stripe", Severity: leak.High, Place: leak.Place{Layer: "sha256:b", File: "a.js", Line: 3, Column: 4, Decoders: []string{"gzip"}}, Excerpt: "k=[3 bytes]", Fingerprint: "f",
	}}, Files: 5, Bytes: 6})
	clean := scan.Judge("v1", leak.Result{Files: 1})
	c, _ := start(t, Work{
		Image:   func(context.Context, ImageRequest) scan.Result { return found },
		Pages:   func(context.Context, PagesRequest) (scan.Result, scan.Result) { return found, clean },
		Resolve: func(_ context.Context, r ResolveRequest) (string, error) { return "sha256:of-" + r.Image, nil },
	})
	if err := c.Healthy(t.Context()); err != nil {
		t.Error(err)
	}
	if got := fmt.Sprintf("%+v", scanned(t, c)); got != fmt.Sprintf("%+v", found) {
		t.Errorf("%s", got)
	}
	var answer PagesAnswer
	until(t, func() (State, error) {
		var err error
		answer, err = c.Pages(t.Context(), pagesRequest())
		return answer.State, err
	})
	if answer.Served.Verdict != scan.Leaking || answer.Exposed.Verdict != scan.Clean {
		t.Errorf("%+v", answer)
	}
	if got, err := c.Resolve(t.Context(), ResolveRequest{Namespace: "a", Image: "x:y"}); err != nil || got.Digest != "sha256:of-x:y" {
		t.Errorf("%v %v", got, err)
	}
}

// TestAScanThatPanics: one image must not end the scans of the others, and what panicked says nothing of what it read.
func TestAScanThatPanics(t *testing.T) {
	var told atomic.Pointer[string]
	c, _ := start(t, Work{
		Image: func(context.Context, ImageRequest) scan.Result { panic("canary") },
		Fault: func(what string, stack []byte) { text := what + string(stack); told.Store(&text) },
	})
	r := scanned(t, c)
	if r.Verdict != scan.Error || strings.Contains(r.Message, "canary") {
		t.Errorf("%+v", r)
	}
	if text := told.Load(); text == nil || !strings.Contains(*text, "doImage") {
		t.Error("nobody was told")
	}
}

func TestAnAnswerIsNeverTooLarge(t *testing.T) {
	huge := leak.Result{Failures: 5000}
	for i := range 5000 {
		huge.Findings = append(huge.Findings, leak.Finding{Rule: "r", Place: leak.Place{File: strings.Repeat("\x01", 100) + fmt.Sprint(i)}})
	}
	for range 20 {
		huge.Gaps = append(huge.Gaps, leak.Gap{Place: leak.Place{File: strings.Repeat("x", 20<<10)}, Why: "w"})
	}
	result := scan.Judge("v1", huge)
	result.Message = strings.Repeat("m", 1<<20)
	c, _ := start(t, Work{
		Image: func(context.Context, ImageRequest) scan.Result { return result },
		Pages: func(context.Context, PagesRequest) (scan.Result, scan.Result) { return result, result },
	})
	r := scanned(t, c)
	if r.Verdict != scan.Leaking || r.Failures != 5000 {
		t.Errorf("%s, %d failures", r.Verdict, r.Failures)
	}
	until(t, func() (State, error) {
		answer, err := c.Pages(t.Context(), pagesRequest())
		return answer.State, err
	})
}

func TestTheWorstFindingsAreKept(t *testing.T) {
	var many leak.Result
	for i := range 500 {
		many.Findings = append(many.Findings, leak.Finding{Rule: fmt.Sprintf("rule-%03d", i), Place: leak.Place{File: strings.Repeat("f", 400)}})
	}
	many.Failures = 500
	r := fit(scan.Judge("v1", many), 30<<10)
	if n := len(r.Findings); n == 0 || n == 500 || r.Findings[0].Rule != "rule-000" || encoded(r) > 30<<10 || r.Failures != 500 {
		t.Errorf("%d findings, %d bytes", n, encoded(r))
	}
}

func TestRequestsThatAreWrongAreRefused(t *testing.T) {
	c, _ := start(t, Work{})
	ctx := t.Context()
	image := func(q ImageRequest) func() error { return func() error { _, err := c.Image(ctx, q); return err } }
	pages := func(change func(*PagesRequest)) func() error {
		q := pagesRequest()
		change(&q)
		return func() error { _, err := c.Pages(ctx, q); return err }
	}
	resolve := func(q ResolveRequest) func() error { return func() error { _, err := c.Resolve(ctx, q); return err } }
	for name, test := range map[string]struct {
		ask  func() error
		says string
	}{
		"an image without a digest":    {image(ImageRequest{Namespace: "a", Image: "r.example.org/a:v1"}), "pinned by a digest"},
		"an image with half a digest":  {image(ImageRequest{Namespace: "a", Image: "r/a@sha256:abc"}), "pinned by a digest"},
		"an image of nobody":           {image(ImageRequest{Image: "r/a@" + testDigest}), "namespace"},
		"a site without a key":         {pages(func(q *PagesRequest) { q.Key = "" }), "key"},
		"a site without addresses":     {pages(func(q *PagesRequest) { q.Addresses = nil }), "addresses"},
		"a site with no address":       {pages(func(q *PagesRequest) { q.Addresses[0] = netip.AddrPort{} }), "addresses[0]"},
		"a site with too many":         {pages(func(q *PagesRequest) { q.Addresses = make([]netip.AddrPort, 65) }), "addresses"},
		"a site without a host":        {pages(func(q *PagesRequest) { q.Hosts = nil }), "hosts"},
		"a site with an empty host":    {pages(func(q *PagesRequest) { q.Hosts[0] = "" }), "hosts[0]"},
		"a site with a URL for a path": {pages(func(q *PagesRequest) { q.Entry[0] = "http://evil.example.net/" }), "entry[0]"},
		"a site with too many entries": {pages(func(q *PagesRequest) { q.Entry = make([]string, 17) }), "entry"},
		"a site of nobody":             {pages(func(q *PagesRequest) { q.Namespace = "" }), "namespace"},
		"a tag without a name":         {resolve(ResolveRequest{Namespace: "a"}), "image"},
		"a tag that never ends":        {resolve(ResolveRequest{Namespace: "a", Image: strings.Repeat("x", 2000)}), "image"},
		"a question that never ends":   {resolve(ResolveRequest{Namespace: "a", Image: strings.Repeat("x", 1<<20)}), "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := test.ask(); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestErrorsOfRegistriesAreTold(t *testing.T) {
	release := make(chan struct{})
	c, _ := start(t, Work{Resolve: func(ctx context.Context, r ResolveRequest) (string, error) {
		if r.Image == "slow" {
			select {
			case <-release:
			case <-ctx.Done():
			}
			return testDigest, ctx.Err()
		}
		return "", errors.New("the registry knows no such tag")
	}})
	if _, err := c.Resolve(t.Context(), ResolveRequest{Namespace: "a", Image: "no"}); !errors.Is(err, ErrFailed) || !strings.Contains(err.Error(), "no such tag") {
		t.Errorf("%v", err)
	}
	slow := make(chan error, 1)
	go func() {
		_, err := c.Resolve(t.Context(), ResolveRequest{Namespace: "a", Image: "slow"})
		slow <- err
	}()
	var busy error
	until(t, func() (State, error) { // the other one may not have begun
		if _, busy = c.Resolve(t.Context(), ResolveRequest{Namespace: "a", Image: "no"}); errors.Is(busy, ErrBusy) {
			return Done, nil
		}
		return Running, nil
	})
	if _, err := c.Resolve(t.Context(), ResolveRequest{Namespace: "b", Image: "no"}); !errors.Is(err, ErrFailed) {
		t.Errorf("another namespace: %v", err)
	}
	close(release)
	if err := <-slow; err != nil {
		t.Error(err)
	}
}

func TestAScannerThatIsGoneIsAway(t *testing.T) {
	begun := make(chan struct{})
	c, stop := start(t, Work{Image: func(ctx context.Context, _ ImageRequest) scan.Result {
		close(begun)
		<-ctx.Done()
		return scan.Result{Verdict: scan.Error}
	}})
	q := ImageRequest{Namespace: "a", Image: "r/a@" + testDigest}
	if a, err := c.Image(t.Context(), q); err != nil || a.State == Done {
		t.Errorf("%v %v", a, err)
	}
	<-begun
	stop()
	if _, err := c.Image(t.Context(), q); !errors.Is(err, ErrUnavailable) {
		t.Errorf("%v", err)
	}
	if err := c.Healthy(t.Context()); !errors.Is(err, ErrUnavailable) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Image(ctx, q); !errors.Is(err, context.Canceled) || errors.Is(err, ErrUnavailable) {
		t.Errorf("of who gave up: %v", err)
	}
}

// TestAScannerThatWasTakenOver: what answers on the socket has had hostile bytes, and may be theirs.
func TestAScannerThatWasTakenOver(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"no JSON": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"no end":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `"`+strings.Repeat("a", 1<<20)+`"`) },
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		},
		"an error":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"a hang-up":   func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"no question": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
	} {
		t.Run(name, func(t *testing.T) {
			socket := filepath.Join(t.TempDir(), "s")
			listener, err := net.Listen("unix", socket)
			if err != nil {
				t.Fatal(err)
			}
			server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Second}
			done := make(chan error, 1)
			go func() { done <- server.Serve(listener) }()
			defer func() {
				if err := errors.Join(server.Close(), <-done); !errors.Is(err, http.ErrServerClosed) {
					t.Error(err)
				}
			}()
			_, err = NewClient(socket).Image(t.Context(), ImageRequest{Namespace: "a", Image: "r/a@" + testDigest})
			if !errors.Is(err, ErrUnavailable) {
				t.Errorf("%v", err)
			}
		})
	}
}
