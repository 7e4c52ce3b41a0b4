package pages_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/pages"
)

// big is a site of n pages that its sitemap lists.
func big(n int) func(w http.ResponseWriter, r *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/sitemap.xml":
			_, _ = io.WriteString(w, `<?xml version="1.0"?><urlset>`)
			for i := range n {
				_, _ = fmt.Fprintf(w, "<url><loc>https://%s/%s/%s</loc></url>", host, word(i/26), word(i))
			}
		case strings.Count(r.URL.Path, "/") == 2 && !strings.Contains(r.URL.Path, "."), r.URL.Path == "/":
			_, _ = io.WriteString(w, "<p>"+r.URL.Path)
		default:
			http.NotFound(w, r)
		}
	}
}

// word is a number in letters.
func word(n int) string {
	out := ""
	for ; n > 0 || out == ""; n /= 26 {
		out = string(rune('a'+n%26)) + out
	}
	return out
}

func TestABigSiteIsLookedAtWhollyOrIsIncomplete(t *testing.T) {
	t.Parallel()
	s := serve(t, big(450))
	served, exposed := look(t, s.target(), quick())
	expect(t, served, scan.Clean, "")
	expect(t, exposed, scan.Clean, "")
	if !s.was("/" + word(449/26) + "/" + word(449)) {
		t.Error("the last page was not fetched")
	}
	served, exposed = lookAt(t, big(700))
	expect(t, served, scan.Incomplete, "more than 500 pages: this one and")
	expect(t, exposed, scan.Clean, "")
	if !strings.HasPrefix(served.Message, "/") {
		t.Errorf("message %q names no page", served.Message)
	}
	served, _ = lookAt(t, big(20_000))
	expect(t, served, scan.Incomplete, "more than 500 pages")
}

func TestEveryBoundOfTheBudgetHolds(t *testing.T) {
	t.Parallel()
	page := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "<a href="+r.URL.Path+"x>"+strings.Repeat("vote ", 20_000))
	}
	for name, c := range map[string]struct {
		change func(b *pages.Budget)
		why    string
	}{
		"pages":   {func(b *pages.Budget) { b.URLs = 10; b.Depth = 1000 }, "more than 10 pages"},
		"depth":   {func(b *pages.Budget) { b.Depth = 2 }, "more than 2 links away"},
		"a body":  {func(b *pages.Budget) { b.Body = 64 << 10 }, "more than 64 KiB of it"},
		"bytes":   {func(b *pages.Budget) { b.Bytes = 1 << 20 }, "more than 1 MiB in all"},
		"time":    {func(b *pages.Budget) { b.Rate = 20; b.Wall = 1500 * time.Millisecond }, "more than 1.5 s"},
		"default": {func(_ *pages.Budget) {}, "more than 5 links away"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := quick()
			c.change(&o.Budget)
			began := time.Now()
			served, exposed := look(t, serve(t, page).target(), o)
			expect(t, served, scan.Incomplete, c.why)
			if name == "time" {
				expect(t, exposed, scan.Incomplete, "were not asked for")
			}
			if took := time.Since(began); took > o.Budget.Wall+5*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

func TestTheEnginesLimitsEndALook(t *testing.T) {
	t.Parallel()
	o := quick()
	o.Limits = leak.DefaultLimits()
	o.Limits.Bytes = 100_000
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("vote ", 10_000))
	})
	served, exposed := look(t, s.target(), o)
	expect(t, served, scan.Incomplete, "the budget of the engine is spent")
	expect(t, exposed, scan.Incomplete, "were not asked for")
}

func TestTheRateIsKept(t *testing.T) {
	t.Parallel()
	s := serve(t, files(map[string]string{"/": "<p>"}))
	o := quick()
	o.Budget.Rate, o.Budget.Wall = 20, time.Second
	look(t, s.target(), o)
	if n := s.count(); n < 3 || n > 22 {
		t.Errorf("%d requests in a second, want about 20", n)
	}
}

func TestEntryPagesThatFailAreNeverClean(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"a fault": 500, "no service": 503, "a wait": 429} {
		served, _ := lookAt(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		if served.Verdict != scan.Incomplete || !strings.Contains(served.Message, fmt.Sprint(status)) {
			t.Errorf("%s: %s, %s", name, served.Verdict, served.Message)
		}
	}
	redirects := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://"+r.Host+r.URL.RequestURI(), http.StatusMovedPermanently)
	}
	served, _ := lookAt(t, redirects)
	expect(t, served, scan.Incomplete, "in a circle")
}

func TestProgressIsTold(t *testing.T) {
	t.Parallel()
	o := quick()
	last, most := 0, int64(0)
	o.Progress = func(pages int, bytes int64) {
		if pages != last+1 || bytes < most {
			t.Errorf("told %d pages and %d bytes after %d and %d", pages, bytes, last, most)
		}
		last, most = pages, bytes
	}
	look(t, serve(t, files(map[string]string{"/": "<p>vote"})).target(), o)
	if last < 50 || most == 0 {
		t.Errorf("told %d pages, %d bytes", last, most)
	}
}

// TestMemoryStaysBounded is not parallel: it looks at the memory of the process.
func TestMemoryStaysBounded(t *testing.T) { //nolint:paralleltest // see above
	const most = 160 << 20
	links := strings.Repeat("<a href=a>", 1<<20)
	var n atomic.Int64
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" && !strings.HasPrefix(r.URL.Path, "/a") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(w, "<a href=/a%s>", word(int(n.Add(1))))
		_, _ = io.WriteString(w, links)
	})
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	ctx, stop := context.WithCancel(context.Background())
	peak := make(chan uint64)
	go func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		var highest uint64
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			highest = max(highest, now.HeapInuse)
			select {
			case <-ctx.Done():
				peak <- highest
				return
			case <-tick.C:
			}
		}
	}()
	served, _ := look(t, s.target(), quick())
	stop()
	expect(t, served, scan.Incomplete, "in all")
	highest := <-peak
	t.Logf("%d MiB at most, %d MiB before", highest>>20, before.HeapInuse>>20)
	if highest > most+before.HeapInuse {
		t.Errorf("%d MiB in use", highest>>20)
	}
}
