package service

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// clock is a time that stands still until it is moved.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newTestLane(c *clock) *lane[string, int] {
	return newLane(func(context.Context, string) int { return 0 }, c.now)
}

func asked(t *testing.T, l *lane[string, int], key string) (State, int) {
	t.Helper()
	state, result, ok := l.ask(ticket{key: key, namespace: "a"}, key)
	if !ok {
		t.Fatalf("no room for %s", key)
	}
	return state, result
}

func TestAJobGoesFromQueuedToDone(t *testing.T) {
	l := newTestLane(&clock{})
	if s, _ := asked(t, l, "k"); s != Queued {
		t.Errorf("%s, want Queued", s)
	}
	if s, _ := asked(t, l, "k"); s != Queued || l.queue.length != 1 {
		t.Errorf("%s, %d in line: a second question is the same job", s, l.queue.length)
	}
	key, request, ok := l.next()
	if s, _ := asked(t, l, "k"); !ok || key != "k" || request != "k" || s != Running {
		t.Errorf("%s %s %v %s, want Running", key, request, ok, s)
	}
	l.finish("k", 7)
	if s, r := asked(t, l, "k"); s != Done || r != 7 {
		t.Errorf("%s %d, want Done 7", s, r)
	}
}

func TestAResultIsGivenOutOnce(t *testing.T) {
	l := newTestLane(&clock{})
	asked(t, l, "k")
	l.next()
	l.finish("k", 7)
	asked(t, l, "k")
	if s, r := asked(t, l, "k"); s != Queued || r != 0 || l.queue.length != 1 {
		t.Errorf("%s %d: asked for again, it is done again", s, r)
	}
}

func TestWhatNobodyAsksForAnyMoreIsNotDone(t *testing.T) {
	c := &clock{}
	l := newTestLane(c)
	asked(t, l, "gone")
	asked(t, l, "wanted")
	c.at = c.at.Add(3 * time.Minute)
	asked(t, l, "wanted")
	if key, _, ok := l.next(); key != "wanted" || !ok {
		t.Errorf("%s", key)
	}
	if _, _, ok := l.next(); ok || len(l.jobs) != 1 {
		t.Errorf("%d jobs are known", len(l.jobs))
	}
	if s, _ := asked(t, l, "gone"); s != Queued {
		t.Errorf("%s when it is asked for after all", s)
	}
}

func TestResultsThatNobodyComesForAreDropped(t *testing.T) {
	c := &clock{}
	l := newTestLane(c)
	for i := range 100 {
		key := fmt.Sprint(i)
		asked(t, l, key)
		l.next()
		l.finish(key, i)
	}
	asked(t, l, "running")
	l.next()
	c.at = c.at.Add(patience + time.Second)
	asked(t, l, "new")
	if len(l.jobs) != 2 || l.jobs["running"] == nil {
		t.Errorf("%d jobs are known", len(l.jobs))
	}
	l.finish("running", 1)
	if s, r := asked(t, l, "running"); s != Done || r != 1 {
		t.Errorf("%s %d", s, r)
	}
}

func TestALaneWithoutRoomSaysSo(t *testing.T) {
	l := newTestLane(&clock{})
	for i := range maxNamespace {
		asked(t, l, fmt.Sprint(i))
	}
	if _, _, ok := l.ask(ticket{key: "more", namespace: "a"}, "more"); ok || l.jobs["more"] != nil {
		t.Error("there was room")
	}
	if s, _ := asked(t, l, "3"); s != Queued {
		t.Errorf("%s: what is in line already is answered", s)
	}
}

func TestWorkersDoAllThereIs(t *testing.T) {
	const jobs, workers = 100, 3
	done := make(chan string, jobs)
	l := newLane(func(_ context.Context, k string) int { done <- k; return 1 }, time.Now)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{}, workers)
	for range workers {
		go func() { l.run(ctx); ended <- struct{}{} }()
	}
	for i := range jobs {
		asked(t, l, fmt.Sprint(i))
	}
	seen := map[string]bool{}
	for range jobs {
		seen[<-done] = true
	}
	cancel()
	for range workers {
		<-ended
	}
	if len(seen) != jobs {
		t.Errorf("%d of %d were done", len(seen), jobs)
	}
}

func TestALongLineHoldsUpNobodyElse(t *testing.T) {
	l := newTestLane(&clock{})
	for i := range 100 {
		asked(t, l, fmt.Sprint(i))
	}
	if s, _ := asked(t, l, "shared"); s != Queued {
		t.Fatal(s)
	}
	if _, _, ok := l.ask(ticket{key: "shared", namespace: "b"}, "shared"); !ok {
		t.Fatal("no room")
	}
	first, _, _ := l.next()
	second, _, _ := l.next()
	if first != "0" || second != "shared" {
		t.Errorf("%s, then %s: it is the first of b, though the last of a", first, second)
	}
	if l.queue.length != 99 || len(l.queue.turns) != 1 {
		t.Errorf("%d wait, of %v: what is being done waits in no line", l.queue.length, l.queue.turns)
	}
}
