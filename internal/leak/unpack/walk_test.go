package unpack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

func copyAll(w io.Writer, r io.Reader) (int64, error) { return io.Copy(w, r) }

func everyKind() map[Kind][]byte {
	text := bytes.Repeat([]byte("some text, "), 500)
	return map[Kind][]byte{
		Gzip: gzipped(text), Zlib: zlibbed(text), Bzip2: bzipped(), XZ: xzed(text), Zstd: zstded(text), Brotli: brotlied(text), LZMA: lzmaed(text), PDF: []byte("%PDF-1.7\n1 0 obj\n<</Filter/FlateDecode>>\nstream\n" + string(zlibbed(text)) + "\nendstream\n"),
		UTF16LE: []byte("\xff\xfea\x00b\x00c\x00"), UTF16BE: []byte("\xfe\xff\x00a\x00b\x00c"),
		Tar: tarOf(reg("a", string(text)), reg("b", "more")), Zip: zipOf(file{"a", string(text)}, file{"b", "more"}),
		Ar: arOf(file{"a", string(text)}, file{"b", "more"}), GitPack: gitPackOf([]byte{3, 3}, string(text), "more"), SQLite: people(1024),
	}
}

func TestSniffKnowsEveryKind(t *testing.T) {
	for kind, data := range everyKind() {
		name := "file"
		if kind == Brotli {
			name = "main.js.BR"
		}
		if got := Sniff(name, data[:min(512, len(data))]); got != kind {
			t.Errorf("%s is taken for %q", kind, got)
		}
	}
	for what, c := range map[string]struct {
		head string
		want Kind
	}{
		"text":                              {"const key = 1;\n", None},
		"nothing":                           {"", None},
		"text like bzip2":                   {"BZh9 is a magic", None},
		"a formula like zlib":               {"x^2 + y^2 = z^2, and so on", None},
		"bytes like zlib":                   {"x\x9c\xff\xff\xff\xff\xff\xff\xff", None},
		"an old tar":                        {strings.Replace(string(rawTar("a", '0', octal(1))), "ustar\x0000", "\x00\x00\x00\x00\x00\x00\x00\x00", 1), None},
		"zeros":                             {string(zeros(512)), None},
		"UTF-16 without a mark":             {"k\x00e\x00y\x00=\x00\"\x00x\x00", UTF16LE},
		"UTF-16 without a mark, big end up": {"\x00k\x00e\x00y\x00=\x00\"\x00x", UTF16BE},
		"small numbers of 16 bits":          {"\x01\x00\x02\x00\x03\x00\x04\x00\x05\x00", None},
		"zstd with a frame to skip":         {"\x5f\x2a\x4d\x18\x00\x00\x00\x00", Zstd},
		"7z":                                {"7z\xbc\xaf\x27\x1c\x00\x04", SevenZip},
		"rar":                               {"Rar!\x1a\x07\x01\x00", Rar},
		"lz4":                               {"\x04\x22\x4d\x18\x64", LZ4},
		"lzip":                              {"LZIP\x01\x0c", Lzip},
		"compress":                          {"\x1f\x9d\x90\x61", Compress},
		"bytes like compress":               {"\x1f\x9d\x7f\x61", None},
		"zlib like a formula":               {"x\x5e" + string(zlibbed([]byte("some text"))[2:]), Zlib},
		"bytes like lzma":                   {"\x5d\x00\x00\x01\x01" + strings.Repeat("\x01", 13), None},
		"UTF-16 in Greek":                   {string(utf16Of(binary.LittleEndian, "Οι κωδικοί του ιστότοπου: a=1")), UTF16LE},
		"UTF-16 in Hindi, big end up":       {string(utf16Of(binary.BigEndian, "वेबसाइट के पासवर्ड: a=1")), UTF16BE},
		"UTF-16 in Japanese":                {string(utf16Of(binary.LittleEndian, "サイトのパスワード。誰にも見せない: a=1")), UTF16LE},
		"a git object":                      {"blob 99\x00key = \"value\" and some more words of it\n", None},
		"a git object in Russian":           {"blob 99\x00Список паролей для сайта кампании, никому не показывать", None},
		"a git object in Windows-1251":      {"blob 99\x00\xcf\xe0\xf0\xee\xeb\xe8 \xf1\xe0\xe9\xf2\xe0, \xed\xe8\xea\xee\xec\xf3 \xed\xe5 \xef\xee\xea", None},
		"names with zeros between":          {"index.html\x00style.css\x00script.js\x00image.png\x00font.woff2\x00", None},
		"names in Russian":                  {"файл\x00список\x00пароли\x00сайт\x00страница\x00картинка\x00", None},
		"names in Chinese":                  {"文件\x00名单\x00密码\x00网站\x00页面\x00图片\x00选举\x00", None},
		"Russian in Windows-1251":           {"\xcf\xe0\xf0\xee\xeb\xe8 \xf1\xe0\xe9\xf2\xe0, \xed\xe8\xea\xee\xec\xf3 \xed\xe5 \xef\xee\xea\xe0\xe7\xfb\xe2\xe0\xf2\xfc", None},
	} {
		if got := Sniff("file", []byte(c.head)); got != c.want {
			t.Errorf("%s is taken for %q, want %q", what, got, c.want)
		}
	}
}

