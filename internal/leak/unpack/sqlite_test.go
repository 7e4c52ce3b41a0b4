package unpack

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// people is a database with a table, a row on many pages, and what was deleted.
func people(page int) []byte {
	m := newSQLiteMaker(page)
	return peopleIn(m)
}

func peopleIn(m *sqliteMaker) []byte {
	root := m.add()
	m.leaf(1, schemaRow("donors", root))
	m.leaf(root,
		[]any{nil, "Ann Example", "ann@example.org", 2500, true},
		[]any{int8(-7), "Bob", []byte{0xde, 0xad}, 12.5, false},
		[]any{1, strings.Repeat("long ", 3000) + "end"},
	)
	free := m.add()
	copy(m.pages[free-1][20:], "deleted on a free page")
	// The room between the pointers and the rows.
	copy(m.pages[root-1][60:], "deleted row")
	return m.bytes()
}

const annsRow = "\tAnn Example\tann@example.org\t2500\t1\n"

func TestSQLiteShowsRowsAndWhatWasDeleted(t *testing.T) {
	long := strings.Repeat("long ", 3000) + "end"
	for _, page := range []int{512, 1024, 4096, 65536} {
		for name, wide := range map[string]binary.AppendByteOrder{"UTF-8": nil, "UTF-16le": binary.LittleEndian, "UTF-16be": binary.BigEndian} {
			t.Run(fmt.Sprintf("with pages of %d in %s", page, name), func(t *testing.T) {
				m := newSQLiteMaker(page)
				m.wide = wide
				got := readDatabase(t, peopleIn(m), nil)
				want := annsRow + "-7\tBob\t\xde\xad\t12.5\t0\n1\t" + long + "\n"
				if got["donors"] != want {
					t.Errorf("donors are %.200q, want %.200q", got["donors"], want)
				}
				if !strings.HasPrefix(got["sqlite_schema"], "table\tdonors\tdonors\t2\tCREATE TABLE") {
					t.Errorf("the schema is %q", got["sqlite_schema"])
				}
				for _, deleted := range []string{"deleted on a free page", "deleted row"} {
					if strings.Count(got["unused pages"], deleted) != 1 {
						t.Errorf("%q is not shown once", deleted)
					}
				}
			})
		}
	}
}

