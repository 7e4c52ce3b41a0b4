package leak

import (
	"bytes"
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// escape is a way to spell bytes as others, which the pass finds by its needle.
type escape struct {
	// name of it in a place.
	name    string
	needles []string
	// marks are what is worth undoing where it is escaped alone; of others several have to follow one another, or one has to
	// be a part of a word: sk\u005flive. Where fewer stand, the walkers see through them.
	marks string
	// unit is the length of the one at an offset; zero, there is none.
	unit func(data []byte, i int) int
	// part says whether a byte may stand among what is escaped.
	part func(byte) bool
	undo func([]byte) []byte
}

// escapes are undone where they stand: the part that they are in is looked at once more.
var escapes = []escape{
	{"url", []string{"%22", "%3d", "%2b", "%2d", "%2f", "%40", "%3a", "%24", "%7c", "%3", "%4", "%5", "%6", "%7"}, `"=+/@:$|`, percentUnit, isURL, unescapeURL},
	{"js", []string{`\x`, `\u00`}, "", jsUnit, isStringPart, unescapeJS},
	{"html", []string{"&#", "&lowbar;"}, "", htmlUnit, isStringPart, func(data []byte) []byte { return []byte(html.UnescapeString(string(data))) }},
}

// longestEscaped bounds what is undone at once, in bytes.
const longestEscaped = 1 << 16

// span is the part of data around an offset that is escaped; empty, where too few are.
func (e *escape) span(data []byte, i int) (start, end int) {
	if end = e.enough(data, i); end == i {
		return i, i
	}
	start = i
	for start > 0 && i-start < longestEscaped && e.part(data[start-1]) {
		start--
	}
	for end < len(data) && end-i < longestEscaped && e.part(data[end]) {
		end++
	}
	return start, end
}

// enough steps over what is escaped at an offset, if that is worth undoing.
func (e *escape) enough(data []byte, i int) int {
	const row = 4
	first := e.unit(data, i)
	if first == 0 {
		return i
	}
	end, n := i+first, 1
	for ; n < row; n++ {
		width := e.unit(data, end)
		if width == 0 {
			break
		}
		end += width
	}
	if n == row {
		return end
	}
	switch plain := e.undo(data[i : i+first]); {
	case len(plain) != 1:
	case strings.IndexByte(e.marks, plain[0]) >= 0:
		return i + first
	case isDashed(plain[0]) && (end < len(data) && isWord(data[end]) || i > 0 && isWord(data[i-1])):
		return i + first
	}
	return i
}

func percentUnit(data []byte, i int) int {
	if i+2 < len(data) && data[i] == '%' && isHex(data[i+1]) && isHex(data[i+2]) {
		return 3
	}
	return 0
}

func jsUnit(data []byte, i int) int {
	for _, form := range []struct {
		begin string
		width int
	}{{`\x`, 4}, {`\u`, 6}} {
		if len(data)-i >= form.width && string(data[i:i+2]) == form.begin {
			for _, c := range data[i+2 : i+form.width] {
				if !isHex(c) {
					return 0
				}
			}
			return form.width
		}
	}
	return 0
}

// lowbar is a _ as an entity.
const lowbar = "&lowbar;"

func htmlUnit(data []byte, i int) int {
	if bytes.HasPrefix(data[i:], []byte(lowbar)) {
		return len(lowbar)
	}
	if i+3 >= len(data) || data[i] != '&' || data[i+1] != '#' {
		return 0
	}
	end := i + 2
	if data[end]|0x20 == 'x' {
		end++
	}
	for end < len(data) && end-i < 10 && isHex(data[end]) {
		end++
	}
	if end < len(data) && data[end] == ';' {
		return end + 1 - i
	}
	return 0
}

func isURL(c byte) bool {
	if isWord(c) {
		return true
	}
	switch c {
	case '%', '-', '.', '~', '+', '!', '*', '(', ')', '=', '&', '?', '/', ':', '@', ',', '#', '$':
		return true
	}
	return false
}

func isStringPart(c byte) bool {
	switch c {
	case '"', '\'', '`', '\n', '\r', '<', '>':
		return false
	}
	return c >= ' '
}

func unescapeURL(data []byte) []byte {
	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); i++ {
		if percentUnit(data, i) > 0 {
			out = append(out, hexByte(data[i+1], data[i+2]))
			i += 2
			continue
		}
		out = append(out, data[i])
	}
	return out
}

func hexByte(a, b byte) byte { return nibble(a)<<4 | nibble(b) }

func nibble(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	default:
		return c - 'A' + 10
	}
}

func unescapeJS(data []byte) []byte {
	out := make([]byte, 0, len(data))
	var high rune
	for i := 0; i < len(data); i++ {
		width := jsUnit(data, i)
		switch {
		case width > 0:
			n, err := strconv.ParseUint(string(data[i+2:i+width]), 16, 32)
			r := rune(n)
			if err != nil {
				r = utf8.RuneError // jsUnit takes hexadecimal only
			}
			if pair := utf16.DecodeRune(high, r); pair != utf8.RuneError {
				r = pair
			}
			high = 0
			if utf16.IsSurrogate(r) {
				high = r
			} else {
				out = utf8.AppendRune(out, r)
			}
			i += width - 1
		case data[i] == '\\' && i+1 < len(data):
			i++
			out = append(out, unescapedJS(data[i]))
		default:
			out = append(out, data[i])
		}
	}
	return out
}

func unescapedJS(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// unescape undoes what a value may be escaped with, of all kinds; most values are returned as they are.
func unescape(value []byte) []byte {
	if bytes.IndexByte(value, '\\') >= 0 {
		value = unescapeJS(value)
	}
	if bytes.IndexByte(value, '&') >= 0 {
		value = []byte(html.UnescapeString(string(value)))
	}
	if i := bytes.IndexByte(value, '%'); i >= 0 && percentUnit(value, i) > 0 {
		value = unescapeURL(value)
	}
	return value
}
