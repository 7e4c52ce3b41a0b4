package unpack

import (
	"errors"
	"io"
)

// Member is one thing that a container holds.
type Member struct {
	// Name is a label: escaped, bounded, never opened. It is empty for what holds one stream only.
	Name string
	// Body is to be read within visit only. What visit leaves is read, and counted, after it.
	Body io.Reader
	// Link is what a link points to, as a label.
	Link string
}

// Walk opens a container and calls visit for every member, one after another; a kind that holds one stream has one member
// with an empty name. Directories, links, devices and deletion marks are members with empty bodies.
//
// The error wraps ErrBudget or ErrDamaged, or it is r's own or visit's own as it came. Damage to a member that can be
// stepped over is told last, when all others were visited; visit may return what Body gave it, or nil.
//
// What is unpacked is counted in b; what Walk reads from r is not, and a framing container (tar, ar, UTF-16, SQLite)
// counts only what it makes more of: whoever made its bytes has counted them.
func Walk(kind Kind, r io.Reader, b *Budget, visit func(Member) error) error {
	if err := b.Spent(); err != nil {
		return err
	}
	w := &walk{kind: kind, src: &tap{r: r}, b: b, visit: visit}
	err := w.open()
	if err == nil {
		err = w.damage
	}
	return err
}

// walk is one container being walked.
type walk struct {
	kind  Kind
	src   *tap
	b     *Budget
	visit func(Member) error
	// damage is the first that did not end the walk.
	damage error
	drain  []byte
}

func (w *walk) open() error {
	switch w.kind {
	case Gzip, Zlib, Bzip2, XZ, LZMA, Zstd, Brotli, PDF:
		return w.stream()
	case UTF16LE, UTF16BE:
		return w.utf16()
	case Tar:
		return w.tar()
	case Ar:
		return w.ar()
	case Zip:
		return w.zip()
	case SQLite:
		return w.sqlite()
	case GitPack:
		return w.gitPack()
	default:
		return damaged(w.kind, "its kind is not undone here")
	}
}

// wholly is the meter of a container that is measured as one.
func (w *walk) wholly(framing bool) *meter {
	return &meter{packed: func() int64 { return w.src.n }, framing: framing}
}

// member has one member visited and reads what visit left. Damage to the member is apart from what ends the walk: visit's
// own error, a budget, an error of the reader.
func (w *walk) member(m Member, r io.Reader, mt *meter) (damage, err error) {
	if err := w.b.TakeFile(); err != nil {
		return nil, err
	}
	bd := &body{r: r, kind: w.kind, src: w.src, meter: mt, b: w.b}
	m.Body = bd
	if err := w.visit(m); err != nil && !bd.gave(err) {
		return nil, err
	}
	w.rest(bd)
	switch {
	case bd.err == io.EOF: //nolint:errorlint // see classify
		return nil, nil
	case bd.broken():
		return bd.err, nil
	}
	return nil, bd.err
}

// gave tells an error that visit hands on from one of its own.
func (b *body) gave(err error) bool {
	return b.err != nil && b.err != io.EOF && errors.Is(err, b.err) //nolint:errorlint // see classify
}

// broken tells damage to the member itself from an error of the stream it came in, which may be damage too, one further
// out.
func (b *body) broken() bool {
	return b.src.err == nil && errors.Is(b.err, ErrDamaged)
}

// rest reads a body to its end.
func (w *walk) rest(b *body) {
	const buffer = 32 << 10
	if b.err != nil {
		return
	}
	if w.drain == nil {
		w.drain = make([]byte, buffer)
	}
	for b.err == nil {
		// The error stays in the body.
		_, _ = b.Read(w.drain)
	}
}

// only is member where damage ends the walk.
func (w *walk) only(m Member, r io.Reader, mt *meter) error {
	damage, err := w.member(m, r, mt)
	if err == nil {
		err = damage
	}
	return err
}

// note keeps the first damage that the walk went on after.
func (w *walk) note(damage error) {
	if w.damage == nil {
		w.damage = damage
	}
}

// failed is a decoder's error outside any member.
func (w *walk) failed(err error) error {
	if w.src.err != nil {
		return w.src.err
	}
	if errors.Is(err, ErrBudget) || errors.Is(err, ErrDamaged) {
		return err
	}
	return damaged(w.kind, reason(err))
}
