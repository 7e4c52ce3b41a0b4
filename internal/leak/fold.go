package leak

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
)

// mostAlike is how many findings of a rule are told one by one in one file, or in one member of an archive. A table of hashes
// has hundreds, and what they say is one thing.
const mostAlike = 20

// surplus is what a file has more of a rule than is told one by one: one finding at the first of their places.
type surplus struct {
	Finding
	// n is how many there are.
	n int
	// prints are the fingerprints of all: who allows this one allows these and no others.
	prints hash.Hash
}

// alike are a rule's findings in one file.
type alike struct {
	n    int
	fold *surplus
}

// tell keeps a finding, or folds it into one with others like it.
func (j *Job) tell(f Finding) {
	key := sha256.Sum256([]byte(strings.Join([]string{f.Rule, f.Place.Layer, f.Place.File, decoders(f.Place)}, "\x00")))
	a := j.alike[key]
	a.n++
	switch {
	case a.n <= mostAlike:
		j.keep(f)
	case a.fold == nil:
		a.fold = &surplus{Finding: f, prints: sha256.New()}
		j.folds = append(j.folds, a.fold)
		fallthrough
	default:
		a.fold.n++
		a.fold.prints.Write([]byte(f.Fingerprint))
	}
	j.alike[key] = a
}

// unfold keeps what was folded: the object at hand ends.
func (j *Job) unfold() {
	for _, f := range j.folds {
		if f.n > 1 {
			f.Excerpt = fmt.Sprintf("[%d more in this file]", f.n)
			f.Fingerprint = hex.EncodeToString(f.prints.Sum(nil))[:printLength]
		}
		j.keep(f.Finding)
	}
	j.folds = nil
}
