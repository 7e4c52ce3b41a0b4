package unpack

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"
)

const arMagic = "!<arch>\n"

// ar walks the archives of Debian packages and static libraries.
func (w *walk) ar() error {
	br := bufio.NewReader(w.src)
	head := make([]byte, len(arMagic))
	if _, err := io.ReadFull(br, head); err != nil || string(head) != arMagic {
		return w.failed(errors.New("it does not begin as one"))
	}
	mt := w.wholly(true)
	for {
		name, size, err := arHeader(br)
		if err == io.EOF { //nolint:errorlint // the end between members is never wrapped
			return nil
		}
		if err != nil {
			return w.failed(err)
		}
		if err := w.only(Member{Name: name}, &exactly{br, size}, mt); err != nil {
			return err
		}
		if size%2 == 1 {
			// Some writers leave the last padding out.
			if _, err := br.Discard(1); err != nil && !errors.Is(err, io.EOF) {
				return w.failed(err)
			}
		}
	}
}

// arHeader reads the 60 bytes before a member. Names longer than 16 stand elsewhere and stay as they are here: what is
// inside counts, not what it is called.
func arHeader(r io.Reader) (name string, size int64, err error) {
	const sizeAt, sizeEnd, end = 48, 58, "`\n"
	var h [60]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return "", 0, err
	}
	if string(h[sizeEnd:]) != end {
		return "", 0, errors.New("a member's header is none")
	}
	size, err = strconv.ParseInt(strings.TrimRight(string(h[sizeAt:sizeEnd]), " "), 10, 64)
	if err != nil || size < 0 {
		return "", 0, errors.New("a member's size is no number")
	}
	return pathLabel(strings.TrimRight(string(h[:16]), " ")), size, nil
}

// exactly is the next n bytes; fewer are damage.
type exactly struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (e *exactly) Read(p []byte) (int, error) {
	if e.n == 0 {
		return 0, io.EOF
	}
	n, err := e.r.Read(p[:min(int64(len(p)), e.n)])
	if e.n -= int64(n); e.n > 0 && errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	} else if e.n == 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}
