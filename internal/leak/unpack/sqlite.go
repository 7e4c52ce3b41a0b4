package unpack

import (
	"encoding/binary"
	"errors"
	"io"
	"strconv"
)

const sqliteMagic = "SQLite format 3\x00"

// maxSQLite is how large a database may be, and all together that are within one another: its pages stand in any order, so
// it is held in memory.
const maxSQLite = 64 << 20

// sqliteChunk is what memory is taken in. Pages are powers of two and so never stand across two chunks.
const sqliteChunk = 1 << 20

// The types of pages.
const (
	sqliteIndexInner = 0x02
	sqliteTableInner = 0x05
	sqliteIndexLeaf  = 0x0a
	sqliteTableLeaf  = 0x0d
)

// database is a file in memory. It is read by hand: drivers want a file and C, and show what is there, not what was.
type database struct {
	chunks [][]byte
	length int64
	// page is the size of pages, usable what of it SQLite fills.
	page, usable int
	// wide is the order of bytes where texts are UTF-16; nil where they are UTF-8.
	wide binary.ByteOrder
	// seen are the pages that were visited, none twice, so that no chain or tree is endless.
	seen []bool
	// trees are the pages of b-trees, whose unused parts hold deleted rows.
	trees []bool
	// broken is the first damage that was stepped over.
	broken string
}

// sqlite walks a database: the rows of every table, columns parted by tabs, and then what no table uses any more. Rows
// that were deleted stand there until something is written over them.
func (w *walk) sqlite() error {
	room := maxSQLite - w.b.held
	db, whole, err := loadDatabase(w.src, room)
	if err != nil {
		return w.failed(err)
	}
	w.b.held += db.length
	defer func() { w.b.held -= db.length }()
	if !whole {
		// Most text is readable as it stands.
		raw := io.MultiReader(db.raw(), w.src)
		if err := w.only(Member{}, raw, w.wholly(true)); err != nil {
			return err
		}
		return damaged(SQLite, "larger than "+size(room)+": rows longer than a page were not put together")
	}
	if err := db.header(); err != nil {
		if err := w.only(Member{}, db.raw(), w.wholly(true)); err != nil {
			return err
		}
		return w.failed(err)
	}
	mt := w.wholly(true)
	for _, t := range db.tables() {
		if err := w.only(Member{Name: t.name}, newRows(db, t.root), mt); err != nil {
			return err
		}
	}
	if err := w.only(Member{Name: "unused pages"}, newUnused(db), mt); err != nil {
		return err
	}
	if db.broken != "" {
		return damaged(SQLite, db.broken)
	}
	return nil
}

// loadDatabase reads a database, as far as there is room for it, and its beginning in any case.
func loadDatabase(r io.Reader, room int64) (db *database, whole bool, err error) {
	db = &database{}
	for len(db.chunks) == 0 || db.length < room {
		chunk := make([]byte, sqliteChunk)
		n, err := io.ReadFull(r, chunk)
		db.chunks, db.length = append(db.chunks, chunk[:n]), db.length+int64(n)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return db, true, nil
		}
		if err != nil {
			return db, false, err
		}
	}
	return db, false, nil
}

// raw is the file as it is, but for its first byte: it is not to be taken for a database again.
func (d *database) raw() io.Reader {
	if d.length > 0 {
		d.chunks[0][0] = ' '
	}
	return &chunkReader{rest: d.chunks}
}

type chunkReader struct {
	rest [][]byte
	at   int
}

// Read implements io.Reader.
func (c *chunkReader) Read(p []byte) (int, error) {
	for len(c.rest) > 0 && c.at == len(c.rest[0]) {
		c.rest, c.at = c.rest[1:], 0
	}
	if len(c.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.rest[0][c.at:])
	c.at += n
	return n, nil
}

// header reads the first 100 bytes.
func (d *database) header() error {
	const fixed, largest = 100, 1 << 16
	if d.length < fixed || string(d.chunks[0][:len(sqliteMagic)]) != sqliteMagic {
		return errors.New("it has no header")
	}
	h := d.chunks[0]
	d.page = int(binary.BigEndian.Uint16(h[16:]))
	if d.page == 1 {
		d.page = largest
	}
	d.usable = d.page - int(h[20])
	if d.page < 512 || d.page&(d.page-1) != 0 || d.usable < 480 {
		return errors.New("its pages have an impossible size")
	}
	switch binary.BigEndian.Uint32(h[56:]) {
	case 2:
		d.wide = binary.LittleEndian
	case 3:
		d.wide = binary.BigEndian
	}
	pages := (d.length + int64(d.page) - 1) / int64(d.page)
	d.seen, d.trees = make([]bool, pages+1), make([]bool, pages+1)
	// Old writers did not keep the number of pages, and left the second counter behind.
	kept := binary.BigEndian.Uint32(h[24:]) == binary.BigEndian.Uint32(h[92:])
	if kept && pages < int64(binary.BigEndian.Uint32(h[28:])) || d.length%int64(d.page) != 0 {
		d.breaks("it ends early")
	}
	return nil
}

// breaks keeps the first damage. What hostile bytes say is not in it.
func (d *database) breaks(why string) {
	if d.broken == "" {
		d.broken = why
	}
}

// at is page n, from 1; nil if it is not there.
func (d *database) at(n uint32) []byte {
	if n == 0 || int64(n) >= int64(len(d.seen)) {
		return nil
	}
	from := int64(n-1) * int64(d.page)
	chunk := d.chunks[from/sqliteChunk]
	i := int(from % sqliteChunk)
	return chunk[min(i, len(chunk)):min(i+d.page, len(chunk))]
}

// take is page n, once. A page that is cut short is not taken: it stays among the unused, to be seen as it is.
func (d *database) take(n uint32) []byte {
	p := d.at(n)
	if len(p) < d.page || d.seen[n] {
		d.breaks("a page is missing, or is used twice")
		return nil
	}
	d.seen[n] = true
	return p
}

// table is a tree of rows.
type table struct {
	name string
	root uint32
}

// tables reads the schema, which is the table on page 1. Indexes repeat what tables hold, and come as unused pages.
func (d *database) tables() []table {
	const most = 1 << 16
	found := []table{{"sqlite_schema", 1}}
	schema := newRows(d, 1)
	schema.limit = most
	for {
		columns, ok := schema.columns()
		if !ok {
			break
		}
		if len(columns) < 4 || columns[0] != "table" {
			continue
		}
		root, err := strconv.ParseUint(columns[3], 10, 32)
		if err != nil || root == 0 {
			// Virtual tables have no pages of their own.
			continue
		}
		found = append(found, table{label(columns[1]), uint32(root)})
	}
	// The schema is read again as a table like all others.
	clear(d.seen)
	clear(d.trees)
	return found
}
