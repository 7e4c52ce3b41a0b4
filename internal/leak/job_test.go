package leak

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"
)

// token is one that is known by itself, made anew for every seed.
func madeUp(seed uint64) string { return filled("gh<empty>p_<mixed:36>", seed) }

// filler is text without a secret, on one line.
func filler(n int) []byte {
	words := []string{"function", "return", "this.", "e=>", "vote", "{a:1}", "(t,n)", "town-hall", ";", "donate/", "null"}
	random := rand.New(rand.NewPCG(7, 7))
	out := make([]byte, 0, n+16)
	for len(out) < n {
		out = append(out, words[random.IntN(len(words))]...)
		out = append(out, ' ')
	}
	return out[:n]
}

func TestATokenIsFoundAtEveryEdge(t *testing.T) {
	secret := `"` + madeUp(1) + `"`
	for _, edge := range []int{sniffed, lookBack, pieceSize, pieceSize + lookBack, pieceSize + lookAhead, lookBack + pieceSize + lookAhead, 2 * pieceSize} {
		for shift := -50; shift <= 10; shift += 6 {
			text := filler(edge + 2*lookAhead)
			at := edge + shift
			copy(text[at:], secret)
			r := scan(t, "app.js", string(text))
			if len(r.Findings) != 1 || r.Findings[0].Place.Column != at+2 || r.Findings[0].Place.Line != 1 {
				t.Fatalf("edge %d, shift %d: %d findings, %+v", edge, shift, len(r.Findings), r.Findings)
			}
		}
	}
}

func TestANameAndItsValueAreFoundAcrossEveryEdge(t *testing.T) {
	secret := filled(`;cloudflareApiKey:"<hex:40>",`, 3)
	for shift := -len(secret); shift <= 2; shift += 4 {
		text := filler(pieceSize + 3*lookAhead)
		copy(text[pieceSize+lookBack+shift:], secret)
		if r := scan(t, "app.js", string(text)); r.Failures != 1 {
			t.Fatalf("shift %d: %+v", shift, r.Findings)
		}
	}
}

func TestLinesAndColumnsAreThoseOfTheValue(t *testing.T) {
	text := "one\ntwo\n  x = \"" + madeUp(2) + "\"\n" + strings.Repeat("line\n", 1_000_000) + "y='" + madeUp(3) + "'"
	r := scan(t, "app.js", text)
	if len(r.Findings) != 2 || r.Findings[0].Place.String() != "app.js:3:8" || r.Findings[1].Place.String() != "app.js:1000004:4" {
		t.Errorf("%+v", r.Findings)
	}
}

func TestASecretIsFoundHoweverItIsSpelled(t *testing.T) {
	secret := madeUp(4)
	named := filled(`nationbuilder_token=<hex:64>`, 4)
	name, value, _ := strings.Cut(named, "=")
	hexed := func(s, format string) string {
		var b strings.Builder
		for _, c := range []byte(s) {
			fmt.Fprintf(&b, format, c)
		}
		return b.String()
	}
	for title, text := range map[string]string{
		"plain":                            `a="` + secret + `"`,
		"at the end, no newline":           `a=` + secret,
		"JSON in a string":                 `{"a":"{\"` + name + `\":\"` + value + `\"}"}`,
		"JSON in a string in a string":     `"{\\\"` + name + `\\\":\\\"` + value + `\\\"}"`,
		"unicode escapes around":           `{\u0022` + name + `\u0022:\u0022` + value + `\u0022}`,
		"an HTML attribute":                `<div data-x="{&quot;` + name + `&quot;:&quot;` + value + `&quot;}">`,
		"an element":                       `<` + name + `>` + value + `</` + name + `>`,
		"a query":                          `/x?` + name + `=` + value + `&page=1`,
		"a query in an attribute":          `href="/x?a=1&amp;` + name + `=` + value + `&amp;b=2"`,
		"percent-encoded JSON":             `s=%7B%22` + name + `%22%3A%22` + value + `%22%7D`,
		"hexadecimal escapes of all bytes": `var a="` + hexed(secret, `\x%02x`) + `"`,
		"unicode escapes of all bytes":     `var a="` + hexed(secret, `\u%04x`) + `"`,
		"entities of all bytes":            `<p>` + hexed(secret, `&#%d;`) + `</p>`,
		"percent escapes of all bytes":     `?a=` + hexed(secret, `%%%02x`),
		"base64":                           `atob("` + base64.StdEncoding.EncodeToString([]byte(`{"`+name+`":"`+value+`"}`)) + `")`,
		"base64 in base64":                 base64.StdEncoding.EncodeToString([]byte("data " + base64.StdEncoding.EncodeToString([]byte("the token is "+secret)))),
		"base64 folded":                    fold(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("some words ", 30)+secret)), 76),
		"a data URI":                       `//# sourceMappingURL=data:application/json;base64,` + base64.StdEncoding.EncodeToString([]byte(`{"sourcesContent":["x=\"`+secret+`\""]}`)),
		"UTF-16":                           utf16Of("\ufeffa=\"" + secret + "\"\r\n"),
		"gzip":                             gzipOf("a=" + secret),
		"gzip in base64":                   `"` + base64.StdEncoding.EncodeToString([]byte(gzipOf("a="+secret))) + `"`,
		"beside an allow comment":          `a="` + secret + `" // gitleaks` + `:allow`,
		"in binary":                        "\x7fELF\x02\x01\x00" + strings.Repeat("\x00\xff\x10", 500) + "a\x00" + secret + "\x00\x01",
		"Kubernetes env":                   "env:\n- name: NATIONBUILDER_TOKEN\n  value: " + value + "\n",
		"JSON name and value":              `{"name":"` + name + `","value":"` + value + `"}`,
		"meta":                             `<meta name="nationbuilder-token" content="` + value + `">`,
	} {
		t.Run(title, func(t *testing.T) {
			r := scan(t, "jquery.min.js", text)
			if r.Failures != 1 || len(r.Gaps) > 0 {
				t.Errorf("failures %d, gaps %v: %+v", r.Failures, r.Gaps, r.Findings)
			}
			said := fmt.Sprintf("%+v", r)
			if strings.Contains(said, secret) || strings.Contains(said, value) {
				t.Error("the result holds the secret")
			}
		})
	}
}

