package service

import (
	"context"
	"runtime/debug"

	"github.com/hustings/hustings/internal/scan"
)

// doImage looks at an image.
func (s *Server) doImage(ctx context.Context, q ImageRequest) (r scan.Result) {
	defer func() {
		if s.broke("an image", recover()) {
			r = broken()
		}
	}()
	return fit(s.work.Image(ctx, q), maxAnswer-maxText)
}

// doPages looks at a site: at its pages, where addresses are given, and at what it mounts. One after the other, so that a
// worker needs no more memory than the larger of the two.
func (s *Server) doPages(ctx context.Context, q PagesRequest) (r looked) {
	defer func() {
		if s.broke("a site", recover()) {
			r = looked{}
			if len(q.Addresses) > 0 {
				r.served, r.exposed = broken(), broken()
			}
			if len(q.Mounted) > 0 {
				r.mounted = broken()
			}
		}
	}()
	const third = (maxAnswer - maxText) / 3
	if len(q.Addresses) > 0 {
		served, exposed := s.work.Pages(ctx, q)
		r.served, r.exposed = fit(served, third), fit(exposed, third)
	}
	if len(q.Mounted) > 0 {
		r.mounted = fit(s.work.Mounted(ctx, q), third)
	}
	return r
}

// broke tells of a panic. Its value is not told: it may quote what was being read.
func (s *Server) broke(what string, panicked any) bool {
	if panicked == nil {
		return false
	}
	if s.work.Fault != nil {
		s.work.Fault(what, debug.Stack())
	}
	return true
}

// broken is the result of work that ended in a panic.
func broken() scan.Result {
	return scan.Result{Verdict: scan.Error, Message: "the scanner failed at it: a fault of its own, which its log has"}
}
