package person

import (
	"bytes"
)

// likelyJSON says whether there are values with names, or rows in brackets, in any of the spellings that are read.
func likelyJSON(region []byte) bool {
	return atLeast(region, `":`, `" :`, `':`, `&quot;:`, `&#34;:`, `],[`, `], [`, "],\n") || atLeast(region, `:"`, `:'`, `: '`, `: "`)
}

const (
	// deepest is how deep objects are followed.
	deepest = 64
	// mostCarried is how many rows of an array may be parts of what is around it; more are a list of their own.
	mostCarried = 4
)

// frame is an object or an array that is open.
type frame struct {
	open byte
	at   int
	key  []byte
	// cells are its values, and those of what is inside and nobody's row.
	cells []cell
	// held is the first person inside: the object around it may say more of the same person.
	held   []cell
	heldAt int
	// many: it holds several people, so that it is a list.
	many bool
	// children are the objects inside that were nobody's.
	children int
	// credit: it stands below the key of a program's authors.
	credit bool
}

// objects reads JSON, JavaScript's literals, and JSON inside strings and attributes. Where it begins within a string, or
// loses its way, it finds back at the next value: a string can only begin behind a mark.
type objects struct {
	t     *tally
	data  []byte
	stack []frame
	// skipped is how many are open that are too deep.
	skipped int
	// prev is the last byte that is no space.
	prev byte
	// token is the last value, and key the one before a colon.
	token, key []byte
	hasToken   bool
	hasKey     bool
	// header of arrays of values.
	header [][]byte
}

func readJSON(data []byte, t *tally) {
	r := objects{t: t, data: data, prev: ',', stack: make([]frame, 1, deepest)}
	r.stack[0].open = '{'
	for i := 0; i < len(data); {
		i = r.next(i)
	}
	r.value()
	for len(r.stack) > 1 { // cut off
		r.close(r.top().open)
	}
	r.closeRoot()
}

func (r *objects) top() *frame { return &r.stack[len(r.stack)-1] }

// next reads what is at an offset, and says where to go on.
func (r *objects) next(i int) int {
	c := r.data[i]
	switch c {
	case ' ', '\t', '\n', '\r':
		return i + 1
	case '{', '[':
		r.push(c, i)
	case '}', ']':
		r.value()
		r.close(c - 2)
	case ',':
		r.value()
	case ':':
		if r.hasToken {
			r.key, r.hasKey, r.hasToken = r.token, true, false
		}
	case '"', '\'', '\\', '&':
		if c == '\\' && i+1 < len(r.data) && (r.data[i+1] == 'n' || r.data[i+1] == 'r' || r.data[i+1] == 't') {
			return i + 2 // white space between values inside a string
		}
		if end := r.str(i); end > 0 {
			return end
		}
	case '(', ';', '=':
		r.hasToken, r.hasKey = false, false
	default:
		if isBare(c) {
			return r.bare(i)
		}
	}
	r.prev = c
	return i + 1
}

// isBare says whether a byte may be in a number, a word or a key without quotation marks.
func isBare(c byte) bool { return isWord(c) || c == '$' || c == '-' || c == '.' || c == '+' }

// bare reads what has no quotation marks.
func (r *objects) bare(i int) int {
	start := i
	for i < len(r.data) && isBare(r.data[i]) {
		i++
	}
	r.token, r.hasToken, r.prev = r.data[start:i], true, 'a'
	return i
}

// mark is a quotation mark: its spelling begins with some backslashes.
type mark struct {
	text  string
	width int
}

// marks are the quotation marks in every spelling.
var marks = [...]string{`"`, `'`, `\"`, `\'`, `\\\"`, `&quot;`, `&#34;`}

// markAt is the quotation mark at an offset; its width is zero where there is none.
func markAt(data []byte, i int) mark {
	for _, m := range marks {
		if data[i] == m[0] && len(data)-i >= len(m) && string(data[i:i+len(m)]) == m {
			return mark{m, len(m)}
		}
	}
	return mark{}
}

// longestString is the longest string that is read, in bytes.
const longestString = 4 << 10

// str reads a string, and says where it ends: zero, none begins here. A string that holds objects is entered.
func (r *objects) str(i int) int {
	m := markAt(r.data, i)
	if m.width == 0 || !opens(r.prev) {
		if m.width > 0 {
			r.prev = '"'
			return i + m.width
		}
		return 0
	}
	start := i + m.width
	limit := min(len(r.data), start+longestString)
	end := stringEnd(r.data, start, limit, m.text)
	if end < 0 {
		r.prev = '"'
		return start
	}
	if text := r.data[start:end]; holdsObjects(text) {
		r.prev, r.hasToken, r.hasKey = ',', false, false
		return start
	}
	r.token, r.hasToken, r.prev = unescape(r.data[start:end]), true, '"'
	return end + m.width
}

// opens says whether a string may begin behind a byte.
func opens(prev byte) bool {
	switch prev {
	case '{', '[', ',', ':', '(', '=':
		return true
	}
	return false
}

