package unpack

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"

	"github.com/ulikunitz/xz/lzma"
)

const xzMagic = "\xfd7zXZ\x00"

// xzReader reads the frame of xz and leaves LZMA2 to the library. The library's own frame takes a dictionary as large as
// the file says, up to 4 GiB.
type xzReader struct {
	src *xzSource
	b   *Budget
	// window is the largest dictionary.
	window int64
	// check of this stream's blocks: none, CRC32, CRC64 or SHA-256.
	check        byte
	began, inner bool
	block        *xzBlock
}

// xzBlock is one block being read.
type xzBlock struct {
	r     io.Reader
	start int64
	sum   hash.Hash
	size  int64
}

// xzSource counts what was taken, not what was read ahead.
type xzSource struct {
	*bufio.Reader
	n int64
}

// Read implements io.Reader.
func (s *xzSource) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	s.n += int64(n)
	return n, err
}

// ReadByte implements io.ByteReader.
func (s *xzSource) ReadByte() (byte, error) {
	c, err := s.Reader.ReadByte()
	if err == nil {
		s.n++
	}
	return c, err
}

func newXZ(r io.Reader, b *Budget) *xzReader {
	return &xzReader{src: &xzSource{Reader: bufio.NewReader(r)}, b: b, window: b.window()}
}

// Read implements io.Reader.
func (x *xzReader) Read(p []byte) (int, error) {
	for {
		if x.block == nil {
			if err := x.next(); err != nil {
				return 0, err
			}
			continue
		}
		n, err := x.block.r.Read(p)
		if x.block.sum != nil {
			x.block.sum.Write(p[:n])
		}
		x.block.size += int64(n)
		if err == io.EOF { //nolint:errorlint // the end of a stream is never wrapped
			err = x.endBlock()
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// next steps to the next block, or into or out of a stream.
func (x *xzReader) next() error {
	if !x.inner {
		return x.beginStream()
	}
	first, err := x.src.ReadByte()
	if err != nil {
		return early(err)
	}
	if first == 0 {
		x.inner = false
		return x.endStream()
	}
	return x.beginBlock(first)
}

// beginStream reads a stream's header; more may follow the first, after zeros in fours.
func (x *xzReader) beginStream() error {
	var h [12]byte
	for {
		n, err := io.ReadFull(x.src, h[:4])
		if n == 0 && x.began && errors.Is(err, io.EOF) {
			return io.EOF
		}
		if err != nil {
			return early(err)
		}
		if !x.began || !bytes.Equal(h[:4], make([]byte, 4)) {
			break
		}
	}
	if _, err := io.ReadFull(x.src, h[4:]); err != nil {
		return early(err)
	}
	if string(h[:6]) != xzMagic || h[6] != 0 || crc32.ChecksumIEEE(h[6:8]) != binary.LittleEndian.Uint32(h[8:]) {
		return errors.New("a stream's header is none")
	}
	x.began, x.inner, x.check = true, true, h[7]
	return nil
}

// beginBlock reads a block's header, whose first byte was read.
func (x *xzReader) beginBlock(first byte) error {
	start := x.src.n - 1
	h := make([]byte, (int(first)+1)*4)
	h[0] = first
	if _, err := io.ReadFull(x.src, h[1:]); err != nil {
		return early(err)
	}
	body := h[:len(h)-4]
	if crc32.ChecksumIEEE(body) != binary.LittleEndian.Uint32(h[len(body):]) {
		return errors.New("a block's header has a wrong checksum")
	}
	dictionary, err := xzFilters(body)
	if err != nil {
		return err
	}
	sum, err := xzSum(x.check)
	if err != nil {
		return err
	}
	// Of a larger dictionary the end serves nearly always; if not, the block is damaged.
	dictionary = min(max(dictionary, lzma.MinDictCap), x.window)
	if err := x.b.takeScratch(dictionary); err != nil {
		return err
	}
	r, err := lzma.Reader2Config{DictCap: int(dictionary)}.NewReader2(x.src)
	if err != nil {
		return fmt.Errorf("begin block: %w", err)
	}
	x.block = &xzBlock{r: r, start: start, sum: sum}
	return nil
}

// xzFilters reads the sizes and filters of a block's header: how large a dictionary it needs.
func xzFilters(h []byte) (dictionary int64, err error) {
	const hasPacked, hasSize, lzma2 = 0x40, 0x80, 0x21
	flags, rest := h[1], bytes.NewReader(h[2:])
	known := int64(maxWindow)
	if flags&hasPacked != 0 {
		if _, err := binary.ReadUvarint(rest); err != nil {
			return 0, early(err)
		}
	}
	if flags&hasSize != 0 {
		n, err := binary.ReadUvarint(rest)
		if err != nil {
			return 0, early(err)
		}
		known = int64(min(n, maxWindow))
	}
	var filter [3]byte
	if _, err := io.ReadFull(rest, filter[:]); err != nil {
		return 0, early(err)
	}
	if flags&3 != 0 || filter[0] != lzma2 || filter[1] != 1 {
		return 0, errors.New("a filter other than LZMA2")
	}
	dictionary, err = lzma.DecodeDictCap(filter[2])
	if err != nil {
		return 0, fmt.Errorf("size of dictionary: %w", err)
	}
	return min(dictionary, known), nil
}

// xzSum is the checksum of a block's contents; nil for none.
func xzSum(check byte) (hash.Hash, error) {
	switch check {
	case 0:
		return nil, nil
	case 1:
		return crc32.NewIEEE(), nil
	case 4:
		return crc64.New(crc64.MakeTable(crc64.ECMA)), nil
	case 10:
		return sha256.New(), nil
	}
	return nil, errors.New("a checksum of an unknown kind")
}

// endBlock reads the padding and the checksum after a block.
func (x *xzReader) endBlock() error {
	b := x.block
	x.block = nil
	for (x.src.n-b.start)%4 != 0 {
		if _, err := x.src.ReadByte(); err != nil {
			return early(err)
		}
	}
	if b.sum == nil {
		return nil
	}
	want := make([]byte, b.sum.Size())
	if _, err := io.ReadFull(x.src, want); err != nil {
		return early(err)
	}
	got := b.sum.Sum(nil)
	if x.check != 10 {
		// CRCs are stored the other way round than hash spells them.
		for i, j := 0, len(got)-1; i < j; i, j = i+1, j-1 {
			got[i], got[j] = got[j], got[i]
		}
	}
	if !bytes.Equal(got, want) {
		return errors.New("a block has a wrong checksum")
	}
	return nil
}

// endStream reads the index, whose mark was read, and the footer. They only repeat what the blocks said.
func (x *xzReader) endStream() error {
	start := x.src.n - 1
	records, err := binary.ReadUvarint(x.src)
	if err != nil {
		return early(err)
	}
	// Twice: two sizes in each. Records that are not there end it, however many are promised.
	for range records {
		for range 2 {
			if _, err := binary.ReadUvarint(x.src); err != nil {
				return early(err)
			}
		}
	}
	for (x.src.n-start)%4 != 0 {
		if _, err := x.src.ReadByte(); err != nil {
			return early(err)
		}
	}
	const crc, footer = 4, 12
	tail := make([]byte, crc+footer)
	if _, err := io.ReadFull(x.src, tail); err != nil {
		return early(err)
	}
	if !bytes.HasSuffix(tail, []byte("YZ")) {
		return errors.New("a stream's footer is none")
	}
	return nil
}

// early is the end where it may not be.
func early(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
