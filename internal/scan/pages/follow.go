package pages

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
)

// follow queues what an answer names.
func (l *look) follow(v *visit, a *answer) {
	base, doc := v.url, v.doc
	if doc == nil {
		doc = v.url
	}
	refs, said, ok := l.refsOf(v, a)
	if !ok {
		return
	}
	if to, ok := resolve(v.url, said); said != "" && ok {
		base, doc = to, to
	}
	// What an error page links to is linked from other pages, or it is one more error. What it needs is looked at.
	isError := a.status >= http.StatusBadRequest
	for _, r := range refs {
		if isError && r.role == page {
			continue
		}
		from := base
		if r.ofPage {
			from = doc
		}
		l.enter(v, r, from, doc)
	}
	if v.role == script && !isError && v.url.RawQuery == "" {
		l.enter(v, ref{to: path.Base(v.url.Path) + ".map", role: sourceMap, guess: true}, v.url, doc)
	}
}

// refsOf is what an answer names, and what it says that is relative to; false, it is the site's page for what it does not
// know: relative links there never end.
func (l *look) refsOf(v *visit, a *answer) (refs []ref, base string, ok bool) {
	refs = headerRefs(a.header)
	text := textOf(v, a.head)
	if len(text) == 0 {
		return refs, "", true
	}
	k := kindsOf(v, a, text)
	if k.html && (v.role != page || v.guess && !v.repeat) {
		return nil, "", false
	}
	if k.html && len(a.tail) > 0 {
		l.served.miss(v.label, "links beyond the first "+size(maxHead)+" of it were not followed")
	}
	more, base := k.refs(v, a, text)
	if len(more) >= mostRefs {
		l.served.miss(v.label, fmt.Sprintf("more than %d links: those after them were not followed", mostRefs))
	}
	return append(refs, more...), base, true
}

// refs is what the text of an answer names, and what it says that is relative to.
func (k kinds) refs(v *visit, a *answer, text []byte) (refs []ref, base string) {
	if k.html {
		refs, base = markup(text)
	}
	if k.script || k.json && v.role != sourceMap {
		refs = append(refs, scriptRefs(text)...)
	}
	if k.style {
		refs = append(refs, styleRefs(text)...)
	}
	if k.script || k.style {
		refs = append(refs, mapRefs(text, a.tail)...)
	}
	if k.xml {
		refs = append(refs, sitemapRefs(text)...)
	}
	if k.robots {
		refs = append(refs, robotsRefs(text)...)
	}
	if k.manifest {
		refs = append(refs, manifestRefs(text)...)
	}
	return refs, base
}

// enter queues a reference if it is to the site.
func (l *look) enter(v *visit, r ref, from, doc *url.URL) {
	to, ok := resolve(from, r.to)
	if !ok {
		return
	}
	if to, ok = l.site.own(to); !ok || isMediaName(to.Path) {
		return
	}
	next := &visit{url: to, role: r.role, depth: v.depth + 1, guess: r.guess}
	if r.role == script || r.role == data {
		next.doc = doc
	}
	l.offer(next)
}
