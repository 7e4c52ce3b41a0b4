package unpack

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/ulikunitz/xz"
)

// hostile is a container that lies, ends early, or will not end.
type hostile struct {
	what string
	kind Kind
	make func() io.Reader
	// budget is plenty if it is nil.
	budget *Budget
	// seen is what is visited, spelled; "*" for any of it.
	seen string
	// err is what the walk ends with, why a piece of its text.
	err error
	why string
}

func whole(data []byte) func() io.Reader { return func() io.Reader { return bytes.NewReader(data) } }

func joined(pieces ...[]byte) []byte { return slices.Concat(pieces...) }

func TestHostileAndOddContainers(t *testing.T) {
	for _, table := range [][]hostile{bombs(), cutShort(), oddStreams(), oddTars(), hostileNames(), oddZips(), oddOthers()} {
		for _, h := range table {
			t.Run(h.what, func(t *testing.T) {
				b := h.budget
				if b == nil {
					b = plenty()
				}
				all, err := walkAll(h.kind, h.make(), b)
				if got := spelled(all); h.seen != "*" && got != h.seen {
					t.Errorf("visited %.300q, want %.300q", got, h.seen)
				}
				if h.err == nil && err != nil || !errors.Is(err, h.err) {
					t.Fatalf("error %v, want %v", err, h.err)
				}
				if err != nil && !strings.Contains(err.Error(), h.why) {
					t.Errorf("error %q does not say %q", err, h.why)
				}
				if bytes, _ := b.Used(); bytes > b.maxBytes+1<<16 {
					t.Errorf("%d bytes unpacked with a budget of %d", bytes, b.maxBytes)
				}
			})
		}
	}
}

const ratioText = "200 times larger"

func bombs() []hostile {
	bomb := zeros(32 << 20)
	small := func() *Budget { return NewBudget(3<<20, 100, 1_000_000) }
	quoted := overlapping(64)
	return []hostile{
		{what: "a gzip bomb hits the ratio", kind: Gzip, make: whole(gzipped(bomb)), seen: "*", err: ErrBudget, why: ratioText},
		{what: "a zlib bomb hits the ratio", kind: Zlib, make: whole(zlibbed(bomb)), seen: "*", err: ErrBudget, why: ratioText},
		{what: "a bzip2 bomb hits the ratio", kind: Bzip2, make: whole(bzipBomb()), seen: "*", err: ErrBudget, why: ratioText},
		{what: "an xz bomb hits the ratio", kind: XZ, make: whole(xzed(bomb)), seen: "*", err: ErrBudget, why: ratioText},
		{what: "a zstd bomb hits the ratio", kind: Zstd, make: whole(zstded(bomb)), seen: "*", err: ErrBudget, why: ratioText},
		{what: "a brotli bomb hits the ratio", kind: Brotli, make: whole(brotlied(bomb)), seen: "*", err: ErrBudget, why: ratioText},
		{what: "a zip bomb hits the ratio", kind: Zip, make: whole(zipOf(file{"bomb", string(bomb)})), seen: "*", err: ErrBudget, why: ratioText},
		{what: "a git object that is a bomb hits the ratio", kind: GitPack, make: whole(gitPackOf([]byte{3}, string(bomb))), seen: "*", err: ErrBudget, why: ratioText},
		{what: "a gzip bomb within the ratio hits the bytes", kind: Gzip, make: whole(gzipped(bomb)), budget: small(), seen: "*", err: ErrBudget, why: "3 MiB unpacked"},
		{what: "gzip members for ever hit the bytes", kind: Gzip, make: func() io.Reader { return &endless{piece: gzipped(noise(1000))} },
			budget: small(), seen: "*", err: ErrBudget, why: "3 MiB unpacked"},
		{what: "a tar of tiny files for ever hits the files", kind: Tar, make: func() io.Reader { return &endless{piece: rawTar("tiny", '0', octal(0))} },
			seen: "*", err: ErrBudget, why: "500000 files"},
		{what: "a zip of tiny files for ever hits the files", kind: Zip, make: func() io.Reader { return &endless{piece: localEntry("tiny", 0, 0, nil, 0)} },
			seen: "*", err: ErrBudget, why: "500000 files"},
		{what: "an ar of tiny files for ever hits the files", kind: Ar,
			make: func() io.Reader {
				return io.MultiReader(strings.NewReader(arMagic), &endless{piece: arOf(file{"tiny", ""})[8:]})
			}, seen: "*", err: ErrBudget, why: "500000 files"},
		{what: "a tar that declares 1 TB and sends it hits nothing but is counted by who made its bytes", kind: Tar,
			make: whole(joined(rawTar("large", '0', octal(1<<32)), zeros(512))), seen: "large=" + string(zeros(512)), err: ErrDamaged, why: "ends early"},
		{what: "pax headers for ever hit the headers", kind: Tar, make: func() io.Reader {
			return &endless{piece: joined(rawTar("pax", 'x', octal(12)), pad([]byte("12 path=abc\n")))}
		}, seen: "", err: ErrBudget, why: "1 MiB of headers"},
		{what: "long names for ever hit the headers", kind: Tar, make: func() io.Reader {
			return &endless{piece: joined(rawTar("name", 'L', octal(512)), pad([]byte("long")))}
		}, seen: "", err: ErrBudget, why: "1 MiB of headers"},
		{what: "a pax header of 1 TB is damaged", kind: Tar, make: whole(rawTar("pax", 'x', "\x80\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00")), seen: "", err: ErrDamaged},
		{what: "an old sparse file of holes hits the ratio", kind: Tar, make: whole(oldSparse(1 << 33)), seen: "*", err: ErrBudget, why: ratioText},
		{what: "a pax sparse file of holes hits the ratio", kind: Tar, make: whole(paxSparse(1 << 40)), seen: "*", err: ErrBudget, why: ratioText},
		{what: "a zip whose members overlap unpacks each byte once", kind: Zip, make: whole(quoted), seen: "*", err: ErrDamaged, why: "not there, or twice"},
		{what: "small zstd files that ask for 32 MiB each share one window", kind: Zstd, make: whole(hugeWindow(25)), seen: "=", err: nil},
		{what: "zstd with a window of 2 GiB is damaged", kind: Zstd, make: whole(hugeWindow(31)), seen: "=", err: ErrDamaged, why: "window"},
		{what: "xz blocks that ask for 32 MiB each hit the working memory", kind: XZ, make: func() io.Reader {
			return &endless{piece: hugeDictionary()}
		}, budget: NewBudget(1<<20, 1, 200), seen: "*", err: ErrBudget, why: "working memory"},
	}
}

