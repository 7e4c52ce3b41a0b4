package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

const (
	// maxDocument bounds one document; the API server takes 3 MiB.
	maxDocument = 10 << 20
	// maxFile bounds one file or standard input as a whole, so that an endless one ends.
	maxFile = 256 << 20
	// maxFileDocuments bounds the documents of one file.
	maxFileDocuments = 10_000
	// MaxDocuments bounds the documents of one run.
	MaxDocuments = 100_000
)

// chunk is the text of one document.
type chunk struct {
	text []byte
	// offset is the number of lines before it.
	offset int
}

// checkText refuses what is not UTF-8 text, at the first byte that is not.
func checkText(file string, data []byte) *Problem {
	for _, mark := range [][]byte{{0xFE, 0xFF}, {0xFF, 0xFE}} {
		if bytes.HasPrefix(data, mark) {
			return &Problem{File: file, Line: 1, Column: 1, Message: "is UTF-16; save it as UTF-8"}
		}
	}
	for i := 0; i < len(data); {
		c := data[i]
		if c >= ' ' && c < 0x7F || c == '\n' || c == '\t' {
			i++
			continue
		}
		if c == '\r' && (i+1 == len(data) || data[i+1] == '\n') {
			i++
			continue
		}
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return textProblem(file, data, i, "is not UTF-8")
		case r == 0:
			return textProblem(file, data, i, "holds a NUL byte: it is not text, or it is UTF-16; save it as UTF-8")
		case r == '\r':
			return textProblem(file, data, i, "holds a carriage return within a line; save it with LF or CRLF at the ends of lines")
		case r < ' ' || r == 0x7F:
			return textProblem(file, data, i, fmt.Sprintf("holds the control character U+%04X; remove it", r))
		}
		i += size
	}
	return nil
}

// textProblem places a problem at a byte.
func textProblem(file string, data []byte, at int, message string) *Problem {
	line := 1 + bytes.Count(data[:at], []byte("\n"))
	start := bytes.LastIndexByte(data[:at], '\n') + 1
	return &Problem{File: file, Line: line, Column: 1 + utf8.RuneCount(data[start:at]), Message: message}
}

// split cuts a stream into documents. Cutting before parsing keeps an error, an anchor and the bounds within one
// document, and lets the documents after a broken one be judged.
func split(file string, data []byte) ([]chunk, *Problem) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	var chunks []chunk
	start, startLine := 0, 0
	cut := func(end, line int) *Problem {
		problem := add(&chunks, file, data[start:end], startLine)
		start, startLine = end, line
		return problem
	}
	for at, line := 0, 0; at < len(data); line++ {
		next := len(data)
		if n := bytes.IndexByte(data[at:], '\n'); n >= 0 {
			next = at + n + 1
		}
		var problem *Problem
		switch {
		case marker(data[at:next], "---"):
			problem = cut(at, line)
		case marker(data[at:next], "..."):
			problem = cut(at, line)
			start, startLine = next, line+1
		}
		if problem != nil {
			return chunks, problem
		}
		at = next
	}
	return chunks, add(&chunks, file, data[start:], startLine)
}

// marker says whether a line separates documents.
func marker(line []byte, mark string) bool {
	if !bytes.HasPrefix(line, []byte(mark)) {
		return false
	}
	return len(line) == len(mark) || bytes.IndexByte([]byte(" \t\r\n"), line[len(mark)]) >= 0
}

// add appends the documents in text: one, several where it is a stream of JSON, or none.
func add(chunks *[]chunk, file string, text []byte, offset int) *Problem {
	if isBlank(text) {
		return nil
	}
	for _, part := range splitJSON(text, offset) {
		at := &Problem{File: file, Line: part.offset + 1, Column: 1}
		if len(part.text) > maxDocument {
			at.Message = fmt.Sprintf("the document is larger than %d MiB", maxDocument>>20)
			return at
		}
		if len(*chunks) == maxFileDocuments {
			at.Message = fmt.Sprintf("the file holds more than %d documents; split it", maxFileDocuments)
			return at
		}
		*chunks = append(*chunks, part)
	}
	return nil
}

// isBlank says whether text holds nothing but white space, comments and separators.
func isBlank(text []byte) bool {
	for len(text) > 0 {
		var line []byte
		line, text, _ = bytes.Cut(text, []byte("\n"))
		if marker(line, "---") {
			line = line[len("---"):]
		}
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

// splitJSON cuts JSON objects that follow one another, as `kubectl get -o json` in a loop writes them. What is not
// JSON stays whole, and so does all that comes after an object that is broken: where the next begins nobody knows.
func splitJSON(text []byte, offset int) []chunk {
	if trimmed := bytes.TrimLeft(text, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
		return []chunk{{text, offset}}
	}
	var parts []chunk
	decoder := json.NewDecoder(bytes.NewReader(text))
	start, line := 0, offset
	for decoder.More() {
		var skipped json.RawMessage
		if decoder.Decode(&skipped) != nil {
			return append(parts, withoutBlankLines(chunk{text[start:], line}))
		}
		end := int(decoder.InputOffset())
		parts = append(parts, chunk{pairSurrogates(text[start:end]), line})
		line += bytes.Count(text[start:end], []byte("\n"))
		start = end
	}
	return parts
}

// withoutBlankLines is a chunk that begins at the line of its first word, which is where a parser that tells no line gave up.
func withoutBlankLines(c chunk) chunk {
	blank := len(c.text) - len(bytes.TrimLeft(c.text, " \t\r\n"))
	lines := c.text[:bytes.LastIndexByte(c.text[:blank], '\n')+1]
	return chunk{c.text[len(lines):], c.offset + bytes.Count(lines, []byte("\n"))}
}

// pairSurrogates replaces the two escapes by which JSON writes one character beyond U+FFFF by the one of YAML, which
// knows no pairs.
func pairSurrogates(text []byte) []byte {
	const escape, pair = len(`\uD83D`), len(`\uD83D\uDE00`)
	if !bytes.Contains(text, []byte(`\u`)) {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			out = append(out, text[i])
			continue
		}
		var s string
		if i+pair <= len(text) && text[i+1] == 'u' && text[i+escape] == '\\' &&
			json.Unmarshal([]byte(`"`+string(text[i:i+pair])+`"`), &s) == nil && utf8.RuneCountInString(s) == 1 {
			r, _ := utf8.DecodeRuneInString(s)
			out = fmt.Appendf(out, `\U%08X`, r)
			i += pair - 1
			continue
		}
		out = append(out, text[i], text[i+1])
		i++
	}
	return out
}
