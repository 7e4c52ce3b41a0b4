package unpack

import (
	"bufio"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The types of objects that are stored as what changed against another.
const (
	gitOffsetDelta = 6
	gitRefDelta    = 7
)

// gitPack walks the objects of a git pack: what was ever committed, deleted files too. Deltas show what they add; what
// they copy stands in another object.
func (w *walk) gitPack() error {
	br := bufio.NewReaderSize(w.src, 1<<16)
	head := make([]byte, 12)
	if _, err := io.ReadFull(br, head); err != nil {
		return w.failed(err)
	}
	var inflate io.ReadCloser
	for i := range binary.BigEndian.Uint32(head[8:]) {
		kind, err := gitObject(br)
		if err != nil {
			return w.failed(err)
		}
		start := w.src.n - int64(br.Buffered())
		if inflate, err = reinflate(inflate, br); err != nil {
			return w.failed(err)
		}
		body := io.Reader(inflate)
		if kind == gitOffsetDelta || kind == gitRefDelta {
			body = newGitDelta(inflate)
		}
		name := fmt.Sprintf("%s %d", gitName(kind), i+1)
		mt := &meter{packed: func() int64 { return w.src.n - int64(br.Buffered()) - start }}
		if err := w.only(Member{Name: name}, body, mt); err != nil {
			return err
		}
	}
	const longestSum = 32
	if n, err := br.Discard(longestSum + 1); n > longestSum || n < 20 || !errors.Is(err, io.EOF) {
		return w.failed(errors.New("its end is not where it says"))
	}
	return nil
}

// reinflate begins the next zlib stream with the same decoder.
func reinflate(z io.ReadCloser, r io.Reader) (io.ReadCloser, error) {
	if z == nil {
		return zlib.NewReader(r)
	}
	return z, z.(zlib.Resetter).Reset(r, nil)
}

func gitName(kind byte) string {
	switch kind {
	case 1:
		return "commit"
	case 2:
		return "tree"
	case 3:
		return "blob"
	case 4:
		return "tag"
	}
	return "delta"
}

// gitObject reads what stands before an object's stream: its type, its size, and what a delta is against.
func gitObject(br *bufio.Reader) (kind byte, err error) {
	c, err := br.ReadByte()
	if err != nil {
		return 0, early(err)
	}
	kind = c >> 4 & 7
	if c&0x80 != 0 {
		err = skipVarint(br)
	}
	switch {
	case err != nil:
	case kind == 0 || kind == 5:
		err = errors.New("an object of an unknown type")
	case kind == gitOffsetDelta:
		err = skipVarint(br)
	case kind == gitRefDelta:
		_, err = br.Discard(20)
	}
	return kind, early(err)
}

func skipVarint(r io.ByteReader) error {
	const longest = 10
	for range longest {
		c, err := r.ReadByte()
		if err != nil {
			return early(err)
		}
		if c&0x80 == 0 {
			return nil
		}
	}
	return errors.New("a number is too long")
}

// gitDelta is the text that a delta adds. Between two pieces that stand apart is a line's end, so that they do not become
// one word.
type gitDelta struct {
	r     *bufio.Reader
	begun bool
	left  int
	gap   bool
}

func newGitDelta(r io.Reader) *gitDelta { return &gitDelta{r: bufio.NewReader(r)} }

// Read implements io.Reader.
func (d *gitDelta) Read(p []byte) (int, error) {
	if !d.begun {
		d.begun = true
		// The sizes of what it is against and of what it makes.
		if err := errors.Join(skipVarint(d.r), skipVarint(d.r)); err != nil {
			return 0, err
		}
	}
	for d.left == 0 {
		if err := d.op(); err != nil {
			return 0, err
		}
		if d.gap && d.left > 0 {
			d.gap = false
			return copy(p, "\n"), nil
		}
	}
	n, err := d.r.Read(p[:min(len(p), d.left)])
	d.left -= n
	return n, early(err)
}

// op reads the next instruction: so many bytes follow, or are copied from elsewhere.
func (d *gitDelta) op() error {
	c, err := d.r.ReadByte()
	if err != nil {
		return err
	}
	if c&0x80 == 0 {
		if d.left = int(c); c == 0 {
			return errors.New("a delta's instruction is none")
		}
		return nil
	}
	d.gap = true
	for bit := byte(1); bit != 0x80; bit <<= 1 {
		if c&bit == 0 {
			continue
		}
		if _, err := d.r.ReadByte(); err != nil {
			return early(err)
		}
	}
	return nil
}
