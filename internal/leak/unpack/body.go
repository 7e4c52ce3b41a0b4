package unpack

import (
	"errors"
	"fmt"
	"io"
)

// tap is the container's own stream. It counts, and keeps the reader's error apart from those of decoders: a connection
// that broke is worth trying again, a damaged file is not.
type tap struct {
	r   io.Reader
	n   int64
	err error
}

// Read implements io.Reader.
func (t *tap) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	t.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		t.err = err
	}
	return n, err
}

// meter compares what comes out of a stream with what went in.
type meter struct {
	// packed is how much went in so far.
	packed func() int64
	// framing containers only cut a stream that was counted when it was made into pieces. What they take is what they add:
	// holes, and pieces seen twice.
	framing    bool
	out, taken int64
}

// add counts n bytes that came out.
func (m *meter) add(n int, b *Budget) error {
	const free = 1 << 20
	m.out += int64(n)
	packed := m.packed()
	due := m.out
	if m.framing {
		due -= packed
	}
	if due > m.taken {
		if err := b.TakeBytes(due - m.taken); err != nil {
			return err
		}
		m.taken = due
	}
	if m.out-free > b.ratio*packed {
		return fmt.Errorf("%w: more than %d times larger than it was packed", ErrBudget, b.ratio)
	}
	return b.Spent()
}

// body is what is visited of a member. All bytes pass through it, those too that visit did not care for.
type body struct {
	r     io.Reader
	kind  Kind
	src   *tap
	meter *meter
	b     *Budget
	idle  int
	err   error
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	const most = 1 << 16
	if b.err != nil {
		return 0, b.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	n, err := b.decode(p[:min(len(p), most)])
	if n > 0 {
		b.idle = 0
		if spent := b.meter.add(n, b.b); spent != nil {
			b.err = spent
			return n, b.err
		}
	}
	b.err = b.classify(n, err)
	return n, b.err
}

// decode reads from a decoder that others wrote. Where one breaks on hostile bytes, its member is damaged and the process
// lives on.
func (b *body) decode(p []byte) (n int, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			n, err = 0, errors.New("its decoder broke")
		}
	}()
	return b.r.Read(p)
}

// classify tells the end, the reader's own errors and budgets from damage.
func (b *body) classify(n int, err error) error {
	const patience = 100
	switch {
	case b.src.err != nil && err != nil:
		return b.src.err
	case err == nil && n == 0:
		if b.idle++; b.idle > patience {
			return damaged(b.kind, "it goes nowhere")
		}
		return nil
	case err == nil || errors.Is(err, ErrBudget) || errors.Is(err, ErrDamaged):
		return err
	case err == io.EOF: //nolint:errorlint // the end of a stream is never wrapped; a wrapped one is damage
		return io.EOF
	}
	return damaged(b.kind, reason(err))
}

// damaged is an error that names the kind of container and what is wrong with it.
func damaged(kind Kind, why string) error {
	return fmt.Errorf("%w: %s: %s", ErrDamaged, kind, why)
}

// reason is a decoder's complaint, short and escaped, for it may quote hostile bytes.
func reason(err error) string {
	const most = 160
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "it ends early"
	}
	text := err.Error()
	return label(text[:min(len(text), most)])
}
