package pages_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hustings/hustings/internal/scan"
)

func TestWhatASiteNamesIsFetched(t *testing.T) {
	t.Parallel()
	type site map[string]string
	for name, c := range map[string]struct {
		files  site
		wanted string
	}{
		"a link":                                   {site{"/": `<a href=" /a/../donors ">`}, "/donors"},
		"a link with a fragment":                   {site{"/": `<a href="/donors#top">`}, "/donors"},
		"a link of a tracked visitor":              {site{"/": `<a href="/donors?utm_source=x&amp;page=2&fbclid=1">`}, "/donors?page=2"},
		"a link that is broken in lines":           {site{"/": "<a href='/do\n\tnors'>"}, "/donors"},
		"a link with backslashes":                  {site{"/": `<a href="\donors">`}, "/donors"},
		"a whole URL":                              {site{"/": `<a href="https://` + host + `/donors">`}, "/donors"},
		"a whole URL in capitals":                  {site{"/": `<a href="HTTP://VOTE.Example.Org.:80/donors">`}, "/donors"},
		"a link without a scheme":                  {site{"/": `<a href="//` + host + `/donors">`}, "/donors"},
		"a link beside a base":                     {site{"/": `<base href="/there/"><a href="donors">`}, "/there/donors"},
		"a tag that is not closed":                 {site{"/": `<div><a href="/donors"`}, ""},
		"a link in deep markup":                    {site{"/": strings.Repeat("<div>", 100_000) + `<a href=/donors>`}, "/donors"},
		"a link after invalid UTF-8":               {site{"/": "<p>\xff\xfe\x80<a href=/donors>"}, "/donors"},
		"a frame":                                  {site{"/": `<iframe src="/donors">`}, "/donors"},
		"an object":                                {site{"/": `<object data="/donors">`}, "/donors"},
		"a form":                                   {site{"/": `<form action="/donors">`}, "/donors"},
		"an image that is text":                    {site{"/": `<img srcset="/small.png 1x, /large.svg 2x">`}, "/large.svg"},
		"a drawing's link":                         {site{"/": `<svg><use xlink:href="/icons.svg#x">`}, "/icons.svg"},
		"a refresh":                                {site{"/": `<meta http-equiv=Refresh content="3; URL='/donors'">`}, "/donors"},
		"data in an attribute":                     {site{"/": `<div data-url="/donors">`}, "/donors"},
		"a preload":                                {site{"/": `<link rel=preload as=fetch href="/donors.json">`}, "/donors.json"},
		"a module preload":                         {site{"/": `<link rel=modulepreload href="/m.js">`, "/m.js": "1"}, "/m.js.map"},
		"a manifest's page":                        {site{"/": `<link rel=manifest href=/app.webmanifest>`, "/app.webmanifest": `{"start_url":"\/start"}`}, "/start"},
		"a style's import":                         {site{"/": `<link rel=stylesheet href=/a.css>`, "/a.css": `@import "b.css";`, "/b.css": `@import url( 'c.css' )`}, "/c.css"},
		"a style in the page":                      {site{"/": `<style>@import url(/c.css)</style>`}, "/c.css"},
		"a style in an attribute":                  {site{"/": `<p style="background:url(&quot;/x.svg&quot;)">`}, "/x.svg"},
		"a map of a style":                         {site{"/": `<link rel=stylesheet href=/a.css>`, "/a.css": `a{}/*# sourceMappingURL=a.css.map */`}, "/a.css.map"},
		"a map of a script":                        {site{"/": `<script src=/js/a.js>`, "/js/a.js": "1\n//# sourceMappingURL=maps/a.map"}, "/js/maps/a.map"},
		"a map after much script":                  {site{"/": `<script src=/a.js>`, "/a.js": strings.Repeat("let a=1;\n", 600_000) + "//@ sourceMappingURL=a.map"}, "/a.map"},
		"a map that nobody names":                  {site{"/": `<script src=/a.js>`, "/a.js": "1"}, "/a.js.map"},
		"a script's import":                        {site{"/": `<script type=module>import x from "./x.js"</script>`, "/x.js": `import("./lazy.js")`}, "/lazy.js"},
		"a worker":                                 {site{"/": `<script>new Worker("worker.js")</script>`}, "/worker.js"},
		"a service worker":                         {site{"/": `<script>navigator.serviceWorker.register('./offline.js')</script>`}, "/offline.js"},
		"data that a script fetches":               {site{"/": `<script src=/app.js>`, "/app.js": `fetch("/api/donors.json").then(a)`}, "/api/donors.json"},
		"an interface that a script calls":         {site{"/": `<script>get('/api/v1/donors?limit=9')</script>`}, "/api/v1/donors?limit=9"},
		"a whole URL in a script":                  {site{"/": `<script>get("https://` + host + `/files/donors.json")</script>`}, "/files/donors.json"},
		"a page that a script opens":               {site{"/": `<script>open("/donors.html")</script>`}, "/donors.html"},
		"a style that a script loads":              {site{"/": `<script>load('/late.css')</script>`}, "/late.css"},
		"a map that a script names":                {site{"/": `<script>m=["/x.js.map","b"]</script>`}, "/x.js.map"},
		"a string after a lone quote":              {site{"/": `<script>// don't "/api/donors.json"</script>`}, "/api/donors.json"},
		"escaped paths in a script":                {site{"/": `<script>x={"u":"\/data\/donors.csv"}</script>`}, "/data/donors.csv"},
		"data beside the page":                     {site{"/": `<a href=/team/>`, "/team/": `<script src=/js/app.js>`, "/js/app.js": "fetch(`donors.json`)"}, "/team/donors.json"},
		"data that data names":                     {site{"/": `<script>"/api/index.json"</script>`, "/api/index.json": `["/api/donors.json"]`}, "/api/donors.json"},
		"the state of a page":                      {site{"/": `<script id=__NEXT_DATA__ type="application/json">{"p":"/data/people.json"}</script>`}, "/data/people.json"},
		"what robots should not see":               {site{"/robots.txt": "User-agent: *\nDisallow: /donors # please\nSitemap: /s.xml"}, "/donors"},
		"what robots should not see, by a pattern": {site{"/robots.txt": "Disallow: /intern/*.json$"}, "/intern/"},
		"a sitemap that robots.txt names":          {site{"/robots.txt": "Sitemap: https://" + host + "/s.xml", "/s.xml": "<urlset><url><loc>https://" + host + "/donors?a=1&amp;b=2</loc>"}, "/donors?a=1&b=2"},
		"a sitemap of sitemaps":                    {site{"/sitemap.xml": "<sitemapindex><loc>/one.xml</loc>", "/one.xml": "<urlset><loc>/donors</loc>"}, "/donors"},
		"a packed sitemap":                         {site{"/sitemap.xml": "<sitemapindex><loc>/one.xml.gz</loc>", "/one.xml.gz": string(encoded("gzip", []byte("<urlset><loc>/donors</loc>")))}, "/donors"},
		"a page in UTF-16":                         {site{"/": wide("\ufeff<a href='/donors'>")}, "/donors"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, ok := c.files["/"]; !ok {
				c.files["/"] = "<p>Vote"
			}
			s := serve(t, files(c.files))
			served, _ := look(t, s.target(), quick())
			expect(t, served, scan.Clean, "")
			if c.wanted != "" && !s.was(c.wanted) {
				t.Errorf("%s was not fetched, but %v", c.wanted, s.asked)
			}
		})
	}
}

func TestWhatHeadersNameIsFetched(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ header, value, wanted string }{
		"a preload":           {"Link", `</early.js>; rel=preload; as=script, </b.css>;rel="stylesheet"`, "/early.js"},
		"a style":             {"Link", `</early.js>; rel=preload; as=script, </b.css>;rel="stylesheet"`, "/b.css"},
		"a map":               {"SourceMap", "/hidden.map", "/hidden.map"},
		"a map of old":        {"X-SourceMap", "/hidden.map", "/hidden.map"},
		"a refresh":           {"Refresh", "0; url=/there", "/there"},
		"another place of it": {"Content-Location", "/index.en.html", "/index.en.html"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set(c.header, c.value) })
			look(t, s.target(), quick())
			if !s.was(c.wanted) {
				t.Errorf("%s was not fetched", c.wanted)
			}
		})
	}
}
