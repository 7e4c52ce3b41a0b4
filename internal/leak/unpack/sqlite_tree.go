package unpack

import "encoding/binary"

// cell is where a row begins.
type cell struct {
	// local is what of the row stands on its page, next the page on which it goes on.
	local []byte
	next  uint32
	size  int64
}

// tree steps through the pages of a table, each once. A table WITHOUT ROWID is a tree of the kind that indexes are.
type tree struct {
	db   *database
	todo []uint32
	// page is being read: its cells from i on.
	page   []byte
	header int
	i      int
	// room is what its cells may still hold. Cells that overlap would make much of little.
	room int64
}

func newTree(db *database, root uint32) *tree { return &tree{db: db, todo: []uint32{root}} }

// next is the next row's cell.
func (t *tree) next() (cell, bool) {
	for {
		for t.page != nil {
			at, ok := t.pointer()
			if !ok {
				t.page = nil
				break
			}
			if c, ok := t.cell(at); ok {
				return c, true
			}
		}
		last := len(t.todo) - 1
		if last < 0 {
			return cell{}, false
		}
		n := t.todo[last]
		t.todo = t.todo[:last]
		t.open(n)
	}
}

// open begins a page. What is no page of a tree is left among the unused.
func (t *tree) open(n uint32) {
	const fileHeader = 100
	p := t.db.take(n)
	if p == nil {
		return
	}
	t.header, t.i, t.room = 0, 0, int64(t.db.usable)
	if n == 1 {
		t.header = fileHeader
	}
	switch p[t.header] {
	case sqliteIndexInner, sqliteTableInner, sqliteIndexLeaf, sqliteTableLeaf:
		t.page, t.db.trees[n] = p, true
	default:
		t.db.seen[n] = false
		t.db.breaks("a page of a table is none")
		return
	}
	if t.inner() {
		t.push(binary.BigEndian.Uint32(p[t.header+8:]))
	}
}

func (t *tree) inner() bool {
	return t.page[t.header] == sqliteIndexInner || t.page[t.header] == sqliteTableInner
}

// push remembers a page to read. No more can be right than there are pages.
func (t *tree) push(n uint32) {
	if len(t.todo) > len(t.db.seen) {
		t.db.breaks("a page is used twice")
		return
	}
	t.todo = append(t.todo, n)
}

// pointer is where the page's next cell begins.
func (t *tree) pointer() (int, bool) {
	const leaf, inner = 8, 12
	count := int(binary.BigEndian.Uint16(t.page[t.header+3:]))
	if t.i >= count {
		return 0, false
	}
	at := t.header + leaf + 2*t.i
	if t.inner() {
		at += inner - leaf
	}
	t.i++
	if at+2 > t.db.usable {
		t.db.breaks("a page has more rows than room")
		return 0, false
	}
	return int(binary.BigEndian.Uint16(t.page[at:])), true
}

// cell reads a cell; inner pages of tables have none with rows in them.
func (t *tree) cell(at int) (cell, bool) {
	kind := t.page[t.header]
	rest := t.page[min(at, t.db.usable):t.db.usable]
	if t.inner() {
		if len(rest) < 4 {
			t.db.breaks("a row is cut off")
			return cell{}, false
		}
		t.push(binary.BigEndian.Uint32(rest))
		rest = rest[4:]
	}
	if kind == sqliteTableInner {
		return cell{}, false
	}
	size, rest, ok := varint(rest)
	if ok && kind == sqliteTableLeaf {
		_, rest, ok = varint(rest)
	}
	if !ok || size < 0 || size > t.db.length {
		t.db.breaks("a row is cut off")
		return cell{}, false
	}
	return t.split(rest, size, kind == sqliteTableLeaf)
}

// split parts what stands on the page from the number of the page on which it goes on.
func (t *tree) split(rest []byte, size int64, leaf bool) (cell, bool) {
	u := int64(t.db.usable)
	most := (u-12)*64/255 - 23
	if leaf {
		most = u - 35
	}
	local := size
	if size > most {
		least := (u-12)*32/255 - 23
		if local = least + (size-least)%(u-4); local > most {
			local = least
		}
	}
	c := cell{size: size}
	if local < size {
		if int64(len(rest)) < local+4 {
			t.db.breaks("a row is cut off")
			return c, false
		}
		c.next = binary.BigEndian.Uint32(rest[local:])
	}
	if int64(len(rest)) < local {
		t.db.breaks("a row is cut off")
		return c, false
	}
	if t.room -= local; t.room < 0 {
		t.page = nil
		t.db.breaks("rows overlap")
		return c, false
	}
	c.local = rest[:local]
	return c, true
}

// varint is SQLite's number of 1 to 9 bytes.
func varint(p []byte) (n int64, rest []byte, ok bool) {
	const longest = 9
	for i, c := range p {
		if i == longest-1 {
			return n<<8 | int64(c), p[i+1:], true
		}
		n = n<<7 | int64(c&0x7f)
		if c&0x80 == 0 {
			return n, p[i+1:], true
		}
	}
	return 0, nil, false
}
