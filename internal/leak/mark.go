package leak

// marks is what may stand around a value besides the quotation marks themselves: how sites spell them where they are
// escaped. All are ends and beginnings of a value alike, so nothing has to be decoded to see it.
var marks = []string{`\"`, `\'`, `\u0022`, `\u0027`, `\u003c`, `\u003e`, `\u0026`, `\x22`, `\x27`, "&quot;", "&#34;", "&#x22;", "&#39;", "&#x27;", "&apos;", "&lt;", "&gt;", "&amp;", "%22", "%27", "%20", "%2C", "%2c", "%26", "%7D", "%7d", "%3C", "%3c", "%0A", "%0a"}

// isWord says whether a byte may stand within a name.
func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// beginsAt says whether a token may begin at an offset: not within a word. An escape before it ends in word's bytes,
// and is none: %22, \u0022, \n.
func beginsAt(data []byte, i int) bool {
	if i == 0 || !isWord(data[i-1]) && data[i-1] != '+' {
		return true
	}
	switch {
	case i >= 3 && data[i-3] == '%' && isHex(data[i-2]) && isHex(data[i-1]):
		return true
	case i >= 6 && data[i-6] == '\\' && data[i-5] == 'u' && data[i-4] == '0' && data[i-3] == '0':
		return true
	case i >= 4 && data[i-4] == '\\' && data[i-3] == 'x':
		return true
	case i >= 2 && data[i-2] == '\\' && (data[i-1] == 'n' || data[i-1] == 't' || data[i-1] == 'r'):
		return true
	}
	return false
}

// endsAt says whether a token may end at an offset: what follows does not go on with it.
func endsAt(data []byte, i int) bool {
	if i >= len(data) {
		return true
	}
	c := data[i]
	if isWord(c) || c == '+' || c == '-' {
		return false
	}
	return c != '.' || i+1 >= len(data) || !isWord(data[i+1])
}

// markAt is the length of the escaped mark at an offset; zero, there is none.
func markAt(data []byte, i int) int {
	switch data[i] {
	case '\\', '&', '%':
	default:
		return 0
	}
	start := i
	for data[i] == '\\' && i+1 < len(data) && data[i+1] == '\\' { // escaped more than once
		i++
	}
	for _, m := range marks {
		if len(data)-i >= len(m) && string(data[i:i+len(m)]) == m {
			return i + len(m) - start
		}
	}
	if i > start || data[i] == '\\' && i+1 < len(data) && (data[i+1] == 'n' || data[i+1] == 'r' || data[i+1] == 't') {
		return min(i+2, len(data)) - start
	}
	return 0
}

// isQuoteMark says whether an escaped mark is a quotation mark.
func isQuoteMark(mark []byte) bool {
	switch mark[0] {
	case '\\':
		last := mark[len(mark)-1]
		return last == '"' || last == '\'' || last == '2' || last == '7'
	case '&':
		return mark[1] == 'q' || mark[1] == '#' || mark[1] == 'a' && mark[2] == 'p'
	default:
		return mark[1] == '2' && (mark[2] == '2' || mark[2] == '7')
	}
}