// overlapping is a zip whose directory names one member's bytes n times, each beginning further in.
func overlapping(n int) []byte {
	kernel := packedDeflate(zeros(100_000))
	b := localEntry("kernel", 0, zipDeflated, kernel, crc32.ChecksumIEEE(zeros(100_000)))
	for range n {
		b = localEntry("kernel", 0, zipStored, b, crc32.ChecksumIEEE(b))
	}
	at := len(b) - len(kernel) - 36
	directory := len(b)
	for range n {
		b = append(b, directoryEntry("kernel", zipDeflated, len(kernel), at)...)
	}
	return append(b, zipTail(n, directory)...)
}

// packedDeflate takes the frame off zlib.
func packedDeflate(text []byte) []byte {
	z := zlibbed(text)
	return z[2 : len(z)-4]
}

// hugeWindow is a zstd frame with an empty block and a window of 2^n bytes.
func hugeWindow(n int) []byte {
	return []byte{0x28, 0xb5, 0x2f, 0xfd, 0, byte(n-10) << 3, 1, 0, 0}
}

// hugeDictionary is an xz stream of no bytes with a dictionary of 4 GiB.
func hugeDictionary() []byte {
	h := []byte(xzMagic + "\x00\x00")
	h = binary.LittleEndian.AppendUint32(h, crc32.ChecksumIEEE(h[6:]))
	block := []byte{2, 0, 0x21, 1, 40, 0, 0, 0}
	block = binary.LittleEndian.AppendUint32(block, crc32.ChecksumIEEE(block))
	block = append(block, 0, 0, 0, 0)
	index := []byte{0, 1, 13, 0}
	index = binary.LittleEndian.AppendUint32(index, crc32.ChecksumIEEE(index))
	return joined(h, block, index, zeros(10), []byte("YZ"))
}

