package pages

import (
	"context"
	"net/http"
	"slices"
	"time"
)

// flight is a request that was sent. Several are under way at a time, so that a site that answers slowly can be asked as
// often as it may; their answers are looked at one after another, in the order in which they were asked for, and no body is
// read before its turn: what a look finds does not depend on which answer is faster, and one body is in memory at a time.
type flight struct {
	lane   *lane
	visit  *visit
	ctx    context.Context
	cancel context.CancelCauseFunc
	// timer ends the wait for the head of the answer, and then that for its body.
	timer *time.Timer
	// done is closed when resp or err is there.
	done chan struct{}
	resp *http.Response
	err  error
}

// send sends the request of a visit.
func (l *look) send(ctx context.Context, ln *lane, v *visit) *flight {
	f := &flight{lane: ln, visit: v, done: make(chan struct{})}
	f.ctx, f.cancel = context.WithCancelCause(ctx)
	if v.label == "" {
		v.label = l.label(v)
	}
	if ln == l.lanes[0] && !v.entry && !v.repeat && v.probe == nil && !v.putOff {
		l.looked++
	}
	late := overtime(l.o.Budget.Request)
	f.timer = time.AfterFunc(l.o.Budget.Request, func() { f.cancel(late) })
	req, err := l.request(f.ctx, ln, v)
	if err != nil {
		f.err = err
		close(f.done)
		return f
	}
	go func() {
		defer close(f.done)
		f.resp, f.err = l.transport.RoundTrip(req) //nolint:bodyclose // whoever lands or recalls the flight closes it
		f.timer.Stop()
	}()
	return f
}

// land looks at what came for a request. What it returns says why nothing did; empty, something did.
func (l *look) land(f *flight) (fault string) {
	<-f.done
	defer f.cancel(nil)
	defer f.timer.Stop()
	if f.err != nil {
		return l.failed(f.visit, reason(f.ctx, f.err))
	}
	// Closing fails where reading did, and that was noted.
	defer func() { _ = f.resp.Body.Close() }()
	if l.isPutOff(f) {
		return ""
	}
	f.timer.Reset(l.o.Budget.Request)
	v := f.visit
	a := l.read(f.ctx, v, f.resp)
	l.saw(v, a)
	l.judge(v, a)
	l.expose(v, a)
	if l.redirected(f.lane, v, a) || v.probe != nil {
		return ""
	}
	l.follow(v, a)
	return ""
}

// run looks at all that is queued, each address at its rate.
func (l *look) run(ctx context.Context) {
	var flights []*flight
	for l.spent == "" && ctx.Err() == nil {
		var next time.Time
		flights, next = l.launch(ctx, flights)
		if len(flights) == 0 && next.IsZero() {
			return
		}
		if hasLanded(ctx, flights, next) {
			f := flights[0]
			flights = flights[1:]
			f.lane.inFlight--
			l.tell(f.lane, l.land(f))
			flights = slices.DeleteFunc(flights, wasDropped)
		}
	}
	for _, f := range flights {
		f.recall()
		f.lane.again(f.visit)
	}
}

// launch sends what may be sent now, and says when there is more to be sent; zero, there is none.
func (l *look) launch(ctx context.Context, flights []*flight) (all []*flight, next time.Time) {
	for _, ln := range l.lanes {
		for !ln.isIdle(l.isEnough()) && ln.mayAsk(l.o.Budget.InFlight) {
			now := time.Now()
			if ln.ready.After(now) {
				if next.IsZero() || ln.ready.Before(next) {
					next = ln.ready
				}
				break
			}
			ln.ready = now.Add(ln.pause)
			ln.inFlight++
			flights = append(flights, l.send(ctx, ln, ln.pop()))
		}
	}
	return flights, next
}

// hasLanded waits for the first of the flights; false, it is time for another one before, or none for any.
func hasLanded(ctx context.Context, flights []*flight, next time.Time) bool {
	var first <-chan struct{}
	if len(flights) > 0 {
		first = flights[0].done
	}
	var more <-chan time.Time
	if !next.IsZero() {
		timer := time.NewTimer(time.Until(next))
		defer timer.Stop()
		more = timer.C
	}
	select {
	case <-first:
		return true
	case <-more:
	case <-ctx.Done():
	}
	return false
}

// wasDropped ends the flight to an address that is not waited for any more.
func wasDropped(f *flight) bool {
	if f.lane.dropped {
		f.recall()
	}
	return f.lane.dropped
}

// recall ends a flight whose answer nobody looks at.
func (f *flight) recall() {
	f.cancel(nil)
	<-f.done
	f.timer.Stop()
	if f.resp != nil {
		_ = f.resp.Body.Close() // nothing of it was read
	}
}
