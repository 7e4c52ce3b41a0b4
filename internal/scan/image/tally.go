package image

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hustings/hustings/internal/leak"
)

// tally adds up what was seen of an image's parts.
type tally struct {
	limits leak.Limits
	bytes  int64
	files  int
	result leak.Result
	// spent: a gap says that the limits were reached, and nothing more is looked at.
	spent bool
}

// left is what of the limits is left.
func (t *tally) left() leak.Limits {
	left := t.limits
	left.Bytes = max(0, left.Bytes-t.bytes)
	left.Files = max(0, left.Files-t.files)
	return left
}

// The ends of what unpack and leak say about a limit.
const (
	tooManyFiles = " files"
	tooManyBytes = " unpacked"
)

// why says which of the image's limits was reached. A part was given what was left of them.
func (t *tally) why(limit string) string {
	switch {
	case strings.HasSuffix(limit, tooManyFiles):
		return fmt.Sprintf("more than %d files", t.limits.Files)
	case strings.HasSuffix(limit, tooManyBytes):
		return "more than " + size(t.limits.Bytes) + " unpacked"
	}
	return limit
}

// size as people read it.
func size(n int64) string {
	for _, unit := range []struct {
		bits int
		name string
	}{{30, "GiB"}, {20, "MiB"}, {10, "KiB"}} {
		if n >= 1<<unit.bits && n%(1<<unit.bits) == 0 {
			return fmt.Sprintf("%d %s", n>>unit.bits, unit.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}

// miss notes a gap.
func (t *tally) miss(at leak.Place, why string) {
	t.gaps(leak.Gap{Place: at, Why: why})
}

func (t *tally) gaps(gaps ...leak.Gap) {
	const most = 20
	t.result.Gaps = append(t.result.Gaps, gaps[:min(len(gaps), most-len(t.result.Gaps))]...)
}

// add what was seen of a part.
func (t *tally) add(at leak.Place, s seen) {
	if s.limit != "" && !t.spent {
		t.spent = true
		t.miss(at, t.why(s.limit))
	}
	t.bytes += s.bytes
	t.files += s.files
	t.result.Failures += s.result.Failures
	t.result.Infos += s.result.Infos
	t.result.Files += s.result.Files
	t.result.Bytes += s.result.Bytes
	t.gaps(s.result.Gaps...)
	t.result.Findings = append(t.result.Findings, s.result.Findings...)
	slices.SortStableFunc(t.result.Findings, worse)
	if len(t.result.Findings) > t.limits.Findings {
		t.result.Findings = slices.Clip(t.result.Findings[:t.limits.Findings])
	}
}

// worse orders findings by severity. Within one, parts stay in their order: the config first, then the layers.
func worse(a, b leak.Finding) int { return cmp.Compare(a.Severity, b.Severity) }
