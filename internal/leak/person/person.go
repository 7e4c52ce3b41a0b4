package person

import "bytes"

// cell is a value in a row.
type cell struct {
	// key is what the row or the header calls it; empty, nothing does.
	key, text []byte
}

// person is what a row says of somebody.
type person struct {
	has fieldSet
	// named: the row says that the name is a person's. known: the name has a given name that is known.
	named, known bool
	// entity: what has the name is no person. foreign: the row is an event's, a product's, a commit's.
	entity, foreign bool
	// credit: the row stands among the authors of a program, or is written as theirs are.
	credit bool
	// fake: the e-mail address is of a domain that nobody has.
	fake bool
	// town is known.
	town bool
	// identity is the same for the same person.
	identity uint64
	// state: the cell before is a state of the US.
	state bool
}

// is says whether a row is somebody's: a name and how to reach them, or an e-mail address and something more.
func (p *person) is() bool {
	reach := p.has.with(email) || p.has.with(phone) || p.has.with(postcode) || p.has.with(address)
	switch {
	case p.foreign && !p.named, p.credit && p.has == set(name)|set(email):
		return false
	case p.has.with(name):
		return reach || p.has.with(amount) && (p.has.with(birthday) || p.town)
	case p.entity:
		return false
	}
	return p.has.with(email) && p.has&(set(amount)|set(phone)|set(postcode)|set(address)|set(birthday)) != 0
}

// sure says whether nothing but somebody's row looks like that.
func (p *person) sure() bool { return p.named || p.has.with(email) }

// judge reads what cells say. It remembers keys, which are few.
type judge struct {
	keys map[string]field
	buf  []byte
}

func newJudge() *judge { return &judge{keys: map[string]field{}} }

// person is what a row says.
func (j *judge) person(cells []cell) person {
	p := person{identity: fnvOffset}
	for i := range cells {
		j.cell(&p, &cells[i])
	}
	return p
}

// cell adds what one cell says. The first of two cells that say the same counts.
func (j *judge) cell(p *person, c *cell) {
	state := p.state
	p.state = false
	text := bytes.TrimSpace(c.text)
	if len(text) == 0 || len(text) > longestCell {
		if j.field(c.key) == foreign {
			p.foreign = true
		}
		return
	}
	f := j.field(c.key)
	if f == foreign {
		p.foreign = true
		return
	}
	if bytes.IndexByte(text, '@') > 0 && p.mail(text) {
		return
	}
	switch f {
	case unknown:
		p.guess(text, len(c.key) > 0, state)
	case town:
		p.town = true
	case given, family, name, title:
		p.called(f, text)
	case phone:
		p.put(phone, text, digitsIn(text) >= leastDigits && isPhone(text))
	case postcode:
		p.put(postcode, text, mayBePostcode(text))
	case address:
		p.put(address, text, mayBeAddress(text))
		p.put(postcode, lastWords(text), isPostcode(lastWords(text)))
	case amount:
		p.put(amount, nil, mayBeAmount(text))
	case birthday:
		p.put(birthday, text, digitsIn(text) >= 5)
	case email, fieldsOfPeople, foreign, ignored:
	}
}

// longestCell is the longest value that is looked at, in bytes.
const longestCell = 400

// put notes what is known, if it holds.
func (p *person) put(f field, text []byte, holds bool) {
	if !holds || p.has.with(f) {
		return
	}
	p.has |= set(f)
	p.know(text)
}

// know makes a text part of the identity: its letters and digits, in lower case.
func (p *person) know(text []byte) {
	for _, c := range text {
		if isWord(c) || c >= 0x80 {
			p.identity = (p.identity ^ uint64(c|0x20)) * fnvPrime
		}
	}
	p.identity = (p.identity ^ ' ') * fnvPrime
}

// The constants of FNV-1a.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// called reads a name whose key says that it is one.
func (p *person) called(f field, text []byte) {
	if f == title {
		if isName(text) {
			p.weak(text)
		} else if isEntity(text) {
			p.entity = true
		}
		return
	}
	if !mayBeName(text) {
		return
	}
	if f == name {
		p.put(name, text, true)
	} else { // a first name and a last name are one name
		p.has |= set(name)
		p.know(text)
	}
	p.named = true
}

// weak notes a name that only looks like one.
func (p *person) weak(text []byte) {
	if p.has.with(name) {
		return
	}
	p.put(name, text, true)
	p.known = hasGivenName(text)
}

// guess reads a value by its shape. keyed: it has a key, which says nothing.
func (p *person) guess(text []byte, keyed, state bool) {
	digits := digitsIn(text)
	switch {
	case digits == 0:
		if isName(text) {
			p.weak(text)
		} else if !keyed {
			p.state = isState(text)
			p.entity = p.entity || p.has == 0 && isEntity(text)
		}
	case digits >= leastDigits && isPhone(text) && isCertainPhone(text):
		p.put(phone, text, true)
	case isPostcode(text) || state && isZIP(text):
		p.put(postcode, text, true)
	case isAmount(text):
		p.put(amount, nil, true)
	case isHash(text) && !keyed:
		p.credit = true
	default:
		p.put(address, text, isAddress(text))
		p.put(postcode, lastWords(text), isPostcode(lastWords(text)))
	}
}

// mail reads an e-mail address. The addresses of offices are nobody's.
func (p *person) mail(text []byte) bool {
	addr, called := splitMail(text)
	if !isMail(addr) {
		return false
	}
	if isRole(addr) {
		return true
	}
	if !p.has.with(email) {
		p.fake = isFake(addr)
	}
	p.put(email, addr, true)
	if len(called) > 0 {
		p.credit = true // Name <mail> is how programs thank people
	}
	if isName(called) {
		p.weak(called)
	}
	return true
}
