package image

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/leak/unpack"
)

// layerFile is the file of what is said of a whole layer.
const layerFile = "layer.tar"

// layerWalk is one layer being looked at.
type layerWalk struct {
	// ctx is here, and in readers below, because a reader has no other way to hear of it.
	ctx    context.Context
	job    *leak.Job
	budget *unpack.Budget
	digest string
	// unpacked is the digest of what it unpacks to; nil where nobody wants to know.
	unpacked hash.Hash
	saw      seen
	peek     *bufio.Reader
}

// whole is the place of the layer itself.
func (w *layerWalk) whole() leak.Place { return leak.Place{Layer: w.digest, File: layerFile} }

// layer looks at all members of a layer. The error is a fault, or that the scan took too long.
func (r *run) layer(ctx context.Context, d v1.Descriptor, left leak.Limits) (seen, error) {
	body, err := r.store.part(ctx, d)
	if err != nil {
		return seen{}, err
	}
	defer func() { _ = body.Close() }() // it was read to its end, or nobody wants the rest
	raw, err := verify(ctx, body, d, r.store.explain)
	if err != nil {
		return seen{}, err
	}
	raw.progress, raw.anyDigest = r.progress, r.unpackedDigests
	w := &layerWalk{
		ctx: ctx, job: r.scanner.Job(left), budget: unpack.NewBudget(left.Bytes, left.Files, left.Ratio),
		digest: d.Digest.String(), peek: bufio.NewReader(nil),
	}
	w.job.Until(func() error { return context.Cause(ctx) })
	if r.unpackedDigests {
		w.unpacked = sha256.New()
	}
	err = w.stream(raw, 0)
	if err := w.settle(raw, err); err != nil {
		return seen{}, err
	}
	if w.unpacked != nil && !w.saw.cut && hex.EncodeToString(w.unpacked.Sum(nil)) != d.Digest.Hex {
		return seen{}, faultf(nil, "it does not unpack to what its config names")
	}
	bytes, files := w.budget.Used()
	w.saw.take(r.scanner, w.job, bytes, files)
	return w.saw, nil
}

// settle says what the end of a walk means. What is broken in verified bytes is a gap; bytes that are not verified are no
// reason for anything.
func (w *layerWalk) settle(raw *verified, err error) error {
	if bad := raw.failed(); bad != nil {
		return bad
	}
	if late := context.Cause(w.ctx); late != nil {
		return late
	}
	switch {
	case errors.Is(err, leak.ErrLimit):
		w.saw.cut, w.saw.limit = true, plain(err)
	case w.budget.Spent() != nil:
		w.saw.cut, w.saw.limit = true, plain(w.budget.Spent())
	case errors.Is(err, unpack.ErrBudget):
		w.saw.cut = true
		w.job.Miss(w.whole(), plain(err))
	case errors.Is(err, unpack.ErrDamaged):
		w.job.Miss(w.whole(), plain(err))
	case err != nil:
		return faultf(err, "it cannot be read")
	}
	if _, err := io.Copy(io.Discard, raw); err != nil {
		return raw.failed()
	}
	return nil
}

// plain is an error without the words that only programs ask for.
func plain(err error) string {
	text := err.Error()
	for _, sentinel := range []error{leak.ErrLimit, unpack.ErrBudget, unpack.ErrDamaged} {
		text = strings.TrimPrefix(text, sentinel.Error()+": ")
	}
	return text
}

// stream looks at a layer as what its bytes are: a tar, or one that is compressed.
func (w *layerWalk) stream(r io.Reader, depth int) error {
	const buffer, sniffed, deepest = 64 << 10, 512, 1
	head := bufio.NewReaderSize(r, buffer)
	begin, err := head.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch kind := unpack.Sniff("", begin); {
	case kind == unpack.Tar || isEmptyTar(begin):
		return w.tar(head, depth)
	case isCompression(kind) && depth < deepest:
		return unpack.Walk(kind, head, w.budget, func(m unpack.Member) error { return w.stream(m.Body, depth+1) })
	}
	w.job.Miss(w.whole(), "it is neither a tar nor a compressed one")
	return w.job.Scan(w.whole(), head)
}

func isCompression(kind unpack.Kind) bool {
	switch kind {
	case unpack.Gzip, unpack.Zstd, unpack.Bzip2, unpack.XZ:
		return true
	default:
		return false
	}
}

// isEmptyTar knows the beginning of a tar without members: zeros, or nothing.
func isEmptyTar(begin []byte) bool {
	for _, b := range begin {
		if b != 0 {
			return false
		}
	}
	return true
}

// tar looks at the members of a tar.
func (w *layerWalk) tar(r io.Reader, depth int) error {
	if w.unpacked != nil {
		r = io.TeeReader(r, w.unpacked)
	}
	if depth == 0 {
		// Nobody has counted what was not packed.
		r = &countedReader{r, w.budget}
	}
	err := unpack.Walk(unpack.Tar, r, w.budget, w.member)
	if err == nil && w.unpacked != nil {
		_, err = io.Copy(io.Discard, r)
	}
	return err
}

// member looks at a file, and at where a link points to. Neither is opened.
func (w *layerWalk) member(m unpack.Member) error {
	if err := context.Cause(w.ctx); err != nil {
		return err
	}
	at := leak.Place{Layer: w.digest, File: m.Name}
	if m.Link != "" {
		at := at
		at.Decoders = []string{"link"}
		if err := w.job.Scan(at, strings.NewReader(m.Link)); err != nil {
			return err
		}
	}
	w.peek.Reset(&timedReader{w.ctx, m.Body})
	if _, err := w.peek.Peek(1); err != nil {
		if errors.Is(err, io.EOF) {
			return nil // a directory, or an empty file
		}
		return err
	}
	return w.job.Scan(at, w.peek)
}

// countedReader counts against a budget.
type countedReader struct {
	from   io.Reader
	budget *unpack.Budget
}

func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	if spent := c.budget.TakeBytes(int64(n)); spent != nil {
		return n, spent
	}
	return n, err
}

// timedReader ends when the scan does: a small layer may unpack to much.
type timedReader struct {
	ctx  context.Context
	from io.Reader
}

func (t *timedReader) Read(p []byte) (int, error) {
	if err := context.Cause(t.ctx); err != nil {
		return 0, err
	}
	return t.from.Read(p)
}
