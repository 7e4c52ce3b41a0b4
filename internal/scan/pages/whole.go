package pages

import (
	"maps"
	"net/http"
	"slices"

	"github.com/hustings/hustings/internal/scan"
)

// whole are the labels of what was looked at, and whether wholly, each time that it was.
type whole map[string]bool

// saw notes a look. A page that fails is another one when it is well.
func (w whole) saw(v *visit, a *answer) {
	before, known := w[v.label]
	w[v.label] = (before || !known) && !a.cut && a.status < http.StatusInternalServerError && a.status != http.StatusTooManyRequests
}

// missed notes that something did not come.
func (w whole) missed(label string) { w[label] = false }

// marks are those of what was looked at wholly, in a look that did not see all. Where an address did not answer there are
// none: nobody knows what it serves under any name.
func (l *look) marks(r scan.Result) []string {
	if l.partly || len(r.Gaps) == 0 {
		return nil
	}
	var marks []string
	for _, label := range slices.Sorted(maps.Keys(l.whole)) {
		if l.whole[label] && !l.served.parts[label] && !l.exposed.parts[label] {
			marks = append(marks, scan.MarkOf(label))
		}
	}
	return marks
}
