package unpack

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLabel bounds names, of which a tar may hold one of a MiB in every header.
const maxLabel = 1024

// pathLabel is a member's name for people and reports: escaped, bounded, without empty and "." elements. It stays as
// hostile as it was otherwise, "../" and all: nothing is opened by it.
func pathLabel(name string) string {
	parts := strings.Split(shorten(name), "/")
	kept := parts[:0]
	for _, p := range parts {
		if p != "" && p != "." {
			kept = append(kept, p)
		}
	}
	return label(strings.Join(kept, "/"))
}

// Label is a name for people and reports, as Walk makes it of a member's: escaped and bounded, and as hostile as it was
// otherwise.
func Label(name string) string { return label(name) }

// label escapes all that is not printable, and what is no UTF-8, and keeps both ends of what is too long: the last element
// says what kind of file it is.
func label(s string) string {
	var b strings.Builder
	for rest := shorten(s); rest != ""; {
		r, n := utf8.DecodeRuneInString(rest)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, rest[0])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
		rest = rest[n:]
	}
	out := b.String()
	if len(out) <= maxLabel {
		return out
	}
	const gap = "…"
	return strings.ToValidUTF8(out[:maxLabel*2/3], "") + gap + strings.ToValidUTF8(out[len(out)-maxLabel/4:], "")
}

// shorten leaves enough of both ends to make a label of, before any work is done on the rest.
func shorten(s string) string {
	const most = 4 * maxLabel
	if len(s) <= 2*most {
		return s
	}
	return s[:most] + s[len(s)-most:]
}
