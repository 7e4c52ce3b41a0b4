package allow

import (
	"time"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/leak"
)

// Entry is an entry of a list, and where it stands.
type Entry struct {
	hustingsv1alpha1.AllowedLeak
	File         string
	Line, Column int
}

// covers says whether the entry speaks of a finding, whatever its end.
func (e *Entry) covers(f leak.Finding) bool {
	return facts.Covers(&e.AllowedLeak, hustingsv1alpha1.LeakFinding{Rule: f.Rule, File: f.Place.File, Fingerprint: f.Fingerprint})
}

// List is the entries of a file, in its order.
type List []Entry

// Judgement is what a list says of findings.
type Judgement struct {
	// Allowed has for each finding the entry that allows it; nil, none does.
	Allowed []*Entry
	// Over has for each finding that nothing allows an entry that did until its end; nil, there is none.
	Over []*Entry
	// Unused are the entries that match nothing.
	Unused []*Entry
}

// Judge says which findings the list allows at a time.
func (l List) Judge(findings []leak.Finding, now time.Time) Judgement {
	j := Judgement{Allowed: make([]*Entry, len(findings)), Over: make([]*Entry, len(findings))}
	used := make([]bool, len(l))
	for i, f := range findings {
		for k := range l {
			entry := &l[k]
			if !entry.covers(f) {
				continue
			}
			used[k] = true
			if entry.Expires.After(now) {
				j.Allowed[i] = entry
			} else {
				j.Over[i] = entry
			}
		}
		if j.Allowed[i] != nil {
			j.Over[i] = nil
		}
	}
	for k := range l {
		if !used[k] {
			j.Unused = append(j.Unused, &l[k])
		}
	}
	return j
}
