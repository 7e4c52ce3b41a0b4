package leaks

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/test/leaks/corpus"
)

// Share is how many of some secrets were found.
type Share struct{ Found, Of int }

// Rate is the share as a number from 0 to 1.
func (s Share) Rate() float64 { return float64(s.Found) / float64(max(s.Of, 1)) }

// String is the share for people.
func (s Share) String() string {
	return fmt.Sprintf("%d of %d (%.1f %%)", s.Found, s.Of, 100*s.Rate())
}

func (s Share) plus(found bool) Share {
	s.Of++
	if found {
		s.Found++
	}
	return s
}

// Table is what was found, by carrier and type.
type Table struct {
	carriers []string
	shares   map[string]map[string]Share
	// Misplaced are the cases whose secret was found, but said to be elsewhere: carrier and type.
	Misplaced []string
	// Failed are the cases that could not be looked at, and why.
	Failed []string
}

// Measure lets a finder look at all cases.
func Measure(find Finder, cases iter.Seq[corpus.Case]) *Table {
	t := &Table{shares: map[string]map[string]Share{}}
	for c := range cases {
		findings, err := find(c.File.Name, c.File.Data)
		if err != nil {
			t.Failed = append(t.Failed, fmt.Sprintf("%s, %s: %v", c.Carrier.ID, c.Type.ID, err))
		}
		alarms := Alarms(findings)
		if len(alarms) > 0 && !slices.ContainsFunc(alarms, func(f leak.Finding) bool { return inPlace(c.File, f) }) {
			t.Misplaced = append(t.Misplaced, fmt.Sprintf("%s, %s: %s at %d:%d, truly %d:%d", c.Carrier.ID, c.Type.ID,
				alarms[0].Rule, alarms[0].Place.Line, alarms[0].Place.Column, c.File.Line(), c.File.Column()))
		}
		t.add(c, len(alarms) > 0)
	}
	return t
}

func (t *Table) add(c corpus.Case, found bool) {
	types := t.shares[c.Carrier.ID]
	if types == nil {
		types = map[string]Share{}
		t.shares[c.Carrier.ID] = types
		t.carriers = append(t.carriers, c.Carrier.ID)
	}
	types[c.Type.ID] = types[c.Type.ID].plus(found)
}

// Alarms are findings worse than Info.
func Alarms(findings []leak.Finding) []leak.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f leak.Finding) bool { return f.Severity >= leak.Info })
}

// inPlace tells whether a finding is where the secret is. Where something was decoded, its place is of another text.
func inPlace(file corpus.File, f leak.Finding) bool {
	if len(file.Text) == 0 || len(f.Place.Decoders) > file.Packed {
		return true
	}
	return file.Holds(f.Place.Line, f.Place.Column)
}

// Carriers are those of the cases, in their order.
func (t *Table) Carriers() []string { return t.carriers }

// Of is the share found in some carriers, of the types that keep lets through; nil, all.
func (t *Table) Of(keep func(id string) bool, carriers ...string) Share {
	var sum Share
	for _, c := range carriers {
		for id, s := range t.shares[c] {
			if keep == nil || keep(id) {
				sum.Found, sum.Of = sum.Found+s.Found, sum.Of+s.Of
			}
		}
	}
	return sum
}

// In tells whether a carrier was tried with a type.
func (t *Table) In(carrier, id string) bool { return t.shares[carrier][id].Of > 0 }

// Missing lists, carrier by carrier, the types that were not always found.
func (t *Table) Missing() string {
	var b strings.Builder
	for _, c := range t.carriers {
		fmt.Fprintf(&b, "%-22s %s", c, t.Of(nil, c))
		var missed []string
		for id, s := range t.shares[c] {
			if s.Found < s.Of {
				missed = append(missed, fmt.Sprintf("%s %d/%d", id, s.Found, s.Of))
			}
		}
		slices.Sort(missed)
		if len(missed) > 0 {
			const most = 40
			b.WriteString(" without " + strings.Join(missed[:min(most, len(missed))], ", "))
			fmt.Fprintf(&b, " (%d types)", len(missed))
		}
		b.WriteString("\n")
	}
	return b.String()
}
