package corpus

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// packed are contexts that have to be unpacked.
func packed() []Carrier {
	return []Carrier{
		{"gzip", false, func(r *rand.Rand, t Type, v string, size int) File {
			return pack(minified(r, t, v, size).file("static/js/main.js"), ".gz", func(w io.Writer, _ File) io.WriteCloser { return gzip.NewWriter(w) })
		}},
		{"brotli", false, func(r *rand.Rand, t Type, v string, size int) File {
			return pack(minified(r, t, v, size).file("static/js/main.js"), ".br", func(w io.Writer, _ File) io.WriteCloser { return brotli.NewWriterLevel(w, 5) })
		}},
		{"zstd", false, func(r *rand.Rand, t Type, v string, size int) File {
			return pack(minified(r, t, v, size).file("static/js/main.js"), ".zst", zstdWriter)
		}},
		{"zip", false, func(r *rand.Rand, t Type, v string, size int) File {
			return pack(env(r, t, v, size).file("backup"), ".zip", zipWriter)
		}},
		{"tar-gz", false, func(r *rand.Rand, t Type, v string, size int) File {
			return pack(pack(env(r, t, v, size).file("backup"), ".tar", tarWriter), ".gz", func(w io.Writer, _ File) io.WriteCloser { return gzip.NewWriter(w) })
		}},
		{"sqlite", false, func(r *rand.Rand, t Type, v string, _ int) File { return sqlite(r, object(t, v)) }},
		{"sqlite-column", true, func(r *rand.Rand, _ Type, v string, _ int) File { return sqlite(r, sheet{value: v}) }},
	}
}

// pack packs a file. Writers into memory do not fail; if one did, the file would be empty and a test would say so.
func pack(f File, suffix string, writer func(io.Writer, File) io.WriteCloser) File {
	var b bytes.Buffer
	w := writer(&b, f)
	if _, err := w.Write(f.Data); err != nil {
		return File{Name: f.Name + suffix}
	}
	if err := w.Close(); err != nil {
		return File{Name: f.Name + suffix}
	}
	f.Name, f.Data, f.Packed = f.Name+suffix, b.Bytes(), f.Packed+1
	return f
}

// failed is the writer that nothing can be written to.
type failed struct{ err error }

func (f failed) Write([]byte) (int, error) { return 0, f.err }
func (f failed) Close() error              { return f.err }

func zstdWriter(w io.Writer, _ File) io.WriteCloser {
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(128<<10))
	if err != nil {
		return failed{err}
	}
	return z
}

// member writes one member of an archive, and ends the archive with it.
type member struct {
	io.Writer
	archive io.Closer
}

func (m member) Close() error { return m.archive.Close() }

func zipWriter(w io.Writer, _ File) io.WriteCloser {
	z := zip.NewWriter(w)
	m, err := z.Create("www/config/.env")
	if err != nil {
		return failed{err}
	}
	return member{m, z}
}

func tarWriter(w io.Writer, f File) io.WriteCloser {
	t := tar.NewWriter(w)
	if err := t.WriteHeader(&tar.Header{Name: "www/.env", Mode: 0o644, Size: int64(len(f.Data))}); err != nil {
		return failed{err}
	}
	return member{t, t}
}

// sqlite is a database with one table of settings, of which one row holds the value. Nothing stands between its columns.
func sqlite(r *rand.Rand, s sheet) File {
	const size = 4096
	head := make([]byte, 100)
	copy(head, "SQLite format 3\x00")
	binary.BigEndian.PutUint16(head[16:], size)
	copy(head[18:], []byte{1, 1, 0, 64, 32, 32})
	for at, n := range map[int]uint32{24: 1, 28: 2, 40: 1, 44: 4, 56: 1, 92: 1, 96: 3040001} {
		binary.BigEndian.PutUint32(head[at:], n)
	}
	schema := row(1, "table", "settings", "settings", int8(2), "CREATE TABLE settings(name TEXT,value TEXT,version INT)")
	data := append(leaf(head, size, schema), leaf(nil, size, row(1, "site_title", word(r, places)+" for all", int8(1)),
		row(2, "integration", s.String(), int8(1)), row(3, "log_level", "info", int8(1)))...)
	from := bytes.LastIndex(data, []byte(s.String())) + len(s.before)
	return File{Name: "var/db/site.sqlite3", Data: data, Text: data, From: from, To: from + len(s.value)}
}

// leaf is a page of a table: its cells stand at the page's end, the last one first.
func leaf(head []byte, size int, cells ...[]byte) []byte {
	p := make([]byte, size)
	copy(p, head)
	at, end := len(head), size
	p[at] = 13
	binary.BigEndian.PutUint16(p[at+3:], uint16(len(cells)))
	for i, cell := range cells {
		end -= len(cell)
		copy(p[end:], cell)
		binary.BigEndian.PutUint16(p[at+8+2*i:], uint16(end))
	}
	binary.BigEndian.PutUint16(p[at+5:], uint16(end))
	return p
}

// row is a cell: its length, its number, and a record of texts and small numbers.
func row(id int, columns ...any) []byte {
	var types, body []byte
	for _, c := range columns {
		switch c := c.(type) {
		case int8:
			types, body = append(types, 1), append(body, byte(c))
		default:
			text := fmt.Sprint(c)
			types, body = varint(types, 13+2*len(text)), append(body, text...)
		}
	}
	record := append(varint(nil, len(types)+1), append(types, body...)...)
	return append(varint(varint(nil, len(record)), id), record...)
}

// varint is SQLite's: seven bits a byte, the highest first.
func varint(to []byte, n int) []byte {
	if n >= 1<<7 {
		if n >= 1<<14 {
			to = append(to, byte(n>>14)|0x80)
		}
		to = append(to, byte(n>>7)|0x80)
	}
	return append(to, byte(n)&0x7f)
}
