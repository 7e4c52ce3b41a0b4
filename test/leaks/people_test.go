package leaks

import (
	"testing"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/test/leaks/corpus"
)

func TestListsOfPeopleAreFound(t *testing.T) {
	find := Hustings(leak.New(nil))
	for _, l := range corpus.DonorLists(seed) {
		t.Run(l.ID, func(t *testing.T) {
			findings, err := find(l.Name, l.Data)
			if err != nil {
				t.Fatal(err)
			}
			rows := 0
			for _, f := range Alarms(findings) {
				rows = max(rows, f.Count)
			}
			if rows < l.Rows*9/10 || rows > l.Rows+1 {
				t.Errorf("%d rows found, want %d: %v", rows, l.Rows, findings)
			}
		})
	}
}

func TestListsThatMayBeSeenAreNotFound(t *testing.T) {
	find := Hustings(leak.New(nil))
	for _, l := range corpus.InnocentLists(seed) {
		t.Run(l.ID, func(t *testing.T) {
			findings, err := find(l.Name, l.Data)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range Alarms(findings) {
				t.Errorf("%s at %s, %d rows", f.Rule, f.Place, f.Count)
			}
		})
	}
}
