package unpack

import (
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// ErrBudget is wrapped by errors that say which budget ended a walk. The bytes before it have been visited.
var ErrBudget = errors.New("budget of unpacking spent")

// ErrDamaged is wrapped by errors of containers that could not be read to their end, or wholly: damaged, encrypted, or in
// a form that is not undone here.
var ErrDamaged = errors.New("container not read wholly")

// Budget counts what was unpacked, all containers of a job together. It is not safe for concurrent use.
type Budget struct {
	maxBytes, maxFiles, ratio int64
	bytes, files              int64
	// scratch bounds the working memory that decoders ask for, one after another: a file of 30 bytes may ask for 32 MiB,
	// and clearing those takes longer than reading it.
	scratch int64
	// idle decoders of zstd keep their window, for the same reason; by its size.
	idle map[int64][]*zstd.Decoder
	// windows is how many decoders with one are open, within one another.
	windows int
	// held is how large the databases are that are in memory.
	held  int64
	spent error
}

// NewBudget is a budget of so many bytes and members in all. No stream may become more than ratio times as large as it
// was packed, beyond its first MiB.
func NewBudget(bytes int64, files int, ratio int64) *Budget {
	const turns, least = 16, 1 << 30
	return &Budget{maxBytes: bytes, maxFiles: int64(files), ratio: ratio, scratch: min(bytes, 1<<40)*turns + least, idle: map[int64][]*zstd.Decoder{}}
}

// TakeBytes counts bytes, for those who count more than what Walk unpacks.
func (b *Budget) TakeBytes(n int64) error {
	if b.spent != nil {
		return b.spent
	}
	if b.bytes += n; b.bytes > b.maxBytes {
		b.spent = fmt.Errorf("%w: more than %s unpacked", ErrBudget, size(b.maxBytes))
	}
	return b.spent
}

// TakeFile counts a file.
func (b *Budget) TakeFile() error {
	if b.spent != nil {
		return b.spent
	}
	if b.files++; b.files > b.maxFiles {
		b.spent = fmt.Errorf("%w: more than %d files", ErrBudget, b.maxFiles)
	}
	return b.spent
}

// Spent is the error of a budget that is spent: nothing more will be unpacked with it. A stream that grew beyond the ratio
// ends its own walk only.
func (b *Budget) Spent() error { return b.spent }

// Used is how many bytes and files were taken.
func (b *Budget) Used() (bytes, files int64) { return b.bytes, b.files }

// window is how much the next decoder may keep of what it unpacked.
func (b *Budget) window() int64 {
	if b.windows < outerWindows {
		return maxWindow
	}
	return innerWindow
}

// open counts a decoder with a window. Call what it returns when the decoder was read.
func (b *Budget) open() func() {
	b.windows++
	return func() { b.windows-- }
}

// takeScratch counts working memory of a decoder that cannot be used again.
func (b *Budget) takeScratch(n int64) error {
	if b.spent != nil {
		return b.spent
	}
	if b.scratch -= n; b.scratch < 0 {
		b.spent = fmt.Errorf("%w: too much working memory asked for by small containers", ErrBudget)
	}
	return b.spent
}

// size as people read it: the largest unit that leaves no rest.
func size(n int64) string {
	for _, unit := range []struct {
		bytes int64
		name  string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= unit.bytes && n%unit.bytes == 0 {
			return fmt.Sprintf("%d %s", n/unit.bytes, unit.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
