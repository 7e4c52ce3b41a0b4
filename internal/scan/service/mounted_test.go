package service

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/mounted"
)

// mounting is a look at what a site mounts alone.
func mounting(bytes int) PagesRequest {
	return PagesRequest{Key: "uid/1", Namespace: "a", Site: "vote", Mounted: []mounted.ConfigMap{{
		Name: "site", Files: []mounted.File{{Key: "data", Data: make([]byte, bytes)}},
	}}}
}

// after is the question after a look that has begun.
func after(q PagesRequest) PagesRequest {
	q.Mounted, q.Begun = nil, true
	return q
}

func TestWhatIsMountedIsSentOnce(t *testing.T) {
	found := scan.Judge("v1", leak.Result{Failures: 1, Findings: []leak.Finding{{Rule: "stripe", Place: leak.Place{File: "site/data"}}}})
	c, _ := start(t, Work{
		Pages: func(context.Context, PagesRequest) (scan.Result, scan.Result) {
			return scan.Judge("v1", leak.Result{}), scan.Judge("v1", leak.Result{})
		},
		Mounted: func(_ context.Context, q PagesRequest) scan.Result {
			if len(q.Mounted) != 1 || len(q.Mounted[0].Files[0].Data) != 100 {
				return scan.Result{Verdict: scan.Error}
			}
			return found
		},
	})
	whole := pagesRequest()
	whole.Mounted = mounting(100).Mounted
	for name, test := range map[string]struct {
		ask    PagesRequest
		served scan.Verdict
	}{"alone": {mounting(100), ""}, "with the pages": {whole, scan.Clean}} {
		t.Run(name, func(t *testing.T) {
			if a, err := c.Pages(t.Context(), after(test.ask)); err != nil || a.State != Forgotten {
				t.Fatalf("before it began: %v %v", a.State, err)
			}
			a, err := c.Pages(t.Context(), test.ask)
			until(t, func() (State, error) {
				if a.State != Done && err == nil {
					a, err = c.Pages(t.Context(), after(test.ask))
				}
				return a.State, err
			})
			if a.Mounted.Verdict != scan.Leaking || a.Mounted.Findings[0].Place.File != "site/data" || a.Served.Verdict != test.served || a.Exposed.Verdict != test.served {
				t.Errorf("%+v", a)
			}
			if a, err := c.Pages(t.Context(), after(test.ask)); err != nil || a.State != Forgotten {
				t.Errorf("after it was given out: %v %v", a.State, err)
			}
		})
	}
}

// TestALookThatWaitsKeepsWhatIsMounted: the pods may be others when its turn comes.
func TestALookThatWaitsKeepsWhatIsMounted(t *testing.T) {
	first := pagesRequest()
	first.Mounted = mounting(100).Mounted
	later := after(pagesRequest())
	later.Hosts = []string{"b.example.org"}
	if got := stillMounted(first, later); got.Hosts[0] != "b.example.org" || len(got.Mounted) != 1 {
		t.Errorf("%+v", got)
	}
	if got := stillMounted(first, pagesRequest()); got.Mounted != nil {
		t.Error("a new look has what was mounted")
	}
}

// TestWhatWaitsIsBounded: of one namespace, and of all.
func TestWhatWaitsIsBounded(t *testing.T) {
	now := time.Unix(0, 0)
	l := newLane(func(context.Context, PagesRequest) looked { return looked{} }, func() time.Time { return now })
	l.weigh = func(q PagesRequest) int { return mounted.Size(q.Mounted) }
	ask := func(namespace string, n int) bool {
		_, _, ok := l.ask(ticket{key: fmt.Sprint(namespace, n), namespace: namespace}, mounting(mounted.MaxBytes))
		return ok
	}
	if !ask("a", 1) || !ask("a", 2) || ask("a", 3) {
		t.Error("one namespace is not bounded to two of the largest")
	}
	for n, namespace := range []string{"b", "c", "d"} {
		if !ask(namespace, 1) || !ask(namespace, 2) {
			t.Errorf("namespace %d finds no room", n)
		}
	}
	if ask("e", 1) {
		t.Error("all together are not bounded")
	}
	if _, _, ok := l.ask(ticket{key: "small", namespace: "a"}, mounting(0)); !ok {
		t.Error("what holds nothing finds no room")
	}
	key, q, ok := l.next()
	if !ok || len(q.Mounted) != 1 {
		t.Fatal("there is nothing to do")
	}
	l.finish(key, looked{})
	if l.jobs[key].request.Mounted != nil || !ask("e", 1) {
		t.Error("what was looked at is kept")
	}
	now = now.Add(2 * patience) // and what nobody asks for any more is not
	if _, _, ok := l.next(); ok || l.held.all != 0 || len(l.held.of) != 0 {
		t.Errorf("%+v is still held", l.held)
	}
}

func TestALookAtWhatIsMountedThatPanics(t *testing.T) {
	c, _ := start(t, Work{Mounted: func(context.Context, PagesRequest) scan.Result { panic("canary") }})
	a, err := c.Pages(t.Context(), mounting(1))
	until(t, func() (State, error) {
		if a.State != Done && err == nil {
			a, err = c.Pages(t.Context(), after(mounting(1)))
		}
		return a.State, err
	})
	if a.Mounted.Verdict != scan.Error || a.Served.Verdict != "" || strings.Contains(fmt.Sprintf("%+v", a), "canary") {
		t.Errorf("%+v", a)
	}
}

func TestMoreThanMayBeMountedIsRefused(t *testing.T) {
	c, _ := start(t, Work{Mounted: func(context.Context, PagesRequest) scan.Result { return scan.Judge("v1", leak.Result{}) }})
	if _, err := c.Pages(t.Context(), mounting(mounted.MaxBytes)); err != nil {
		t.Errorf("as much as may be: %v", err)
	}
	for name, q := range map[string]PagesRequest{
		"a byte more":   mounting(mounted.MaxBytes + 1),
		"far more":      mounting(2 * mounted.MaxBytes),
		"nothing":       {Key: "k", Namespace: "a"},
		"of nobody":     {Key: "k", Mounted: mounting(1).Mounted},
		"without a key": {Namespace: "a", Mounted: mounting(1).Mounted},
	} {
		if _, err := c.Pages(t.Context(), q); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
