package person

// region is a part of the data where a list may be.
type region struct{ start, end int }

const (
	// window is the size of the part in which as many signs must stand as a list has rows, in bytes.
	window = 64 << 10
	// around is how much before its first and after its last sign belongs to a region: a header, the rest of a row.
	around = 4 << 10
)

// regions finds where signs of people stand close together.
func regions(data []byte) []region {
	var (
		found  []region
		recent [Least]int
		n      int
	)
	for i := 0; i < len(data); {
		if !stops[data[i]] {
			i++
			continue
		}
		at := i
		var sign bool
		if data[i] == '@' {
			i++
			sign = isMailSign(data, at)
		} else {
			for i < len(data) && data[i]-'0' <= 9 {
				i++
			}
			sign = isNumberSign(data, at, i)
		}
		if !sign || !isText(data, at) {
			continue
		}
		recent[n%Least] = at
		n++
		if first := recent[n%Least]; n >= Least && at-first <= window {
			found = join(found, region{max(0, first-around), min(len(data), at+around)})
		}
	}
	return found
}

// join adds a region to those before it, and to the last where they touch.
func join(found []region, r region) []region {
	if n := len(found); n > 0 && r.start <= found[n-1].end {
		found[n-1].end = r.end
		return found
	}
	return append(found, r)
}

// stops are the bytes at which a sign may begin.
var stops = [256]bool{'@': true, '0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true, '7': true, '8': true, '9': true}

// isText says whether what stands before an offset is text. Pictures and programs are full of digits.
func isText(data []byte, at int) bool {
	const near = 32
	for _, c := range data[max(0, at-near):at] {
		if c < ' ' && !isSpace(c) {
			return false
		}
	}
	return true
}

// isMailSign says whether an at sign may be that of an e-mail address.
func isMailSign(data []byte, at int) bool {
	const longestDomain = 64
	if at == 0 || at+4 > len(data) || !isWord(data[at-1]) || !isWord(data[at+1]) {
		return false
	}
	for i := at + 2; i < len(data) && i < at+longestDomain; i++ {
		if data[i] == '.' {
			return i+2 < len(data) && isLetter(data[i+1]) && isLetter(data[i+2])
		}
		if !isWord(data[i]) && data[i] != '-' {
			return false
		}
	}
	return false
}

// isNumberSign says whether digits may be a telephone number's, a postcode's, a street's or an amount's. It is asked at
// every number of the data, so it looks at a few bytes only. It says no to what code is full of: a$1, 0.0714, 65535)).
func isNumberSign(data []byte, start, end int) bool {
	var before, after byte
	if start > 0 {
		before = data[start-1]
	}
	if end < len(data) {
		after = data[end]
	}
	width := end - start
	switch {
	case isLetter(before) && before < 'a':
		return width <= 3 && isPostcodeSign(data, start, end)
	case isWord(before) && !isLineEnd(data, start):
		return false
	case width >= leastDigits:
		return width <= mostDigits && isLongSign(data[start:end], before)
	case before == '$' || before == 0xA3 || before == 0xAC: // also the last byte of a pound's and of a euro's sign
		return !isWord(after) && (start < 2 || !isWord(data[start-2]))
	case isLetter(after) || after == '_' || before == '.':
		return false
	case after == ' ' && end+2 < len(data) && isUpper(data[end+1]) && isLower(data[end+2]):
		return width < 5
	case before == ' ' && start > 1 && isLetter(data[start-2]) && (after == '"' || after == ',' || after == '<' || after == '\''):
		return width < 5 && data[start] != '0' // a house number behind the street
	case width == 5 && isZIPSign(data, start, after):
		return true
	case data[start] == '0' || before == '+' || before == '(' || width == 3:
		return (width > 1 || after != '.') && digitsFrom(data, start) >= leastDigits
	}
	return false
}

// isLineEnd says whether the letter before an offset is that of an escaped line end or tab.
func isLineEnd(data []byte, i int) bool {
	return i > 1 && data[i-2] == '\\' && (data[i-1] == 'n' || data[i-1] == 't' || data[i-1] == 'r')
}

// isLongSign says whether many digits in one may be a telephone number.
func isLongSign(digits []byte, before byte) bool {
	if digits[0] == '0' || before == '+' {
		return true
	}
	return len(digits) > leastDigits && before != ' ' && before != '-' && !isTimestamp(digits)
}

// isZIPSign says whether five digits may be a postcode: they are a value of their own, or stand behind a state or before a
// town.
func isZIPSign(data []byte, start int, after byte) bool {
	switch after {
	case '"', '\'', ',', ';', '<', '|', '\t', '\n', '\r', '\\', '&', '}', '-', ' ', 0:
	default:
		return false
	}
	if start == 0 {
		return true
	}
	switch before := data[start-1]; before {
	case ' ':
		return start > 2 && isUpper(data[start-2]) && isUpper(data[start-3]) || data[max(0, start-2)] == ','
	case '.', '-', '(', '[', '=', '/', '#':
		return false
	}
	return true
}

// isPostcodeSign says whether digits behind a capital letter may be in a postcode such as LS1 4AP or K1A 0B1.
func isPostcodeSign(data []byte, start, end int) bool {
	begin := start - 1
	if begin > 0 && isLetter(data[begin-1]) && !isLineEnd(data, begin) {
		begin--
	}
	if begin > 0 && isWord(data[begin-1]) && !isLineEnd(data, begin) {
		return false
	}
	i := end
	if end-start > 1 && end+1 < len(data) && isUpper(data[end]) && isUpper(data[end+1]) {
		return true // LS14AP
	}
	if i < len(data) && isUpper(data[i]) {
		i++
	}
	if i < len(data) && data[i] == ' ' {
		i++
	}
	return i > end && i+1 < len(data) && isDigit(data[i]) && isUpper(data[i+1])
}

// digitsFrom counts the digits of a telephone number that is written in groups.
func digitsFrom(data []byte, i int) int {
	const longest = 24
	n := 0
	for end := min(len(data), i+longest); i < end; i++ {
		switch c := data[i]; {
		case isDigit(c):
			n++
		case c != ' ' && c != '-' && c != '(' && c != ')' && c != '/' && c != '.':
			return n
		}
	}
	return n
}

// isTimestamp knows seconds and milliseconds of this half of the century.
func isTimestamp(digits []byte) bool {
	return (len(digits) == 10 || len(digits) == 13) && digits[0] == '1' && digits[1] >= '4'
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func isUpper(c byte) bool { return c-'A' <= 'Z'-'A' }

func isLower(c byte) bool { return c-'a' <= 'z'-'a' }

func isLetter(c byte) bool { return c|0x20-'a' <= 'z'-'a' }

func isWord(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
