package unpack

import (
	"encoding/binary"
	"io"
)

// unused is what no table holds: whole pages that no row is on, and on pages of rows the room between them, in which
// deleted rows stand. What is on two pages in a row stays together.
type unused struct {
	db   *database
	n    uint32
	todo [][]byte
}

func newUnused(db *database) *unused { return &unused{db: db} }

// Read implements io.Reader.
func (u *unused) Read(p []byte) (int, error) {
	for len(u.todo) == 0 {
		u.n++
		if int64(u.n) >= int64(len(u.db.seen)) {
			return 0, io.EOF
		}
		u.page()
	}
	n := copy(p, u.todo[0])
	if u.todo[0] = u.todo[0][n:]; len(u.todo[0]) == 0 {
		u.todo = u.todo[1:]
	}
	return n, nil
}

// page finds what is unused of page n.
func (u *unused) page() {
	const fileHeader = 100
	p := u.db.at(u.n)
	switch {
	case !u.db.seen[u.n]:
		u.add(p)
	case u.db.trees[u.n]:
		header := 0
		if u.n == 1 {
			header = fileHeader
		}
		u.room(p, header)
	}
}

// room is what a page has between its pointers and its rows, and the blocks that were freed among the rows.
func (u *unused) room(p []byte, header int) {
	const leaf, inner = 8, 12
	count := int(binary.BigEndian.Uint16(p[header+3:]))
	from := header + leaf + 2*count
	if p[header] == sqliteIndexInner || p[header] == sqliteTableInner {
		from += inner - leaf
	}
	rows := int(binary.BigEndian.Uint16(p[header+5:]))
	if rows == 0 || rows > len(p) {
		rows = len(p)
	}
	if from < rows {
		u.add(p[from:rows], []byte("\n"))
	}
	// Freed blocks stand in order, so none is shown twice.
	end := 0
	for at := int(binary.BigEndian.Uint16(p[header+1:])); at >= max(end, 1) && at+4 <= len(p); {
		end = at + max(int(binary.BigEndian.Uint16(p[at+2:])), 4)
		u.add(p[at+4:min(end, len(p))], []byte("\n"))
		at = int(binary.BigEndian.Uint16(p[at:]))
	}
}

func (u *unused) add(pieces ...[]byte) {
	for _, p := range pieces {
		if len(p) > 0 {
			u.todo = append(u.todo, p)
		}
	}
}
