package corpus

import (
	"bytes"
	"strings"
)

// File is a file with one secret in it.
type File struct {
	// Name is its path.
	Name string
	// Data is what it holds.
	Data []byte
	// Text is where the value can be read: Data, or what becomes of it by as many unpackings as Packed says. It is empty
	// where the value cannot be read without decoding.
	Text []byte
	// From and To are the value's place in Text.
	From, To int
	// Packed counts the unpackings between Data and Text.
	Packed int
}

// Holds tells whether a line and a column, both from 1, the column in bytes, are in the value.
func (f File) Holds(line, column int) bool {
	at := 0
	for ; line > 1; line-- {
		next := bytes.IndexByte(f.Text[at:], '\n')
		if next < 0 {
			return false
		}
		at += next + 1
	}
	at += column - 1
	return f.From <= at && at < f.To
}

// Line and Column are where the value begins, from 1, the column in bytes.
func (f File) Line() int { return 1 + bytes.Count(f.Text[:f.From], []byte("\n")) }

// Column is where in its line the value begins.
func (f File) Column() int { return f.From - bytes.LastIndexByte(f.Text[:f.From], '\n') }

// sheet is a text around a value.
type sheet struct{ before, value, after string }

// file is the text as a file.
func (s sheet) file(name string) File {
	text := []byte(s.before + s.value + s.after)
	return File{Name: name, Data: text, Text: text, From: len(s.before), To: len(s.before) + len(s.value)}
}

// with is the text inside another one, each of its characters escaped.
func (s sheet) with(escape func(string) string, before, after string) sheet {
	return sheet{before + escape(s.before), escape(s.value), escape(s.after) + after}
}

// String is the text itself.
func (s sheet) String() string { return s.before + s.value + s.after }

// jsonEscape is a text as it stands between the quotes of JSON.
func jsonEscape(text string) string { return jsonString.Replace(text) }

var jsonString = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`)

// singleEscape is a text as it stands between single quotes in JavaScript.
func singleEscape(text string) string {
	return strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(text)
}

// scriptEscape is JSON as it stands in a script of a page.
func scriptEscape(text string) string { return strings.NewReplacer("<", `\u003c`).Replace(text) }

// htmlEscape is a text as it stands in an attribute or an element.
func htmlEscape(text string) string {
	return strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;", ">", "&gt;").Replace(text)
}