func TestEveryKindIsReadTheSameInSmallPieces(t *testing.T) {
	for kind, data := range everyKind() {
		t.Run(string(kind), func(t *testing.T) {
			want, err := walkAll(kind, reading(data), plenty())
			if err != nil {
				t.Fatal(err)
			}
			var got []seen
			err = Walk(kind, iotest.OneByteReader(reading(data)), plenty(), func(m Member) error {
				text, err := io.ReadAll(iotest.OneByteReader(m.Body))
				got = append(got, seen{m.Name, m.Link, string(text[:min(len(text), 1024)]), int64(len(text))})
				return err
			})
			if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("error %v, %d members, want %d", err, len(got), len(want))
			}
		})
	}
}

func TestAReadersOwnErrorIsNoDamage(t *testing.T) {
	lost := errors.New("connection lost")
	for kind, data := range everyKind() {
		t.Run(string(kind), func(t *testing.T) {
			for _, cut := range []int{0, 1, len(data) / 3, len(data) / 2, len(data) - 1} {
				r := io.MultiReader(reading(data[:cut]), iotest.ErrReader(lost))
				_, err := walkAll(kind, r, plenty())
				if !errors.Is(err, lost) || errors.Is(err, ErrDamaged) {
					t.Errorf("cut at %d: error %v", cut, err)
				}
			}
		})
	}
}

func TestVisitsOwnErrorEndsTheWalkAsItCame(t *testing.T) {
	mine := fmt.Errorf("mine: %w", ErrDamaged)
	for kind, data := range everyKind() {
		visits := 0
		err := Walk(kind, reading(data), plenty(), func(Member) error { visits++; return mine })
		if err != mine || visits != 1 { //nolint:errorlint // it must be the very error
			t.Errorf("%s: error %v after %d visits", kind, err, visits)
		}
	}
}

func TestWhatVisitLeavesIsReadAndCounted(t *testing.T) {
	text := noise(2 << 20)
	for kind, data := range map[Kind][]byte{
		Gzip: gzipped(text), XZ: xzed(text), Zstd: zstded(text), Brotli: brotlied(text), LZMA: lzmaed(text), PDF: []byte("%PDF-1.7\n1 0 obj\n<</Filter/FlateDecode>>\nstream\n" + string(zlibbed(text)) + "\nendstream\n"), Zip: zipOf(file{"a", string(text)}),
	} {
		b := NewBudget(1<<20, 10, 200)
		err := Walk(kind, reading(data), b, func(Member) error { return nil })
		if !errors.Is(err, ErrBudget) || !errors.Is(b.Spent(), ErrBudget) {
			t.Errorf("%s: error %v, spent %v", kind, err, b.Spent())
		}
	}
	if err := Walk(Gzip, reading(flip(gzipped(text), -8)), plenty(), func(Member) error { return nil }); !errors.Is(err, ErrDamaged) {
		t.Errorf("damage that visit did not come to is not told: %v", err)
	}
}

