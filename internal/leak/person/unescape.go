package person

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// unescape undoes what names have in JSON: \u00e9, \', \/.
func unescape(text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 || len(text) > longestCell {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			out = append(out, text[i])
			continue
		}
		for i+1 < len(text) && text[i+1] == '\\' {
			i++
		}
		if i+5 < len(text) && text[i+1] == 'u' {
			if n, err := strconv.ParseUint(string(text[i+2:i+6]), 16, 32); err == nil {
				out = utf8.AppendRune(out, rune(n))
				i += 5
				continue
			}
		}
		if i+1 < len(text) && (text[i+1] == 'n' || text[i+1] == 't' || text[i+1] == 'r') {
			out = append(out, ' ')
			i++
		}
	}
	return out
}
