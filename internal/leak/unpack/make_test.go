package unpack

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
	"github.com/ulikunitz/xz/lzma"
)

// must is for makers that have nothing to fail at but memory.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func packed(to func(io.Writer) io.WriteCloser, text []byte) []byte {
	var b bytes.Buffer
	w := to(&b)
	must(w.Write(text))
	check(w.Close())
	return b.Bytes()
}

func gzipped(text []byte) []byte {
	return packed(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, text)
}

func zlibbed(text []byte) []byte {
	return packed(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }, text)
}

func xzed(text []byte) []byte {
	return packed(func(w io.Writer) io.WriteCloser { return must(xz.NewWriter(w)) }, text)
}

func lzmaed(text []byte) []byte {
	return packed(func(w io.Writer) io.WriteCloser { return must(lzma.NewWriter(w)) }, text)
}

func zstded(text []byte) []byte {
	return packed(func(w io.Writer) io.WriteCloser { return must(zstd.NewWriter(w)) }, text)
}

func brotlied(text []byte) []byte {
	return packed(func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) }, text)
}

func decode64(text string) []byte { return must(base64.StdEncoding.DecodeString(text)) }

// bzipped is "hello bzip2\n"; no library that we have writes bzip2.
func bzipped() []byte {
	return decode64("QlpoOTFBWSZTWatrofEAAALZgAAQQAAQABJkwBAgADEA000EAB6j705RogeLuSKcKEhVtdD4gA==")
}

// bzipBomb is 8 MB of zeros.
func bzipBomb() []byte {
	return decode64("QlpoOTFBWSZTWSV+h+YAPUZAQMAAAEAACCAAMMwJqmmoqSG1IqSHi7kinChIEr9D8wA=")
}

func zeros(n int) []byte { return make([]byte, n) }

// noise is text that does not pack.
func noise(n int) []byte {
	out := make([]byte, n)
	x := uint64(88172645463325252)
	for i := range out {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		out[i] = byte(x)
	}
	return out
}

// file is a member to be made.
type file struct{ name, text string }

func tarOf(headers ...tar.Header) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		text := h.Uname
		h.Uname = ""
		if h.Typeflag == 0 || h.Typeflag == tar.TypeReg {
			h.Size = int64(len(text))
		}
		check(w.WriteHeader(&h))
		must(io.WriteString(w, text))
	}
	check(w.Close())
	return b.Bytes()
}

// reg is a file whose text travels in Uname.
func reg(name, text string) tar.Header {
	return tar.Header{Name: name, Uname: text, Mode: 0o600, Typeflag: tar.TypeReg}
}

// rawTar is one header block as it is told, with the right checksum.
func rawTar(name string, kind byte, size string) []byte {
	h := zeros(tarBlock)
	copy(h, name)
	copy(h[100:], "0000644\x000000000\x000000000\x00")
	copy(h[124:136], size+"\x00")
	copy(h[136:], "00000000000\x00        ")
	h[156] = kind
	copy(h[257:], "ustar\x0000")
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	return h
}

func pad(b []byte) []byte {
	return append(b, zeros((tarBlock-len(b)%tarBlock)%tarBlock)...)
}

func octal(n int64) string { return fmt.Sprintf("%011o", n) }

func zipOf(files ...file) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		must(io.WriteString(must(w.Create(f.name)), f.text))
	}
	check(w.Close())
	return b.Bytes()
}

func storedZip(later bool, files ...file) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Store}
		if later {
			must(io.WriteString(must(w.CreateHeader(h)), f.text))
			continue
		}
		h.CRC32 = crc32.ChecksumIEEE([]byte(f.text))
		h.CompressedSize64, h.UncompressedSize64 = uint64(len(f.text)), uint64(len(f.text))
		must(io.WriteString(must(w.CreateRaw(h)), f.text))
	}
	check(w.Close())
	return b.Bytes()
}

