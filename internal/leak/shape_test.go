package leak

import (
	"regexp/syntax"
	"slices"
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

// To shorten an expression changes none of the bytes that its shape knows.
func TestAShortenedExpressionHasTheSameShape(t *testing.T) {
	expressions := []string{`a{20}b`, `(?:ab){3,40}c`, `(?:a?){20}b`, `(?:a{2,30}|b{13}c){1,15}`, `a{14,}b`, `(?:a|){0,30}[bc]{5}d`}
	for _, r := range rules() {
		expressions = append(expressions, r.value)
	}
	for _, expression := range expressions {
		got, err := shapeOf(expression)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := syntax.Parse(expression, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		program, err := syntax.Compile(parsed.Simplify())
		if err != nil {
			t.Fatal(err)
		}
		if want := firstBytes(program, min(depth, leastLength(parsed))); !slices.Equal(got.first, want) {
			t.Errorf("%s: the first bytes are %v, want %v", expression, got.first, want)
		}
	}
}
