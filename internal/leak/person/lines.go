package person

import (
	"bytes"
)

// readLines reads lines of text: Name <mail> and more, Name - telephone, in whatever order.
func readLines(data []byte, t *tally) {
	var cells []cell
	for at := 0; at < len(data); {
		end, next := lineEnd(data, at)
		if end-at < longestLine {
			cells = pieces(data[at:end], cells[:0])
			t.line(at, cells)
		}
		at = next
	}
}

// line takes a line. A name and an e-mail address are not enough there: programs thank people so.
func (t *tally) line(at int, cells []cell) {
	p := t.person(cells)
	if p.is() && p.has != set(name)|set(email) {
		t.add(at, &p)
	}
}

// pieces are the parts of a line between marks.
func pieces(line []byte, cells []cell) []cell {
	start := 0
	for i := 0; i <= len(line); {
		width := 1
		if i < len(line) {
			if width = markWidth(line, start, i); width == 0 {
				i++
				continue
			}
		}
		if text := bytes.Trim(line[start:i], " \t*#\"'()"); len(text) > 0 && len(cells) < mostCells {
			cells = append(cells, cell{text: text})
		}
		i += width
		start = i
	}
	return cells
}

// markWidth is the width of the mark at an offset that ends the part from start; zero, there is none. A space is one on
// both sides of an e-mail address.
func markWidth(line []byte, start, i int) int {
	switch line[i] {
	case ',', ';', '|', '\t', '<', '>', '[', ']', ':':
		return 1
	case '-', 0xE2: // a dash, or the first byte of a longer one
		if i == start || line[i-1] == ' ' {
			return dash(line[i:])
		}
	case ' ':
		if bytes.IndexByte(line[max(start, i-longestWord):i], '@') > 0 || isMail(firstWord(line[i+1:])) {
			return 1
		}
	}
	return 0
}

// longestWord is the longest e-mail address that is known among words, in bytes.
const longestWord = 80

// firstWord is what stands before the next space.
func firstWord(text []byte) []byte {
	if len(text) > longestWord {
		text = text[:longestWord]
	}
	word, _, _ := bytes.Cut(text, []byte{' '})
	return bytes.TrimRight(word, ",;")
}

// dash is the width of the dash that a text begins with, and the space after it.
func dash(text []byte) int {
	for _, d := range []string{"- ", "– ", "— "} {
		if bytes.HasPrefix(text, []byte(d)) {
			return len(d)
		}
	}
	return 0
}
