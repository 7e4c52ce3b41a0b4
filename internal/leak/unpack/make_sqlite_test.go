package unpack

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// sqliteMaker writes databases page by page.
type sqliteMaker struct {
	page  int
	wide  binary.AppendByteOrder
	pages [][]byte
}

func newSQLiteMaker(page int) *sqliteMaker {
	m := &sqliteMaker{page: page}
	m.add()
	return m
}

// add makes an empty page and tells its number.
func (m *sqliteMaker) add() int {
	m.pages = append(m.pages, zeros(m.page))
	return len(m.pages)
}

func putVarint(b []byte, n int64) []byte {
	var digits []byte
	for v := uint64(n); ; v >>= 7 {
		digits = append(digits, byte(v&0x7f)|0x80)
		if v < 0x80 {
			break
		}
	}
	digits[0] &= 0x7f
	slices.Reverse(digits)
	return append(b, digits...)
}

// record packs the columns of a row.
func (m *sqliteMaker) record(columns ...any) []byte {
	var header, body []byte
	for _, c := range columns {
		switch v := c.(type) {
		case nil:
			header = append(header, 0)
		case int:
			header = append(header, 6)
			body = binary.BigEndian.AppendUint64(body, uint64(v))
		case int8:
			header = append(header, 1)
			body = append(body, byte(v))
		case bool:
			header = append(header, map[bool]byte{false: 8, true: 9}[v])
		case float64:
			header = append(header, 7)
			body = binary.BigEndian.AppendUint64(body, math.Float64bits(v))
		case string:
			text := []byte(v)
			if m.wide != nil {
				text = utf16Of(m.wide, v)
			}
			header = putVarint(header, int64(13+2*len(text)))
			body = append(body, text...)
		case []byte:
			header = putVarint(header, int64(12+2*len(v)))
			body = append(body, v...)
		}
	}
	return append(append(putVarint(nil, int64(len(header)+1)), header...), body...)
}

// cell packs a row for a leaf, and writes what does not fit on pages of its own.
func (m *sqliteMaker) cell(id int, rowid bool, record []byte) []byte {
	c := putVarint(nil, int64(len(record)))
	u := m.page
	most := (u-12)*64/255 - 23
	if rowid {
		c, most = putVarint(c, int64(id)), u-35
	}
	if len(record) <= most {
		return append(c, record...)
	}
	least := (u-12)*32/255 - 23
	local := least + (len(record)-least)%(u-4)
	if local > most {
		local = least
	}
	c = append(c, record[:local]...)
	return binary.BigEndian.AppendUint32(c, uint32(m.chain(record[local:])))
}

// chain writes bytes on pages that follow one another, and tells the first.
func (m *sqliteMaker) chain(rest []byte) int {
	n := m.add()
	here := min(len(rest), m.page-4)
	copy(m.pages[n-1][4:], rest[:here])
	if here < len(rest) {
		binary.BigEndian.PutUint32(m.pages[n-1], uint32(m.chain(rest[here:])))
	}
	return n
}

// fill writes a page of a tree.
func (m *sqliteMaker) fill(n int, kind byte, right int, cells ...[]byte) {
	p, header := m.pages[n-1], 0
	if n == 1 {
		header = 100
	}
	p[header] = kind
	at := header + 8
	if kind == sqliteTableInner || kind == sqliteIndexInner {
		binary.BigEndian.PutUint32(p[at:], uint32(right))
		at += 4
	}
	end := len(p)
	binary.BigEndian.PutUint16(p[header+3:], uint16(len(cells)))
	for _, c := range cells {
		end -= len(c)
		copy(p[end:], c)
		binary.BigEndian.PutUint16(p[at:], uint16(end))
		at += 2
	}
	binary.BigEndian.PutUint16(p[header+5:], uint16(end))
}

// leaf writes rows on a page.
func (m *sqliteMaker) leaf(n int, rows ...[]any) {
	var cells [][]byte
	for i, row := range rows {
		cells = append(cells, m.cell(i+1, true, m.record(row...)))
	}
	m.fill(n, sqliteTableLeaf, 0, cells...)
}

// schemaRow is how a table is entered.
func schemaRow(name string, root int) []any {
	return []any{"table", name, name, root, fmt.Sprintf("CREATE TABLE %s(a,b,c,d,e)", name)}
}

// bytes is the file, with its header.
func (m *sqliteMaker) bytes() []byte {
	h := m.pages[0]
	copy(h, sqliteMagic)
	size := m.page
	if size == 1<<16 {
		size = 1
	}
	binary.BigEndian.PutUint16(h[16:], uint16(size))
	copy(h[18:], []byte{1, 1, 0, 64, 32, 32})
	binary.BigEndian.PutUint32(h[24:], 1)
	binary.BigEndian.PutUint32(h[28:], uint32(len(m.pages)))
	binary.BigEndian.PutUint32(h[44:], 4)
	binary.BigEndian.PutUint32(h[56:], 1)
	switch m.wide {
	case binary.LittleEndian:
		binary.BigEndian.PutUint32(h[56:], 2)
	case binary.BigEndian:
		binary.BigEndian.PutUint32(h[56:], 3)
	}
	binary.BigEndian.PutUint32(h[92:], 1)
	return slices.Concat(m.pages...)
}
