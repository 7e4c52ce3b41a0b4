package report

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Escape makes text safe to print: a name or a message may hold what moves the cursor, colours the terminal, hides
// text, or swaps the order in which it is read.
func Escape(s string) string {
	if strings.IndexFunc(s, unprintable) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unprintable(r):
			b.WriteString(escapeRune(r))
		default:
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

// unprintable says whether a terminal or an editor shows r as something other than a character: control characters, line
// and paragraph separators, marks of direction, and what takes no room.
func unprintable(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co)
}

func escapeRune(r rune) string {
	if r > 0xFFFF {
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

// escapeJSON does to JSON what Escape does to text, by JSON's own escapes: readers get the same strings. White space
// between values stays.
func escapeJSON(data []byte) []byte {
	var out bytes.Buffer
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == '\n' || !unprintable(r):
			out.Write(data[i : i+size])
		case r > 0xFFFF:
			const high, low, base = 0xD800, 0xDC00, 0x10000
			fmt.Fprintf(&out, `\u%04x\u%04x`, high+(r-base)>>10, low+(r-base)&0x3FF)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
		i += size
	}
	return out.Bytes()
}
