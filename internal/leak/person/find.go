package person

import (
	"bytes"
	"cmp"
	"slices"
)

// List is a list of people.
type List struct {
	// Offset of its first row.
	Offset int
	// People are its rows, each person once, in the order of their offsets.
	People []Row
	// Kind is how it is written: json, csv, html, sql or lines.
	Kind string
	// Fields are what is known of the people, sorted: address, amount, birthday, email, name, phone, postcode.
	Fields []string

	// rank is its kind's place among the kinds.
	rank int
}

// Row is somebody in a list.
type Row struct {
	// Offset at which the row begins.
	Offset int
	// ID is the same for the same person, wherever they stand.
	ID uint64
}

// End is the offset at which the last row begins.
func (l *List) End() int { return l.People[len(l.People)-1].Offset }

// Least is how many people make a list. A contact page and a list of staff have fewer.
const Least = 20

// Before is how many of its rows begin before an offset.
func (l *List) Before(offset int) int {
	n, _ := slices.BinarySearchFunc(l.People, offset, func(r Row, at int) int { return cmp.Compare(r.Offset, at) })
	return n
}

// SaysMoreThan says whether anything but some fields is known of the people.
func (l *List) SaysMoreThan(fields ...string) bool {
	return slices.ContainsFunc(l.Fields, func(f string) bool { return !slices.Contains(fields, f) })
}

// form is a way to write rows.
type form struct {
	kind string
	// likely says whether it is worth reading a region in this form.
	likely func(region []byte) bool
	read   func(region []byte, t *tally)
}

// forms, the ones that say more of a row first.
func forms() []form {
	return []form{
		{"sql", likelySQL, readSQL},
		{"json", likelyJSON, readJSON},
		{"html", likelyHTML, readHTML},
		{"csv", likelyCSV, readCSV},
	}
}

// Find finds the lists of people in data, in the order of their offsets.
func Find(data []byte) []List {
	var lists []List
	for _, r := range regions(data) {
		lists = append(lists, r.lists(data)...)
	}
	return lists
}

// lists of a region. The same rows may be read in two forms; the form that reads more people is the right one.
func (r region) lists(data []byte) []List {
	text := data[r.start:r.end]
	var all []List
	for rank, f := range forms() {
		if f.likely(text) {
			all = append(all, read(f, rank, text)...)
		}
	}
	if len(all) == 0 {
		all = read(form{kind: "lines", read: readLines}, 0, text)
	}
	slices.SortFunc(all, func(a, b List) int {
		return cmp.Or(cmp.Compare(len(b.People), len(a.People)), cmp.Compare(a.rank, b.rank))
	})
	var kept []List
	for _, l := range all {
		if !slices.ContainsFunc(kept, func(k List) bool { return l.Offset <= k.End() && k.Offset <= l.End() }) {
			kept = append(kept, l)
		}
	}
	for i := range kept {
		kept[i].Offset, kept[i].rank = kept[i].Offset+r.start, 0
		for k := range kept[i].People {
			kept[i].People[k].Offset += r.start
		}
	}
	slices.SortFunc(kept, func(a, b List) int { return cmp.Compare(a.Offset, b.Offset) })
	return kept
}

// read reads a region in one form.
func read(f form, rank int, text []byte) []List {
	t := &tally{judge: newJudge()}
	f.read(text, t)
	t.finish()
	for i := range t.lists {
		t.lists[i].Kind, t.lists[i].rank = f.kind, rank
	}
	return t.lists
}

// atLeast says whether text has any of some words often enough for a list.
func atLeast(text []byte, words ...string) bool {
	n := 0
	for _, w := range words {
		n += bytes.Count(text, []byte(w))
	}
	return n >= Least-1
}
