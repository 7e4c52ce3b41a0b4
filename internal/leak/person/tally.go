package person

import (
	"cmp"
	"slices"
)

// tally counts the people that a reader finds, and makes lists of them.
type tally struct {
	*judge
	lists []List

	last int
	seen map[uint64]struct{}
	// sure are people beyond doubt; of the others, weak, a name was taken for a person's by its shape only.
	sure, weak []Row
	// known are weak ones with a given name that is known.
	known int
	// other rows have something of people, and are none.
	other int
	mails int
	// fake are e-mail addresses that cannot be anybody's.
	fake   int
	fields [fieldsOfPeople]int
}

// gap is how far rows of one list may be apart, in bytes.
const gap = 16 << 10

// row takes a row that begins at an offset: somebody's, or one that only has something of people.
func (t *tally) row(at int, cells []cell) {
	if p := t.person(cells); p.is() {
		t.add(at, &p)
	} else if p.has != 0 {
		t.other++
	}
}

// add counts somebody.
func (t *tally) add(at int, p *person) {
	if t.seen == nil || at-t.last > gap {
		t.finish()
		t.seen = map[uint64]struct{}{}
	}
	t.last = max(t.last, at)
	if _, again := t.seen[p.identity]; again {
		return
	}
	t.seen[p.identity] = struct{}{}
	if row := (Row{at, p.identity}); p.sure() {
		t.sure = append(t.sure, row)
	} else {
		t.weak = append(t.weak, row)
		if p.known {
			t.known++
		}
	}
	if p.has.with(email) {
		t.mails++
		if p.fake {
			t.fake++
		}
	}
	for f := range fieldsOfPeople {
		if p.has.with(f) {
			t.fields[f]++
		}
	}
}

// finish ends the list at hand.
func (t *tally) finish() {
	if people := t.people(); len(people) >= Least && !t.isFixture() {
		l := List{Offset: people[0].Offset, People: people}
		for f, n := range t.fields {
			if n*10 >= len(people) { // a column, not an accident
				l.Fields = append(l.Fields, fieldNames[f])
			}
		}
		t.lists = append(t.lists, l)
	}
	*t = tally{judge: t.judge, lists: t.lists}
}

// people of the list at hand. Names that only look like names count where enough of them are known, and where most rows
// have one: else they are of shops, halls or events.
func (t *tally) people() []Row {
	people := t.sure
	if t.known*10 >= len(t.weak)*3 && len(t.weak)*2 >= t.other {
		people = append(people, t.weak...)
	}
	slices.SortFunc(people, func(a, b Row) int { return cmp.Compare(a.Offset, b.Offset) })
	return people
}

// isFixture says whether the list was made up: nearly all of its addresses are of domains that nobody has.
func (t *tally) isFixture() bool { return t.mails > 0 && t.fake*5 > t.mails*4 }
