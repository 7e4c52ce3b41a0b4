package pages

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// redirected follows a redirect on the site, and says whether there is one.
func (l *look) redirected(ln *lane, v *visit, a *answer) bool {
	location := a.header.Get("Location")
	if a.status < http.StatusMultipleChoices || a.status >= http.StatusBadRequest || location == "" {
		return false
	}
	if v.probe != nil {
		return true
	}
	to, ok := resolve(v.url, location)
	if ok && v.entry && l.site.upgrade(ln, to) {
		again := *v
		again.url, again.label, again.knocks = l.site.at(l.site.hosts[0], v.url), "", false
		ln.push(planned, &again)
		return true
	}
	if ok {
		to, ok = l.site.own(to)
	}
	if why := l.aside(v, to, ok); why != "" {
		if !v.guess && v.method == "" {
			l.served.miss(v.label, why)
		}
		return true
	}
	if ok {
		l.push(ln, v, to)
	}
	return true
}

// aside says why a redirect is not followed although it should have been.
func (l *look) aside(v *visit, to *url.URL, own bool) string {
	if !own {
		if l.site.chosen && v.entry && !v.repeat {
			return "it sends visitors to another site, or to another port of it: have that looked at"
		}
		return "" // another site's pages are not missed
	}
	key := (&visit{url: to}).key()
	if key == v.key() || slices.Contains(v.via, key) {
		return "it redirects in a circle: who has its cookie, or comes by https, may see another page"
	}
	if len(v.via) >= l.o.Budget.Redirects {
		return fmt.Sprintf("more than %d redirects in a row", l.o.Budget.Redirects)
	}
	return ""
}

// push queues what a visit was redirected to: the same page at another URL.
func (l *look) push(ln *lane, v *visit, to *url.URL) {
	next := *v
	next.url, next.label, next.knocks, next.via = to, "", false, append(slices.Clone(v.via), v.key())
	if v.entry && v.repeat {
		again := next
		ln.push(planned, &again)
	}
	next.repeat, next.agent = false, ""
	l.offer(&next)
}

// resolve is what a page means by a URL; false, nothing that browsers would go to.
func resolve(base *url.URL, text string) (*url.URL, bool) {
	const longest = 2048
	text = strings.Map(func(r rune) rune {
		switch r {
		case '\t', '\n', '\r':
			return -1
		case '\\':
			return '/'
		}
		return r
	}, strings.TrimSpace(text))
	if len(text) > longest {
		return nil, false
	}
	to, err := base.Parse(text)
	return to, err == nil
}