// oldSparse is a file in GNU's old form with one piece of data after a hole.
func oldSparse(size int64) []byte {
	h := rawTar("holes", 'S', octal(512))
	copy(h[257:], "ustar  \x00")
	copy(h[345:], zeros(155))
	copy(h[386:], octal(size-512)+"\x00"+octal(512)+"\x00")
	copy(h[483:], octal(size)+"\x00")
	copy(h[148:], "        ")
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	return joined(h, zeros(512), zeros(1024))
}

// paxSparse is the same in GNU's form of today.
func paxSparse(size int64) []byte {
	var records string
	for _, r := range []string{"GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name=holes", fmt.Sprintf("GNU.sparse.realsize=%d", size)} {
		n := len(r) + 4
		records += fmt.Sprintf("%d %s\n", n, r)
	}
	block := pad(fmt.Appendf(nil, "1\n%d\n0\n", size))
	return joined(rawTar("pax", 'x', octal(int64(len(records)))), pad([]byte(records)), rawTar("holes", '0', octal(512)), block, zeros(1024))
}

func cutShort() []hostile {
	text := noise(5000)
	var table []hostile
	for kind, data := range map[Kind][]byte{
		Gzip: gzipped(text), Zlib: zlibbed(text), Bzip2: bzipped(), XZ: xzed(text), Zstd: zstded(text), Brotli: brotlied(text),
		Tar: tarOf(reg("a", string(text)))[:5000], Zip: zipOf(file{"a", string(text)}), Ar: arOf(file{"a", string(text)}),
		GitPack: gitPackOf([]byte{3}, string(text)), SQLite: people(4096),
	} {
		table = append(table,
			hostile{what: string(kind) + " cut in the middle is damaged", kind: kind, make: whole(data[:len(data)/2]), seen: "*", err: ErrDamaged},
			hostile{what: string(kind) + " without its last byte is damaged", kind: kind, make: whole(data[:len(data)-1]), seen: "*", err: ErrDamaged},
			hostile{what: string(kind) + " of no bytes is damaged", kind: kind, make: whole(nil), seen: "*", err: map[bool]error{true: ErrDamaged}[kind != Tar]},
		)
	}
	return append(table,
		hostile{what: "a tar without the mark of its end is whole", kind: Tar, make: whole(tarOf(reg("a", "text"))[:1024]), seen: "a=text"},
		hostile{what: "members before a cut are visited", kind: Tar, make: whole(tarOf(reg("a", "first"), reg("b", "second"))[:1539]), seen: "a=first|b=sec", err: ErrDamaged},
		hostile{what: "members of a zip whose directory was cut off are visited", kind: Zip, make: whole(storedZip(false, file{"a", "first"}, file{"b", "second"})[:77]),
			seen: "a=first|b=second", err: ErrDamaged, why: "ends early"},
	)
}

