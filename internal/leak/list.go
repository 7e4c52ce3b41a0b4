package leak

import "bytes"

// longestList is how much of a list is read, in bytes. The name that it is assigned to is within reach of its last value.
const longestList = lookBack - 2*longestName - longestValue

// listStart steps over what begins a list: ["v", []string{"v", array("v", - v of YAML. mark is the quotation mark of the first
// value.
func listStart(data []byte, i int) (start int, mark byte, is bool) {
	if i+1 >= len(data) {
		return i, 0, false
	}
	at := i
	switch data[i] {
	case '-':
		if data[i+1] != ' ' || !beginsLine(data, i) {
			return i, 0, false
		}
		start, mark = skipMarks(data, i+1, false)
		return start, mark, true
	case '[':
		if at++; data[at] == ']' { // []string{ of Go
			at = after(data, at, '{')
		}
	case '{':
		at++
	case 'a', 'A', 'n': // array( of PHP, new string[] { of C#
		at = max(after(data, i, '('), after(data, i, '{'))
	default:
		return i, 0, false
	}
	if at == 0 {
		return i, 0, false
	}
	if start, mark = skipMarks(data, at, true); mark == 0 {
		return i, 0, false
	}
	if end, quoted := valueEnd(data, start, mark); !quoted || !isElement(data, end) {
		return i, 0, false
	}
	return start, mark, true
}

// after is the offset after the bracket that ends a type or the name of a function; 0, there is none.
func after(data []byte, i int, bracket byte) int {
	const longest = 16
	at := bytes.IndexByte(data[i:min(len(data), i+longest)], bracket)
	if at < 0 || !isTypeName(data[i:i+at]) {
		return 0
	}
	return i + at + 1
}

func isTypeName(name []byte) bool {
	for _, c := range name {
		if !isTypePart(c) {
			return false
		}
	}
	return true
}

// isElement says whether a value that ends here is one of a list's, and not a name.
func isElement(data []byte, end int) bool {
	i, _ := skipMarks(data, end, false)
	for i < len(data) && isSpace(data[i]) {
		i++
	}
	if i >= len(data) {
		return true
	}
	switch data[i] {
	case ',', ']', ')', '}':
		return true
	}
	// The brackets that are stepped over after a name end lists, too.
	return i > end && bytes.IndexByte(data[end:i], ']') >= 0
}

// beginsLine says whether nothing but blanks stands before an offset in its line.
func beginsLine(data []byte, i int) bool {
	for i > 0 && (data[i-1] == ' ' || data[i-1] == '\t') {
		i--
	}
	return i > 0 && data[i-1] == '\n'
}

// listRest are the values of a list that follow after the one that ends at an offset.
func listRest(data []byte, end int) []text {
	data = data[:min(len(data), end+longestList)]
	var rest []text
	for {
		start, mark, is := nextElement(data, end)
		if !is {
			return rest
		}
		end, _ = valueEnd(data, start, mark)
		rest = append(rest, text{start: start, end: end})
	}
}

// nextElement is where the value after the one that ends at an offset begins.
func nextElement(data []byte, end int) (start int, mark byte, is bool) {
	i := end
	for n := 0; i < len(data) && n < mostMarks && !isSpace(data[i]) && data[i] != ','; n++ {
		width := 1
		if !isQuote(data[i]) {
			width = markAt(data, i)
		}
		if width == 0 {
			return 0, 0, false
		}
		i += width
	}
	i = skipBlanks(data, i)
	if i >= len(data) {
		return 0, 0, false
	}
	if data[i] == ',' {
		start, mark = skipMarks(data, i+1, true)
		return start, mark, mark != 0
	}
	for i < len(data) && isSpace(data[i]) {
		i++
	}
	if i+1 < len(data) && data[i] == '-' && data[i+1] == ' ' && beginsLine(data, i) {
		start, mark = skipMarks(data, i+1, false)
		return start, mark, start < len(data)
	}
	return 0, 0, false
}