// localEntry is a member's header and its bytes; the directory is left out.
func localEntry(name string, flags, method uint16, packed []byte, crc uint32) []byte {
	h := append([]byte(zipLocal), zeros(26)...)
	binary.LittleEndian.PutUint16(h[6:], flags)
	binary.LittleEndian.PutUint16(h[8:], method)
	binary.LittleEndian.PutUint32(h[14:], crc)
	binary.LittleEndian.PutUint32(h[18:], uint32(len(packed)))
	binary.LittleEndian.PutUint16(h[26:], uint16(len(name)))
	return append(append(h, name...), packed...)
}

func directoryEntry(name string, method uint16, packed, at int) []byte {
	h := append([]byte(zipDirectory), zeros(42)...)
	binary.LittleEndian.PutUint16(h[10:], method)
	binary.LittleEndian.PutUint32(h[20:], uint32(packed))
	binary.LittleEndian.PutUint16(h[28:], uint16(len(name)))
	binary.LittleEndian.PutUint32(h[42:], uint32(at))
	return append(h, name...)
}

func zipTail(entries, directoryAt int) []byte {
	h := append([]byte(zipEnd), zeros(18)...)
	binary.LittleEndian.PutUint16(h[10:], uint16(entries))
	binary.LittleEndian.PutUint32(h[16:], uint32(directoryAt))
	return h
}

func arOf(files ...file) []byte {
	b := []byte(arMagic)
	for _, f := range files {
		b = append(b, fmt.Sprintf("%-16s%-12d%-6d%-6d%-8o%-10d`\n", f.name, 0, 0, 0, 0o644, len(f.text))...)
		b = append(b, f.text...)
		if len(f.text)%2 == 1 {
			b = append(b, '\n')
		}
	}
	return b
}

func utf16Of(order binary.AppendByteOrder, text string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

// gitPackOf is a pack of blobs and deltas; a delta's text is its instructions.
func gitPackOf(kinds []byte, texts ...string) []byte {
	b := append([]byte("PACK\x00\x00\x00\x02"), 0, 0, 0, byte(len(texts)))
	for i, text := range texts {
		b = append(b, kinds[i]<<4|0x80|byte(len(text)&15), byte(len(text)>>4))
		if kinds[i] == gitOffsetDelta {
			b = append(b, 0x85, 1)
		}
		b = append(b, zlibbed([]byte(text))...)
	}
	return append(b, zeros(20)...)
}

// seen is what visit was shown.
type seen struct {
	name, link, text string
	n                int64
}

// walkAll visits everything and keeps the first KiB of each text.
func walkAll(kind Kind, r io.Reader, b *Budget) ([]seen, error) {
	const most = 1 << 10
	var all []seen
	err := Walk(kind, r, b, func(m Member) error {
		s := seen{name: m.Name, link: m.Link}
		var head bytes.Buffer
		n, err := io.Copy(&head, io.LimitReader(m.Body, most))
		s.n, s.text = n, head.String()
		if err == nil {
			n, err = io.Copy(io.Discard, m.Body)
			s.n += n
		}
		all = append(all, s)
		return err
	})
	return all, err
}

// spelled is what was seen in few words.
func spelled(all []seen) string {
	var parts []string
	for _, s := range all {
		p := s.name
		if s.link != "" {
			p += "->" + s.link
		}
		parts = append(parts, p+"="+s.text)
	}
	return strings.Join(parts, "|")
}

func plenty() *Budget { return NewBudget(4<<30, 500_000, 200) }

func reading(data []byte) io.Reader { return bytes.NewReader(data) }

// endless repeats a piece for ever.
type endless struct {
	piece []byte
	at    int
}

func (e *endless) Read(p []byte) (int, error) {
	for n := 0; n < len(p); {
		k := copy(p[n:], e.piece[e.at:])
		n, e.at = n+k, (e.at+k)%len(e.piece)
	}
	return len(p), nil
}
