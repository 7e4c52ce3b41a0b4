package leak

import (
	"bytes"
	"cmp"
	"slices"
	"unicode"
)

// found is a secret in the bytes of a pass.
type found struct {
	rule *rule
	// start and end of the value.
	start, end int
	// name before it, if there is one.
	nameStart, nameEnd int
}

// pass is one look at some bytes.
type pass struct {
	scanner *Scanner
	data    []byte
	// from and to bound the values that are this pass's; the bytes around them are there to be looked at only.
	from, to int
	// binary: the data is no text, and things may stand in it without anything between.
	binary bool
	found  []found
	// walked is the last assignment and the part of the name that it was walked from.
	walked struct {
		from int
		assignment
		ok bool
		// first value, and of a list the others.
		first  text
		others []text
	}
	// plain remembers which names are those of no secrets.
	plain map[string]bool
	// escaped are the parts that are spelled otherwise and worth decoding.
	escaped []escaped
	// escapedTo is where the last of them ends, by how.
	escapedTo map[*escape]int
	// ended says whether the pass is to end; over, that it said so. hits counts needles, so that it is asked now and then.
	ended func() bool
	over  bool
	hits  int
}

// escaped is a part of the data, and how it is escaped.
type escaped struct {
	how        *escape
	start, end int
}

// look finds the secrets that begin between from and to.
func (s *Scanner) look(data []byte, from, to int) *pass {
	p := &pass{scanner: s, data: data, from: from, to: to, ended: func() bool { return false }}
	p.look()
	return p
}

// stride is how many bytes are looked at before a pass asks whether it is to end.
const stride = 64 << 10

// look finds what is to be found, or as much of it as there is time for.
func (p *pass) look() {
	p.walked.from = -1
	at, end, state := max(0, p.from-nearby), min(len(p.data), p.to+nearby), uint32(0)
	hit := func(needle, end int) { p.hit(needle, at+end) }
	for ; at < end && !p.over; at += stride {
		state = p.scanner.automaton.run(state, p.data[at:min(end, at+stride)], hit)
		p.over = p.over || p.ended()
	}
	p.found = slices.DeleteFunc(p.found, func(f found) bool { return f.start < p.from || f.start >= p.to })
}

// nearby is how far a value's needle may be from its beginning, in bytes: a list's is before all of it.
const nearby = lookBack

// patience is how many needles are looked at before a pass asks whether it is to end: each may take some microseconds, and
// in hostile bytes a hundred times that.
const patience = 64

// hit is called with every needle.
func (p *pass) hit(needle, end int) {
	if p.hits++; p.hits%patience == 0 && !p.over {
		p.over = p.ended()
	}
	if p.over {
		return
	}
	for i := range p.scanner.uses[needle] {
		u := &p.scanner.uses[needle][i]
		start := end - u.width
		switch u.kind {
		case token:
			if u.anywhere {
				p.search(u, max(0, start-longestName*2), min(len(p.data), end+longestValue))
			} else {
				p.token(u, start)
			}
		case named:
			p.named(u, start, end)
		case near:
			p.search(u, max(0, start-longestValue), min(len(p.data), end+longestValue))
		}
	}
	if e := p.scanner.escapes[needle]; e != nil {
		p.escape(e, end-len(p.scanner.needles[needle]))
	}
}

// longestToken bounds what an expression is shown.
const longestToken = 4096

// token judges a value that begins at a needle.
func (p *pass) token(u *use, start int) {
	if !u.shape.mayBegin(p.data[start:]) {
		return
	}
	if !u.inside && !beginsAt(p.data, start) {
		p.glued(u, start)
		return
	}
	begin := start
	if u.back != nil {
		if begin = u.back(p.data, start); begin < 0 {
			return
		}
	}
	match := u.value().FindSubmatchIndex(p.data[start:min(len(p.data), start+longestToken)])
	if match == nil {
		p.glued(u, start)
		return
	}
	from, to := span(match)
	if !u.open && !endsAt(p.data, start+to) {
		p.glued(u, start)
		return
	}
	if u.back == nil {
		begin += from
	}
	if isBlob(p.data, begin, start+to) {
		return
	}
	nameStart, nameEnd := nameOf(p.data, begin)
	if u.id == rulePasswordInURL {
		nameStart, nameEnd = begin, begin // what stands before it is a user, which for many services is the token itself
	}
	f := found{start: begin, end: start + to, nameStart: nameStart, nameEnd: nameEnd}
	p.judge(u.pattern, f, unescape(p.data[f.start:f.end]))
}

// rulePasswordInURL finds a user and a password in an address.
const rulePasswordInURL = "password-in-url"

// span is the part of a match that is the value: the first group, else all of it.
func span(match []int) (from, to int) {
	for i := 2; i+1 < len(match); i += 2 {
		if match[i] >= 0 {
			return match[i], match[i+1]
		}
	}
	return match[0], match[1]
}

// search looks for a value in a part of the data.
func (p *pass) search(u *use, from, to int) {
	window := p.data[from:to]
	match := u.loose().FindSubmatchIndex(window)
	if match == nil {
		return
	}
	start, end := span(match)
	nameStart, nameEnd := nameOf(p.data, from+start)
	f := found{start: from + start, end: from + end, nameStart: nameStart, nameEnd: nameEnd}
	p.judge(u.pattern, f, unescape(p.data[f.start:f.end]))
}

// text is a value that is assigned to a name.
type text struct {
	start, end int
	// value without escapes, and what it is in base64; nil, it is none.
	value, decoded []byte
}