// readDatabase walks a database and wants err.
func readDatabase(t *testing.T, data []byte, want error) map[string]string {
	t.Helper()
	got := map[string]string{}
	err := Walk(SQLite, reading(data), plenty(), func(m Member) error {
		var b strings.Builder
		_, err := copyAll(&b, m.Body)
		got[m.Name] += b.String()
		return err
	})
	if want == nil && err != nil || !errors.Is(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
	return got
}

func TestSQLiteReadsTreesOfBothKinds(t *testing.T) {
	m := newSQLiteMaker(512)
	table, left, right, plain, sub := m.add(), m.add(), m.add(), m.add(), m.add()
	m.leaf(1, schemaRow("tree", table), schemaRow("plain", plain), []any{"index", "ix", "tree", 77, nil}, []any{"view", "v", "v", 0, "CREATE VIEW"})
	child := binary.BigEndian.AppendUint32(nil, uint32(left))
	m.fill(table, sqliteTableInner, right, putVarint(child, 1))
	m.leaf(left, []any{"left"})
	m.leaf(right, []any{"right"})
	key := binary.BigEndian.AppendUint32(nil, uint32(sub))
	m.fill(plain, sqliteIndexInner, sub, append(key, m.cell(0, false, m.record("middle", strings.Repeat("m", 900)))...))
	m.fill(sub, sqliteIndexLeaf, 0, m.cell(0, false, m.record("low")))
	got := readDatabase(t, m.bytes(), ErrDamaged) // The leaf is used by both children.
	if rows := strings.Fields(got["tree"]); len(rows) != 2 || !strings.Contains(got["tree"], "left\n") || !strings.Contains(got["tree"], "right\n") {
		t.Errorf("the tree of rows is %q", got["tree"])
	}
	if want := "middle\t" + strings.Repeat("m", 900) + "\n"; !strings.Contains(got["plain"], want) || !strings.Contains(got["plain"], "low\n") {
		t.Errorf("the tree of keys is %q", got["plain"])
	}
}

func TestSQLiteShowsFreedBlocks(t *testing.T) {
	m := newSQLiteMaker(512)
	root := m.add()
	m.leaf(1, schemaRow("t", root))
	m.leaf(root, []any{"kept"}, []any{"freed row in a block"})
	page := m.pages[root-1]
	at := binary.BigEndian.Uint16(page[10:])
	binary.BigEndian.PutUint16(page[3:], 1)
	binary.BigEndian.PutUint16(page[1:], at)
	binary.BigEndian.PutUint16(page[at:], 0)
	binary.BigEndian.PutUint16(page[at+2:], 24)
	got := readDatabase(t, m.bytes(), nil)
	if got["t"] != "kept\n" || !strings.Contains(got["unused pages"], "freed row in a block") {
		t.Errorf("rows %q, unused %q", got["t"], strings.Trim(got["unused pages"], "\x00"))
	}
}

func TestDamagedDatabasesShowWhatCanBeRead(t *testing.T) {
	root := 512 // Where page 2 begins.
	change := func(at int, bytes ...byte) func([]byte) []byte {
		return func(b []byte) []byte { copy(b[at:], bytes); return b }
	}
	for what, c := range map[string]struct {
		change func([]byte) []byte
		// shown is in some member nevertheless.
		shown string
	}{
		"a header alone":                         {func(b []byte) []byte { return b[:100] }, sqliteMagic},
		"pages of an impossible size":            {change(16, 0, 3), "Ann Example"},
		"more reserved than a page has":          {change(20, 255), "Ann Example"},
		"a file cut within a page":               {func(b []byte) []byte { return b[:len(b)-5] }, annsRow},
		"fewer pages than it says":               {func(b []byte) []byte { return b[:len(b)-512] }, annsRow},
		"a table's page that is none":            {change(root, 0xee), "Ann Example"},
		"more rows than room":                    {change(root+3, 0xff, 0xff), "Ann Example"},
		"a row that begins beyond its page":      {change(root+8, 0xff, 0xff), "Bob"},
		"rows that overlap":                      {overlapCells, "Bob"},
		"a row longer than the file":             {breakCell, "Bob"},
		"a row that goes on where it began":      {loopChain, annsRow},
		"a schema that is its own table":         {selfSchema, "Ann Example"},
		"freed blocks that go round in a circle": {change(root+1, 1, 0), annsRow},
	} {
		t.Run(what, func(t *testing.T) {
			want := ErrDamaged
			if strings.HasPrefix(what, "freed") {
				want = nil
			}
			got := readDatabase(t, c.change(people(512)), want)
			for _, text := range got {
				if strings.Contains(text, c.shown) {
					return
				}
			}
			t.Errorf("%q is nowhere in %d members", c.shown, len(got))
		})
	}
}

// cellAt is where row i of page 2 begins.
func cellAt(b []byte, i int) int { return 512 + int(binary.BigEndian.Uint16(b[512+8+2*i:])) }

func breakCell(b []byte) []byte {
	copy(b[cellAt(b, 0):], "\xff\xff\xff\xff\x7f")
	return b
}

// overlapCells makes 200 rows of one.
func overlapCells(b []byte) []byte {
	row := b[512+10 : 512+12]
	binary.BigEndian.PutUint16(b[512+3:], 200)
	for i := range 40 {
		copy(b[512+8+2*i:], row)
	}
	return b
}

// loopChain has the first page that the long row goes on upon go on upon itself.
func loopChain(b []byte) []byte {
	for page := 3; page*512 <= len(b); page++ {
		binary.BigEndian.PutUint32(b[(page-1)*512:], uint32(page))
	}
	return b
}

// selfSchema has the table's root be page 1.
func selfSchema(b []byte) []byte {
	at := strings.Index(string(b[:512]), "donorsdonors")
	b[at+len("donorsdonors")+7] = 1
	return b
}

func TestSQLiteTooLargeForMemoryIsShownAsItIs(t *testing.T) {
	data := append(people(4096), zeros(maxSQLite)...)
	all, err := walkAll(SQLite, reading(data), plenty())
	if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "64 MiB") {
		t.Errorf("error %v", err)
	}
	if len(all) != 1 || all[0].n != int64(len(data)) {
		t.Errorf("not all of it was shown: %d members", len(all))
	}
}

func TestWhatOnlyBeginsLikeADatabaseIsShownOnce(t *testing.T) {
	for what, data := range map[string][]byte{
		"a file that is none":     append([]byte(sqliteMagic), "token = abc"...),
		"a file that is too long": append(people(4096), zeros(maxSQLite)...),
	} {
		t.Run(what, func(t *testing.T) {
			b := plenty()
			err := Walk(SQLite, reading(data), b, func(m Member) error {
				head := make([]byte, len(sqliteMagic))
				_, err := m.Body.Read(head)
				if kind := Sniff("", head); kind == SQLite {
					t.Error("its bytes are taken for a database again")
				}
				return err
			})
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("error %v", err)
			}
			if b.held != 0 {
				t.Errorf("%d bytes are held", b.held)
			}
		})
	}
}

func TestDatabasesWithinOneAnotherShareTheMemory(t *testing.T) {
	b := plenty()
	b.held = maxSQLite - 1000
	all, err := walkAll(SQLite, reading(append(people(4096), zeros(1<<20)...)), b)
	if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "1000 bytes") || len(all) != 1 {
		t.Errorf("%d members, error %v", len(all), err)
	}
}
