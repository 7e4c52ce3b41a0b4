package service

import (
	"context"
	"sync"
	"time"
)

// patience is how long a job waits for somebody to ask for it again. Managers ask every few seconds; one that does not is
// gone, and nobody needs what it wanted.
const patience = 2 * time.Minute

// lane is the jobs of one kind: those that wait, those that are being done, and the results that nobody has come for yet.
//
// A result is given out once: whoever has it writes it down. Asked for again, it is done again, which for an image means to
// find its layers remembered.
type lane[Request, Result any] struct {
	work func(context.Context, Request) Result
	now  func() time.Time
	// again is the request of a job that waits and is asked for once more: the newer one, unless it is set.
	again func(kept, asked Request) Request
	// weigh says how many bytes a request holds that are worth counting: none, unless it is set.
	weigh func(Request) int

	mu      sync.Mutex
	held    load
	queue   *queue
	jobs    map[string]*job[Request, Result]
	arrived chan struct{}
	swept   time.Time
}

// job is one thing to do, from when it was first asked for until its result is given out.
type job[Request, Result any] struct {
	request Request
	// namespaces that it stands in line with: all that asked for it, so that the longest line holds up nobody else.
	namespaces map[string]bool
	// owner has asked first, and what the request holds counts as its own.
	owner     string
	state     State
	result    Result
	lastAsked time.Time
}

func newLane[Request, Result any](work func(context.Context, Request) Result, now func() time.Time) *lane[Request, Result] {
	return &lane[Request, Result]{
		work: work, now: now, queue: newQueue(), jobs: map[string]*job[Request, Result]{}, arrived: make(chan struct{}, 1),
		again: func(_, asked Request) Request { return asked }, weigh: func(Request) int { return 0 }, held: load{of: map[string]int{}},
	}
}

// ask says how far a job is, and puts it in line where it is not known. ok is false where there is no room.
func (l *lane[Request, Result]) ask(t ticket, request Request) (state State, result Result, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep()
	j := l.jobs[t.key]
	if j == nil && t.begun {
		return Forgotten, result, true
	}
	if j == nil {
		weight := l.weigh(request)
		if !l.held.fits(t.namespace, weight) || !l.queue.push(t) {
			return "", result, false
		}
		l.held.add(t.namespace, weight)
		j = &job[Request, Result]{request: request, namespaces: map[string]bool{t.namespace: true}, owner: t.namespace, state: Queued}
		l.jobs[t.key] = j
		l.wake()
	}
	j.lastAsked = l.now()
	switch j.state {
	case Queued:
		held := l.weigh(j.request)
		j.request = l.again(j.request, request)
		l.held.add(j.owner, l.weigh(j.request)-held)
		l.standInLine(j, t)
	case Done:
		delete(l.jobs, t.key)
	case Running, Forgotten:
	}
	return j.state, j.result, true
}

// standInLine lets a job wait with one more namespace. Where that one's line is full, it waits with the others.
func (l *lane[Request, Result]) standInLine(j *job[Request, Result], t ticket) {
	if !j.namespaces[t.namespace] && l.queue.push(t) {
		j.namespaces[t.namespace] = true
	}
	if t.urgent {
		l.queue.hurry(t.key, t.namespace)
	}
}

// sweep drops, now and then, the results that nobody comes for.
func (l *lane[Request, Result]) sweep() {
	now := l.now()
	if now.Sub(l.swept) < patience {
		return
	}
	l.swept = now
	for key, j := range l.jobs {
		if j.state == Done && now.Sub(j.lastAsked) > patience {
			delete(l.jobs, key)
		}
	}
}

// wake tells a worker that there is something to do.
func (l *lane[Request, Result]) wake() {
	select {
	case l.arrived <- struct{}{}:
	default:
	}
}

// run does jobs, one after another, until ctx ends.
func (l *lane[Request, Result]) run(ctx context.Context) {
	for ctx.Err() == nil {
		if key, request, ok := l.next(); ok {
			l.finish(key, l.work(ctx, request))
			continue
		}
		select {
		case <-ctx.Done():
		case <-l.arrived:
		}
	}
}

// next takes the next job out of the line that somebody still wants. It wakes another worker where there are more.
func (l *lane[Request, Result]) next() (key string, request Request, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.queue.length > 0 {
		t := l.queue.pop()
		j := l.jobs[t.key]
		for namespace := range j.namespaces {
			l.queue.leave(t.key, namespace)
		}
		if l.now().Sub(j.lastAsked) > patience {
			l.letGo(j)
			delete(l.jobs, t.key)
			continue
		}
		j.state = Running
		if l.queue.length > 0 {
			l.wake()
		}
		return t.key, j.request, true
	}
	return "", request, false
}

// finish keeps a result until somebody comes for it.
func (l *lane[Request, Result]) finish(key string, result Result) {
	l.mu.Lock()
	defer l.mu.Unlock()
	j := l.jobs[key]
	l.letGo(j)
	j.state, j.result = Done, result
}

// letGo drops what a job's request holds: nobody needs it any more.
func (l *lane[Request, Result]) letGo(j *job[Request, Result]) {
	l.held.add(j.owner, -l.weigh(j.request))
	var none Request
	j.request = none
}