func oddStreams() []hostile {
	return []hostile{
		{what: "gzip members in a row are one stream", kind: Gzip, make: whole(joined(gzipped([]byte("one ")), gzipped([]byte("two")))), seen: "=one two"},
		{what: "bytes after a gzip are damage", kind: Gzip, make: whole(joined(gzipped([]byte("one")), []byte("trailing bytes"))), seen: "=one", err: ErrDamaged},
		{what: "a gzip with a wrong checksum is damaged after it was visited", kind: Gzip, make: whole(flip(gzipped([]byte("one")), -8)), seen: "=one", err: ErrDamaged, why: "checksum"},
		{what: "zstd frames in a row are one stream", kind: Zstd, make: whole(joined(zstded([]byte("one ")), zstded([]byte("two")))), seen: "=one two"},
		{what: "zstd after a frame to be skipped is read", kind: Zstd, make: whole(joined([]byte("\x50\x2a\x4d\x18\x02\x00\x00\x00xx"), zstded([]byte("one")))), seen: "=one"},
		{what: "xz streams in a row with zeros between are one stream", kind: XZ, make: whole(joined(xzed([]byte("one ")), zeros(4), xzed([]byte("two")), zeros(8))), seen: "=one two"},
		{what: "an xz block with a wrong checksum is damaged", kind: XZ, make: whole(flip(xzed([]byte("one")), -24)), seen: "*", err: ErrDamaged, why: "checksum"},
		{what: "xz without checksums, in many blocks", kind: XZ, make: whole(xzBlocks(xz.WriterConfig{NoCheckSum: true, BlockSize: 4})), seen: "=text of many blocks"},
		{what: "xz with CRC32", kind: XZ, make: whole(xzBlocks(xz.WriterConfig{CheckSum: xz.CRC32})), seen: "=text of many blocks"},
		{what: "xz with SHA-256", kind: XZ, make: whole(xzBlocks(xz.WriterConfig{CheckSum: xz.SHA256, BlockSize: 5})), seen: "=text of many blocks"},
		{what: "an xz with a filter for programs is damaged", kind: XZ, make: whole(xzWithFilter()), seen: "=", err: ErrDamaged, why: "filter"},
		{what: "bzip2 streams in a row are one stream", kind: Bzip2, make: whole(joined(bzipped(), bzipped())), seen: "=hello bzip2\nhello bzip2\n"},
		{what: "bytes after brotli are damage", kind: Brotli, make: whole(joined(brotlied([]byte("one")), []byte("more"))), seen: "=one", err: ErrDamaged},
		{what: "UTF-16 with a mark is UTF-8 without", kind: UTF16LE, make: whole(utf16Of(binary.LittleEndian, "\ufeffkey = \"ä€😀\"")), seen: "=key = \"ä€😀\""},
		{what: "UTF-16 the other way round is UTF-8 too", kind: UTF16BE, make: whole(utf16Of(binary.BigEndian, "key😀")), seen: "=key😀"},
		{what: "UTF-16 with half a character at its end keeps the rest", kind: UTF16LE, make: whole([]byte("a\x00b\x00\x3d\xd8")), seen: "=ab\ufffd"},
		{what: "UTF-16 of an odd length keeps the rest", kind: UTF16LE, make: whole([]byte("a\x00b\x00c")), seen: "=ab\ufffd"},
	}
}

func xzBlocks(c xz.WriterConfig) []byte {
	return packed(func(w io.Writer) io.WriteCloser { return must(c.NewWriter(w)) }, []byte("text of many blocks"))
}

// xzWithFilter is xz whose block names the filter for x86 before LZMA2.
func xzWithFilter() []byte {
	h := []byte(xzMagic + "\x00\x00")
	h = binary.LittleEndian.AppendUint32(h, crc32.ChecksumIEEE(h[6:]))
	block := []byte{2, 1, 0x04, 0, 0x21, 1, 22, 0}
	return joined(h, binary.LittleEndian.AppendUint32(block, crc32.ChecksumIEEE(block)), zeros(100))
}

// flip breaks a byte, counted from the end if it is negative.
func flip(data []byte, at int) []byte {
	data = slices.Clone(data)
	data[(at+len(data))%len(data)] ^= 0xff
	return data
}

func oddTars() []hostile {
	link := func(kind byte, name, to string) tar.Header {
		return tar.Header{Name: name, Linkname: to, Typeflag: kind}
	}
	return []hostile{
		{what: "links are told and not followed", kind: Tar, make: whole(tarOf(link(tar.TypeSymlink, "s", "../../etc/shadow"), link(tar.TypeLink, "h", "/etc/passwd"), reg("s/x", "through"))),
			seen: "s->../../etc/shadow=|h->/etc/passwd=|s/x=through"},
		{what: "devices and pipes are empty members", kind: Tar, make: whole(tarOf(link(tar.TypeChar, "c", ""), link(tar.TypeBlock, "b", ""), link(tar.TypeFifo, "f", ""))), seen: "c=|b=|f="},
		{what: "a pipe with bytes is damaged", kind: Tar, make: whole(joined(rawTar("f", '6', octal(5)), pad([]byte("bytes")), zeros(1024))), seen: "f=", err: ErrDamaged},
		{what: "deletion marks are members", kind: Tar, make: whole(tarOf(reg("a/.wh.key", ""), reg("a/.wh..wh..opq", ""))), seen: "a/.wh.key=|a/.wh..wh..opq="},
		{what: "the same name twice is two members", kind: Tar, make: whole(tarOf(reg("a", "one"), reg("a", "two"), reg("A", "case"))), seen: "a=one|a=two|A=case"},
		{what: "a tar after a tar is visited", kind: Tar, make: whole(joined(tarOf(reg("a", "one")), zeros(2048), tarOf(reg("b", "two")))), seen: "a=one|b=two"},
		{what: "bytes after a tar are visited", kind: Tar, make: whole(joined(tarOf(reg("a", "one")), []byte("hidden"))), seen: "a=one|after the end=hidden"},
		{what: "a header with a wrong checksum is damaged", kind: Tar, make: whole(joined(tarOf(reg("a", "one"))[:1024], flip(rawTar("b", '0', octal(0)), 0))), seen: "a=one", err: ErrDamaged},
		{what: "a size below zero is damaged", kind: Tar, make: whole(rawTar("a", '0', "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")), seen: "", err: ErrDamaged},
		{what: "a sparse file with data left out is damaged", kind: Tar, make: whole(oldSparse(1 << 19)[:700]), seen: "*", err: ErrDamaged},
		{what: "a small sparse file is visited with its holes", kind: Tar, make: whole(oldSparse(1500)), seen: "holes=" + string(zeros(1024))},
	}
}