// named judges what is assigned to the name around a needle.
func (p *pass) named(u *use, start, end int) {
	w := &p.walked
	if w.from < 0 || end < w.from || end > w.nameEnd {
		w.from = end
		w.assignment, w.ok = assigned(p.data, end)
		w.first, w.others = text{start: w.start, end: w.end}, nil
		if w.ok && w.list {
			w.others = listRest(p.data, w.end)
		}
	}
	if !w.ok || (w.called || w.listed) && vagueness(u.rule) > 0 {
		return
	}
	p.assigned(u, start, &w.first)
	for i := range w.others {
		p.assigned(u, start, &w.others[i])
	}
}

// assigned judges a value of the walked name.
func (p *pass) assigned(u *use, start int, t *text) {
	w := &p.walked
	if t.end-t.start < max(shortestValue, u.shape.least) || (w.called || w.listed || w.list) && isWorded(p.data[t.start:t.end]) {
		return
	}
	f := found{start: t.start, end: t.end, nameStart: nameBefore(p.data, start), nameEnd: w.nameEnd}
	if u.name != "" && !u.title().Match(p.data[f.nameStart:f.nameEnd]) {
		return
	}
	if t.value == nil {
		t.value = unescape(p.data[f.start:f.end])
		t.decoded = wrapped(t.value)
	}
	value := t.value
	if t.decoded != nil && (vagueness(u.rule) > 0 || !u.matches(value)) {
		value = t.decoded
	}
	if u.matches(value) {
		p.judge(u.pattern, f, value)
	}
}

// isWorded says whether a value has no digit: among the arguments of a call, and in lists, it is a word.
func isWorded(value []byte) bool { return !bytes.ContainsFunc(value, unicode.IsDigit) }

// shortestValue is the length of the shortest value that is looked at.
const shortestValue = 6

// context is how much of what stands around a value a rule sees, in bytes.
const context = 400

// judge keeps what passes the rule's last questions.
func (p *pass) judge(u *pattern, f found, value []byte) {
	if u.entropy > 0 && entropy(value) <= u.entropy || isManual(value) {
		return
	}
	if u.verify != nil {
		if p.plain == nil {
			p.plain = map[string]bool{}
		}
		c := candidate{
			value: value, name: p.data[f.nameStart:f.nameEnd],
			before: p.data[max(0, f.start-context):f.start],
			after:  p.data[f.end:min(len(p.data), f.end+context)],
			around: p.data[max(0, f.start-context):min(len(p.data), f.end+context)],
			plain:  p.plain,
		}
		c.quoted = f.start > 0 && isQuote(p.data[f.start-1]) || isMarkup(p.data, f)
		if !u.verify(c) {
			return
		}
	}
	if isPublishedValue(value) || isPublishedValue(p.data[f.start:f.end]) {
		return
	}
	f.rule = u.rule
	p.found = append(p.found, f)
}

// isMarkup says whether a value stands in an element or in a query: what ends it there is no part of code.
func isMarkup(data []byte, f found) bool {
	if f.nameStart == 0 || f.nameStart == f.nameEnd {
		return false
	}
	switch data[f.nameStart-1] {
	case '<':
		return f.end < len(data) && data[f.end] == '<'
	case '?', '&', ';':
		return f.start == f.nameEnd+1 && data[f.nameEnd] == '='
	}
	return false
}

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' || c == ';' }

// nameOf is the name before a value, over whatever assigns; empty, there is none.
func nameOf(data []byte, start int) (from, to int) {
	to = start
	for n := 0; to > 0 && n < mostMarks && !isWord(data[to-1]) && data[to-1] >= ' ' && data[to-1] != ')' && data[to-1] != '}'; n++ {
		to--
	}
	return nameBefore(data, to), to
}

// settle drops what is found twice: of findings that overlap the one of the rule that knows more, which is any rule
// before a generic one, then the longer, then the worse.
func (p *pass) settle() {
	slices.SortFunc(p.found, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), cmp.Compare(a.rule.id, b.rule.id))
	})
	var kept []found
	for _, f := range p.found {
		if n := len(kept); n > 0 && f.start < kept[n-1].end {
			if better(f, kept[n-1]) {
				kept[n-1] = f
			}
			continue
		}
		kept = append(kept, f)
	}
	p.found = kept
}

func better(a, b found) bool {
	return cmp.Or(cmp.Compare(vagueness(a.rule), vagueness(b.rule)), cmp.Compare(b.end-b.start, a.end-a.start), cmp.Compare(a.rule.severity(), b.rule.severity())) < 0
}

// escape notes a part that is escaped, once.
func (p *pass) escape(e *escape, at int) {
	if at < p.from || at >= p.to {
		return
	}
	if at < p.escapedTo[e] {
		return
	}
	if start, end := e.span(p.data, at); end > start {
		p.escaped = append(p.escaped, escaped{e, start, end})
		if p.escapedTo == nil {
			p.escapedTo = map[*escape]int{}
		}
		p.escapedTo[e] = end
	}
}

// covers says whether a part lies within a value that was found: what is known to be a secret is not decoded.
func (p *pass) covers(start, end int) bool {
	i, _ := slices.BinarySearchFunc(p.found, start, func(f found, at int) int { return cmp.Compare(f.end, at) })
	for ; i < len(p.found) && p.found[i].start < end; i++ {
		if p.found[i].start <= start && end <= p.found[i].end && !isGeneric(p.found[i].rule) {
			return true
		}
	}
	return false
}
