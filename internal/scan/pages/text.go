package pages

import (
	"bytes"
	"html"
	"net/http"
	"regexp"
	"strings"
)

// What styles and lists name. Repeats have no bounds, for those make an expression slow; what is too long is no
// URL to resolve.
var (
	styleURL  = regexp.MustCompile(`(?i)\burl\(\s*["']?([^"')\s]+)|@import\s+["']([^"']+)["']`)
	mapped    = regexp.MustCompile(`[/*][#@]\s*sourceMappingURL=([^\s'"*]+)`)
	located   = regexp.MustCompile(`(?i)<loc>\s*([^<\s]+)\s*</loc>`)
	manifests = regexp.MustCompile(`"(?:start_url|src|url|action|scope|serviceworker)"\s*:\s*"([^"\s]+)"`)
	linkItem  = regexp.MustCompile(`<([^<>\s]+)>([^<]*)`)
	linkParam = regexp.MustCompile(`(?i)\b(rel|as)\s*=\s*"?([^";,]*)`)
)

// styleRefs is what a style names.
func styleRefs(text []byte) []ref {
	var all refs
	each(styleURL, text, func(m ...string) bool {
		to := m[0] + m[1]
		return strings.HasPrefix(to, "data:") || all.add(ref{to: to, role: style})
	})
	return all.list
}

// mapRefs is where the map of a script or a style is. The last comment counts.
func mapRefs(texts ...[]byte) (refs []ref) {
	for _, text := range texts {
		all := mapped.FindAllSubmatch(text[max(0, len(text)-maxTail):], -1)
		if len(all) > 0 {
			refs = append(refs, ref{to: string(all[len(all)-1][1]), role: sourceMap})
		}
	}
	return refs
}

// sitemapRefs is what a sitemap lists: pages, and other sitemaps.
func sitemapRefs(text []byte) []ref {
	as := page
	if bytes.Contains(text, []byte("<sitemapindex")) {
		as = sitemap
	}
	var all refs
	each(located, text, func(m ...string) bool { return all.add(ref{to: html.UnescapeString(m[0]), role: as}) })
	return all.list
}

// robotsRefs is what robots.txt names: sitemaps, and paths that somebody wants to be looked at less.
func robotsRefs(text []byte) []ref {
	var all refs
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		value, _, _ = strings.Cut(value, "#")
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "sitemap":
			all.add(ref{to: value, role: sitemap})
		case "allow", "disallow":
			to, pattern := value, strings.IndexAny(value, "*$")
			if pattern >= 0 {
				to = value[:strings.LastIndex(value[:pattern], "/")+1]
			}
			if len(to) > 1 {
				all.add(ref{to: to, guess: pattern >= 0})
			}
		}
	}
	return all.list
}

// manifestRefs is what the manifest of an application names.
func manifestRefs(text []byte) []ref {
	var all refs
	each(manifests, text, func(m ...string) bool { return all.add(ref{to: strings.ReplaceAll(m[0], `\/`, "/")}) })
	return all.list
}

// headerRefs is what the header of an answer names.
func headerRefs(h http.Header) (refs []ref) {
	for _, name := range []string{"Sourcemap", "X-Sourcemap"} {
		if to := h.Get(name); to != "" {
			refs = append(refs, ref{to: to, role: sourceMap})
		}
	}
	for _, value := range h.Values("Refresh") {
		refs = append(refs, refreshRefs(value)...)
	}
	if to := h.Get("Content-Location"); to != "" {
		refs = append(refs, ref{to: to})
	}
	for _, item := range linkItem.FindAllStringSubmatch(strings.Join(h.Values("Link"), ","), -1) {
		t := tag{name: "link", attr: map[string]string{"href": item[1]}}
		for _, param := range linkParam.FindAllStringSubmatch(item[2], -1) {
			t.attr[strings.ToLower(param[1])] = strings.TrimSpace(param[2])
		}
		refs = append(refs, t.linkRefs()...)
	}
	return refs
}