func hostileNames() []hostile {
	long := strings.Repeat("x/", 4000) + ".env"
	return []hostile{
		{what: "a name that climbs is a label", kind: Tar, make: whole(tarOf(reg("../../etc/passwd", "x"))), seen: "../../etc/passwd=x"},
		{what: "an absolute name is a label", kind: Tar, make: whole(tarOf(reg("/etc/passwd", "x"))), seen: "etc/passwd=x"},
		{what: "empty and dot elements go", kind: Tar, make: whole(tarOf(reg("./a//b/./c", "x"))), seen: "a/b/c=x"},
		{what: "a drive letter is a label", kind: Zip, make: whole(storedZip(false, file{`C:\Windows\win.ini`, "x"})), seen: `C:\Windows\win.ini=x`},
		{what: "bytes that are no UTF-8 are escaped", kind: Tar, make: whole(joined(rawTar("a\xff\xfeb", '0', octal(0)), zeros(1024))), seen: `a\xff\xfeb=`},
		{what: "colours and line ends are escaped", kind: Zip, make: whole(storedZip(false, file{"a\x1b[31m\r\n::error::", "x"})), seen: `a\u{1b}[31m\u{d}\u{a}::error::=x`},
		{what: "a zero in a name is escaped", kind: Zip, make: whole(storedZip(false, file{"a\x00.env", "x"})), seen: `a\u{0}.env=x`},
		{what: "marks that turn text round are escaped", kind: Zip, make: whole(storedZip(false, file{"a\u202egpj.exe", "x"})), seen: `a\u{202e}gpj.exe=x`},
		{what: "a long name keeps both ends", kind: Tar, make: whole(tarOf(reg(long, "x"))), seen: long[:682] + "…" + long[len(long)-256:] + "=x"},
		{what: "a link's target is escaped", kind: Tar, make: whole(tarOf(tar.Header{Name: "l", Linkname: "a\x1b[0m", Typeflag: tar.TypeSymlink})), seen: `l->a\u{1b}[0m=`},
	}
}

// wideZip is a zip whose sizes have 8 bytes, in the member's descriptor, the directory and the end.
func wideZip(text string) []byte {
	b := localEntry("a", zipSizesLater, zipDeflated, nil, 0)
	b[28] = 20 // The extra field: two sizes that are not known yet.
	b = append(b, append([]byte{1, 0, 16, 0}, zeros(16)...)...)
	data := packedDeflate([]byte(text))
	b = append(append(b, data...), zipDescriptor...)
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE([]byte(text)))
	b = binary.LittleEndian.AppendUint64(b, uint64(len(data)))
	b = binary.LittleEndian.AppendUint64(b, uint64(len(text)))
	at := len(b)
	entry := directoryEntry("a", zipDeflated, -1, -1)
	copy(entry[24:], "\xff\xff\xff\xff")
	entry[30] = 28
	entry = append(entry, 1, 0, 24, 0)
	for _, n := range []int{len(text), len(data), 0} {
		entry = binary.LittleEndian.AppendUint64(entry, uint64(n))
	}
	b = append(b, entry...)
	b = append(append(b, zipEnd64...), 44, 0, 0, 0, 0, 0, 0, 0)
	b = append(append(append(b, zeros(44)...), zipLocator64...), zeros(16)...)
	return append(b, zipTail(1, at)...)
}

