package pages

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/hustings/hustings/internal/scan/dial"
)

// role is what a URL is named for. It says what to look for in what comes, beside what that says it is.
type role int

const (
	page role = iota
	script
	style
	sourceMap
	data
	manifest
	sitemap
	robots
)

// visit is a URL to be looked at.
type visit struct {
	url  *url.URL
	role role
	// label is how places name it.
	label string
	depth int
	// doc is the page that a script belongs to: what it fetches is relative to that.
	doc *url.URL
	// via are the keys of the redirects that led here.
	via []string
	// method and agent; empty, GET and a browser.
	method, agent string
	// entry pages are asked for several times; knocks is the first time at an address.
	entry, knocks bool
	// repeat: it was looked at before in another way, or stands in for a page that does not exist.
	repeat bool
	// guess: nobody named it, and it is not missed. One that is a repeat too is a page that cannot exist.
	guess bool
	// putOff: the site has asked to come back, and we have.
	putOff bool
	// probe is what must not be served there; nil, any page.
	probe *probe
}

func (v *visit) key() string { return v.url.Host + v.url.EscapedPath() + "?" + v.url.RawQuery }

func (v *visit) queue() int {
	switch {
	case v.guess:
		return guessed
	case v.role != page:
		return needed
	}
	return linked
}

// isExtra says whether of its answer only what is new counts.
func (v *visit) isExtra() bool { return v.repeat || v.guess || v.probe != nil }

// The user agents: sites hide from programs what they show to browsers, and the other way round.
const (
	browserAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36"
	plainAgent   = "hustings"
)

// request makes the request of a visit.
func (l *look) request(ctx context.Context, ln *lane, v *visit) (*http.Request, error) {
	target := url.URL{Scheme: ln.base.Scheme, Host: ln.base.Host, Path: v.url.Path, RawPath: v.url.RawPath, RawQuery: v.url.RawQuery}
	method := v.method
	if method == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(ctx, method, "/", nil)
	if err != nil {
		return nil, fmt.Errorf("make a request: %w", err)
	}
	req.URL, req.Host = &target, v.url.Host
	agent := v.agent
	if agent == "" {
		agent = browserAgent
	}
	req.Header.Set("User-Agent", agent)
	req.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	req.Header.Set("Accept-Encoding", "identity")
	req.Header.Set(markHeader, l.mark)
	if !l.site.chosen {
		req.Header.Set("X-Forwarded-Proto", "https")
	}
	return req, nil
}

// reason says why no more came of an answer.
func reason(ctx context.Context, err error) string {
	var late overtime
	if errors.As(context.Cause(ctx), &late) {
		return late.Error()
	}
	return dial.Reason(err)
}

// failed notes that nothing came. Who knocks notes it himself: another address may answer.
func (l *look) failed(v *visit, why string) string {
	l.missed(v.label)
	switch {
	case v.probe != nil:
		l.exposed.miss(v.label, why)
	case !v.guess && !v.knocks:
		l.served.miss(v.label, why)
	}
	return why
}

// judge notes what an answer says about itself that is no look at the page.
func (l *look) judge(v *visit, a *answer) {
	if a.why != "" && v.probe != nil && !v.probe.headOnly {
		l.exposed.miss(v.label, a.why)
	}
	if a.why != "" && (v.probe == nil || !v.probe.headOnly) {
		l.served.miss(v.label, a.why)
	}
	switch {
	case a.status == http.StatusTooManyRequests && v.probe != nil:
		l.exposed.miss(v.label, "it asks to wait (status 429)")
	case a.status == http.StatusTooManyRequests:
		l.served.miss(v.label, "it asks to wait (status 429)")
	case a.status >= http.StatusInternalServerError && v.entry:
		l.served.miss(v.label, fmt.Sprintf("it answers with status %d", a.status))
	}
}
