package leak

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ulikunitz/xz/lzma"
)

func b64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func packedBy(t *testing.T, to func(io.Writer) (io.WriteCloser, error), text string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := to(&b)
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func zlibAt(level int) func(io.Writer) (io.WriteCloser, error) {
	return func(w io.Writer) (io.WriteCloser, error) { return zlib.NewWriterLevel(w, level) }
}

func lzmaOf(w io.Writer) (io.WriteCloser, error) { return lzma.NewWriter(w) }

// wide is text in UTF-16 without a mark, the big end first where it is said.
func wide(text string, big bool) string {
	out := []byte(utf16Of(text))
	for i := 0; big && i < len(out); i += 2 {
		out[i], out[i+1] = out[i+1], out[i]
	}
	return string(out)
}

// random bytes are those of pictures and fonts.
func random(n int, seed uint64) string {
	from := rand.New(rand.NewPCG(seed, 3))
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(from.Uint32())
	}
	return string(out)
}

const (
	russian = "Список паролей для сайта кампании, никому не показывать: "
	chinese = "竞选网站的密码清单，请勿外传。请将此文件保存在安全的地方， 不要发送给任何人: "
	arabic  = "قائمة كلمات المرور لموقع الحملة ، لا تظهرها لأحد: "
)

func TestWhatWasPassedOverIsLookedInto(t *testing.T) {
	secret := `token = "` + madeUp(4) + `"`
	for title, text := range map[string]string{
		"zlib, little effort":             packedBy(t, zlibAt(zlib.BestSpeed), strings.Repeat("some words, ", 9)+secret),
		"zlib, some effort":               "x\x5e" + packedBy(t, zlibAt(5), strings.Repeat("some words, ", 9)+secret)[2:],
		"lzma":                            packedBy(t, lzmaOf, strings.Repeat("some words, ", 9)+secret),
		"UTF-16 in Russian":               wide(russian+secret, false),
		"UTF-16 in Russian, big end":      wide(russian+secret, true),
		"UTF-16 in Chinese":               wide(chinese+secret, false),
		"UTF-16 in Arabic, big end":       wide(arabic+secret, true),
		"base64 of Russian":               `"` + b64(russian+secret) + `"`,
		"base64 of binary":                `"` + b64(random(100, 1)+secret+random(100, 2)) + `"`,
		"base64 of binary, for addresses": `"` + strings.NewReplacer("+", "-", "/", "_").Replace(b64(random(100, 1)+secret)) + `"`,
		"base64 of binary, folded":        fold(b64(random(301, 1)+secret+random(99, 2)), 76),
		"base64 of zlib":                  `"` + b64(packedBy(t, zlibAt(6), secret)) + `"`,
		"base64 of much zlib":             `"` + b64(packedBy(t, zlibAt(6), secret+b64(random(5000, 3)))) + `"`,
		"base64 of lzma":                  `"` + b64(packedBy(t, lzmaOf, secret)) + `"`,
		"base64 of UTF-16":                `powershell -EncodedCommand ` + b64(utf16Of("$env:GH = '"+madeUp(4)+"'")),
		"a PDF":                           pdfOf(t, "/Filter /FlateDecode", packedBy(t, zlibAt(6), "BT (x) Tj ET\n"+secret)),
		"a PDF, Windows":                  strings.ReplaceAll(pdfOf(t, "/Filter[/FlateDecode]/Length 9", packedBy(t, zlibAt(6), secret)), "stream\n", "stream\r\n"),
		"a PDF, as it is":                 pdfOf(t, "", "(x) "+secret),
		"a PDF, after a damaged stream":   pdfOf(t, "/Filter /FlateDecode", packedBy(t, zlibAt(6), "some words")[:6]+"\xff\xff\xff\xff\nendstream\nendobj\n"+secret),
		"base64 of a PDF":                 `"data:application/pdf;base64,` + b64(pdfOf(t, "/Filter /FlateDecode", packedBy(t, zlibAt(6), secret))) + `"`,
	} {
		t.Run(title, func(t *testing.T) {
			if r := scan(t, "a.bin", text); r.Failures != 1 || len(r.Gaps) > 0 {
				t.Errorf("%d failures, gaps %v", r.Failures, r.Gaps)
			}
		})
	}
}

