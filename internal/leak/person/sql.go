package person

import (
	"bytes"
)

// likelySQL says whether there are rows as INSERT and COPY have them.
func likelySQL(region []byte) bool {
	for _, word := range []string{"VALUES", "values", "Values", "COPY ", "copy "} {
		if bytes.Contains(region, []byte(word)) {
			return true
		}
	}
	return atLeast(region, "),(", "), (", "),\n(", "),\r\n(", "),\n  (", "),\n\t(")
}

// longestRow is the longest row that is read, in bytes.
const longestRow = 16 << 10

// dump reads a dump of a database.
type dump struct {
	t      *tally
	data   []byte
	header [][]byte
	cells  []cell
}

func readSQL(data []byte, t *tally) {
	r := dump{t: t, data: data}
	for i := 0; i < len(data); {
		switch c := data[i]; {
		case c == '(' && r.isRow(i):
			i = r.row(i)
		case (c == 'C' || c == 'c') && startsLine(data, i) && hasWordAt(data, i, "COPY "):
			i = r.copied(i)
		default:
			i++
		}
	}
}

// isRow says whether a bracket begins a row: it follows VALUES, or the row before.
func (r *dump) isRow(at int) bool {
	i := back(r.data, at)
	switch {
	case i > 0 && r.data[i-1] == ',':
		i = back(r.data, i-1)
		return i > 0 && r.data[i-1] == ')'
	case i >= 6 && hasWordAt(r.data, i-6, "VALUES"):
		r.columns(back(r.data, i-6))
		return true
	}
	return false
}

// back is the offset behind the last byte before an offset that is no space.
func back(data []byte, i int) int {
	const most = 64
	for n := 0; n < most && i > 0 && isSpace(data[i-1]); n++ {
		i--
	}
	return i
}

// hasWordAt says whether a word in capital letters stands at an offset, in whatever case.
func hasWordAt(data []byte, at int, word string) bool {
	if len(data)-at < len(word) {
		return false
	}
	for i := range len(word) {
		if c := data[at+i]; c != word[i] && (!isLower(c) || c-0x20 != word[i]) {
			return false
		}
	}
	return true
}

func startsLine(data []byte, i int) bool { return i == 0 || data[i-1] == '\n' }

// columns takes the names of columns that end at an offset: INSERT INTO t (a, b).
func (r *dump) columns(end int) {
	const longest = 4 << 10
	r.header = nil
	if end == 0 || r.data[end-1] != ')' {
		return
	}
	open := bytes.LastIndexByte(r.data[max(0, end-longest):end], '(')
	if open >= 0 {
		r.name(r.data[max(0, end-longest)+open+1 : end-1])
	}
}

// name takes the names of columns.
func (r *dump) name(list []byte) {
	r.header = nil
	for part := range bytes.SplitSeq(list, []byte{','}) {
		r.header = append(r.header, bytes.Trim(part, " \t\r\n`\"[]"))
	}
}

// row reads the row that a bracket begins, and says where to go on. What is not ended in time is no row.
func (r *dump) row(at int) int {
	r.cells = r.cells[:0]
	i, limit := at+1, min(len(r.data), at+longestRow)
	for i < limit {
		text, next := value(r.data, i, limit)
		if len(r.cells) < mostCells {
			c := cell{text: text}
			if n := len(r.cells); n < len(r.header) {
				c.key = r.header[n]
			}
			r.cells = append(r.cells, c)
		}
		i = next
		if i >= limit {
			break
		}
		if r.data[i] == ')' {
			r.t.row(at, r.cells)
			return i + 1
		}
		i++
	}
	if limit == len(r.data) {
		r.t.row(at, r.cells) // cut off
	}
	return limit
}

// value reads a value up to the comma or bracket behind it.
func value(data []byte, i, limit int) (text []byte, next int) {
	for i < limit && isSpace(data[i]) {
		i++
	}
	start := i
	if i+1 < limit && (data[i] == 'N' || data[i] == 'E') && data[i+1] == '\'' {
		i++
	}
	if i < limit && (data[i] == '\'' || data[i] == '"') {
		text, i = sqlString(data, i, limit)
		for i < limit && data[i] != ',' && data[i] != ')' {
			i++
		}
		return text, i
	}
	end := bareEnd(data, i, limit)
	return data[start:end], end
}

// bareEnd is where a value without quotation marks ends: over the brackets of a call.
func bareEnd(data []byte, i, limit int) int {
	for depth := 0; i < limit; i++ {
		switch c := data[i]; {
		case c == '(':
			depth++
		case depth == 0 && (c == ')' || c == ','):
			return i
		case c == ')':
			depth--
		}
	}
	return i
}

// sqlString reads a string, and says where what follows it begins. A doubled or escaped quotation mark is part of it.
func sqlString(data []byte, i, limit int) (text []byte, next int) {
	quote, start := data[i], i+1
	for i++; i < limit; i++ {
		switch data[i] {
		case '\\':
			i++
		case quote:
			if i+1 < limit && data[i+1] == quote {
				i++
				continue
			}
			return plainQuotes(data[start:i]), i + 1
		}
	}
	return data[start:min(i, limit)], limit
}

// plainQuotes undoes what stands before quotation marks in a string.
func plainQuotes(text []byte) []byte {
	if bytes.IndexByte(text, '\'') < 0 {
		return text
	}
	text = bytes.ReplaceAll(text, []byte(`''`), []byte{'\''})
	return bytes.ReplaceAll(text, []byte(`\'`), []byte{'\''})
}

// copied reads the rows of COPY t (a, b) FROM stdin; and says where to go on.
func (r *dump) copied(at int) int {
	end, next := lineEnd(r.data, at)
	line := r.data[at:end]
	if !bytes.HasSuffix(bytes.TrimSpace(bytes.ToLower(line[max(0, len(line)-16):])), []byte("stdin;")) {
		return at + 1
	}
	r.header = nil
	if open, last := bytes.IndexByte(line, '('), bytes.LastIndexByte(line, ')'); open >= 0 && last > open {
		r.name(line[open+1 : last])
	}
	for at = next; at < len(r.data); at = next {
		end, next = lineEnd(r.data, at)
		line = r.data[at:end]
		if bytes.HasPrefix(line, []byte(`\.`)) {
			break
		}
		r.cells = r.cells[:0]
		for part := range bytes.SplitSeq(line, []byte{'\t'}) {
			c := cell{text: part}
			if n := len(r.cells); n < len(r.header) {
				c.key = r.header[n]
			}
			if r.cells = append(r.cells, c); len(r.cells) == mostCells {
				break
			}
		}
		r.t.row(at, r.cells)
	}
	return next
}
