package leak

import (
	"strings"
	"testing"
)

func TestOneEscapeDoesNotHideAToken(t *testing.T) {
	stripe, github := filled("sk_<empty>live_<mixed:24>", 1), madeUp(11)
	for title, text := range map[string]string{
		"unicode":               `var a="` + strings.Replace(stripe, "_", `\u005f`, 1) + `"`,
		"unicode, capital":      `var a="` + strings.Replace(stripe, "_l", `\u005Fl`, 1) + `"`,
		"both":                  `var a="` + strings.ReplaceAll(stripe, "_", `\u005f`) + `"`,
		"hexadecimal":           `var a='` + strings.Replace(stripe, "_", `\x5f`, 1) + `'`,
		"a letter":              `var a='` + strings.Replace(stripe, "k_", `\x6b_`, 1) + `'`,
		"the first letter":      `var a="` + strings.Replace(github, "g", `\u0067`, 1) + `"`,
		"a letter of the rest":  `var a="` + github[:9] + `\u00` + hexOf(github[9]) + github[10:] + `"`,
		"the last letter":       `var a="` + github[:39] + `\x` + hexOf(github[39]) + `"`,
		"percent":               `/x?a=` + strings.Replace(stripe, "_", `%5f`, 1) + `&b=1`,
		"percent and quotation": `s=%7B%22a%22%3A%22` + strings.Replace(stripe, "_", `%5F`, 1) + `%22%7D`,
		"an entity":             `<p>` + strings.Replace(stripe, "_", `&#95;`, 1) + `</p>`,
		"an entity in hex":      `<p title="` + strings.Replace(stripe, "_", `&#x5F;`, 1) + `">`,
		"a named entity":        `<p>` + strings.Replace(stripe, "_", `&lowbar;`, 1) + `</p>`,
		"two escapes in a row":  `var a="` + strings.Replace(github, "gh", `\x67\x68`, 1) + `"`,
	} {
		if r := scan(t, "app.js", text); r.Failures != 1 || len(r.Gaps) > 0 {
			t.Errorf("%s: %d failures, gaps %v", title, r.Failures, r.Gaps)
		}
	}
}

func hexOf(c byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[c>>4], digits[c&15]})
}

func TestAnEscapeThatIsNoPartOfAWordIsLeftAlone(t *testing.T) {
	for _, text := range []string{`"a\x20b"`, `"\u00e9t\u00e9"`, `/[\x00-\x1f]/`, `a%20b`, `it&#39;s`, `"\u2028"`, `"\x"`, `"\u00"`, `%`, `&#`, `&lowbar`, `100%5`, `"\x5"`} {
		if p := New(nil).look([]byte(text), 0, len(text)); len(p.escaped) > 0 {
			t.Errorf("%s is undone: %+v", text, p.escaped)
		}
	}
}