// encryptedLater is a member that is encrypted and has a descriptor, though its header has the sizes too.
func encryptedLater() []byte {
	b := append(localEntry("a", zipEncrypted|zipSizesLater, 0, []byte("????"), 0), zipDescriptor...)
	return append(b, 0, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0)
}

func oddZips() []hostile {
	sum := crc32.ChecksumIEEE([]byte("text"))
	hidden := joined(localEntry("listed", 0, 0, []byte("text"), sum), localEntry("hidden", 0, 0, []byte("text"), sum))
	second := zipOf(file{"b", "two"})
	inner := string(storedZip(true, file{"in", "inside"}))
	large := strings.Repeat("large ", 1<<20)
	return []hostile{
		{what: "a zip of two members", kind: Zip, make: whole(zipOf(file{"a", "one"}, file{"b/", ""}, file{"b/c", "two"})), seen: "a=one|b=|b/c=two"},
		{what: "stored members end where they say", kind: Zip, make: whole(storedZip(false, file{"a", "one"}, file{"b", "two"})), seen: "a=one|b=two"},
		{what: "stored members that say it later end there", kind: Zip, make: whole(storedZip(true, file{"a", "one PK\x07\x08 and more"}, file{"b", ""}, file{"c", "two"})),
			seen: "a=one PK\x07\x08 and more|b=|c=two"},
		{what: "a zip within a zip that says it later is one member", kind: Zip, make: whole(storedZip(true, file{"in.zip", inner}, file{"b", "x"})), seen: "in.zip=" + inner + "|b=x"},
		{what: "a zip larger than any buffer is a stream", kind: Zip, make: whole(storedZip(false, file{"a", large}, file{"b", "x"})), seen: "a=" + large[:1024] + "|b=x"},
		{what: "members that the directory leaves out are visited", kind: Zip, make: whole(joined(hidden, directoryEntry("listed", 0, 4, 0), zipTail(1, len(hidden)))), seen: "listed=text|hidden=text"},
		{what: "a directory that names what is not there is damage", kind: Zip, make: whole(joined(hidden, directoryEntry("gone", 0, 4, 7), zipTail(1, len(hidden)))),
			seen: "listed=text|hidden=text", err: ErrDamaged, why: "not there"},
		{what: "a zip without a directory is damaged", kind: Zip, make: whole(hidden), seen: "listed=text|hidden=text", err: ErrDamaged, why: "ends early"},
		{what: "an encrypted member is damage and the next is visited", kind: Zip, make: whole(joined(localEntry("a", 1, 0, []byte("????"), 0), localEntry("b", 0, 0, []byte("text"), sum))),
			seen: "b=text", err: ErrDamaged, why: "encrypted"},
		{what: "an encrypted member with a descriptor is stepped over", kind: Zip, make: whole(joined(encryptedLater(), localEntry("b", 0, 0, []byte("text"), sum))),
			seen: "b=text", err: ErrDamaged, why: "encrypted"},
		{what: "an encrypted member of no known length is shown as it is", kind: Zip, make: whole(joined(localEntry("a", 9, 0, nil, 0), []byte("????"), localEntry("b", 0, 0, []byte("text"), sum))),
			seen: "a=????|b=text", err: ErrDamaged, why: "encrypted"},
		{what: "sizes of 8 bytes are read", kind: Zip, make: whole(wideZip("wide")), seen: "a=wide"},
		{what: "a descriptor that lies is damage", kind: Zip, make: whole(flip(zipOf(file{"a", "text"}), 31+len(packedDeflate([]byte("text")))+8)), seen: "*", err: ErrDamaged},
		{what: "an unknown method is damage and the next is visited", kind: Zip, make: whole(joined(localEntry("a", 0, 98, []byte("????"), 0), localEntry("b", 0, 0, []byte("text"), sum))),
			seen: "b=text", err: ErrDamaged, why: "method 98"},
		{what: "a broken member is damage and the next is visited", kind: Zip, make: whole(joined(localEntry("a", 0, 8, []byte("\xff\xff\xff"), 0), localEntry("b", 0, 0, []byte("text"), sum))),
			seen: "a=|b=text", err: ErrDamaged, why: "corrupt"},
		{what: "a wrong checksum is damage and the member is visited", kind: Zip, make: whole(joined(localEntry("a", 0, 0, []byte("text"), 1), zipTail(0, 35))), seen: "a=text", err: ErrDamaged, why: "checksum"},
		{what: "bytes packed after a member's end are damage", kind: Zip, make: whole(joined(localEntry("a", 0, 8, append(packedDeflate([]byte("text")), zeros(8192)...), sum), zipTail(0, 35))),
			seen: "a=text", err: ErrDamaged, why: "longer"},
		{what: "members packed by bzip2 and zstd are undone", kind: Zip,
			make: whole(joined(localEntry("a", 0, 12, bzipped(), crc32.ChecksumIEEE([]byte("hello bzip2\n"))), localEntry("b", 0, 93, zstded([]byte("text")), sum), zipTail(0, 0))),
			seen: "a=hello bzip2\n|b=text"},
		{what: "bytes between members are visited", kind: Zip, make: whole(joined(hidden[:40], []byte("between"), hidden[40:], zipTail(0, 0))), seen: "listed=text|between members=between|hidden=text"},
		{what: "bytes after a zip are visited", kind: Zip, make: whole(joined(zipOf(file{"a", "one"}), []byte("trailing PK bytes"))), seen: "a=one|after the end=trailing PK bytes"},
		{what: "a zip after a zip is visited", kind: Zip, make: whole(joined(zipOf(file{"a", "one"}), second)), seen: "a=one|b=two"},
		{what: "an empty zip is empty", kind: Zip, make: whole(zipOf()), seen: ""},
		{what: "a zip of nothing but PK is visited as it is", kind: Zip, make: whole([]byte("PKPKPKPK")), seen: "between members=PKPKPKPK", err: ErrDamaged, why: "ends early"},
	}
}

