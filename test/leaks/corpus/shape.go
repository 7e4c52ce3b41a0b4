package corpus

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"strings"
)

// Maker makes one value of a type.
type Maker func(r *rand.Rand) string

// The alphabets that values are made of.
const (
	digits   = "0123456789"
	lower    = "abcdefghijklmnopqrstuvwxyz"
	upper    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	base62   = digits + upper + lower
	base64ed = upper + lower + digits + "+/"
	urlSafe  = upper + lower + digits + "_-"
	symbols  = "!#%*@^()-_=+"
)

// alphabet is what a letter of a template stands for; empty, the letter means nothing.
func alphabet(letter byte) string {
	switch letter {
	case 'd':
		return digits
	case 'x':
		return digits + "abcdef"
	case 'X':
		return digits + "ABCDEF"
	case 'l':
		return digits + lower
	case 'L':
		return lower
	case 'u':
		return digits + upper
	case '2':
		return upper + "234567"
	case 'a':
		return base62
	case 'w':
		return urlSafe
	case 'b':
		return base64ed
	case 'p':
		return base62 + symbols
	}
	return ""
}

// Rand is the source of random numbers for one thing, so that it stays the same when others are added.
func Rand(seed uint64, what ...any) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprint(h, what...)
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// some is n characters of an alphabet, varied as random ones are.
func some(r *rand.Rand, of string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = of[r.IntN(len(of))]
	}
	return string(b)
}

// bytes is n random bytes.
func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// pick is one of several.
func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// like makes values after a template, in which {x32} stands for 32 hex digits, {U} for a UUID and {N} for a name.
func like(template string) Maker {
	return func(r *rand.Rand) string { return fill(r, template) }
}

func fill(r *rand.Rand, template string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		hole, after, closed := strings.Cut(rest, "}")
		filled := part(r, hole)
		if !closed || filled == "" {
			// A brace of the code that the template is.
			b.WriteString("{")
			template = rest
			continue
		}
		b.WriteString(filled)
		template = after
	}
}

// part is what fills one hole of a template; empty, it is none.
func part(r *rand.Rand, hole string) string {
	switch hole {
	case "U":
		return uuid(r)
	case "N":
		return pick(r, "campaign", "volunteers", "fieldteam", "canvass", "donors", "events")
	case "H":
		return pick(r, "db", "sql", "data", "core") + "-" + some(r, digits+lower, 5) + "." +
			pick(r, "eu-west-1.rds.amazonaws.com", "fieldteam.net", "internal.voteforus.org", "compute.gridhost.io")
	}
	if len(hole) < 2 {
		return ""
	}
	n, err := strconv.Atoi(hole[1:])
	if of := alphabet(hole[0]); err == nil && of != "" {
		return some(r, of, n)
	}
	return ""
}

// uuid is a random UUID, version 4.
func uuid(r *rand.Rand) string {
	hex := digits + "abcdef"
	return some(r, hex, 8) + "-" + some(r, hex, 4) + "-4" + some(r, hex, 3) + "-" + some(r, "89ab", 1) + some(r, hex, 3) +
		"-" + some(r, hex, 12)
}

// Noise is n random bytes, as pictures and fonts have them.
func Noise(r *rand.Rand, n int) []byte { return randomBytes(r, n) }
