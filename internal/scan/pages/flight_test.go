package pages_test

import (
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/pages"
)

// TestASlowSiteIsAskedForSeveralThingsAtATime: an answer that takes 50 ms must not make a look take 50 ms for each of a
// hundred paths. No more than four are under way, whatever the rate.
func TestASlowSiteIsAskedForSeveralThingsAtATime(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int32
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		timer := time.NewTimer(50 * time.Millisecond)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
		}
		if r.URL.Path != "/" {
			http.NotFound(w, r)
		}
	})
	served, exposed := look(t, s.target(), quick())
	expect(t, served, scan.Clean, "")
	expect(t, exposed, scan.Clean, "")
	if most.Load() != 4 {
		t.Errorf("%d at a time, of %d", most.Load(), s.count())
	}
}

// TestWhatIsFoundDoesNotDependOnWhichAnswerIsFaster: the same secret on two pages is reported of the first that was asked for.
func TestWhatIsFoundDoesNotDependOnWhichAnswerIsFaster(t *testing.T) {
	t.Parallel()
	secret := key(90)
	for _, slow := range []string{"/one", "/two"} {
		served, _ := lookAt(t, func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/":
				_, _ = io.WriteString(w, "<a href=/one><a href=/two>")
			case "/one", "/two":
				if r.URL.Path == slow {
					timer := time.NewTimer(100 * time.Millisecond)
					defer timer.Stop()
					<-timer.C
				}
				_, _ = io.WriteString(w, "<p>"+secret)
			default:
				http.NotFound(w, r)
			}
		})
		if got := places(served); len(got) != 2 || !strings.HasSuffix(got[0], " /one:1:4") || !strings.HasSuffix(got[1], " /two:1:4") {
			t.Errorf("%s is slow: %v", slow, got)
		}
	}
}

// limited answers 429 to the first requests for each path, with a header, and then as it should.
func limited(t *testing.T, refusals int, status int, header string) *site {
	t.Helper()
	var mu sync.Mutex
	asked := map[string]int{}
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.URL.Path]++
		n := asked[r.URL.Path]
		mu.Unlock()
		switch {
		case r.URL.Path == "/shop" && n <= refusals:
			if header != "" {
				w.Header().Set("Retry-After", header)
			}
			w.WriteHeader(status)
		case r.URL.Path == "/":
			_, _ = io.WriteString(w, "<a href=/shop>")
		case r.URL.Path != "/shop":
			http.NotFound(w, r)
		}
	})
}

func TestASiteThatAsksToWaitIsAskedAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		refusals, status int
		header           string
		verdict          scan.Verdict
		asked            int
	}{
		"for no time":                           {1, 429, "0", scan.Clean, 2},
		"for a second":                          {1, 429, "1", scan.Clean, 2},
		"until a date that is over":             {1, 429, "Mon, 23 Nov 2026 12:00:00 GMT", scan.Clean, 2},
		"without a time":                        {1, 429, "", scan.Clean, 2},
		"in words":                              {1, 429, "soon", scan.Clean, 2},
		"because of work on it":                 {1, 503, "1", scan.Clean, 2},
		"twice":                                 {2, 429, "0", scan.Incomplete, 2},
		"for longer than there is":              {1, 429, "3600", scan.Incomplete, 1},
		"for longer than anybody counts":        {1, 429, "99999999999999999999", scan.Clean, 2},
		"for less than nothing":                 {1, 429, "-5", scan.Clean, 2},
		"for a fault that says nothing of that": {1, 503, "", scan.Clean, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := limited(t, c.refusals, c.status, c.header)
			served, exposed := look(t, s.target(), quick())
			expect(t, exposed, scan.Clean, "")
			expect(t, served, c.verdict, map[bool]string{true: "status 429"}[c.verdict == scan.Incomplete])
			n := 0
			for _, path := range s.asked {
				if path == "/shop" {
					n++
				}
			}
			if n != c.asked {
				t.Errorf("it was asked %d times", n)
			}
		})
	}
}

