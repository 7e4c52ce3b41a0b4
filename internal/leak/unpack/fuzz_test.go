package unpack

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"unicode/utf8"
)

// kinds are all, in an order.
func kinds() []Kind {
	return []Kind{Gzip, Zlib, Bzip2, XZ, Zstd, Brotli, UTF16LE, UTF16BE, Zip, Tar, Ar, SQLite, GitPack, SevenZip}
}

// walkHostile walks anything and holds what must hold of it.
func walkHostile(t *testing.T, kind Kind, data []byte) {
	const most = 4 << 20
	b := NewBudget(most, 1000, 200)
	out := int64(0)
	err := Walk(kind, bytes.NewReader(data), b, func(m Member) error {
		if len(m.Name) > maxLabel+3 || !utf8.ValidString(m.Name) || len(m.Link) > maxLabel+3 || !utf8.ValidString(m.Link) {
			t.Errorf("label of %d bytes", len(m.Name))
		}
		n, err := io.Copy(io.Discard, m.Body)
		out += n
		if err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrBudget) {
			t.Errorf("body: %v", err)
		}
		return err
	})
	if err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrBudget) {
		t.Errorf("walk: %v", err)
	}
	if err != nil && (len(err.Error()) > 600 || !utf8.ValidString(err.Error())) {
		t.Errorf("error of %d bytes", len(err.Error()))
	}
	if allowed := int64(most + 1<<17 + 2*len(data)); out > allowed {
		t.Errorf("%d bytes came out of %d", out, len(data))
	}
}

func FuzzWalk(f *testing.F) {
	for i, kind := range kinds() {
		if data, ok := everyKind()[kind]; ok {
			f.Add(uint8(i), data)
		}
	}
	for _, data := range [][]byte{oldSparse(4096), paxSparse(4096), hugeDictionary(), storedZip(true, file{"a", "b"}), overlapping(3)} {
		for i := range kinds() {
			f.Add(uint8(i), data)
		}
	}
	f.Fuzz(func(t *testing.T, i uint8, data []byte) {
		Sniff("x.br", data[:min(len(data), 512)])
		walkHostile(t, kinds()[int(i)%len(kinds())], data)
	})
}

func FuzzSQLite(f *testing.F) {
	f.Add(people(512))
	f.Add(people(1024))
	f.Add(breakCell(people(512)))
	f.Add(overlapCells(people(512)))
	f.Add(loopChain(people(512)))
	f.Fuzz(func(t *testing.T, data []byte) {
		// Without its first bytes it would only be shown as it is.
		rest := data[min(len(data), len(sqliteMagic)):]
		walkHostile(t, SQLite, append([]byte(sqliteMagic), rest...))
	})
}
