package person

import (
	"bytes"
	"html"
)

// likelyHTML says whether there are rows or items enough.
func likelyHTML(region []byte) bool {
	return atLeast(region, "<tr", "<TR", "<li", "<LI", "<Tr", "<Li")
}

// markup reads tables and lists.
type markup struct {
	t *tally
	// header of the table's columns.
	header [][]byte
	heads  bool
	cells  []cell
	column int
	// at is where the row begins; inside: one did, and item: it is an item of a list.
	at           int
	inside, item bool
}

func readHTML(data []byte, t *tally) {
	r := markup{t: t}
	for i := 0; i < len(data); {
		open := bytes.IndexByte(data[i:], '<')
		if open < 0 {
			r.text(data[i:])
			break
		}
		r.text(data[i : i+open])
		i += open
		name, end := tag(data, i)
		if end == 0 {
			i++
			continue
		}
		r.tag(name, data[i:end], i)
		i = end
	}
	r.end()
}

// tag reads the tag at an offset; its end is zero where there is none. A name begins with a slash where the tag ends an
// element.
func tag(data []byte, at int) (name []byte, end int) {
	const longest = 1 << 10
	i := at + 1
	for i < len(data) && i < at+12 && (isWord(data[i]) || data[i] == '/' && i == at+1 || data[i] == '!') {
		i++
	}
	name = data[at+1 : i]
	for ; i < len(data) && i < at+longest; i++ {
		switch data[i] {
		case '>':
			return name, i + 1
		case '<':
			return nil, 0
		}
	}
	return nil, 0
}

// tag begins or ends a row, a cell or a part of one.
func (r *markup) tag(name, all []byte, at int) {
	switch string(bytes.ToLower(name)) {
	case "table":
		r.end()
		r.header = nil
	case "tr", "li":
		r.end()
		r.inside, r.item, r.at = true, len(name) == 2 && name[0]|0x20 == 'l', at
	case "/tr", "/li", "/table", "/ul", "/ol":
		r.end()
	case "td", "th":
		r.column++
		r.heads = r.heads || name[1]|0x20 == 'h'
	case "a":
		r.link(all)
	}
}

// link takes the address or number that a link leads to.
func (r *markup) link(all []byte) {
	for _, scheme := range []string{"mailto:", "tel:"} {
		if _, rest, ok := bytes.Cut(all, []byte(scheme)); ok {
			end := bytes.IndexAny(rest, "\"'?> ")
			if end > 0 {
				r.add(rest[:end])
			}
		}
	}
}

// text takes text between tags.
func (r *markup) text(text []byte) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || !r.inside {
		return
	}
	if bytes.IndexByte(text, '&') >= 0 && len(text) < longestCell {
		text = []byte(html.UnescapeString(string(text)))
	}
	if !r.item || len(text) > longestCell {
		r.add(text)
		return
	}
	r.cells = pieces(text, r.cells)
}

// add takes a value in the column at hand.
func (r *markup) add(text []byte) {
	if !r.inside || len(r.cells) >= mostCells {
		return
	}
	c := cell{text: text}
	if i := r.column - 1; i >= 0 && i < len(r.header) && !r.heads {
		c.key = r.header[i]
	}
	r.cells = append(r.cells, c)
}

// end ends a row.
func (r *markup) end() {
	if r.inside && len(r.cells) > 0 {
		if r.heads && r.t.isHeader(r.cells) {
			r.header = r.header[:0]
			for _, c := range r.cells {
				r.header = append(r.header, c.text)
			}
		} else {
			r.t.row(r.at, r.cells)
		}
	}
	r.inside, r.heads, r.column, r.cells = false, false, 0, r.cells[:0]
}