// TestAnAddressThatAlwaysAsksToWaitEndsInTime: what may be waited for is a share of a look, not of each page.
func TestAnAddressThatAlwaysAsksToWaitEndsInTime(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	o := quick()
	o.Budget.Wall = 8 * time.Second
	began := time.Now()
	served, exposed := look(t, s.target(), o)
	expect(t, served, scan.Incomplete, "status 429")
	expect(t, exposed, scan.Incomplete, "")
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
}

// TestWhatWasLookedAtWhollyIsNamed: by that a leak is known to be gone from a site that is too large for one look.
func TestWhatWasLookedAtWhollyIsNamed(t *testing.T) {
	t.Parallel()
	handle := func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			_, _ = io.WriteString(w, "<a href=/small><a href=/gone><a href=/large><a href=/broken><a href=/cut>")
		case "/small":
			_, _ = io.WriteString(w, "<p>vote")
		case "/large":
			_, _ = io.WriteString(w, strings.Repeat("vote ", 100_000))
		case "/broken":
			w.WriteHeader(http.StatusBadGateway)
		case "/cut":
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, "vote")
		default:
			http.NotFound(w, r)
		}
	}
	s := serve(t, handle)
	o := quick()
	o.Budget.Body = 64 << 10
	served, exposed := look(t, s.target(), o)
	expect(t, served, scan.Incomplete, "")
	for path, want := range map[string]bool{"/": true, "/small": true, "/gone": true, "/large": false, "/broken": false, "/cut": false, "/other": false} {
		if served.Saw(path) != want {
			t.Errorf("%s: %t", path, !want)
		}
	}
	if len(exposed.Whole) > 0 {
		t.Errorf("%d are named of a look that saw all", len(exposed.Whole))
	}
	silent := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	o.Budget.Request = 300 * time.Millisecond
	served, _ = look(t, pages.Target{Addresses: []netip.AddrPort{silent.address(), s.address()}, Hosts: []string{host}}, o)
	expect(t, served, scan.Incomplete, "")
	if len(served.Whole) > 0 {
		t.Error("a pod may still show what the others do not")
	}
}

// TestWhatTimeWasTooShortForIsNotNamed: it was queued or under way.
func TestWhatTimeWasTooShortForIsNotNamed(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			for i := range 100 {
				_, _ = fmt.Fprintf(w, "<a href=/%s>", word(i+1000))
			}
			return
		}
		if len(r.URL.Path) == len("/"+word(1000)) && !strings.Contains(r.URL.Path, ".") {
			<-r.Context().Done()
		}
		http.NotFound(w, r)
	})
	o := quick()
	o.Budget.Wall = 1500 * time.Millisecond
	served, _ := look(t, s.target(), o)
	expect(t, served, scan.Incomplete, "more than 1.5 s")
	for i := range 100 {
		if served.Saw("/" + word(i+1000)) {
			t.Errorf("%s", word(i+1000))
		}
	}
}

// TestLinksAreBounded: a page of four MiB may have half a million of them, and each takes more memory than it has letters.
func TestLinksAreBounded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ kind, text string }{
		"a page":     {"text/html", "<a href=/%d>"},
		"a script":   {"text/javascript", `"/a%d.js",`},
		"a style":    {"text/css", "a{b:url(/%d.css)}"},
		"a sitemap":  {"text/xml", "<loc>/%d</loc>"},
		"a manifest": {"application/manifest+json", `"src":"/%d",`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			served, _ := lookAt(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/" {
					http.NotFound(w, r)
					return
				}
				w.Header().Set("Content-Type", c.kind)
				if name == "a sitemap" {
					_, _ = io.WriteString(w, "<?xml version=\"1.0\"?><urlset>")
				}
				for i := range 30_000 {
					_, _ = fmt.Fprintf(w, c.text, i)
				}
			})
			expect(t, served, scan.Incomplete, "more than 20000 links")
		})
	}
}
