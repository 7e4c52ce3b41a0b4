package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/service"
	"github.com/hustings/hustings/test/registry"
)

// asScanner has the test's own program run as the scanner, with these arguments.
const asScanner = "HUSTINGS_TEST_SCANNER"

func TestMain(m *testing.M) {
	if args := os.Getenv(asScanner); args != "" {
		os.Args = append(os.Args[:1], strings.Fields(args)...)
		main()
		return
	}
	os.Exit(m.Run())
}

// madeUpKey has the shape of a key, and opens nothing.
func madeUpKey() string { return "sk" + "_live_" + strings.Repeat("4eC39HqLyjWDarjt", 2)[:24] }

// pushed is a registry that has an image with a key in a layer that the next one deletes. before is called with every read.
func pushed(t *testing.T, before func(*http.Request)) (address, image string) {
	t.Helper()
	r := registry.Start(before)
	t.Cleanup(r.Stop)
	image, err := r.Push("alice/site", "v1", v1.Config{},
		[]registry.File{{Name: "app/.env", Text: "PORT=8080\nSTRIPE_SECRET_KEY=" + madeUpKey() + "\n"}},
		[]registry.File{{Name: "app/.wh..env"}})
	if err != nil {
		t.Fatal(err)
	}
	return r.Address, image
}

// verdict asks until there is one, as the manager does, also while nobody answers.
func verdict(t *testing.T, c *service.Client, image string) scan.Result {
	t.Helper()
	deadline, tick := time.After(20*time.Second), time.NewTicker(10*time.Millisecond)
	defer tick.Stop()
	for {
		answer, err := c.Image(t.Context(), service.ImageRequest{Namespace: "alice", Image: image, Urgent: true})
		switch {
		case err != nil && !errors.Is(err, service.ErrUnavailable):
			t.Fatal(err)
		case err == nil && answer.State == service.Done:
			return answer.Result
		}
		select {
		case <-deadline:
			t.Fatalf("no verdict: %v", err)
		case <-tick.C:
		}
	}
}

func expectLeak(t *testing.T, r scan.Result, image string) {
	t.Helper()
	_, digest, _ := strings.Cut(image, "@")
	if r.Verdict != scan.Leaking || r.Digest != digest || len(r.Findings) != 1 {
		t.Fatalf("%+v", r)
	}
	at := r.Findings[0].Place
	if at.File != "app/.env" || at.Line != 2 || !strings.HasPrefix(at.Layer, "sha256:") {
		t.Errorf("found at %+v", at)
	}
}

// TestTheScannerIsKilled: it costs the job a retry, and whoever asks nothing.
func TestTheScannerIsKilled(t *testing.T) {
	asked, hold := make(chan struct{}, 100), make(chan struct{})
	var isSlow atomic.Bool
	isSlow.Store(true)
	address, image := pushed(t, func(r *http.Request) {
		if isSlow.Load() && strings.Contains(r.URL.Path, "/blobs/") {
			asked <- struct{}{}
			<-hold
		}
	})
	socket := filepath.Join(t.TempDir(), "s")
	scanner := func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), asScanner+"=--socket "+socket+" --plain-http --registry-mirror registry.example.org="+address)
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	client := service.NewClient(socket)
	first := scanner()
	go verdictOrNot(t.Context(), client, image)
	<-asked
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := first.Wait(); err == nil {
		t.Error("it was not killed")
	}
	if err := client.Healthy(t.Context()); !errors.Is(err, service.ErrUnavailable) {
		t.Errorf("%v", err)
	}
	isSlow.Store(false)
	close(hold)
	second := scanner()
	expectLeak(t, verdict(t, client, image), image)
	if err := second.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := second.Wait(); err != nil {
		t.Errorf("ended with %v", err)
	}
}

// verdictOrNot asks until the test ends.
func verdictOrNot(ctx context.Context, c *service.Client, image string) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		_, _ = c.Image(ctx, service.ImageRequest{Namespace: "alice", Image: image}) // that nobody answers is what is tested
		<-tick.C
	}
}

// inProcess runs the scanner's work within the test.
func inProcess(t *testing.T, log *slog.Logger, change func(*worker), args ...string) *service.Client {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	o, err := parse(append([]string{"--socket", socket}, args...))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorker(o, nil, nil, log)
	change(w)
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- service.NewServer(w.work(o)).Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return service.NewClient(socket)
}

func TestImagesTagsAndPages(t *testing.T) {
	address, image := pushed(t, nil)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "alice.example.org" || r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, "<script>var k = '"+madeUpKey()+"'</script>") // the scanner may have had enough
	}))
	defer site.Close()
	var logged bytes.Buffer
	client := inProcess(t, slog.New(slog.NewJSONHandler(&logged, nil)), func(w *worker) { w.pages.Dial.AllowLoopback, w.pages.Budget.Rate = true, 10_000 },
		"--plain-http", "--registry-mirror", "registry.example.org="+address)
	expectLeak(t, verdict(t, client, image), image)

	tag, _, _ := strings.Cut(image, "@")
	answer, err := client.Resolve(t.Context(), service.ResolveRequest{Namespace: "alice", Image: tag + ":v1"})
	if err != nil || tag+"@"+answer.Digest != image {
		t.Errorf("%v %v", answer, err)
	}
	if _, err := client.Resolve(t.Context(), service.ResolveRequest{Namespace: "alice", Image: tag + ":v2"}); !errors.Is(err, service.ErrFailed) {
		t.Errorf("a tag that is not there: %v", err)
	}

	q := service.PagesRequest{
		Key: "k", Namespace: "alice", Site: "vote", Hosts: []string{"alice.example.org"},
		Addresses: []netip.AddrPort{netip.MustParseAddrPort(site.Listener.Addr().String())},
	}
	look := func() service.PagesAnswer {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			answer, err := client.Pages(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if answer.State == service.Done {
				return answer
			}
			<-tick.C
		}
	}
	if got := look(); got.Served.Verdict != scan.Leaking || got.Exposed.Verdict != scan.Clean {
		t.Errorf("%+v", got)
	}
	q.Addresses = []netip.AddrPort{netip.MustParseAddrPort("169.254.169.254:80")}
	if got := look(); got.Served.Verdict != scan.Error || !strings.Contains(got.Served.Message, "not allowed") {
		t.Errorf("%+v", got.Served)
	}
	if text := logged.String(); strings.Contains(text, madeUpKey()) || !strings.Contains(text, "Looked at a site") {
		t.Errorf("the log says %s", text)
	}
}