func TestATarWithinAGzipIsCountedOnce(t *testing.T) {
	text := noise(1 << 20)
	b := plenty()
	data := tarOf(reg("a", string(text)))
	err := Walk(Gzip, reading(gzipped(data)), b, func(m Member) error {
		return Walk(Tar, m.Body, b, func(Member) error { return nil })
	})
	if bytes, files := b.Used(); err != nil || bytes != int64(len(data)) || files != 2 {
		t.Errorf("error %v, %d bytes and %d files for a tar of %d", err, bytes, files, len(data))
	}
}

func TestDamageFurtherOutIsToldOnceAndEndsBoth(t *testing.T) {
	data := gzipped(tarOf(reg("a", "one"), reg("b", string(noise(5000)))))
	var inner error
	err := Walk(Gzip, reading(data[:len(data)/2]), plenty(), func(m Member) error {
		inner = Walk(Tar, m.Body, plenty(), func(Member) error { return nil })
		return nil
	})
	if !errors.Is(inner, ErrDamaged) || !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "gzip") {
		t.Errorf("inner %v, outer %v", inner, err)
	}
}

func TestASpentBudgetUnpacksNothing(t *testing.T) {
	b := NewBudget(10, 10, 10)
	if err := b.TakeBytes(11); !errors.Is(err, ErrBudget) || !strings.Contains(err.Error(), "10 bytes") {
		t.Errorf("taking too much: %v", err)
	}
	if all, err := walkAll(Gzip, reading(gzipped(nil)), b); !errors.Is(err, ErrBudget) || len(all) != 0 {
		t.Errorf("visited %d, error %v", len(all), err)
	}
	if err := b.TakeFile(); !errors.Is(err, ErrBudget) {
		t.Errorf("taking a file: %v", err)
	}
}

func TestDuplicatesByTheHundredThousandAreQuick(t *testing.T) {
	var buf bytes.Buffer
	one := tarOf(reg("same", "x"))[:1024]
	for range 100_000 {
		buf.Write(one)
	}
	visits := 0
	err := Walk(Tar, &buf, plenty(), func(Member) error { visits++; return nil })
	if err != nil || visits != 100_000 {
		t.Errorf("%d visits, error %v", visits, err)
	}
}

// breaking is a decoder with a mistake in it.
type breaking struct{}

func (breaking) Read([]byte) (int, error) { panic("index out of range") }

func TestADecoderThatBreaksIsDamage(t *testing.T) {
	w := &walk{kind: XZ, src: &tap{r: strings.NewReader("")}, b: plenty(), visit: func(Member) error { return nil }}
	damage, err := w.member(Member{}, breaking{}, w.wholly(false))
	if err != nil || !errors.Is(damage, ErrDamaged) {
		t.Errorf("damage %v, error %v", damage, err)
	}
}

// idle gives nothing, for ever.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

func TestAStreamThatGoesNowhereIsDamage(t *testing.T) {
	w := &walk{kind: Brotli, src: &tap{r: strings.NewReader("")}, b: plenty(), visit: func(Member) error { return nil }}
	damage, err := w.member(Member{}, idle{}, w.wholly(false))
	if err != nil || !errors.Is(damage, ErrDamaged) {
		t.Errorf("damage %v, error %v", damage, err)
	}
}

// heap watches what lives while a container is read.
type heap struct {
	r     io.Reader
	reads int
	most  uint64
}

func (h *heap) Read(p []byte) (int, error) {
	if h.reads++; h.reads%64 == 1 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		h.most = max(h.most, m.HeapAlloc)
	}
	return h.r.Read(p)
}

