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

// doPages looks at a site.
func (s *Server) doPages(ctx context.Context, q PagesRequest) (r looked) {
	defer func() {
		if s.broke("a site's pages", recover()) {
			r = looked{broken(), broken()}
		}
	}()
	r.served, r.exposed = s.work.Pages(ctx, q)
	const half = (maxAnswer - maxText) / 2
	return looked{fit(r.served, half), fit(r.exposed, half)}
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
