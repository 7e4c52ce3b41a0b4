package leak

import (
	"regexp/syntax"
	"testing"
	"unicode"
)

// Every instruction of every rule, and some that no rule has: the bytes that a shape lets through are those with which a
// rune that is taken may begin, by trying every rune.
func TestShapeTakesWhatInstructionsTake(t *testing.T) {
	expressions := []string{`.`, `(?s).`, `[^a]`, `(?i)k`, `(?i)[k-m]`, `\pL`, `é`, `[\x{80}-\x{90}]`, `a|b`, `\W`}
	for _, r := range rules() {
		expressions = append(expressions, r.value)
	}
	for _, expression := range expressions {
		parsed, err := syntax.Parse(expression, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		program, err := syntax.Compile(parsed.Simplify())
		if err != nil {
			t.Fatal(err)
		}
		for at := range program.Inst {
			i := &program.Inst[at]
			switch i.Op {
			case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			default:
				continue
			}
			var got, want byteset
			got.take(i)
			for r := rune(0); r <= unicode.MaxASCII; r++ {
				want[r] = i.MatchRune(r)
			}
			if takesBeyondASCII(i) {
				for c := int(unicode.MaxASCII) + 1; c < len(want); c++ {
					want[c] = true
				}
			}
			if got != want {
				t.Fatalf("%s, %s: takes %v, want %v", expression, i, got, want)
			}
		}
	}
}

// takesBeyondASCII tries the ends of what UTF-8 spells in two, three and four bytes, and all that is Latin.
func takesBeyondASCII(i *syntax.Inst) bool {
	for r := rune(unicode.MaxASCII + 1); r < 0x3000; r++ {
		if i.MatchRune(r) {
			return true
		}
	}
	return i.MatchRune(0xffff) || i.MatchRune(unicode.MaxRune)
}
