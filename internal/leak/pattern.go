package leak

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// pattern is a rule made ready: its shape at once, its expressions when they are first needed.
type pattern struct {
	*rule
	shape shape
	// value matches at the beginning of the bytes; whole, all of them.
	value, whole func() *regexp.Regexp
	// loose matches the value anywhere, title the name.
	loose, title func() *regexp.Regexp
	// glued matches the value where nothing ends it; nil, it has to be ended.
	glued func() *regexp.Regexp
}

// use is a pattern at one of its needles.
type use struct {
	*pattern
	// width of the needle.
	width int
	// anywhere: the value does not begin with the needle, so it is looked for around it.
	anywhere bool
}

// compile makes the rules ready, and the automaton of all their needles. uses are by needle.
func compile(rules []rule) (uses [][]use, needles []string, err error) {
	index := map[string]int{}
	for i := range rules {
		p, err := newPattern(&rules[i])
		if err != nil {
			return nil, nil, err
		}
		for _, u := range p.uses() {
			needle := u.needle
			at, known := index[needle]
			if !known {
				at = len(needles)
				index[needle] = at
				needles = append(needles, needle)
				uses = append(uses, nil)
			}
			uses[at] = append(uses[at], u.use)
		}
	}
	return uses, needles, nil
}

func newPattern(r *rule) (*pattern, error) {
	s, err := shapeOf(r.value)
	if err != nil {
		return nil, fmt.Errorf("rule %s: %w", r.id, err)
	}
	once := func(expression string) func() *regexp.Regexp {
		return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
	}
	p := &pattern{
		rule: r, shape: s,
		value: once(`^(?:` + r.value + `)`),
		whole: once(`^(?:` + r.value + `)$`),
		loose: once(r.value),
		title: once(r.name),
	}
	if exact, is := glued[r.id]; is {
		p.glued = once(`^(?:` + exact + `)`)
	}
	return p, nil
}

// matches says whether all of a value is as the rule says.
func (p *pattern) matches(value []byte) bool {
	return len(value) <= p.shape.most && p.shape.mayBegin(value) && p.whole().Match(value)
}

// needleUse is a use and its needle.
type needleUse struct {
	use
	needle string
}

// uses are the needles that a pattern is worth looking for: of a token those that it begins with, if there is any.
func (p *pattern) uses() []needleUse {
	var begin, all []needleUse
	for _, n := range p.spellings() {
		u := needleUse{use{p, len(n), p.kind == token}, n}
		all = append(all, u)
		if p.kind == token && p.shape.mayBeginWith(n) {
			u.anywhere = false
			begin = append(begin, u)
		}
	}
	if len(begin) > 0 {
		return begin
	}
	return all
}

// spellings are the needles of a pattern; those of names also as other languages have them, auth_key as authkey and
// auth-key.
func (p *pattern) spellings() []string {
	if p.kind != named {
		return p.needles
	}
	var all []string
	for _, n := range p.needles {
		for _, mark := range []string{"_", "", "-"} {
			if spelled := strings.ReplaceAll(n, "_", mark); !slices.Contains(all, spelled) {
				all = append(all, spelled)
			}
		}
	}
	return all
}
