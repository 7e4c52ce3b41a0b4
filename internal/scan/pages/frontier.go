package pages

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
)

// frontier is what is known of a site's URLs.
type frontier struct {
	budget Budget
	known  map[string]bool
	// queries and alike count the URLs of one path, and the paths of one shape.
	queries, alike map[string]int
	// looked is how many URLs were looked at, the planned ones not counted.
	looked int
	// beyond are the bounds that cut something off.
	beyond []*bound
}

// bound is a bound that cut something off.
type bound struct {
	why, first string
	pages      int
}

func newFrontier(b Budget) frontier {
	return frontier{budget: b, known: map[string]bool{}, queries: map[string]int{}, alike: map[string]int{}}
}

// isEnough says whether no more pages are looked at.
func (f *frontier) isEnough() bool { return f.looked >= f.budget.URLs }

// cut notes that a bound cut a page off.
func (l *look) cut(why string, v *visit) {
	if v.guess {
		return
	}
	for _, b := range l.beyond {
		if b.why == why {
			b.pages++
			return
		}
	}
	const most = 12
	if len(l.beyond) < most {
		l.beyond = append(l.beyond, &bound{why: why, first: l.label(v), pages: 1})
	}
}

// offer queues a visit unless it is known, or beyond a bound.
func (l *look) offer(v *visit) {
	const remembered = 8
	key := v.key()
	if l.known[key] {
		return
	}
	if len(l.known) >= remembered*l.budget.URLs {
		l.cut(tooMany(l.budget.URLs), v)
		return
	}
	l.known[key] = true
	if why := l.trapped(v); why != "" {
		l.cut(why, v)
		return
	}
	l.lanes[0].push(v.queue(), v)
}

func tooMany(n int) string { return fmt.Sprintf("more than %d pages", n) }

// trapped says which bound a URL is beyond.
func (l *look) trapped(v *visit) string {
	const furtherNeeds = 3
	deepest := l.budget.Depth
	if v.role != page {
		deepest += furtherNeeds
	}
	if v.depth > deepest {
		return fmt.Sprintf("more than %d links away from the entry pages", l.budget.Depth)
	}
	path := v.url.Host + v.url.Path
	if v.url.RawQuery != "" {
		if l.queries[path]++; l.queries[path] > l.budget.Queries {
			return fmt.Sprintf("more than %d pages that differ in their query only", l.budget.Queries)
		}
	}
	if kind := shape(v.url.Path); kind != v.url.Path {
		if l.alike[v.url.Host+kind]++; l.alike[v.url.Host+kind] > l.budget.Alike {
			return fmt.Sprintf("more than %d pages of the kind %s", l.budget.Alike, clean(kind))
		}
	}
	return ""
}

// shape is a path with # for its elements that have a digit, but for the last one's ending.
func shape(p string) string {
	elements := strings.Split(p, "/")
	for i, e := range elements {
		if strings.ContainsAny(e, "0123456789") {
			elements[i] = "#" + path.Ext(e)
		}
	}
	return strings.Join(elements, "/")
}

// leftovers makes gaps of what was cut off.
func (l *look) leftovers(ctx context.Context) {
	why := l.spent
	var late overtime
	if why == "" && errors.As(context.Cause(ctx), &late) {
		why = late.Error()
	}
	unasked := 0
	for _, ln := range l.lanes {
		for i, q := range ln.queue {
			for _, v := range q {
				l.missed(l.label(v))
				switch {
				case v.probe != nil:
					unasked++
				case i == planned || why != "":
					l.cut(why, v)
				default:
					l.cut(tooMany(l.budget.URLs), v)
				}
			}
		}
	}
	// These come first: they say most, and the first is the message.
	failed := l.served.result.Gaps
	l.served.result.Gaps = nil
	for _, b := range l.beyond {
		text := b.why + ": this one was not looked at"
		if b.pages > 1 {
			text = fmt.Sprintf("%s: this one and %d more were not looked at", b.why, b.pages-1)
		}
		l.served.miss(b.first, text)
	}
	l.served.gaps(failed...)
	if unasked > 0 {
		l.exposed.miss("/", fmt.Sprintf("%s: %d of the paths that must not be served were not asked for", why, unasked))
	}
}
