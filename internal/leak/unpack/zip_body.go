package unpack

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
)

// crcReader sums what passes through it.
type crcReader struct {
	r   io.Reader
	sum uint32
}

// Read implements io.Reader.
func (c *crcReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.sum = crc32.Update(c.sum, crc32.IEEETable, p[:n])
	return n, err
}

// zipGap is what stands up to the next signature.
type zipGap struct {
	br    *bufio.Reader
	begun bool
}

// Read implements io.Reader.
func (g *zipGap) Read(p []byte) (int, error) {
	h, err := g.br.Peek(1 << 12)
	if len(h) == 0 {
		return 0, err
	}
	end := len(h)
	if err == nil {
		// A signature may be cut off here.
		end -= 3
	}
	from := 0
	if !g.begun {
		// What begins the gap is none, or is to be stepped over.
		from = 1
	}
	if at := nextSignature(h[from:]); at >= 0 {
		end = min(end, from+at)
	}
	if end == 0 {
		return 0, io.EOF
	}
	n := copy(p, h[:end])
	g.begun = true
	return g.br.Discard(n)
}

// nextSignature is where a member, a directory or an end begins; -1 for nowhere.
func nextSignature(h []byte) int {
	for from := 0; ; {
		at := bytes.Index(h[from:], []byte("PK"))
		if at < 0 || from+at+4 > len(h) {
			return -1
		}
		switch at += from; string(h[at : at+4]) {
		case zipLocal, zipDirectory, zipEnd, zipEnd64:
			return at
		}
		from = at + 1
	}
}

// zipUntilDescriptor is a member that is stored as it is, and ends at a descriptor with the right size and sum.
type zipUntilDescriptor struct {
	br  *bufio.Reader
	n   int64
	sum uint32
}

// Read implements io.Reader.
func (u *zipUntilDescriptor) Read(p []byte) (int, error) {
	h, err := u.br.Peek(1 << 12)
	if len(h) == 0 {
		return 0, early(err)
	}
	end := bytes.Index(h, []byte(zipDescriptor))
	switch {
	case end == 0 && u.here(h):
		return 0, io.EOF
	case end == 0:
		end = 1
	case end < 0 && err != nil:
		end = len(h)
	case end < 0:
		end = max(1, len(h)-3)
	}
	n := copy(p, h[:end])
	u.n += int64(n)
	u.sum = crc32.Update(u.sum, crc32.IEEETable, p[:n])
	return u.br.Discard(n)
}

// here says whether the descriptor that h begins with is this member's.
func (u *zipUntilDescriptor) here(h []byte) bool {
	return len(h) >= 16 && binary.LittleEndian.Uint32(h[4:]) == u.sum && binary.LittleEndian.Uint32(h[8:]) == uint32(u.n)
}