func fold(text string, width int) string {
	var b strings.Builder
	for len(text) > width {
		b.WriteString(text[:width] + "\r\n")
		text = text[width:]
	}
	return b.String() + text
}

func utf16Of(text string) string {
	var b bytes.Buffer
	for _, u := range utf16.Encode([]rune(text)) {
		b.Write([]byte{byte(u), byte(u >> 8)})
	}
	return b.String()
}

func gzipOf(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

// Minified code and source maps list words of 25 letters behind the name of a vendor.
func TestAWordInAListIsNoValue(t *testing.T) {
	names := `{"version":3,"names":["openGraph","twitter","createMetadataAccumulator","titleTemplates"],"mappings":"AAAA"}`
	if r := scan(t, "a.js.map", names); r.Failures > 0 {
		t.Errorf("%+v", r.Findings)
	}
	if r := scan(t, "a.js", filled(`init("twitter","<mixed:24>7","site")`, 1)); r.Failures != 1 {
		t.Errorf("a value with a digit is not found: %+v", r.Findings)
	}
}

func TestBase64AcrossPiecesIsDecoded(t *testing.T) {
	inner := append(filler(2*pieceSize), ` x="`+madeUp(5)+`" `...)
	inner = append(inner, filler(pieceSize)...)
	text := `"` + base64.StdEncoding.EncodeToString(inner) + `"`
	if r := scan(t, "app.js.map", text); r.Failures != 1 {
		t.Errorf("%+v", r.Findings)
	}
}

func TestABudgetThatIsSpentIsAGap(t *testing.T) {
	for name, c := range map[string]struct {
		limits Limits
		files  []string
		why    string
	}{
		"bytes":         {Limits{Bytes: 1000, Files: 10, Ratio: 10, Depth: 2, Findings: 5}, []string{string(filler(2000))}, "unpacked"},
		"files":         {Limits{Bytes: 1000, Files: 1, Ratio: 10, Depth: 2, Findings: 5}, []string{"a", "b"}, "files"},
		"depth":         {Limits{Bytes: 1 << 20, Files: 10, Ratio: 10, Depth: 1, Findings: 5}, []string{gzipOf(gzipOf("a"))}, "nested more than 1 deep"},
		"a gzip bomb":   {Limits{Bytes: 1 << 30, Files: 10, Ratio: 10, Depth: 2, Findings: 5}, []string{gzipOf(strings.Repeat("a", 16<<20))}, "10 times larger"},
		"damaged bytes": {DefaultLimits(), []string{gzipOf(string(filler(9000)))[:700]}, "gzip"},
	} {
		t.Run(name, func(t *testing.T) {
			j := New(nil).Job(c.limits)
			var err error
			for _, f := range c.files {
				err = j.Scan(Place{File: "x"}, strings.NewReader(f))
			}
			r := j.Result()
			if len(r.Gaps) != 1 || !strings.Contains(r.Gaps[0].Why, c.why) {
				t.Errorf("gaps %v, error %v", r.Gaps, err)
			}
			if err != nil && !errors.Is(err, ErrLimit) {
				t.Error(err)
			}
		})
	}
}

func TestAnErrorOfTheReaderIsReturned(t *testing.T) {
	broken := errors.New("connection reset")
	j := New(nil).Job(DefaultLimits())
	err := j.Scan(Place{File: "x"}, io.MultiReader(strings.NewReader(`a="`+madeUp(6)+`" and more`), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	if r := j.Result(); r.Failures != 1 {
		t.Errorf("what was read was not looked at: %+v", r)
	}
}

func TestTheWorstFindingsAreKeptAndAllAreCounted(t *testing.T) {
	j := New(nil).Job(Limits{Bytes: 1 << 20, Files: 100, Ratio: 10, Depth: 2, Findings: 10})
	for seed := range uint64(100) {
		text := filled("key = \"pk_<empty>live_<mixed:24>\"\nkey = \"sk_<empty>live_<mixed:24>\"\n", seed)
		if err := j.Scan(Place{File: fmt.Sprint(seed)}, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	r := j.Result()
	if len(r.Findings) != 10 || r.Failures != 100 || r.Infos != 100 {
		t.Errorf("%d kept, %d failures, %d infos", len(r.Findings), r.Failures, r.Infos)
	}
	for _, f := range r.Findings {
		if f.Severity != Critical {
			t.Errorf("kept %v", f)
		}
	}
}

func TestFingerprintsKnowASecretAgainOnlyWithAKey(t *testing.T) {
	prints := func(key []byte, file, secret string) string {
		j := New(key).Job(DefaultLimits())
		if err := j.Scan(Place{File: file}, strings.NewReader(`a="`+secret+`"`)); err != nil {
			t.Fatal(err)
		}
		return j.Result().Findings[0].Fingerprint
	}
	one, two := madeUp(7), madeUp(8)
	if prints([]byte("k"), "a", one) != prints([]byte("k"), "b", one) {
		t.Error("with a key, the same secret elsewhere is another")
	}
	if prints([]byte("k"), "a", one) == prints([]byte("l"), "a", one) || prints([]byte("k"), "a", one) == prints([]byte("k"), "a", two) {
		t.Error("with a key, the fingerprint does not depend on key and secret")
	}
	if prints(nil, "a", one) != prints(nil, "a", two) || prints(nil, "a", one) == prints(nil, "b", one) {
		t.Error("without a key, the fingerprint depends on the secret")
	}
}

func FuzzScan(f *testing.F) {
	f.Add([]byte(`{"apiKey":"` + madeUp(9) + `"}`))
	f.Add([]byte(`%7B%22a%22%3A%22b%22%7D&#115;\x41\x42\x43\x44 ://a:b@c -----BEGIN`))
	f.Add([]byte(gzipOf("a")))
	s := New(nil)
	f.Fuzz(func(t *testing.T, data []byte) {
		look := func(r io.Reader) Result {
			j := s.Job(Limits{Bytes: 1 << 24, Files: 1000, Ratio: 200, Depth: 4, Findings: 50})
			if err := j.Scan(Place{File: "x"}, r); err != nil && !errors.Is(err, ErrLimit) {
				t.Fatal(err)
			}
			return j.Result()
		}
		whole, bytewise := look(bytes.NewReader(data)), look(iotest.OneByteReader(bytes.NewReader(data)))
		if whole.Failures != bytewise.Failures || whole.Infos != bytewise.Infos {
			t.Errorf("read at once %d and %d, byte by byte %d and %d", whole.Failures, whole.Infos, bytewise.Failures, bytewise.Infos)
		}
	})
}

// TestTheUserOfAnAddressIsNotShown: tokens are written as the user as well, as in https://token:x-oauth-basic@host.
func TestTheUserOfAnAddressIsNotShown(t *testing.T) {
	user := "qWeRtYzXcVbNmKlPo" + "IuY"
	r := scan(t, "a.env", "a=https://"+user+":x-oauth-basic@git.alice.vote/x\n")
	if r.Failures != 1 || strings.Contains(r.Findings[0].Excerpt, user) {
		t.Errorf("%+v", r.Findings)
	}
}

func TestANameThatEndsInSecretIsNotPlain(t *testing.T) {
	for _, name := range []string{
		"NEXT_PUBLIC_API_SECRET", "NEXT_PUBLIC_ADMIN_PASSWORD", "NUXT_PUBLIC_API_TOKEN", "PUBLIC_ADMIN_TOKEN", "EXPO_PUBLIC_SECRET_KEY", "CSRF_SECRET", "PASSPORT_SECRET",
		"MEASUREMENT_API_SECRET",
	} {
		if r := scan(t, "main.js", filled(`var e={`+name+`:"<mixed:32>"};`, 1)); r.Failures != 1 {
			t.Errorf("%s: %+v", name, r.Findings)
		}
	}
	for _, name := range []string{"NEXT_PUBLIC_SITE_KEY", "csrfToken", "PUBLIC_KEY", "nonce"} {
		if r := scan(t, "main.js", filled(`var e={`+name+`:"<mixed:32>"};`, 1)); r.Failures != 0 {
			t.Errorf("%s: %+v", name, r.Findings)
		}
	}
}
