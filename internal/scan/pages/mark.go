package pages

import (
	"bytes"
	"crypto/rand"
	"io"
	"strings"
)

// markHeader carries the mark, so that a site's people can tell these requests in their logs.
const markHeader = "X-Hustings-Look"

// newMark makes a mark of small letters: however a page spells what it echoes, no rule takes it for a secret.
func newMark() string {
	const letters = 20
	raw := make([]byte, letters)
	_, _ = rand.Read(raw) // it never fails
	for i, b := range raw {
		raw[i] = 'a' + b%26
	}
	return string(raw)
}

// blank is text without the mark.
func (l *look) blank(text string) string {
	return strings.ReplaceAll(text, l.mark, strings.Repeat("-", len(l.mark)))
}

// blanked reads without the mark. Places stay what they are: as many bytes come out as go in.
type blanked struct {
	r    io.Reader
	mark []byte
	// buf holds what was read: up to ready it is to be given out, up to the end it may begin a mark.
	buf              []byte
	from, ready, end int
	err              error
}

// Read implements io.Reader.
func (b *blanked) Read(p []byte) (int, error) {
	for b.ready == b.from && b.err == nil {
		b.fill()
	}
	if b.ready == b.from {
		return 0, b.err
	}
	n := copy(p, b.buf[b.from:b.ready])
	b.from += n
	return n, nil
}

// fill reads more. All but the beginning of a mark was given out.
func (b *blanked) fill() {
	const size = 32 << 10
	if b.buf == nil {
		b.buf = make([]byte, size)
	}
	b.end = copy(b.buf, b.buf[b.from:b.end])
	n, err := b.r.Read(b.buf[b.end:])
	b.end, b.err = b.end+n, err
	b.from, b.ready = 0, b.end
	for {
		at := bytes.Index(b.buf[:b.end], b.mark)
		if at < 0 {
			break
		}
		copy(b.buf[at:], strings.Repeat("-", len(b.mark)))
	}
	if err == nil {
		b.ready = max(0, b.end-len(b.mark)+1)
	}
}
