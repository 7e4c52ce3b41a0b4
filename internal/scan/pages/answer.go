package pages

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/leak/unpack"
)

// answer is what came for a visit, as far as more is asked of it. The mark is blanked in all of it.
type answer struct {
	status int
	header http.Header
	// head is how the body begins, decoded; tail is how it ends if that is not in the head.
	head, tail []byte
	// why says what of it was not looked at; empty, nothing that counts.
	why string
	// cut: it is longer than what was looked at.
	cut bool
}

// The sizes of what is kept of a body.
const (
	maxHead = 4 << 20
	maxTail = 8 << 10
)

// wire reads what comes over the network. It keeps the network's error apart from those of decoders, and ends where a
// decoder makes nothing of all it gets.
type wire struct {
	r    io.Reader
	left int64
	err  error
	cut  bool
}

// Read implements io.Reader.
func (w *wire) Read(p []byte) (int, error) {
	if w.left <= 0 {
		w.cut = true
		return 0, io.EOF
	}
	n, err := w.r.Read(p[:min(int64(len(p)), w.left)])
	w.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// intake hands a body to the engine, keeps its head and tail, and ends it where it becomes too long.
type intake struct {
	r    io.Reader
	left int64
	cut  bool
	n    int64
	head []byte
	tail []byte
}

// Read implements io.Reader.
func (t *intake) Read(p []byte) (int, error) {
	if t.left <= 0 {
		// One more byte says whether it is too long.
		var more [1]byte
		n, err := t.r.Read(more[:])
		t.cut = t.cut || n > 0
		if n > 0 || err != nil {
			return 0, io.EOF
		}
		return 0, nil
	}
	n, err := t.r.Read(p[:min(int64(len(p)), t.left)])
	t.left -= int64(n)
	t.n += int64(n)
	t.keep(p[:n])
	return n, err
}

func (t *intake) keep(p []byte) {
	fits := min(len(p), maxHead-len(t.head))
	t.head = append(t.head, p[:fits]...)
	t.tail = append(t.tail, p[fits:]...)
	if len(t.tail) > 2*maxTail {
		t.tail = append(t.tail[:0], t.tail[len(t.tail)-maxTail:]...)
	}
}

// read looks at an answer: at its headers, and at its body as far as that may go.
func (l *look) read(ctx context.Context, v *visit, resp *http.Response) *answer {
	a := &answer{status: resp.StatusCode, header: l.blankHeader(resp.Header)}
	job := l.scanner.Job(l.served.left())
	job.Until(func() error { return context.Cause(ctx) })
	parts, err := l.lookAtHeader(job, v, a.header)
	if err == nil {
		err = l.lookAtBody(ctx, job, v, resp, a)
	}
	if err == nil && len(resp.Trailer) > 0 {
		var more []part
		more, err = l.lookAtHeader(job, v, l.blankHeader(resp.Trailer))
		parts = append(parts, more...)
	}
	r := withoutVisitors(job.Result())
	if len(r.Findings) > 0 {
		parts = append(parts, part{at: leak.Place{File: v.label}, text: string(a.head)})
	}
	l.served.add(r, l.twins.remember(r.Findings, parts), v.isExtra() && !l.isExposed(v, a))
	if errors.Is(err, leak.ErrLimit) {
		l.spent = "the budget of the engine is spent"
	}
	l.pages++
	if l.o.Progress != nil {
		l.o.Progress(l.pages, l.bytes)
	}
	return a
}

func (l *look) lookAtBody(ctx context.Context, job *leak.Job, v *visit, resp *http.Response, a *answer) error {
	names, unknown := codings(resp.Header)
	most, total := l.most(v, resp), l.o.Budget.Bytes-l.bytes
	raw := &wire{r: resp.Body, left: l.o.Budget.Body + 1}
	in := &intake{left: min(most, total), head: l.head[:0]}
	// What is decoded is bounded by intake; this bounds what decoders make after it has ended.
	spare := unpack.NewBudget(2*l.o.Budget.Body+maxHead, 1<<10, ratio)
	err := decode(names, raw, spare, func(r io.Reader) error {
		in.r = &blanked{r: r, mark: []byte(l.mark)}
		return job.Scan(leak.Place{File: v.label}, in)
	})
	err = errors.Join(unknown, err)
	l.head = in.head
	a.head, a.tail = in.head, in.tail
	l.bytes += in.n
	isCut := in.cut || raw.cut
	a.cut = isCut
	switch {
	case errors.Is(err, leak.ErrLimit):
		return err
	case errors.Is(err, leak.ErrEnded):
		a.why = reason(ctx, context.Cause(ctx))
	case raw.err != nil:
		a.why = reason(ctx, raw.err)
	case isCut && total <= most:
		l.spent = "more than " + size(l.o.Budget.Bytes) + " in all"
		a.why = l.spent
	case isCut && !isMedia(resp.Header, a.head):
		a.why = "more than " + size(most) + " of it"
	case isCut || err == nil:
	case errors.Is(err, errCoding):
		a.why = errCoding.Error()
	case errors.Is(err, unpack.ErrBudget):
		a.why = fmt.Sprintf("it becomes more than %d times as large when it is decoded", ratio)
	default:
		a.why = "its encoding (" + strings.Join(names, ", ") + ") is damaged or ends early"
	}
	return nil
}

// ratio is how many times larger than it came a body may become, beyond its first MiB.
const ratio = 1000

// most is how much of a body is looked at.
func (l *look) most(v *visit, resp *http.Response) int64 {
	const begins, media = 64 << 10, 1 << 20
	switch {
	case v.probe != nil && v.probe.headOnly:
		return min(begins, l.o.Budget.Body)
	case isMediaType(resp.Header):
		return min(media, l.o.Budget.Body)
	}
	return l.o.Budget.Body
}
