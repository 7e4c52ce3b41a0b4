package leak

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/hustings/hustings/internal/leak/unpack"
)

// Limits bound a job. Sizes are in bytes, as unpacked.
type Limits struct {
	// Bytes of all objects together, what is unpacked from archives included.
	Bytes int64
	// Files is the number of objects, members of archives included.
	Files int
	// Ratio is how many times larger than it is packed something may become, beyond its first MiB.
	Ratio int64
	// Depth is how many decoders may stand inside one another.
	Depth int
	// Findings that are kept, the worst; all are counted.
	Findings int
}

// DefaultLimits are those of an image.
func DefaultLimits() Limits {
	return Limits{Bytes: 4 << 30, Files: 500_000, Ratio: 200, Depth: 5, Findings: 1000}
}

// ErrLimit is wrapped by the error of a job that has spent its budget. The job's result has a gap that says which.
var ErrLimit = errors.New("budget of the scan spent")

// ErrEnded is wrapped by the error of a job that was told to end. The job's result has a gap that says so, and why.
var ErrEnded = errors.New("the scan was ended before all was looked at")

// Result is what a job saw.
type Result struct {
	// Findings, the worst first, as many as Limits keep.
	Findings []Finding `json:"findings,omitempty"`
	// Failures counts all findings worse than Info, also those that were not kept. What was folded into one is one.
	Failures int `json:"failures"`
	// Infos counts the others.
	Infos int `json:"infos"`
	// Gaps are what was not looked at; a few of many.
	Gaps []Gap `json:"gaps,omitempty"`
	// Files and Bytes that were looked at.
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
}

// Job is one thing being scanned: an image, a site, a folder. It is used by one goroutine.
type Job struct {
	scanner *Scanner
	limits  Limits
	budget  *unpack.Budget
	result  Result
	// spent: the budget is spent, and a gap says so.
	spent bool
	// ended says why the job is to end; nil, or it returns nil: it goes on.
	ended func() error
	// over is why the job was ended; nil, it was not. overTold: a gap says so.
	over     error
	overTold bool
	// isOver of the job, as passes have it.
	asks func() bool
	// buffers of the pieces, by depth; they are used again for the next object.
	buffers [][]byte
	// seen are the values that were found in the object at hand, so that one is not reported again for its decoded form.
	seen map[[32]byte]bool
	// known are the people of the lists in the object at hand.
	known map[uint64]struct{}
	// order counts a rule's findings in the object at hand.
	order map[string]int
	// alike are the findings of one rule in one file of the object at hand, by both; folds, what is more than is told.
	alike map[[32]byte]alike
	folds []*surplus
}

func newJob(s *Scanner, limits Limits) *Job {
	j := &Job{
		scanner: s, limits: limits,
		budget:  unpack.NewBudget(limits.Bytes, limits.Files, limits.Ratio),
		buffers: make([][]byte, limits.Depth+1),
	}
	j.asks = j.isOver
	return j
}

// Until has the job ask, at least every few milliseconds while it looks, why it is to end; nil, it goes on. What it has found
// until then is in its result.
func (j *Job) Until(ended func() error) { j.ended = ended }

// isOver says whether the job is to end. It is not asked again after it was.
func (j *Job) isOver() bool {
	if j.over == nil && j.ended != nil {
		j.over = j.ended()
	}
	return j.over != nil
}

// endError notes once that the job was ended.
func (j *Job) endError(at Place) error {
	err := fmt.Errorf("%w: %w", ErrEnded, j.over)
	if !j.overTold {
		j.overTold = true
		j.Miss(at, err.Error())
	}
	return err
}

// Scan looks at one object to its end. Its error is the reader's, or wraps ErrLimit when nothing more will be looked at;
// what cannot be unpacked is a gap and no error.
func (j *Job) Scan(at Place, r io.Reader) error {
	switch {
	case j.isOver():
		return j.endError(at)
	case j.spent:
		return j.budgetError(at)
	}
	j.seen, j.known, j.order, j.alike = map[[32]byte]bool{}, nil, map[string]int{}, map[[32]byte]alike{}
	defer j.unfold()
	if err := j.budget.TakeFile(); err != nil {
		return j.budgetError(at)
	}
	j.result.Files++
	return j.object(at, &counted{j: j, from: r}, 0)
}

