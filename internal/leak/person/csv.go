package person

import (
	"bytes"
)

// likelyCSV says whether there are lines enough.
func likelyCSV(region []byte) bool { return atLeast(region, "\n", "\r") }

// longestLine is the longest line that is read as a row, in bytes.
const longestLine = 16 << 10

// mostCells is how many cells of a row are read.
const mostCells = 64

// table reads lines as rows.
type table struct {
	t    *tally
	data []byte
	// header of the columns; nil, there is none.
	header [][]byte
	mark   byte
	cells  []cell
	// unclosed is an offset before which no quotation mark ends a cell.
	unclosed int
}

func readCSV(data []byte, t *tally) {
	r := table{t: t, data: data}
	for at := 0; at < len(data); {
		at = r.line(at)
	}
}

// line reads the row at an offset, and says where the next begins.
func (r *table) line(at int) int {
	end, next := lineEnd(r.data, at)
	if end-at > longestLine || end-at < 3 {
		return next
	}
	mark := delimiter(r.data[at:end])
	if mark == 0 {
		return next
	}
	next = r.row(at, mark)
	if len(r.cells) < 2 {
		return next
	}
	if r.isHeader() {
		r.header, r.mark = nil, mark
		for _, c := range r.cells {
			r.header = append(r.header, c.text)
		}
		return next
	}
	if mark == r.mark && len(r.cells) <= len(r.header)+1 {
		for i := range r.cells[:min(len(r.cells), len(r.header))] {
			r.cells[i].key = r.header[i]
		}
	}
	r.t.row(at, r.cells)
	return next
}

// lineEnd is where a line ends and the next begins.
func lineEnd(data []byte, at int) (end, next int) {
	n := bytes.IndexByte(data[at:], '\n')
	if n < 0 {
		return len(data), len(data)
	}
	end, next = at+n, at+n+1
	if end > at && data[end-1] == '\r' {
		end--
	}
	return end, next
}

// delimiter is what stands between the cells of a line; zero, nothing does.
func delimiter(line []byte) byte {
	if bytes.IndexByte(line, '\t') > 0 {
		return '\t'
	}
	mark, most := byte(0), 0
	for _, c := range []byte{';', '|', ','} {
		if n := bytes.Count(line, []byte{c}); n > most {
			mark, most = c, n
		}
	}
	return mark
}

// row reads cells from an offset on, and says where the next line begins.
func (r *table) row(at int, mark byte) int {
	r.cells = r.cells[:0]
	for {
		text, next := r.cell(at, mark)
		if len(r.cells) < mostCells {
			r.cells = append(r.cells, cell{text: text})
		}
		if next >= len(r.data) || r.data[next] != mark {
			_, after := lineEnd(r.data, next)
			return after
		}
		at = next + 1
	}
}

// cell reads one cell, and says where it ends: at a delimiter, a line's end or the data's.
func (r *table) cell(at int, mark byte) (text []byte, next int) {
	for at < len(r.data) && r.data[at] == ' ' {
		at++
	}
	if at < len(r.data) && (r.data[at] == '"' || r.data[at] == '\'') && at >= r.unclosed {
		if end, ok := r.quoted(at, mark); ok {
			return r.data[at+1 : end], skipSpaces(r.data, end+1)
		}
	}
	next = at
	for next < len(r.data) && r.data[next] != mark && r.data[next] != '\n' {
		next++
	}
	return r.data[at:next], next
}

// quoted finds the quotation mark that ends a cell.
func (r *table) quoted(at int, mark byte) (end int, ok bool) {
	const longest = 4 << 10
	limit := min(len(r.data), at+longest)
	quote := r.data[at]
	for i := at + 1; i < limit; i++ {
		if r.data[i] != quote {
			continue
		}
		if i+1 < len(r.data) && r.data[i+1] == quote {
			i++
			continue
		}
		if after := skipSpaces(r.data, i+1); after == len(r.data) || r.data[after] == mark || r.data[after] == '\n' {
			return i, true
		}
	}
	r.unclosed = limit
	return 0, false
}

// skipSpaces steps over spaces that end a cell.
func skipSpaces(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\r') {
		i++
	}
	return i
}

// isHeader says whether the cells are names of columns: two that people have, and no values.
func (r *table) isHeader() bool { return r.t.isHeader(r.cells) }

// isHeader says whether cells are names of columns.
func (j *judge) isHeader(cells []cell) bool {
	n := 0
	for i := range cells {
		text := bytes.TrimSpace(cells[i].text)
		if bytes.IndexByte(text, '@') >= 0 {
			return false
		}
		if len(text) > 0 && isLetter(text[0]) && j.isPersonal(text) {
			n++
		}
	}
	return n >= 2
}
