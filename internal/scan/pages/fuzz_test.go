package pages

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// FuzzRefs: whatever an answer holds, links are taken from it without harm, and what is followed is the site's own.
func FuzzRefs(f *testing.F) {
	for _, seed := range []string{
		"<a href=/x><base href='//evil.example'><meta http-equiv=refresh content='0;url=/y'><img srcset='a 1x, b 2x'>",
		"import './x.js'; fetch('/api/donors.json')\n//# sourceMappingURL=x.map", "@import 'a.css';a{b:url( \"c\" )}",
		"User-agent: *\nDisallow: /*.json$\nSitemap: /s.xml", "<sitemapindex><loc>/one.xml.gz</loc>", `{"start_url":"\/start"}`,
		"\xff\xfe<\x00a\x00", "\x1f\x8b\x08\x00", "<script", "<!--", "\x00", "",
	} {
		f.Add(seed, "text/html", "/a", byte(0))
	}
	st, err := siteOf(Target{Origin: &url.URL{Scheme: "https", Host: "vote.example.org"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body, contentType, path string, as byte) {
		v := &visit{url: st.at(st.hosts[0], &url.URL{Path: "/" + path}), role: role(as % byte(robots+1))}
		a := &answer{status: http.StatusOK, header: http.Header{"Content-Type": {contentType}, "Link": {contentType}}, head: []byte(body)}
		text := textOf(v, a.head)
		refs, _ := kindsOf(v, a, text).refs(v, a, text)
		for _, r := range append(refs, headerRefs(a.header)...) {
			to, ok := resolve(v.url, r.to)
			if !ok {
				continue
			}
			if own, ok := st.own(to); ok && (own.Host != "vote.example.org" || own.Scheme != "https" || own.User != nil || !strings.HasPrefix(own.Path, "/")) {
				t.Errorf("%q leads to %q", r.to, own)
			}
		}
		signsOf(v, a)
		for _, p := range fixedProbes() {
			p.shows(body)
		}
	})
}
