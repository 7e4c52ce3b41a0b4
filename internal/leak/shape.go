package leak

import (
	"regexp/syntax"
	"unicode"
	"unicode/utf8"
)

// byteset is a set of bytes.
type byteset [256]bool

// shape is what can be said of an expression's matches without matching: which bytes may stand first, and how many there
// are at least. It answers in a few loads for nearly all of what only looks like a secret.
type shape struct {
	first []byteset
	least int
	// most bytes that a match has; unbounded, there may be any number.
	most int
}

// unbounded is longer than any value.
const unbounded = 1 << 30

// depth is how many of the first bytes a shape knows.
const depth = 12

// shapeOf reads the shape from an expression.
func shapeOf(expression string) (shape, error) {
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return shape{}, err
	}
	s := shape{least: leastLength(parsed), most: mostLength(parsed)}
	shorten(parsed)
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return shape{}, err
	}
	s.first = firstBytes(program, min(depth, s.least))
	return s, nil
}

// firstBytes are the bytes that may stand at each of the first places of a match.
func firstBytes(program *syntax.Prog, count int) []byteset {
	first := make([]byteset, 0, count)
	states := closure(program, []uint32{uint32(program.Start)})
	for range count {
		var set byteset
		var after []uint32
		for _, at := range states {
			set.take(&program.Inst[at])
			after = append(after, program.Inst[at].Out)
		}
		first = append(first, set)
		states = closure(program, after)
	}
	return first
}

// shorten takes from an expression the repetitions that begin after the first bytes: to compile them all takes most of the
// time that it takes to make the rules ready.
func shorten(x *syntax.Regexp) {
	if x.Op == syntax.OpRepeat {
		x.Min, x.Max = min(x.Min, depth), min(x.Max, depth) // -1, without end, stays
	}
	for _, sub := range x.Sub {
		shorten(sub)
	}
}

// take adds the bytes with which a rune that an instruction takes may begin; of what is beyond ASCII, all that there are.
func (set *byteset) take(i *syntax.Inst) {
	switch {
	case i.Op == syntax.InstRuneAny:
		set.fill(0, unicode.MaxRune)
	case i.Op == syntax.InstRuneAnyNotNL:
		set.fill(0, '\n'-1)
		set.fill('\n'+1, unicode.MaxRune)
	case len(i.Rune) == 1: // and its other cases, where they do not matter
		only := i.Rune[0]
		set.fill(only, only)
		if syntax.Flags(i.Arg)&syntax.FoldCase != 0 {
			for other := unicode.SimpleFold(only); other != only; other = unicode.SimpleFold(other) {
				set.fill(other, other)
			}
		}
	default:
		for pair := 0; pair+1 < len(i.Rune); pair += 2 {
			set.fill(i.Rune[pair], i.Rune[pair+1])
		}
	}
}

// fill adds the bytes with which the runes from low to high may begin.
func (set *byteset) fill(low, high rune) {
	for r := low; r <= min(high, unicode.MaxASCII); r++ {
		set[r] = true
	}
	if high > unicode.MaxASCII {
		for c := int(unicode.MaxASCII) + 1; c < len(set); c++ {
			set[c] = true
		}
	}
}

// closure follows what takes no rune. Conditions are taken as met: a shape may let through what does not match, and
// never the other way round.
func closure(program *syntax.Prog, from []uint32) []uint32 {
	seen := make([]bool, len(program.Inst))
	var out []uint32
	var follow func(uint32)
	follow = func(at uint32) {
		if seen[at] {
			return
		}
		seen[at] = true
		switch i := &program.Inst[at]; i.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			follow(i.Out)
			follow(i.Arg)
		case syntax.InstCapture, syntax.InstEmptyWidth, syntax.InstNop:
			follow(i.Out)
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			out = append(out, at)
		case syntax.InstMatch, syntax.InstFail:
		}
	}
	for _, at := range from {
		follow(at)
	}
	return out
}

// leastLength is the length of the shortest match, in runes.
func leastLength(x *syntax.Regexp) int {
	switch x.Op {
	case syntax.OpLiteral:
		return len(x.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpCapture, syntax.OpPlus:
		return leastLength(x.Sub[0])
	case syntax.OpRepeat:
		return x.Min * leastLength(x.Sub[0])
	case syntax.OpConcat:
		sum := 0
		for _, sub := range x.Sub {
			sum += leastLength(sub)
		}
		return sum
	case syntax.OpAlternate:
		least := leastLength(x.Sub[0])
		for _, sub := range x.Sub[1:] {
			least = min(least, leastLength(sub))
		}
		return least
	default:
		return 0
	}
}

// mostLength is the length of the longest match, in bytes.
func mostLength(x *syntax.Regexp) int {
	sum := 0
	switch x.Op {
	case syntax.OpLiteral, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return mostBytes(x)
	case syntax.OpCapture, syntax.OpQuest:
		return mostLength(x.Sub[0])
	case syntax.OpRepeat:
		if x.Max < 0 {
			return unbounded
		}
		return min(unbounded, x.Max*mostLength(x.Sub[0]))
	case syntax.OpConcat:
		for _, sub := range x.Sub {
			sum = min(unbounded, sum+mostLength(sub))
		}
		return sum
	case syntax.OpAlternate:
		for _, sub := range x.Sub {
			sum = max(sum, mostLength(sub))
		}
		return sum
	case syntax.OpStar, syntax.OpPlus:
		return unbounded
	default:
		return 0
	}
}

// mostBytes is how many bytes a literal or a class takes at most: four a rune, but where all runes are ASCII. A letter in
// any case may be one beyond ASCII, such as the sign of kelvin.
func mostBytes(x *syntax.Regexp) int {
	n := 1
	if x.Op == syntax.OpLiteral {
		n = len(x.Rune)
	}
	if x.Op == syntax.OpAnyChar || x.Op == syntax.OpAnyCharNotNL || x.Flags&syntax.FoldCase != 0 {
		return n * utf8.UTFMax
	}
	for _, r := range x.Rune {
		if r >= utf8.RuneSelf {
			return n * utf8.UTFMax
		}
	}
	return n
}

// mayBegin says whether a match may begin with the bytes.
func (s *shape) mayBegin(data []byte) bool {
	if len(data) < s.least {
		return false
	}
	for i := range s.first {
		if !s.first[i][data[i]] {
			return false
		}
	}
	return true
}

// mayBeginWith says whether a match may begin with a needle, in some case of its letters.
func (s *shape) mayBeginWith(needle string) bool {
	for i, c := range []byte(needle) {
		if i == len(s.first) {
			break
		}
		upper := c
		if c >= 'a' && c <= 'z' {
			upper = c - 'a' + 'A'
		}
		if !s.first[i][c] && !s.first[i][upper] {
			return false
		}
	}
	return true
}