func TestBombsStayWithinMemory(t *testing.T) {
	const allowed = 100 << 20 // Twice 40 MiB, for the collector runs behind.
	for what, c := range map[string]struct {
		kind Kind
		r    io.Reader
	}{
		"zstd windows":     {Zstd, io.LimitReader(&endless{piece: hugeWindow(25)}, 1<<20)},
		"xz dictionaries":  {XZ, io.LimitReader(&endless{piece: hugeDictionary()}, 4<<10)},
		"zip entries":      {Zip, &endless{piece: localEntry("tiny", 0, 0, nil, 0)}},
		"pax headers":      {Tar, &endless{piece: joined(rawTar("pax", 'x', octal(12)), pad([]byte("12 path=abc\n")))}},
		"zip directories":  {Zip, io.LimitReader(&endless{piece: directoryEntry("tiny", 0, 0, 0)}, 32<<20)},
		"bytes in a zip":   {Zip, io.LimitReader(&endless{piece: []byte("PK")}, 64<<20)},
		"a stored stream":  {Zip, io.MultiReader(reading(localEntry("a", 8, 0, nil, 0)), io.LimitReader(&endless{piece: []byte(zipDescriptor)}, 16<<20))},
		"a gzip of noise":  {Gzip, io.LimitReader(&endless{piece: gzipped(noise(1 << 16))}, 64<<20)},
		"UTF-16 for long":  {UTF16LE, io.LimitReader(&endless{piece: []byte("a\x00")}, 64<<20)},
		"git objects":      {GitPack, io.MultiReader(strings.NewReader("PACK\x00\x00\x00\x02\xff\xff\xff\xff"), &endless{piece: gitObjectOf("x")})},
		"ar of many files": {Ar, io.MultiReader(strings.NewReader(arMagic), &endless{piece: arOf(file{"tiny", "x"})[8:]})},
	} {
		t.Run(what, func(t *testing.T) {
			runtime.GC()
			h := &heap{r: c.r}
			// How it ends is another test's.
			_ = Walk(c.kind, h, plenty(), func(m Member) error {
				_, err := io.Copy(io.Discard, m.Body)
				return err
			})
			if h.most > allowed {
				t.Errorf("%d MiB", h.most>>20)
			}
		})
	}
}

func TestDecodersWithinOneAnotherShareTheMemory(t *testing.T) {
	for _, c := range []struct {
		what   string
		window int
		depth  int
		err    error
	}{
		{"two may have the large window", 25, outerWindows, nil},
		{"further in is the small one", 25, outerWindows + 1, ErrDamaged},
		{"the small one is enough for most", 23, 5, nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			packed := hugeWindow(c.window)
			for range c.depth - 1 {
				// A frame that is not compressed, around the one that asks for much.
				packed = zstded(packed)
			}
			b := plenty()
			var walk func(r io.Reader, depth int) error
			walk = func(r io.Reader, depth int) error {
				return Walk(Zstd, r, b, func(m Member) error {
					if depth == c.depth {
						_, err := io.Copy(io.Discard, m.Body)
						return err
					}
					return walk(m.Body, depth+1)
				})
			}
			for range 3 {
				if err := walk(bytes.NewReader(packed), 1); !errors.Is(err, c.err) || c.err == nil && err != nil {
					t.Errorf("error %v, want %v", err, c.err)
				}
			}
			if b.windows != 0 {
				t.Errorf("%d decoders are open", b.windows)
			}
		})
	}
}

func gitObjectOf(text string) []byte {
	b := gitPackOf([]byte{3}, text)
	return b[12 : len(b)-20]
}

func BenchmarkGzip(b *testing.B) {
	// Packs about four to one, as scripts do.
	text := make([]byte, 0, 16<<20)
	for i, n := 0, noise(1<<20); len(text) < 15<<20; i++ {
		text = fmt.Appendf(text, "function f%x(a,b){return a+b*%d};const k%d=\"%x\";\n", n[i], i, n[i+1], n[i:i+4])
	}
	data := gzipped(text)
	b.SetBytes(int64(len(text)))
	b.ReportMetric(float64(len(text))/float64(len(data)), "ratio")
	b.ReportAllocs()
	for b.Loop() {
		if err := Walk(Gzip, reading(data), plenty(), func(Member) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
