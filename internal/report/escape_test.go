package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestEscapeLeavesNothingThatMovesOrHidesText(t *testing.T) {
	for in, want := range map[string]string{
		"plain text — ünïcode 😀": "plain text — ünïcode 😀",
		"a\x1b[31mb":             `a\u001b[31mb`,
		"a\nb\r\tc":              `a\u000ab\u000d\u0009c`,
		"\x1b]8;;http://x\x07":   `\u001b]8;;http://x\u0007`,
		"a\u202Eb\u2066c\u200f":  `a\u202eb\u2066c\u200f`,
		"\u009b31m":              `\u009b31m`,
		"a\u2028b\u200bc\uFEFF":  `a\u2028b\u200bc\ufeff`,
		"\U000E0041":             `\U000e0041`,
		"\xff":                   `\xff`,
	} {
		if got := Escape(in); got != want {
			t.Errorf("Escape(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzJSONRoundTrip(f *testing.F) {
	for _, s := range []string{"a", "\u202e", "\x1b", "\U000E0041", "\x7f\u0085", "\xff", "\\u202e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := Report{SchemaVersion: SchemaVersion, Findings: []Finding{{File: s, Message: s}}}
		var b bytes.Buffer
		if err := r.JSON(&b); err != nil {
			t.Fatal(err)
		}
		if strings.IndexFunc(strings.ReplaceAll(b.String(), "\n", ""), unprintable) >= 0 {
			t.Errorf("%q is not escaped", b.String())
		}
		var back Report
		if err := json.Unmarshal(b.Bytes(), &back); err != nil {
			t.Fatal(err)
		}
		if utf8.ValidString(s) && back.Findings[0].Message != s {
			t.Errorf("%q became %q", s, back.Findings[0].Message)
		}
	})
}
