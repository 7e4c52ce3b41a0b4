package unpack

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Kind of container.
type Kind string

// The kinds. Zip is also jar, war, docx and wheel; Ar is also a Debian package.
const (
	None    Kind = ""
	Gzip    Kind = "gzip"
	Zlib    Kind = "zlib"
	Bzip2   Kind = "bzip2"
	XZ      Kind = "xz"
	LZMA    Kind = "lzma"
	Zstd    Kind = "zstd"
	Brotli  Kind = "brotli"
	UTF16LE Kind = "utf-16le"
	UTF16BE Kind = "utf-16be"
	Zip     Kind = "zip"
	Tar     Kind = "tar"
	Ar      Kind = "ar"
	SQLite  Kind = "sqlite"
	GitPack Kind = "git-pack"
	PDF     Kind = "pdf"
	// SevenZip, Rar, LZ4, Lzip and Compress (.Z) are known only to say that they cannot be looked into: Walk refuses them as damaged.
	SevenZip Kind = "7z"
	Rar      Kind = "rar"
	LZ4      Kind = "lz4"
	Lzip     Kind = "lzip"
	Compress Kind = "compress"
)

// magic begins the containers that say what they are.
type magic struct {
	prefix string
	kind   Kind
}

func magics() []magic {
	return []magic{
		{"\x1f\x8b\x08", Gzip},
		{"\xfd7zXZ\x00", XZ},
		{"\x28\xb5\x2f\xfd", Zstd},
		{"PK\x03\x04", Zip},
		{"PK\x05\x06", Zip},
		{sqliteMagic, SQLite},
		{arMagic, Ar},
		{"PACK\x00\x00\x00\x02", GitPack},
		{"PACK\x00\x00\x00\x03", GitPack},
		{"7z\xbc\xaf\x27\x1c", SevenZip},
		{"Rar!\x1a\x07", Rar},
		{"\x04\x22\x4d\x18", LZ4},
		{"LZIP\x01", Lzip},
		{"%PDF-", PDF},
	}
}

// Sniff says what container begins with head, its first 512 bytes or fewer. Only Brotli, which has no magic, is known by
// its name.
func Sniff(name string, head []byte) Kind {
	for _, m := range magics() {
		if bytes.HasPrefix(head, []byte(m.prefix)) {
			return m.kind
		}
	}
	switch {
	case isBzip2(head):
		return Bzip2
	case isSkippable(head):
		return Zstd
	case isTarHeader(head):
		return Tar
	case isZlib(head):
		return Zlib
	case isLZMA(head):
		return LZMA
	case isCompress(head):
		return Compress
	case isBrotliName(name):
		return Brotli
	}
	return sniffUTF16(head)
}

func isBrotliName(name string) bool {
	const suffix = ".br"
	return len(name) > len(suffix) && strings.EqualFold(name[len(name)-len(suffix):], suffix)
}

// isBzip2 wants the magic of the first block or of the end too, for "BZh9" is also text.
func isBzip2(head []byte) bool {
	const magic = 4
	if len(head) < 10 || !bytes.HasPrefix(head, []byte("BZh")) || head[3] < '1' || head[3] > '9' {
		return false
	}
	rest := head[magic:]
	return bytes.HasPrefix(rest, []byte("\x31\x41\x59\x26\x53\x59")) || bytes.HasPrefix(rest, []byte("\x17\x72\x45\x38\x50\x90"))
}

// isSkippable knows a zstd stream that begins with a frame for the tool that wrote it.
func isSkippable(head []byte) bool {
	return len(head) >= 8 && head[0]&0xf0 == 0x50 && bytes.HasPrefix(head[1:], []byte("\x2a\x4d\x18"))
}

// isZlib inflates the head, for the two bytes of its magic may begin anything. Git's loose objects are zlib. One of its four
// magics, "x^", is also how formulas begin: those are text.
func isZlib(head []byte) bool {
	if len(head) < 8 || head[0] != 0x78 || head[1] != 0x01 && head[1] != 0x5e && head[1] != 0x9c && head[1] != 0xda {
		return false
	}
	if head[1] == 0x5e && isAllText(head) {
		return false
	}
	var out [256]byte
	_, err := io.ReadFull(flate.NewReader(bytes.NewReader(head[2:])), out[:])
	var corrupt flate.CorruptInputError
	return !errors.As(err, &corrupt)
}

// isAllText says whether a head is text, in ASCII or UTF-8; its last character may be cut.
func isAllText(head []byte) bool {
	for len(head) > 0 {
		r, n := utf8.DecodeRune(head)
		if r == utf8.RuneError && n == 1 {
			return len(head) < utf8.UTFMax && !utf8.FullRune(head)
		}
		if r < utf8.RuneSelf && !isText(head[0]) {
			return false
		}
		head = head[n:]
	}
	return true
}

// isLZMA knows the header that the tools write: it has no magic, but a dictionary of a size that is one bit or two, a length
// that is unknown or below 256 GiB, and a zero that begins its code.
func isLZMA(head []byte) bool {
	const fewest, properties, code, long = 18, 0x5d, 13, 1 << 38
	if len(head) < fewest || head[0] != properties || head[code] != 0 {
		return false
	}
	dictionary, size := binary.LittleEndian.Uint32(head[1:]), binary.LittleEndian.Uint64(head[5:])
	return dictionary >= 1<<12 && bits.OnesCount32(dictionary) <= 2 && (size == math.MaxUint64 || size > 0 && size < long)
}

// isCompress knows what compress(1) writes: the magic, and a number of bits that it can have.
func isCompress(head []byte) bool {
	const flags, reserved, bitsOf, fewest, most = 2, 0x60, 0x1f, 9, 16
	if len(head) <= flags || head[0] != 0x1f || head[1] != 0x9d || head[flags]&reserved != 0 {
		return false
	}
	n := head[flags] & bitsOf
	return n >= fewest && n <= most
}

// isTarHeader checks the sum of a header block, which text does not meet by chance. Tars older than ustar have no magic.
func isTarHeader(head []byte) bool {
	const sumAt, sumEnd = 148, 156
	if len(head) < tarBlock || head[0] == 0 {
		return false
	}
	want, digits := 0, 0
	for _, c := range head[sumAt:sumEnd] {
		if c >= '0' && c <= '7' {
			want, digits = want<<3|int(c-'0'), digits+1
		} else if c != ' ' && c != 0 {
			return false
		}
	}
	unsigned, signed := 0, 0
	for i, c := range head[:tarBlock] {
		if i >= sumAt && i < sumEnd {
			c = ' '
		}
		unsigned, signed = unsigned+int(c), signed+int(int8(c))
	}
	return digits > 0 && (want == unsigned || want == signed)
}

// sniffUTF16 goes by the mark, or where there is none by the zero in every other byte that Latin text has.
func sniffUTF16(head []byte) Kind {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) {
		return UTF16LE
	}
	if bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return UTF16BE
	}
	const fewest = 4
	pairs := len(head) / 2
	if pairs < fewest {
		return None
	}
	little, big := 0, 0
	for i := range pairs {
		a, b := head[2*i], head[2*i+1]
		if b == 0 && isText(a) {
			little++
		} else if a == 0 && isText(b) {
			big++
		}
	}
	switch most := pairs - pairs/10; {
	case little >= most:
		return UTF16LE
	case big >= most:
		return UTF16BE
	}
	return sniffWide(head)
}

func isText(c byte) bool {
	return c >= ' ' && c < 0x7f || c == '\n' || c == '\r' || c == '\t'
}
