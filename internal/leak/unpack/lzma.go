package unpack

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/ulikunitz/xz/lzma"
)

// newLZMA reads the format that xz has replaced. Its header says how large the dictionary is; one that is larger than a
// decoder's may be is not undone.
func newLZMA(r io.Reader, b *Budget) (io.Reader, error) {
	src := bufio.NewReader(r)
	head, err := src.Peek(lzma.HeaderLen)
	if err != nil {
		return nil, fmt.Errorf("read the header: %w", err)
	}
	window := b.window()
	dictionary := max(int64(binary.LittleEndian.Uint32(head[1:])), lzma.MinDictCap)
	if dictionary > window {
		return nil, fmt.Errorf("its dictionary is larger than %s", size(window))
	}
	if err := b.takeScratch(dictionary); err != nil {
		return nil, err
	}
	out, err := lzma.ReaderConfig{DictCap: int(window)}.NewReader(src)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	return out, nil
}