// counted counts what is read against the budget.
type counted struct {
	j    *Job
	from io.Reader
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	if n > 0 {
		if spent := c.j.budget.TakeBytes(int64(n)); spent != nil {
			return n, spent
		}
	}
	return n, err
}

// budgetError notes once that the budget is spent.
func (j *Job) budgetError(at Place) error {
	spent := j.budget.Spent()
	if spent == nil {
		spent = ErrLimit
	}
	if !j.spent {
		j.spent = true
		j.Miss(at, why(spent))
	}
	return fmt.Errorf("%w: %w", ErrLimit, spent)
}

// sniffed is how many bytes say what an object is.
const sniffed = 512

// object looks at what is packed by unpacking it, and at all else as it is.
func (j *Job) object(at Place, r io.Reader, depth int) error {
	head := bufio.NewReaderSize(r, sniffed)
	begin, err := head.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		// What was read is looked at all the same.
		return errors.Join(j.plain(at, bytes.NewReader(begin), depth), j.readError(at, err))
	}
	kind := unpack.Sniff(lastName(at), begin)
	if kind == unpack.None {
		return j.plain(at, head, depth)
	}
	if depth >= j.limits.Depth {
		j.Miss(at, fmt.Sprintf("nested more than %d deep", j.limits.Depth))
		return nil
	}
	var inner error
	err = unpack.Walk(kind, head, j.budget, func(m unpack.Member) error {
		inner = j.member(at, kind, m, depth+1)
		return inner
	})
	switch {
	case err == nil:
		return nil
	case inner != nil && errors.Is(err, inner) && errors.Is(inner, ErrLimit):
		return inner
	case j.budget.Spent() != nil:
		return j.budgetError(at)
	case errors.Is(err, unpack.ErrDamaged), errors.Is(err, unpack.ErrBudget):
		j.Miss(at, why(err))
		return nil
	}
	return err
}

// member looks at a member of a container, and at where it links to.
func (j *Job) member(at Place, kind unpack.Kind, m unpack.Member, depth int) error {
	inside := at
	label := string(kind)
	if m.Name != "" {
		label += ":" + m.Name
		j.result.Files++
	}
	inside.Decoders = append(slices.Clip(slices.Clone(at.Decoders)), label)
	if m.Body == nil {
		return nil
	}
	return j.object(inside, m.Body, depth)
}

// readError is the error of an object that could not be read to its end.
func (j *Job) readError(at Place, err error) error {
	if j.budget.Spent() != nil {
		return j.budgetError(at)
	}
	return err
}

// lastName is the name of what is at a place: the member's, inside an archive.
func lastName(at Place) string {
	if n := len(at.Decoders); n > 0 {
		return at.Decoders[n-1]
	}
	return at.File
}

// why is an error without the words that only programs ask for.
func why(err error) string {
	text := err.Error()
	for _, sentinel := range []error{unpack.ErrBudget, unpack.ErrDamaged, ErrLimit} {
		prefix := sentinel.Error() + ": "
		if len(text) > len(prefix) && text[:len(prefix)] == prefix {
			return text[len(prefix):]
		}
	}
	return text
}

// mostGaps is how many gaps are kept: one alone makes a result incomplete.
const mostGaps = 20

// Miss notes that something was not looked at, so that the result is not clean.
func (j *Job) Miss(at Place, why string) {
	if len(j.result.Gaps) < mostGaps {
		j.result.Gaps = append(j.result.Gaps, Gap{at, why})
	}
}

// Result is what was seen so far.
func (j *Job) Result() Result {
	j.keepWorst()
	r := j.result
	r.Findings = slices.Clone(r.Findings)
	r.Bytes, _ = j.budget.Used()
	return r
}

// keep adds a finding.
func (j *Job) keep(f Finding) {
	if f.Severity == Info {
		j.result.Infos++
	} else {
		j.result.Failures++
	}
	j.result.Findings = append(j.result.Findings, f)
	if len(j.result.Findings) > 2*j.limits.Findings {
		j.keepWorst()
	}
}

// keepWorst drops what is more than the limit.
func (j *Job) keepWorst() {
	slices.SortStableFunc(j.result.Findings, compare)
	if len(j.result.Findings) > j.limits.Findings {
		j.result.Findings = j.result.Findings[:j.limits.Findings]
	}
}
