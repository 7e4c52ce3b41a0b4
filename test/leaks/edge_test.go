package leaks

import (
	"bytes"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/test/leaks/corpus"
)

// bundle is one line of code of a size, of blocks that were made once.
func bundle(size int) []byte {
	block := corpus.Bundle(corpus.Rand(seed, "block"), 256<<10)
	return bytes.Repeat([]byte(block), size/len(block)+1)[:size]
}

// value makes a value of a type.
func value(t *testing.T, id string, instance int) string {
	t.Helper()
	types := corpus.Types()
	i := slices.IndexFunc(types, func(k corpus.Type) bool { return k.ID == id })
	if i < 0 {
		t.Fatalf("no type %s", id)
	}
	return strings.ReplaceAll(types[i].Make(corpus.Rand(seed, id, instance)), "\n", `\n`)
}

// plant writes a text over what is at an offset, and gives what makes it undone.
func plant(into []byte, at int, text string) (undo func()) {
	was := slices.Clone(into[at : at+len(text)])
	copy(into[at:], text)
	return func() { copy(into[at:], was) }
}

func TestValuesAcrossEdgesOfBuffers(t *testing.T) {
	kinds := []string{"github-pat", "jwt-user", "private-key-rsa", "postgres-url"}
	for _, edge := range []struct{ at, step int }{{4 << 10, 1}, {32 << 10, 1}, {64 << 10, 1}, {128 << 10, 3}, {256 << 10, 7}, {1 << 20, 9}, {2 << 20, 37}, {4 << 20, 61}} {
		text := bundle(edge.at + 8<<10)
		for k, id := range kinds {
			v := value(t, id, k)
			for at := edge.at - len(v) - 64; at <= edge.at+64; at += edge.step * max(1, len(v)/80) {
				if at < 0 {
					continue
				}
				expectAt(t, id, text, at, v)
			}
		}
	}
}

// expectAt plants a value and looks for it.
func expectAt(t *testing.T, id string, text []byte, at int, v string) {
	t.Helper()
	const before = `;var q="`
	defer plant(text, at-len(before), before+v+`";`)()
	findings, err := Hustings(leak.New(nil))("static/js/main.js", text)
	if err != nil {
		t.Fatal(err)
	}
	alarms := Alarms(findings)
	in := func(f leak.Finding) bool {
		return f.Place.Line == 1 && f.Place.Column >= at+1 && f.Place.Column <= at+len(v)
	}
	if !slices.ContainsFunc(alarms, in) {
		t.Errorf("%s at offset %d of %d: not found there: %v", id, at, len(text), alarms)
	}
}

func TestTokensAnywhereInALineOf50MB(t *testing.T) {
	const size, tokens = 50_000_000, 400
	text := bundle(size)
	r := rand.New(rand.NewPCG(seed, 50))
	ids := lone(t)
	at := map[int]string{}
	for i := range tokens {
		id := ids[i%len(ids)]
		column := i*(size/tokens) + r.IntN(size/tokens-1000) + 100
		v := value(t, id, i/len(ids))
		plant(text, column-1, `"`+v+`"`)
		at[column+1] = id
	}
	findings, err := Hustings(leak.New(nil))("static/js/main.js", text)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if f.Place.Line != 1 || at[f.Place.Column] == "" {
			t.Errorf("%s at %s, where no token begins", f.Rule, f.Place)
		}
		delete(at, f.Place.Column)
	}
	for column, id := range at {
		t.Errorf("%s at column %d was not found", id, column)
	}
}

// lone are types whose values are known by themselves, each by another rule: of one rule, not more than twenty findings are
// told one by one in a file.
func lone(t *testing.T) []string {
	t.Helper()
	const values, least = 16, 25
	var ids []string
	rules := map[string]bool{}
	for _, k := range corpus.Types() {
		rule := ""
		for i := range values {
			findings, err := Hustings(leak.New(nil))("a.js", []byte(`"`+value(t, k.ID, i)+`"`))
			if err != nil || len(findings) != 1 || findings[0].Place.String() != "a.js:1:2" || rules[findings[0].Rule] {
				rule = ""
				break
			}
			rule = findings[0].Rule
		}
		if rule != "" {
			ids, rules[rule] = append(ids, k.ID), true
		}
	}
	if len(ids) < least {
		t.Fatalf("%d types, want %d", len(ids), least)
	}
	return ids
}

func TestReadersThatGiveLittleAtATime(t *testing.T) {
	text := bundle(300 << 10)
	for i := range 8 {
		plant(text, 1000+i*37_111, `"`+value(t, "github-pat", i)+`"`)
	}
	scanner := leak.New(nil)
	want, err := Read(scanner, "a.js", bytes.NewReader(text))
	if err != nil || len(want) != 8 {
		t.Fatalf("%d findings, want 8: %v", len(want), err)
	}
	r := rand.New(rand.NewPCG(seed, 1))
	for name, reader := range map[string]io.Reader{
		"a byte":      iotest.OneByteReader(bytes.NewReader(text)),
		"half":        iotest.HalfReader(bytes.NewReader(text)),
		"early end":   iotest.DataErrReader(bytes.NewReader(text)),
		"some":        readerFunc(func(p []byte, from io.Reader) (int, error) { return from.Read(p[:min(len(p), 1+r.IntN(5000))]) }, text),
		"some or non": readerFunc(func(p []byte, from io.Reader) (int, error) { return from.Read(p[:min(len(p), r.IntN(3)*999)]) }, text),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Read(scanner, "a.js", reader)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.EqualFunc(got, want, func(a, b leak.Finding) bool { return a.Place.String() == b.Place.String() && a.Rule == b.Rule }) {
				t.Errorf("findings %v, want %v", got, want)
			}
		})
	}
}

// reading reads as it is told to.
type reading struct {
	read func(p []byte, from io.Reader) (int, error)
	from io.Reader
}

func (r reading) Read(p []byte) (int, error) { return r.read(p, r.from) }

func readerFunc(read func(p []byte, from io.Reader) (int, error), text []byte) io.Reader {
	return reading{read, bytes.NewReader(text)}
}
