package cluster

import (
	"context"
	"io"
	"net/http"
	"path"
	"sync"
	"time"
)

// Late lets what watches of a resource (deployments, ingresses) say arrive that much later from now on; 0, at once, and
// what was kept back as well, in its order. Lists and reads of single objects are never late.
func (r *Relay) Late(resource string, by time.Duration) {
	r.lateness.set(resource, by)
}

// KeptBack is how often something that a watch of a resource said had to wait, from the start.
func (r *Relay) KeptBack(resource string) int {
	r.lateness.mu.Lock()
	defer r.lateness.mu.Unlock()
	return r.lateness.keptBack[resource]
}

// keepBack stands between the watches and who reads them.
func (r *Relay) keepBack(response *http.Response) error {
	q := response.Request
	if q.Method != http.MethodGet || q.URL.Query().Get("watch") == "" {
		return nil
	}
	ctx, cancel := context.WithCancel(q.Context())
	stream := &lateStream{
		from: response.Body, chunks: make(chan chunk, 1<<10), ended: ctx.Done(), cancel: cancel,
		wait: func(since time.Time) { r.lateness.wait(ctx, path.Base(q.URL.Path), since) },
	}
	go stream.fill(ctx)
	response.Body = stream
	return nil
}

// lateness is how late the watches of which resource are.
type lateness struct {
	mu       sync.Mutex
	by       map[string]time.Duration
	keptBack map[string]int
	changed  chan struct{}
}

func newLateness() *lateness {
	return &lateness{by: map[string]time.Duration{}, keptBack: map[string]int{}, changed: make(chan struct{})}
}

func (l *lateness) set(resource string, by time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.by[resource] = by
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *lateness) left(resource string, since time.Time) (time.Duration, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Until(since.Add(l.by[resource])), l.changed
}

// wait ends when what was said at a time is due.
func (l *lateness) wait(ctx context.Context, resource string, since time.Time) {
	left, changed := l.left(resource, since)
	if left <= 0 {
		return
	}
	l.mu.Lock()
	l.keptBack[resource]++
	l.mu.Unlock()
	for left > 0 && ctx.Err() == nil {
		due := time.NewTimer(left)
		select {
		case <-due.C:
		case <-changed:
		case <-ctx.Done():
		}
		due.Stop()
		left, changed = l.left(resource, since)
	}
}

// chunk is a part of a stream, and when it came.
type chunk struct {
	at    time.Time
	bytes []byte
	err   error
}

// lateStream is a stream that goes on arriving while its reader is kept back.
type lateStream struct {
	from   io.ReadCloser
	chunks chan chunk
	wait   func(since time.Time)
	ended  <-chan struct{}
	cancel context.CancelFunc
	rest   chunk
}

func (s *lateStream) fill(ctx context.Context) {
	for {
		c := chunk{bytes: make([]byte, 32<<10)}
		n, err := s.from.Read(c.bytes)
		c.at, c.bytes, c.err = time.Now(), c.bytes[:n], err
		select {
		case s.chunks <- c:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// Read implements io.Reader.
func (s *lateStream) Read(p []byte) (int, error) {
	if len(s.rest.bytes) == 0 && s.rest.err == nil {
		select {
		case s.rest = <-s.chunks:
			s.wait(s.rest.at)
		case <-s.ended: // nobody fills it any more
			return 0, io.EOF
		}
	}
	n := copy(p, s.rest.bytes)
	s.rest.bytes = s.rest.bytes[n:]
	if len(s.rest.bytes) > 0 {
		return n, nil
	}
	return n, s.rest.err
}

// Close implements io.Closer.
func (s *lateStream) Close() error {
	s.cancel()
	return s.from.Close()
}
