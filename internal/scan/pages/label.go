package pages

import (
	"strings"
	"unicode"
)

// label is how places name a URL: its path, after the host if that is not the first of the site's, before the query if it
// has one. Values that are long are left out. It is shown and never asked for.
func (l *look) label(v *visit) string {
	const longValue = 24
	text := v.url.Path
	if text == "" {
		text = "/"
	}
	if v.url.Host != l.site.hosts[0] {
		text = v.url.Host + text
	}
	if v.url.RawQuery != "" {
		pairs := strings.Split(v.url.RawQuery, "&")
		for i, pair := range pairs {
			if name, value, ok := strings.Cut(pair, "="); ok && len(value) > longValue {
				pairs[i] = name + "=…"
			}
		}
		text += "?" + strings.Join(pairs, "&")
	}
	if v.method != "" {
		text += " (unknown method)"
	}
	// The page that does not exist is called the same every time.
	return clean(strings.ReplaceAll(text, l.mark, "no-such-page"))
}

// clean is a label of hostile text: printable and bounded.
func clean(text string) string {
	const most = 200
	short := text
	if len(short) > most {
		short = strings.ToValidUTF8(short[:most], "")
	}
	short = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, short)
	if len(text) > most {
		short += "…"
	}
	return short
}
