package leak

import "math"

// entropy of the bytes, in bits a byte (Shannon): how much there is to guess at.
func entropy(value []byte) float64 {
	var count [256]int
	for _, c := range value {
		count[c]++
	}
	sum := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(value))
			sum -= p * math.Log2(p)
		}
	}
	return sum
}

// kinds of bytes in a value.
type makeup struct{ lower, upper, digit, mark, space int }

func makeupOf(value []byte) makeup {
	var m makeup
	for _, c := range value {
		switch {
		case c >= 'a' && c <= 'z':
			m.lower++
		case c >= 'A' && c <= 'Z':
			m.upper++
		case c >= '0' && c <= '9':
			m.digit++
		case isSpace(c):
			m.space++
		default:
			m.mark++
		}
	}
	return m
}
