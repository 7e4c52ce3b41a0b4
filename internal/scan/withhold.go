package scan

import (
	"slices"
	"strings"

	"github.com/hustings/hustings/internal/leak"
)

// withheld stands in the place of a name that is a secret itself.
const withheld = "[name withheld: it holds a secret]"

// Withhold takes names out of places that hold a secret themselves: whoever packs an image or writes a page chooses the
// names of files, labels and URLs, and reports show them.
func Withhold(s *leak.Scanner, r *leak.Result) {
	n := names{job: s.Job(leak.Limits{Bytes: 1 << 40, Files: 1 << 30, Ratio: 1, Depth: leak.DefaultLimits().Depth}), safe: map[string]bool{}}
	for i := range r.Findings {
		n.clear(&r.Findings[i].Place)
	}
	for i := range r.Gaps {
		n.clear(&r.Gaps[i].Place)
	}
}

// names tells safe names from others.
type names struct {
	job   *leak.Job
	found int
	safe  map[string]bool
}

func (n *names) clear(at *leak.Place) {
	if !n.isSafe(at.File) {
		at.File = withheld
	}
	for i, d := range at.Decoders {
		if !n.isSafe(d) {
			at.Decoders = slices.Clone(at.Decoders)
			at.Decoders[i] = withheld
		}
	}
}

func (n *names) isSafe(name string) bool {
	safe, ok := n.safe[name]
	if !ok {
		// Its parts are looked at too: a secret with .txt behind it is none to most rules.
		parts := strings.Map(func(r rune) rune {
			if strings.ContainsRune("/.:!?&=#,;@()[]", r) {
				return '\n'
			}
			return r
		}, name)
		err := n.job.Scan(leak.Place{File: "name"}, strings.NewReader(name+"\n"+parts))
		r := n.job.Result()
		safe = err == nil && r.Failures+len(r.Gaps) == n.found
		n.found = r.Failures + len(r.Gaps)
		n.safe[name] = safe
	}
	return safe
}
