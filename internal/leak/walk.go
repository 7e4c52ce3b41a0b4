package leak

import "bytes"

// assignment is a name and the value that it is assigned to, as offsets.
type assignment struct {
	nameEnd    int
	start, end int
	// called: the value is an argument of a function that is called so.
	called bool
	quoted bool
	// listed: the value is one of several, and the name the one before it.
	listed bool
	// list: the value is the first of a list's that the name is assigned to.
	list bool
}

// The longest that each part of an assignment may be, in bytes.
const (
	longestName  = 64
	longestValue = 512
	mostMarks    = 8
)

// assigned walks from within a name over whatever assigns to the value: key="v", "key":"v", key\u0022:\"v, <key>v,
// key=v&, name: key / value: v. It looks at a few dozen bytes, and most of the time at two.
func assigned(data []byte, i int) (assignment, bool) {
	a := assignment{}
	var expanded bool
	a.nameEnd, expanded = nameAfter(data, i)
	at, _ := skipMarks(data, a.nameEnd, false)
	comma := at < len(data) && data[at] == ','
	element := at < len(data) && data[at] == '>'
	at, ok := a.operator(data, at)
	if expanded {
		at, ok = a.nameEnd+1, true
	}
	if !ok {
		if at, ok = a.unassigned(data, i); !ok {
			return a, false
		}
		element = data[at-1] == '>'
	}
	start, mark := skipMarks(data, at, true)
	if next, is := valueWord(data, start); is {
		start, mark = skipMarks(data, next, true)
	}
	start, mark = spelled(data, i, start, mark)
	if mark == 0 {
		start, mark, a.list = listStart(data, start)
	}
	if next, is := scheme(data, start); is {
		start = next
	}
	a.start = start
	if a.end, a.quoted = valueEnd(data, start, mark); element && mark == 0 {
		a.end = elementEnd(data, start, a.end)
	}
	a.listed = comma && isListed(data, a.end)
	a.list = a.list || mark != 0 && bytes.IndexByte(data[at:start], '(') >= 0
	return a, a.end > a.start
}

// nameAfter is where the name around an offset ends. expanded: it does because it is expanded, as in ${KEY-v} or ${KEY+v}.
func nameAfter(data []byte, i int) (end int, expanded bool) {
	for end = i; end < len(data) && end-i < longestName && (isWord(data[end]) || data[end] == '-' || data[end] == '.'); end++ {
		if data[end] == '-' && isExpansion(data, i) {
			return end, true
		}
	}
	return end, end < len(data) && data[end] == '+' && isExpansion(data, i)
}

// isExpansion says whether the name around an offset is one that a shell expands.
func isExpansion(data []byte, i int) bool {
	start := i - before(data, i, longestName, isWord)
	return start > 1 && data[start-1] == '{' && data[start-2] == '$'
}

// isListed says whether more values follow after a comma.
func isListed(data []byte, end int) bool {
	for n := 0; end < len(data) && n < mostMarks; n++ {
		switch data[end] {
		case ',':
			return true
		case '"', '\'', '`', ' ', '\t':
			end++
		default:
			width := markAt(data, end)
			if width == 0 {
				return false
			}
			end += width
		}
	}
	return false
}

// skipMarks steps over spaces, quotation marks and what stands for them; lines too, where a value may stand on the next.
// mark is the last quotation mark, 0 if there was none, and '\\' if it was escaped.
func skipMarks(data []byte, i int, lines bool) (end int, mark byte) {
	for begin, n := i, 0; i < len(data) && n < mostMarks && i-begin < longestName; n++ {
		c := data[i]
		if c == '"' || c == '\'' || c == '`' {
			i, mark = i+1, c
			if lines {
				return i, mark // what follows is the value, even where it begins with a space
			}
			continue
		}
		if isBlank(c, lines) {
			i, n = i+1, n-1 // people align what they assign
			continue
		}
		width := markAt(data, i)
		if width == 0 {
			return i, mark
		}
		if isQuoteMark(data[i : i+width]) {
			mark = '\\'
		}
		i += width
	}
	return i, mark
}

// isBlank says whether a byte may be stepped over: after a name what ends an index, before a value what begins a group.
func isBlank(c byte, lines bool) bool {
	switch c {
	case ' ', '\t':
		return true
	case ']':
		return !lines
	case '\n', '\r', '=', '(':
		return lines
	}
	return false
}