func oddOthers() []hostile {
	deb := arOf(file{"debian-binary", "2.0\n"}, file{"odd", "odd"}, file{"data.tar.xz", "text"})
	delta := "\x64\x64\x03abc\x02de\x90\x10\x03fgh"
	return []hostile{
		{what: "a Debian package has its members", kind: Ar, make: whole(deb), seen: "debian-binary=2.0\n|odd=odd|data.tar.xz=text"},
		{what: "an ar header that is none is damaged", kind: Ar, make: whole(joined(deb, zeros(60))), seen: "*", err: ErrDamaged, why: "header"},
		{what: "an ar size that is no number is damaged", kind: Ar, make: whole(bytes.Replace(deb, []byte("4         `"), []byte("-4        `"), 1)), seen: "", err: ErrDamaged, why: "number"},
		{what: "a git pack has its objects, and what deltas add", kind: GitPack, make: whole(gitPackOf([]byte{3, 1, 6}, "deleted file", "commit text", delta)),
			seen: "blob 1=deleted file|commit 2=commit text|delta 3=abcde\nfgh"},
		{what: "a git delta that is cut is damaged", kind: GitPack, make: whole(gitPackOf([]byte{6}, delta[:4])), seen: "delta 1=a", err: ErrDamaged},
		{what: "a git object of an unknown type is damaged", kind: GitPack, make: whole(gitPackOf([]byte{5}, "x")), seen: "", err: ErrDamaged, why: "unknown type"},
		{what: "a git pack that promises more objects is damaged", kind: GitPack, make: whole(flip(gitPackOf([]byte{3}, "text"), 8)), seen: "*", err: ErrDamaged},
		{what: "bytes after a git pack are damage", kind: GitPack, make: whole(joined(gitPackOf([]byte{3}, "text"), zeros(100))), seen: "blob 1=text", err: ErrDamaged, why: "end"},
		{what: "7z is refused", kind: SevenZip, make: whole([]byte("7z\xbc\xaf\x27\x1c")), seen: "", err: ErrDamaged, why: "7z"},
		{what: "rar is refused", kind: Rar, make: whole([]byte("Rar!\x1a\x07")), seen: "", err: ErrDamaged, why: "rar"},
		{what: "no container is refused", kind: None, make: whole([]byte("text")), seen: "", err: ErrDamaged},
	}
}
