package pages

import (
	"context"
	"net/url"
	"time"
)

// The queues of a lane, the first goes first.
const (
	planned = iota
	needed
	linked
	guessed
	queues
)

// lane is an address that is asked, and what it is still to be asked for. Each has its own rate: three pods are looked at
// in the time that one takes.
type lane struct {
	base  url.URL
	pause time.Duration
	ready time.Time
	queue [queues][]*visit
	// failures in a row.
	failures int
}

func newLane(base url.URL, rate int) *lane {
	return &lane{base: base, pause: time.Second / time.Duration(rate)}
}

func (ln *lane) push(queue int, v *visit) { ln.queue[queue] = append(ln.queue[queue], v) }

// isIdle says whether nothing is left to be asked. Once there are enough pages only what was planned is.
func (ln *lane) isIdle(enough bool) bool {
	for i := range ln.queue {
		if len(ln.queue[i]) > 0 && (i == planned || !enough) {
			return false
		}
	}
	return true
}

func (ln *lane) pop() *visit {
	for i, q := range ln.queue {
		if len(q) > 0 {
			v := q[0]
			q[0] = nil
			ln.queue[i] = q[1:]
			return v
		}
	}
	return nil
}

// wait until the address may be asked again; false, the context is done.
func (ln *lane) wait(ctx context.Context) bool {
	if left := time.Until(ln.ready); left > 0 {
		timer := time.NewTimer(left)
		defer timer.Stop()
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
	}
	ln.ready = time.Now().Add(ln.pause)
	return ctx.Err() == nil
}

// run looks at all that is queued, at whichever address may be asked first.
func (l *look) run(ctx context.Context) {
	for l.spent == "" {
		var next *lane
		for _, ln := range l.lanes {
			if !ln.isIdle(l.isEnough()) && (next == nil || ln.ready.Before(next.ready)) {
				next = ln
			}
		}
		if next == nil || !next.wait(ctx) {
			return
		}
		if l.visit(ctx, next, next.pop()) == "" {
			next.failures = 0
			continue
		}
		// One that waits in vain at every page would use up the time of all.
		if next.failures++; next.failures == mostFailures && next != l.lanes[0] {
			l.served.miss("/", next.base.Host+" does not answer any more")
			l.exposed.miss("/", next.base.Host+" does not answer any more")
			next.queue = [queues][]*visit{}
		}
	}
}

// mostFailures in a row, after which an address is asked for nothing more. The one that is crawled is asked for everything.
const mostFailures = 3