// pdfOf is a PDF with a stream.
func pdfOf(t *testing.T, filter, stream string) string {
	t.Helper()
	picture := packedBy(t, zlibAt(6), strings.Repeat("\xff", 1<<20))
	return "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/XObject/Subtype/Image/Filter/FlateDecode/Length 1>>\nstream\n" + picture + "\nendstream\nendobj\n" +
		"2 0 obj\n<< " + filter + " >>\nstream\n" + stream + "\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
}

func TestWhatIsNotLookedIntoIsAGap(t *testing.T) {
	nested := madeUp(4) + " and more"
	for range DefaultLimits().Depth + 1 {
		nested = b64("so " + nested)
	}
	for title, c := range map[string]struct{ text, why string }{
		"base64 in base64 for long": {nested, "nested more than 5 deep"},
		"compress":                  {"\x1f\x9d\x90" + random(100, 1), "compress"},
		"lzma, a large window":      {"\x5d\x00\x00\x00\x10" + strings.Repeat("\xff", 8) + "\x00" + random(100, 1), "lzma"},
		"lzma that is cut":          {packedBy(t, lzmaOf, random(5000, 1))[:3000], "lzma"},
	} {
		t.Run(title, func(t *testing.T) {
			r := scan(t, "a.bin", c.text)
			if len(r.Gaps) != 1 || !strings.Contains(r.Gaps[0].Why, c.why) {
				t.Errorf("gaps %v, want %q", r.Gaps, c.why)
			}
		})
	}
}

// Ordinary sites stay clean.
func TestWhatSitesAreMadeOfIsNoGap(t *testing.T) {
	texts := map[string]string{
		"a formula":           "x^2 + y^2 = z^2, and so on; x^3 is more",
		"a formula, in UTF-8": "x^2 − y² = z², und so weiter, für alle",
		"a bracket":           "]\x00\x00\x80\x00 is no lzma at all, it only looks so",
		"a picture":           "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + random(60_000, 4),
		"a font":              "wOF2\x00\x01\x00\x00" + random(30_000, 5),
		"an encrypted PDF":    pdfOf(t, "/Filter /FlateDecode", "x\x9c"+random(3000, 6)),
		"a PDF of pages":      pdfOf(t, "/Filter /FlateDecode", packedBy(t, zlibAt(9), strings.Repeat("0 0 m 10 10 l S\n", 4000))),
		"percents of percent": "/a%252522%252522b?c=%25252522",
	}
	var locks, pictures, words strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&locks, `"integrity": "sha512-%s",`+"\n", b64(random(64, uint64(i))))
		if i < 500 {
			fmt.Fprintf(&pictures, "a{background:url(data:image/png;base64,%s)}\n", b64("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"+random(900, uint64(i))))
			// Of what is random some begins as zlib.
			fmt.Fprintf(&locks, `"integrity": "sha512-%s",`+"\n", b64("x\x9c"+random(62, uint64(i)))+"\n"+b64("x\x9c"+random(4000, uint64(i))))
		}
		fmt.Fprintf(&words, "%c%c", 'Ā'+i%200, '0'+i%10)
	}
	texts["a lock file"], texts["pictures in a style"], texts["numbers of 16 bits"] = locks.String(), pictures.String(), utf16Of(words.String())+"\x00\x00\x01\x00"
	for title, text := range texts {
		if r := scan(t, "a.bin", text); r.Failures > 0 || len(r.Gaps) > 0 {
			t.Errorf("%s: gaps %v, %v", title, r.Gaps, r.Findings)
		}
	}
}
