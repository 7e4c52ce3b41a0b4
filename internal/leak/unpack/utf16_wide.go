package unpack

import (
	"bytes"
	"encoding/binary"
	"unicode"
	"unicode/utf16"
)

// sniffWide knows UTF-16 without a mark that is not Latin: all of it can be printed, most of it is letters of one script, and
// blanks, digits or marks of ASCII stand among them. Texts with zeros in them, such as git's objects and lists of names, are
// none, though two bytes of most texts are a letter of Chinese.
func sniffWide(head []byte) Kind {
	const fewest = 32
	if len(head) < fewest || bytes.IndexByte(head, 0) < 0 || isAllText(bytes.ReplaceAll(head, []byte{0}, nil)) {
		return None
	}
	switch {
	case isWide(head, binary.LittleEndian):
		return UTF16LE
	case isWide(head, binary.BigEndian):
		return UTF16BE
	}
	return None
}

func isWide(head []byte, order binary.ByteOrder) bool {
	const (
		mostPages  = 6  // of 256 characters; a text in an alphabet has few of them
		leastASCII = 16 // of so many characters one is of ASCII
	)
	letters, ideographs, ascii, swapped := 0, 0, 0, 0
	var pages [256]bool
	n := 0
	for units := head; len(units) > 1; units = units[2:] {
		c, width := wideRune(units, order)
		switch {
		case c == '\r' || c == '\n' || c == '\t' || c == ' ':
		case !unicode.IsPrint(c):
			return false
		}
		n++
		units = units[width-2:]
		pages[byte(c>>8)] = true
		switch {
		case c&0xff == 0: // it would be of ASCII if its bytes were the other way round
			swapped++
		case c < unicode.MaxASCII:
			ascii++
		case unicode.In(c, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana):
			ideographs++
		}
		if unicode.In(c, unicode.L, unicode.M) {
			letters++
		}
	}
	used := 0
	for _, is := range pages {
		if is {
			used++
		}
	}
	return ascii*leastASCII >= n && swapped*2 <= ascii && letters*2 > n && (used <= mostPages || ideographs*2 > n-ascii)
}

// wideRune is the character that bytes begin with, and how many it takes. Half of one at the end is taken for a letter.
func wideRune(units []byte, order binary.ByteOrder) (rune, int) {
	c := rune(order.Uint16(units))
	if !utf16.IsSurrogate(c) {
		return c, 2
	}
	if len(units) < 4 {
		return 'a', 2
	}
	return utf16.DecodeRune(c, rune(order.Uint16(units[2:]))), 4
}
