package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/mounted"
	"github.com/hustings/hustings/internal/scan/service"
)

// Scanner is the scanner of a manager under test: the service that ships, with work that is made up. Every image is clean,
// and every page, until a test says otherwise; ConfigMaps are looked at in earnest.
type Scanner struct {
	// Socket that it listens on.
	Socket string

	mu       sync.Mutex
	images   map[string]scan.Result // by digest
	pages    map[string][2]scan.Result
	held     map[string]chan struct{}
	scans    map[string]int
	looks    map[string]int
	resolves map[string]int
	engine   *leak.Scanner
	cancel   context.CancelFunc
	done     chan error
}

// Ruleset is that of the engine, which the manager under test has as well.
func Ruleset() string { return leak.New(nil).Ruleset() }

// newScanner makes a scanner with a socket in a folder. Paths of sockets are short (unix(7)).
func newScanner(dir string) *Scanner {
	return &Scanner{
		Socket: filepath.Join(dir, "scanner.sock"),
		images: map[string]scan.Result{}, pages: map[string][2]scan.Result{}, held: map[string]chan struct{}{},
		scans: map[string]int{}, looks: map[string]int{}, resolves: map[string]int{}, engine: leak.New(nil),
	}
}

// Start makes it answer.
func (s *Scanner) Start() error {
	listener, err := net.Listen("unix", s.Socket)
	if err != nil {
		return fmt.Errorf("listen for the manager: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel, s.done = cancel, make(chan error, 1)
	server := service.NewServer(service.Work{Image: s.image, Pages: s.look, Mounted: s.lookAtMounted, Resolve: s.resolve})
	go func() { s.done <- server.Serve(ctx, listener) }()
	return nil
}

// Stop ends it as a crash would: all that it was doing is lost.
func (s *Scanner) Stop() error {
	s.cancel()
	err := <-s.done
	if errors.Is(err, context.Canceled) || errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		err = nil
	}
	if removed := os.Remove(s.Socket); removed != nil && !errors.Is(removed, os.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	return err
}

// Image has a digest come to a result from now on; what was written down of it stays.
func (s *Scanner) Image(digest string, result scan.Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.images[digest] = result
}

// Pages has a site come to results from its next look on.
func (s *Scanner) Pages(namespace, site string, served, exposed scan.Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[namespace+"/"+site] = [2]scan.Result{served, exposed}
}

// Hold keeps the scan of a digest from ending until the function that it returns is called.
func (s *Scanner) Hold(digest string) func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	gate := make(chan struct{})
	s.held[digest] = gate
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.held[digest] == gate {
			delete(s.held, digest)
			close(gate)
		}
	}
}

// Scans is how many times a digest was scanned to the end.
func (s *Scanner) Scans(digest string) int { return s.count(s.scans, digest) }

// Looks is how many times a site's pages were looked at.
func (s *Scanner) Looks(namespace, site string) int { return s.count(s.looks, namespace+"/"+site) }

// Resolves is how many times a tag was asked for.
func (s *Scanner) Resolves(image string) int { return s.count(s.resolves, image) }

func (s *Scanner) count(of map[string]int, key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return of[key]
}

// DigestOfTag is what a tag is resolved to.
func DigestOfTag(image string) string {
	sum := sha256.Sum256([]byte(image))
	return "sha256:" + hex.EncodeToString(sum[:])
}

func (s *Scanner) image(ctx context.Context, request service.ImageRequest) scan.Result {
	_, digest, _ := strings.Cut(request.Image, "@")
	s.mu.Lock()
	gate := s.held[digest]
	s.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scans[digest]++
	result, known := s.images[digest]
	if !known {
		result = Judged()
	}
	result.Digest, result.Ruleset = digest, Ruleset()
	return result
}

func (s *Scanner) look(_ context.Context, request service.PagesRequest) (served, exposed scan.Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := request.Namespace + "/" + request.Site
	s.looks[key]++
	results, known := s.pages[key]
	if !known {
		results = [2]scan.Result{Judged(), Judged()}
	}
	return results[0], results[1]
}

// lookAtMounted looks at ConfigMaps in earnest, as the shipped scanner does.
func (s *Scanner) lookAtMounted(ctx context.Context, request service.PagesRequest) scan.Result {
	result, err := mounted.Look(ctx, s.engine, request.Mounted)
	if err != nil {
		return scan.Result{Verdict: scan.Error, Message: err.Error()}
	}
	return result
}

func (s *Scanner) resolve(_ context.Context, request service.ResolveRequest) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resolves[request.Image]++
	return DigestOfTag(request.Image), nil
}

// Judged is the result of a scan that found those findings; without any, it is clean.
func Judged(findings ...leak.Finding) scan.Result {
	return scan.Judge(Ruleset(), leak.Result{Findings: findings, Failures: len(findings), Files: 12, Bytes: 3456})
}
