package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/mounted"
)

// Work is how things are looked at. Each function returns when ctx ends, and says what went wrong in its result.
type Work struct {
	Image func(context.Context, ImageRequest) scan.Result
	Pages func(context.Context, PagesRequest) (served, exposed scan.Result)
	// Mounted looks at the ConfigMaps that a site mounts.
	Mounted func(context.Context, PagesRequest) scan.Result
	// Resolve returns a digest. The text of its error is shown to people.
	Resolve func(context.Context, ResolveRequest) (string, error)

	// ImageWorkers and PageWorkers are how many of each are looked at at the same time; zero, one. Memory is bounded for each.
	ImageWorkers, PageWorkers int
	// Fault is told of a panic in the functions above, with the stack; nil, nobody is. What was being looked at becomes an
	// Error, for what one image does to us must not be done to the others.
	Fault func(what string, stack []byte)
}

// Server answers Clients. What it knows it keeps in memory only: verdicts are kept in the cluster, by the manager.
type Server struct {
	work   Work
	images *lane[ImageRequest, scan.Result]
	pages  *lane[PagesRequest, looked]
	tags   tags
	// large lets one large question be read at a time: reading takes several times its memory.
	large sync.Mutex
}

// looked is what a look at a site saw.
type looked struct{ served, exposed, mounted scan.Result }

const (
	// maxQuestion is what a request may have, and maxLook one with all that a site may mount: base64 is a third longer.
	maxQuestion = 64 << 10
	maxLook     = maxQuestion + mounted.MaxBytes*4/3 + mounted.MaxFiles*(maxName+64)
	// serverResolve is how long a registry may take; the client waits longer.
	serverResolve = 20 * time.Second
	headerTimeout = 5 * time.Second
	shutdownGrace = 3 * time.Second
)

// NewServer is a server that works as it is told to.
func NewServer(work Work) *Server {
	s := &Server{work: work, tags: tags{asking: map[string]bool{}}}
	s.images = newLane(s.doImage, time.Now)
	s.pages = newLane(s.doPages, time.Now)
	s.pages.again, s.pages.weigh = stillMounted, func(q PagesRequest) int { return mounted.Size(q.Mounted) }
	return s
}

// Serve answers on the listener and works until ctx ends; then it lets go of all that it does. The error is the
// listener's.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	var workers sync.WaitGroup
	for range max(1, s.work.ImageWorkers) {
		workers.Go(func() { s.images.run(ctx) })
	}
	for range max(1, s.work.PageWorkers) {
		workers.Go(func() { s.pages.run(ctx) })
	}
	server := &http.Server{
		Handler: s.handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: askTimeout, MaxHeaderBytes: maxQuestion,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	var err error
	select {
	case err = <-served:
	case <-ctx.Done():
		graceful, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
		if server.Shutdown(graceful) != nil {
			err = server.Close()
		}
		stop()
	}
	cancel()
	workers.Wait()
	if err != nil {
		return fmt.Errorf("serve the scanner: %w", err)
	}
	return nil
}

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+pathHealth, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, struct{}{}) })
	mux.HandleFunc("POST "+pathImage, s.image)
	mux.HandleFunc("POST "+pathPages, s.look)
	mux.HandleFunc("POST "+pathResolve, s.resolve)
	return mux
}

func (s *Server) image(w http.ResponseWriter, r *http.Request) {
	var q ImageRequest
	if !read(w, r, &q, maxQuestion) {
		return
	}
	digest, err := digestIn(q.Image)
	if err := errors.Join(err, checkNamespace(q.Namespace)); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	// One digest is one job, whoever asks: its bytes are the same wherever they come from.
	state, result, ok := s.images.ask(ticket{key: digest, namespace: q.Namespace, urgent: q.Urgent}, q)
	if !ok {
		refuse(w, http.StatusTooManyRequests, "too many images wait")
		return
	}
	answer(w, http.StatusOK, ImageAnswer{State: state, Result: result})
}

func (s *Server) look(w http.ResponseWriter, r *http.Request) {
	var q PagesRequest
	if !s.readLook(w, r, &q) {
		return
	}
	if err := q.check(); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	state, result, ok := s.pages.ask(ticket{key: q.Key, namespace: q.Namespace, begun: q.Begun}, q)
	if !ok {
		refuse(w, http.StatusTooManyRequests, "too many sites wait")
		return
	}
	answer(w, http.StatusOK, PagesAnswer{State: state, Served: result.served, Exposed: result.exposed, Mounted: result.mounted})
}

// readLook reads a question that may be large.
func (s *Server) readLook(w http.ResponseWriter, r *http.Request, q *PagesRequest) bool {
	if r.ContentLength <= maxQuestion {
		return read(w, r, q, maxQuestion)
	}
	s.large.Lock()
	defer s.large.Unlock()
	return read(w, r, q, maxLook)
}

// stillMounted is a question after a look that waits: the pods may be others by now, what is mounted was given before.
func stillMounted(kept, asked PagesRequest) PagesRequest {
	if asked.Begun {
		asked.Mounted = kept.Mounted
	}
	return asked
}

func (s *Server) resolve(w http.ResponseWriter, r *http.Request) {
	var q ResolveRequest
	if !read(w, r, &q, maxQuestion) {
		return
	}
	if err := q.check(); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	if !s.tags.begin(q.Namespace) {
		refuse(w, http.StatusTooManyRequests, "too many tags are asked for")
		return
	}
	defer s.tags.end(q.Namespace)
	ctx, cancel := context.WithTimeout(r.Context(), serverResolve)
	defer cancel()
	digest, err := s.work.Resolve(ctx, q)
	switch {
	case err != nil && ctx.Err() != nil:
		refuse(w, http.StatusGatewayTimeout, "the registry does not say in time what the tag stands for")
	case err != nil:
		refuse(w, http.StatusBadGateway, cut(err.Error()))
	default:
		answer(w, http.StatusOK, ResolveAnswer{Digest: digest})
	}
}

// read reads a question; where it returns false, it has answered.
func read(w http.ResponseWriter, r *http.Request, question any, most int64) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, most))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(question); err != nil {
		refuse(w, http.StatusBadRequest, "the question cannot be read: manager and scanner are of different versions, or it is too long")
		return false
	}
	return true
}

func refuse(w http.ResponseWriter, status int, message string) {
	answer(w, status, problem{Message: message})
}

func answer(w http.ResponseWriter, status int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		http.Error(w, `{"message":"the answer cannot be written"}`, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(data) // the client is gone: it asks again
}
