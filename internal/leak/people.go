package leak

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hustings/hustings/internal/leak/person"
)

// crowd is a list of people that may go on in the next piece.
type crowd struct {
	Finding
	// beyond is how many of its rows begin after the piece at hand: the next piece sees them, and perhaps as a list.
	beyond int
	// end is the offset of its last row in the piece at hand.
	end int
}

// reach is how far the rows of a list may be apart across an edge of pieces, in bytes.
const reach = 16 << 10

// mostKnown bounds how many people are remembered of an object.
const mostKnown = 1 << 17

// people finds lists of people in a piece. A list belongs to the piece that it begins in; where it goes on, its rows are
// added.
func (j *Job) people(s *pieces, data []byte, from, to int) {
	line, column, behind := s.line, s.column, 0
	for _, l := range person.Find(data) {
		switch {
		case l.Offset >= to, l.End() < from:
			continue // another piece's
		case isCredits(s.at) && !l.SaysMoreThan("email", "name"):
			continue
		case s.crowd != nil && l.Offset < from+reach && from-s.crowd.end < reach:
			own, beyond := j.strangers(l, from, to)
			s.crowd.Count, s.crowd.beyond, s.crowd.end = s.crowd.Count+own, beyond, l.End()
			continue
		}
		j.flush(s)
		own, beyond := j.strangers(l, 0, to)
		if n := len(s.at.Decoders); n > 0 && isSpelling(s.at.Decoders[n-1]) {
			if own+beyond < person.Least {
				continue // the same people stand where this is spelled otherwise
			}
		} else {
			own = l.Before(to) // they may stand in another file as well
			beyond = len(l.People) - own
		}
		line, column = advance(line, column, data[behind:l.Offset])
		behind = l.Offset
		at := s.at
		at.Line, at.Column = line+1, column+1
		s.crowd = &crowd{Finding{Rule: RulePeople, Severity: Critical, Place: at, Count: own}, beyond, l.End()}
	}
	if s.crowd != nil && s.crowd.end+reach < to {
		j.flush(s)
	}
}

// credits are files in which programs name those who wrote them, with their addresses.
var credits = []string{"authors", "changelog", "changes", "committers", "contributors", "copyright", "credits", "maintainers", "news", "thanks"}

// isCredits says whether a place is in a file of credits. Their lists of names and addresses are meant to be seen.
func isCredits(at Place) bool {
	name := at.File
	for _, d := range at.Decoders {
		if _, member, named := strings.Cut(d, ":"); named && !isSpelling(d) {
			name = member
		}
	}
	name, _, _ = strings.Cut(path.Base(name), ".")
	return slices.Contains(credits, strings.ToLower(name))
}

// strangers remembers the people of a list, and counts those that were not known: those whose rows are the piece's own,
// and those beyond. Where there are too many to remember, all are strangers.
func (j *Job) strangers(l person.List, from, to int) (own, beyond int) {
	if j.known == nil {
		j.known = map[uint64]struct{}{}
	}
	for _, row := range l.People {
		_, known := j.known[row.ID]
		switch {
		case known || row.Offset < from:
		case row.Offset >= to:
			beyond++
		default:
			own++
			if len(j.known) < mostKnown {
				j.known[row.ID] = struct{}{}
			}
		}
	}
	return own, beyond
}

// flush keeps the list at hand: it ends.
func (j *Job) flush(s *pieces) {
	if s.crowd == nil {
		return
	}
	f := s.crowd.Finding
	f.Count += s.crowd.beyond
	f.Excerpt = fmt.Sprintf("[%d rows]", f.Count)
	f.Fingerprint = j.placed(f.Rule, f.Place)
	j.keep(f)
	s.crowd = nil
}
