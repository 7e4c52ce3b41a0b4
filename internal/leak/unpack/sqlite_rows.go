package unpack

import (
	"encoding/binary"
	"io"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxRowHeader bounds the list of columns of a row; SQLite has at most 32767 of them.
const maxRowHeader = 1 << 17

// payload is the bytes of a row, on its page and on those on which it goes on.
type payload struct {
	db    *database
	local []byte
	next  uint32
	left  int64
}

// read is the next bytes of the row, at most n of them, nil at its end or where it is cut off.
func (p *payload) read(n int64) []byte {
	if len(p.local) == 0 && p.left > 0 {
		page := p.db.take(p.next)
		if page == nil {
			p.left = 0
			return nil
		}
		p.next, p.local = binary.BigEndian.Uint32(page), page[4:p.db.usable]
	}
	n = min(n, int64(len(p.local)), p.left)
	out := p.local[:n]
	p.local, p.left = p.local[n:], p.left-n
	return out
}

// whole appends exactly n bytes.
func (p *payload) whole(to []byte, n int64) ([]byte, bool) {
	for n > 0 {
		piece := p.read(n)
		if len(piece) == 0 {
			return to, false
		}
		to, n = append(to, piece...), n-int64(len(piece))
	}
	return to, true
}

// rows is a table as text: columns parted by tabs, rows by line ends. Numbers are in it, for lists of people have them.
type rows struct {
	tree *tree
	db   *database
	// row is being read: its columns from serials on, of the first left bytes.
	row     payload
	serials []byte
	first   bool
	// text, or a blob, of which left bytes are to be read; carry is half a character.
	text  bool
	left  int64
	carry []byte
	// limit cuts columns short where only the schema is wanted.
	limit int64
	out   []byte
	at    int
}

func newRows(db *database, root uint32) *rows {
	return &rows{tree: newTree(db, root), db: db, limit: math.MaxInt64}
}

// Read implements io.Reader.
func (r *rows) Read(p []byte) (int, error) {
	for r.at == len(r.out) {
		r.out, r.at = r.out[:0], 0
		if !r.more() {
			return 0, io.EOF
		}
	}
	n := copy(p, r.out[r.at:])
	r.at += n
	return n, nil
}

// more makes the next piece of text. It is false at the end.
func (r *rows) more() bool {
	switch {
	case r.left > 0:
		r.piece()
	case len(r.serials) > 0:
		r.column()
	default:
		if r.row.db != nil {
			r.out = append(r.out, '\n')
			r.row.db = nil
			return true
		}
		return r.begin()
	}
	return true
}

// begin steps to the next row.
func (r *rows) begin() bool {
	c, ok := r.tree.next()
	if !ok {
		return false
	}
	r.row = payload{db: r.db, local: c.local, next: c.next, left: c.size}
	r.first = true
	// The header says how long it is itself.
	size, rest, ok := varint(c.local)
	used := int64(len(c.local) - len(rest))
	if !ok || size < used || size > c.size || size > maxRowHeader {
		r.db.breaks("a row has no header")
		// It is shown as it is.
		r.left, r.text = c.size, false
		return true
	}
	r.row.read(used)
	if r.serials, ok = r.row.whole(nil, size-used); !ok {
		r.db.breaks("a row is cut off")
		r.serials = nil
	}
	return true
}

// column begins the next column.
func (r *rows) column() {
	serial, rest, ok := varint(r.serials)
	r.serials = rest
	if !r.first {
		r.out = append(r.out, '\t')
	}
	r.first = false
	switch {
	case !ok || serial < 0:
		r.db.breaks("a row has no header")
		r.serials = nil
	case serial >= texts:
		r.left, r.text = (serial-texts)/2, serial%2 == 1
	default:
		r.number(serial)
	}
}

// number writes a column that is a number.
func (r *rows) number(serial int64) {
	width := [texts]int64{0, 1, 2, 3, 4, 6, 8, 8}[serial]
	var buffer [8]byte
	b, ok := r.row.whole(buffer[:0], width)
	if !ok {
		r.db.breaks("a row is cut off")
		return
	}
	switch serial {
	case 7:
		r.out = strconv.AppendFloat(r.out, math.Float64frombits(binary.BigEndian.Uint64(b)), 'g', -1, 64)
	case 8, 9:
		r.out = strconv.AppendInt(r.out, serial-8, 10)
	case 0, 10, 11:
	default:
		n := int64(int8(b[0]))
		for _, c := range b[1:] {
			n = n<<8 | int64(c)
		}
		r.out = strconv.AppendInt(r.out, n, 10)
	}
}

// texts is the first type that is no number.
const texts = 12

// piece writes the next bytes of a text or a blob.
func (r *rows) piece() {
	const most = 1 << 15
	b := r.row.read(min(r.left, most))
	if len(b) == 0 {
		r.db.breaks("a row is cut off")
		r.left, r.serials = 0, nil
		return
	}
	r.left -= int64(len(b))
	if r.text && r.db.wide != nil {
		r.utf16(b)
		return
	}
	r.out = append(r.out, b...)
}

// utf16 writes a piece of a text that is not UTF-8. What may be half a character waits for the next piece.
func (r *rows) utf16(b []byte) {
	b = append(r.carry, b...)
	whole := len(b) / 2
	if high := whole > 0 && r.db.wide.Uint16(b[2*whole-2:])>>10 == 0xd800>>10; high && r.left > 0 {
		whole--
	}
	units := make([]uint16, whole)
	for i := range units {
		units[i] = r.db.wide.Uint16(b[2*i:])
	}
	for _, c := range utf16.Decode(units) {
		r.out = utf8.AppendRune(r.out, c)
	}
	r.carry = append([]byte(nil), b[2*whole:]...)
	if r.left == 0 {
		r.carry = nil
	}
}

// columns is the next row at once, each column cut short at the limit.
func (r *rows) columns() ([]string, bool) {
	if !r.begin() {
		return nil, false
	}
	var all []string
	for len(r.serials) > 0 || r.left > 0 {
		r.out = r.out[:0]
		if r.left == 0 {
			r.first = true
			r.column()
		}
		for r.left > 0 {
			before := len(r.out)
			r.piece()
			if int64(len(r.out)) > r.limit {
				r.out = r.out[:before]
			}
		}
		all = append(all, string(r.out))
	}
	r.out, r.at = r.out[:0], 0
	return all, true
}
