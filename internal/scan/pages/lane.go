package pages

import (
	"context"
	"net/url"
	"slices"
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
	// inFlight requests were sent and are not looked at yet.
	inFlight int
	// failures in a row.
	failures int
	// dropped: it is not asked any more, and not waited for.
	dropped bool
	// patience is how long it may still have us wait.
	patience time.Duration
}

func newLane(base url.URL, b Budget) *lane {
	const share = 4 // of the time of a look
	return &lane{base: base, pause: time.Second / time.Duration(b.Rate), patience: b.Wall / share}
}

// again puts a visit back, to be the next.
func (ln *lane) again(v *visit) { ln.queue[planned] = slices.Insert(ln.queue[planned], 0, v) }

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

// mayAsk says whether it may have one more request under way. One that has just failed may have one at a time.
func (ln *lane) mayAsk(most int) bool {
	return ln.inFlight == 0 || ln.failures == 0 && ln.inFlight < most
}

// mostFailures in a row, after which an address is asked for nothing more. The one that is crawled is asked for everything.
const mostFailures = 3

// tell notes how a request ended. An address that has us wait in vain at every page would use up the time of all.
func (l *look) tell(ln *lane, fault string) {
	if fault == "" {
		ln.failures = 0
		return
	}
	if ln.failures++; ln.failures == mostFailures && ln != l.lanes[0] {
		l.partly, ln.dropped = true, true
		l.served.miss("/", ln.base.Host+" does not answer any more")
		l.exposed.miss("/", ln.base.Host+" does not answer any more")
		ln.queue = [queues][]*visit{}
	}
}