// stringEnd finds the mark that ends a string: one with as many backslashes as that which begins it. Where the data ends
// first, so does the string; negative, it is longer than any that is read. A long string that holds objects ends at once.
func stringEnd(data []byte, i, limit int, m string) int {
	last := m[len(m)-1]
	for ; i < limit; i++ {
		n := bytes.IndexByte(data[i:limit], last)
		if n < 0 {
			break
		}
		i += n
		if at := i + 1 - len(m); last == ';' {
			if at >= 0 && string(data[at:i+1]) == m {
				return at
			}
		} else if n := slashes(data, i); n == len(m)-1 || len(m) == 1 && n%2 == 0 {
			return at
		} else if len(m) == 1 && i > n && isOpening(data[i-n-1]) {
			return i // an object inside: it is entered
		}
	}
	if limit == len(data) {
		return limit
	}
	return -1
}

// slashes is the number of backslashes before an offset.
func slashes(data []byte, i int) int {
	const most = 8
	n := 0
	for n < most && i > n && data[i-n-1] == '\\' {
		n++
	}
	return n
}

func isOpening(c byte) bool { return c == '{' || c == '[' }

// holdsObjects says whether a string has an object or array in it that is written as one.
func holdsObjects(text []byte) bool {
	for _, begin := range []string{`{\"`, `[\"`, `{\`, `[\`, `{&quot;`, `[&quot;`} {
		if bytes.Contains(text, []byte(begin)) {
			return true
		}
	}
	return false
}

// push opens an object or an array.
func (r *objects) push(open byte, at int) {
	if len(r.stack) == deepest {
		r.skipped++
		return
	}
	var key []byte
	if r.hasKey {
		key = r.key
	}
	r.hasKey, r.hasToken = false, false
	credit := r.top().credit || isOneOf(creditKeys, key)
	r.stack = r.stack[:len(r.stack)+1]
	f := r.top()
	*f = frame{open: open, at: at, key: key, credit: credit, cells: f.cells[:0], held: f.held[:0]}
}

// creditKeys are those of a program's authors.
var creditKeys = words("author authors contributor contributors maintainer maintainers committer committers developers credits uploaders owners _npmuser publisher")

// value takes the value at hand.
func (r *objects) value() {
	if r.hasToken {
		f := r.top()
		var key []byte
		switch {
		case r.hasKey:
			key = r.key
		case f.open == '[' && len(r.stack) > 1 && r.stack[len(r.stack)-2].open == '{':
			key = f.key
		}
		f.take(cell{key: key, text: r.token})
	}
	r.hasToken, r.hasKey = false, false
}

func (f *frame) take(c cell) {
	if len(f.cells) < mostCells {
		f.cells = append(f.cells, c)
	}
}

// close closes the object or array at hand, over what was not closed inside.
func (r *objects) close(open byte) {
	if r.skipped > 0 {
		r.skipped--
		return
	}
	const most = 3
	for n := 1; n <= most && n < len(r.stack); n++ {
		if r.stack[len(r.stack)-n].open == open {
			for ; n > 0; n-- {
				r.pop()
			}
			r.prev = '}'
			return
		}
	}
	if len(r.stack) == 1 && open == '{' {
		r.closeRoot() // the region begins within an object
	}
}

// closeRoot takes what stands in no object of the region.
func (r *objects) closeRoot() {
	f := r.top()
	if !f.many && len(f.held) > 0 {
		r.row(f.heldAt, f.held, f.credit)
	} else if len(f.cells) > 0 {
		r.row(f.at, f.cells, f.credit)
	}
	f.cells, f.held, f.many = f.cells[:0], f.held[:0], false
}

// row counts somebody.
func (r *objects) row(at int, cells []cell, credit bool) {
	p := r.t.person(cells)
	p.credit = p.credit || credit
	if p.is() {
		r.t.add(at, &p)
	} else if p.has != 0 {
		r.t.other++
	}
}

// pop closes the innermost object or array: it is a person, or a part of what is around it.
func (r *objects) pop() {
	f := r.top()
	r.stack = r.stack[:len(r.stack)-1]
	parent := r.top()
	if f.many {
		return
	}
	if f.open == '[' && len(f.held) == 0 && len(f.cells) > 1 {
		r.position(f, parent.open == '[')
	}
	if isMail(f.key) {
		f.take(cell{text: f.key})
	}
	f.cells = append(f.cells, f.held...)
	p := r.t.person(f.cells)
	p.credit = p.credit || f.credit
	switch {
	case p.is():
		r.offer(parent, f)
	case f.credit, f.open == '[' && f.children > mostCarried:
		return
	default:
		if p.has != 0 && (parent.open == '[' || len(r.stack) == 1) {
			r.t.other++
		}
		if f.open == '{' {
			parent.children++
		}
		for _, c := range f.cells {
			if len(c.key) > 0 || parent.open == '{' {
				parent.take(c)
			}
		}
	}
}

// offer gives a person to what is around: the first is held, from the second on it is a list.
func (r *objects) offer(parent, f *frame) {
	switch {
	case parent.many:
	case len(parent.held) == 0:
		parent.held, parent.heldAt = append(parent.held[:0], f.cells...), f.at
		return
	default:
		r.row(parent.heldAt, parent.held, parent.credit || f.credit)
		parent.many = true
	}
	r.row(f.at, f.cells, f.credit)
}

// position names the values of an array among others by a header that came before, or takes it for one.
func (r *objects) position(f *frame, row bool) {
	if r.t.isHeader(f.cells) {
		r.header = r.header[:0]
		for _, c := range f.cells {
			r.header = append(r.header, c.text)
		}
		f.cells = f.cells[:0]
		return
	}
	if !row || len(f.cells) != len(r.header) {
		return
	}
	for i := range f.cells {
		f.cells[i].key = r.header[i]
	}
}
