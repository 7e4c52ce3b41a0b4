package unpack

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16 walks text of two bytes a character as UTF-8.
func (w *walk) utf16() error {
	return w.only(Member{}, newUTF16(w.src, w.kind == UTF16BE), w.wholly(true))
}

// utf16Reader turns UTF-16 into UTF-8. What is no character becomes U+FFFD: this may be any binary file.
type utf16Reader struct {
	r     *bufio.Reader
	order binary.ByteOrder
	begun bool
	// rest of a character that did not fit.
	rest []byte
	char [utf8.UTFMax]byte
}

func newUTF16(r io.Reader, big bool) *utf16Reader {
	u := &utf16Reader{r: bufio.NewReader(r), order: binary.LittleEndian}
	if big {
		u.order = binary.BigEndian
	}
	return u
}

// Read implements io.Reader.
func (u *utf16Reader) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if len(u.rest) == 0 {
			c, err := u.next()
			if err != nil {
				return n, err
			}
			mark := !u.begun && c == '\ufeff'
			if u.begun = true; !mark {
				u.rest = utf8.AppendRune(u.char[:0], c)
			}
		}
		k := copy(p[n:], u.rest)
		n, u.rest = n+k, u.rest[k:]
	}
	return n, nil
}

func (u *utf16Reader) next() (rune, error) {
	first, err := u.unit()
	if err != nil || !utf16.IsSurrogate(first) {
		return first, err
	}
	pair, err := u.r.Peek(2)
	if err != nil {
		// A lone half at the end; the error comes again at the next read.
		return utf8.RuneError, nil
	}
	c := utf16.DecodeRune(first, rune(u.order.Uint16(pair)))
	if c != utf8.RuneError {
		_, err = u.r.Discard(len(pair))
	}
	return c, err
}

func (u *utf16Reader) unit() (rune, error) {
	var b [2]byte
	n, err := io.ReadFull(u.r, b[:])
	if n == 1 && errors.Is(err, io.ErrUnexpectedEOF) {
		return utf8.RuneError, nil
	}
	return rune(u.order.Uint16(b[:])), err
}
