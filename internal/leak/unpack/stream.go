package unpack

import (
	"compress/bzip2"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

const (
	// maxWindow bounds the memory of a decoder.
	maxWindow = 32 << 20
	// innerWindow bounds that of decoders further in: they all have theirs at once. Tools ask for 8 MiB and less unless
	// they are told otherwise.
	innerWindow = 8 << 20
	// outerWindows is how many decoders within one another may have the larger: a layer's and a file's.
	outerWindows = 2
)

// stream walks what holds one stream.
func (w *walk) stream() error {
	r, done, err := decoder(w.kind, w.src, w.b)
	if err != nil {
		return w.failed(err)
	}
	defer done()
	if err := w.only(Member{}, r, w.wholly(false)); err != nil {
		return err
	}
	if w.src.n == 0 {
		// To zstd no bytes are no frames, and whole.
		return damaged(w.kind, "it is empty")
	}
	return nil
}

// decoder opens a stream. Call done when it was read.
func decoder(kind Kind, src io.Reader, b *Budget) (r io.Reader, done func(), err error) {
	done = func() {}
	switch kind {
	case Gzip:
		r, err = gzip.NewReader(src)
	case Zlib:
		r, err = zlib.NewReader(src)
	case Bzip2:
		const blocks = 3_600_000
		r, err = bzip2.NewReader(src), b.takeScratch(blocks)
	case XZ:
		r, done = newXZ(src, b), b.open()
	case LZMA:
		if r, err = newLZMA(src, b); err == nil {
			done = b.open()
		}
	case PDF:
		r = newPDF(src)
	case Brotli:
		r = brotli.NewReader(src)
	case Zstd:
		return zstdDecoder(src, b)
	default:
		err = fmt.Errorf("no stream: %s", kind)
	}
	return r, done, err
}

// zstdDecoder takes a decoder that has its window already, if there is one.
func zstdDecoder(src io.Reader, b *Budget) (io.Reader, func(), error) {
	var d *zstd.Decoder
	window := b.window()
	idle := b.idle[window]
	if last := len(idle) - 1; last >= 0 {
		d, b.idle[window] = idle[last], idle[:last]
	} else {
		var err error
		// One at a time: no goroutines.
		d, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(uint64(window)))
		if err != nil {
			return nil, nil, fmt.Errorf("make decoder: %w", err)
		}
	}
	if err := d.Reset(src); err != nil {
		return nil, nil, fmt.Errorf("begin stream: %w", err)
	}
	closed := b.open()
	return d, func() {
		closed()
		if d.Reset(nil) == nil {
			b.idle[window] = append(b.idle[window], d)
		}
	}, nil
}