// operator steps over what assigns.
func (a *assignment) operator(data []byte, i int) (int, bool) {
	if i >= len(data) {
		return i, false
	}
	switch c := data[i]; c {
	case '=', ':', '>':
		for i < len(data) && (data[i] == '=' || data[i] == ':' || data[i] == '>') {
			i++
		}
		return i, true
	case ',':
		return i + 1, true
	case '(':
		a.called = true
		return i + 1, true
	case '|', '?':
		if i+1 < len(data) && (data[i+1] == '|' || data[i+1] == '=' || data[i+1] == '?') {
			return i + 2, true
		}
	case '%':
		if i+2 < len(data) && data[i+1] == '3' && (data[i+2]|0x20 == 'd' || data[i+2]|0x20 == 'a') {
			return i + 3, true
		}
	case '\n', '\r':
		for i < len(data) && isSpace(data[i]) {
			i++
		}
		return valueWord(data, i)
	default:
		return valueWord(data, i)
	}
	return i, false
}

// valueWord steps over the words value and content where they are assigned: name: KEY / value: v, name="k" content="v".
func valueWord(data []byte, i int) (int, bool) {
	for _, word := range []string{"value", "content", "parametervalue"} {
		if len(data)-i <= len(word) || !equalFold(data[i:i+len(word)], word) {
			continue
		}
		end, _ := skipMarks(data, i+len(word), false)
		if end < len(data) && (data[end] == ':' || data[end] == '=') {
			return end + 1, true
		}
	}
	return i, false
}

// schemes are words that stand before a value in a header.
var schemes = []string{"basic", "bearer", "token", "apikey"}

// scheme steps over the word that says what kind of credentials follow.
func scheme(data []byte, i int) (int, bool) {
	for _, word := range schemes {
		end := i + len(word)
		if end+1 >= len(data) || !equalFold(data[i:end], word) {
			continue
		}
		switch {
		case data[end] == ' ' || data[end] == '+':
			return end + 1, true
		case end+3 < len(data) && string(data[end:end+3]) == "%20":
			return end + 3, true
		}
	}
	return i, false
}

// equalFold says whether bytes are a word that is in lower case.
func equalFold(data []byte, word string) bool {
	for i := range len(word) {
		c := data[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}

// valueEnd finds where a value ends: at the quotation mark that it began with, else at whatever cannot be in one.
func valueEnd(data []byte, start int, mark byte) (end int, quoted bool) {
	limit := min(len(data), start+longestValue)
	if mark != 0 && mark != '\\' {
		return quotedEnd(data[:limit], start, mark)
	}
	for i := start; i < limit; i++ {
		c := data[i]
		switch {
		case c < ' ':
			return i, false
		case c == '"' || c == '\'' || c == '`' || markAt(data, i) > 0:
			return i, mark == '\\'
		case mark == 0 && endsBare(c):
			return i, false
		}
	}
	return limit, false
}

// elementEnd finds the tag that ends an element; where there is none, the value ends where it would elsewhere.
func elementEnd(data []byte, start, end int) int {
	for i := start; i < len(data) && i < start+longestValue; i++ {
		if data[i] == '<' {
			return i
		}
		if data[i] < ' ' {
			break
		}
	}
	return end
}

// quotedEnd finds the quotation mark that ends a value, or the escaped one of a string around it.
func quotedEnd(data []byte, start int, mark byte) (end int, quoted bool) {
	for i := start; i < len(data); i++ {
		switch c := data[i]; {
		case c < ' ':
			return i, false
		case c == mark:
			return i, true
		case c == '\\':
			if i+1 < len(data) && data[i+1] != mark && markAt(data, i) > 0 {
				return i, true
			}
			i++
		}
	}
	return len(data), false
}

// endsBare says whether a byte ends a value that stands without quotation marks.
func endsBare(c byte) bool {
	switch c {
	case ' ', '\t', '<', '>', ',', ')', '}', ']', ';', '&':
		return true
	}
	return false
}

// nameBefore is where the name that ends in a needle begins.
func nameBefore(data []byte, i int) int {
	start := i
	for start > 0 && i-start < longestName && (isWord(data[start-1]) || data[start-1] == '-' || data[start-1] == '.') {
		start--
	}
	return start
}
