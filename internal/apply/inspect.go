package apply

import (
	"fmt"
	"slices"

	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/object"
)

// digestPath is where Differences sees the digest.
const digestPath = "metadata.annotations[" + AnnotationDigest + "]"

// difference is how a live child differs from the planned one.
type difference struct {
	// apply: to apply the plan again puts something right.
	apply bool
	// drift are the paths that somebody else changed or added; it is empty where only the plan changed.
	drift []string
	// managers are those that did it, as far as known.
	managers []string
	// extra are fields to take away, as tokens of JSON pointers.
	extra [][]string
}

func (d difference) none() bool { return !d.apply && len(d.extra) == 0 }

// inspect compares a planned child with the live one. It sees every planned field that is not as planned, every field
// that another manager added, and, whoever set them, those that open or run something.
func inspect(w wanted, live object.Object, contents *object.Contents) (difference, error) {
	content, err := contents.Of(live)
	if err != nil {
		return difference{}, fmt.Errorf("decode %s: %w", w.ref, err)
	}
	others, err := foreignIn(live.GetManagedFields(), w.content, content)
	if err != nil {
		return difference{}, fmt.Errorf("inspect %s: %w", w.ref, err)
	}
	d := difference{managers: others.managers}
	for _, a := range others.added {
		d.drift, d.extra = append(d.drift, a.path), append(d.extra, a.pointer)
	}
	for _, path := range compliance.Additions(w.content, content) {
		if tokens := tokensOf(path); !slices.ContainsFunc(d.extra, func(e []string) bool { return isWithin(tokens, e) }) {
			d.drift, d.extra = append(d.drift, path), append(d.extra, tokens)
		}
	}
	differences := compliance.Differences(w.content, content)
	d.apply = len(differences) > 0
	if isOurChange(differences, others) {
		return d, nil
	}
	d.drift = append(d.drift, differences...)
	slices.Sort(d.drift)
	d.drift = slices.Compact(d.drift)
	return d, nil
}

// isOurChange says whether the live object was made from another plan: its digest is another one, and it was not
// somebody else who wrote that.
func isOurChange(differences []string, others foreign) bool {
	if !slices.Contains(differences, digestPath) {
		return false
	}
	return !slices.ContainsFunc(others.changed, func(path string) bool { return path == "metadata.annotations."+AnnotationDigest })
}
