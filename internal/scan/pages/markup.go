package pages

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// ref is a URL that a text names.
type ref struct {
	to   string
	role role
	// guess: the text does not say that there is something.
	guess bool
	// ofPage: it is relative to the page, and not to the script that names it.
	ofPage bool
}

// markup takes the references out of HTML. It goes from tag to tag and builds no tree, so depth costs nothing and a tag that
// is never closed hides nothing. base is what <base> says; empty, nothing.
func markup(text []byte) (found []ref, base string) {
	var all refs
	z := html.NewTokenizer(bytes.NewReader(text))
	inside := ""
	for more := true; more; {
		switch z.Next() {
		case html.ErrorToken:
			return all.list, base
		case html.StartTagToken, html.SelfClosingTagToken:
			t := tagOf(z)
			inside = t.name
			if t.name == "base" && base == "" {
				base = t.attr["href"]
			}
			more = all.add(t.refs()...)
		case html.TextToken:
			switch inside {
			case "script":
				more = all.add(scriptRefs(z.Raw())...)
			case "style":
				more = all.add(styleRefs(z.Raw())...)
			}
		case html.EndTagToken:
			inside = ""
		default:
		}
	}
	return all.list, base
}

// tag is a start tag. Of attributes that stand twice the first counts, as in browsers.
type tag struct {
	name string
	attr map[string]string
}

func tagOf(z *html.Tokenizer) tag {
	const most = 64
	name, more := z.TagName()
	t := tag{name: string(name), attr: map[string]string{}}
	for n := 0; more && n < most; n++ {
		var key, value []byte
		key, value, more = z.TagAttr()
		if _, twice := t.attr[string(key)]; !twice {
			t.attr[string(key)] = string(value)
		}
	}
	return t
}

// refs of a tag: what its meaning names, and what any tag may have.
func (t tag) refs() (refs []ref) {
	add := func(attr string, as role) {
		if to := t.attr[attr]; to != "" {
			refs = append(refs, ref{to: to, role: as})
		}
	}
	switch t.name {
	case "base":
		return nil
	case "link":
		return t.linkRefs()
	case "script":
		add("src", script)
		add("href", script)
	case "meta":
		if strings.EqualFold(t.attr["http-equiv"], "refresh") {
			refs = append(refs, refreshRefs(t.attr["content"])...)
		}
		return refs
	case "form":
		if method := t.attr["method"]; method == "" || strings.EqualFold(method, "get") {
			add("action", page)
		}
	case "html":
		add("manifest", page)
	default:
		add("href", page)
		add("xlink:href", page)
		add("src", page)
	}
	for _, attr := range []string{"data-src", "data-href", "data-url", "background", "longdesc", "formaction"} {
		add(attr, page)
	}
	if t.name == "object" {
		add("data", page)
	}
	for _, attr := range []string{"srcset", "imagesrcset", "data-srcset"} {
		refs = append(refs, candidates(t.attr[attr])...)
	}
	if css := t.attr["style"]; css != "" {
		refs = append(refs, styleRefs([]byte(css))...)
	}
	return refs
}

// candidates are the pictures of a list for several sizes of screens.
func candidates(list string) []ref {
	var all refs
	for candidate := range strings.SplitSeq(list, ",") {
		if to := strings.TrimSpace(candidate); to != "" {
			to, _, _ = strings.Cut(to, " ")
			if !all.add(ref{to: to}) {
				break
			}
		}
	}
	return all.list
}

// linkRefs is what a link element or header names.
func (t tag) linkRefs() []ref {
	to := t.attr["href"]
	if to == "" {
		return nil
	}
	as := page
	for _, rel := range strings.Fields(strings.ToLower(t.attr["rel"])) {
		switch rel {
		case "dns-prefetch", "preconnect":
			return nil
		case "stylesheet":
			as = style
		case "modulepreload", "serviceworker":
			as = script
		case "manifest":
			as = manifest
		case "preload", "prefetch":
			as = map[string]role{"script": script, "worker": script, "style": style, "fetch": data}[strings.ToLower(t.attr["as"])]
		case "sitemap":
			as = sitemap
		}
	}
	return []ref{{to: to, role: as}}
}

// refreshRefs is where a refresh goes: 0; url='/there'.
func refreshRefs(content string) []ref {
	at := strings.IndexAny(content, ";,")
	if at < 0 {
		return nil
	}
	to := strings.TrimSpace(content[at+1:])
	if name, rest, ok := strings.Cut(to, "="); ok && strings.EqualFold(strings.TrimSpace(name), "url") {
		to = strings.TrimSpace(rest)
	}
	return []ref{{to: strings.Trim(to, `"'`)}}
}
