package pages

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
)

// tally adds up what was seen.
type tally struct {
	limits leak.Limits
	// files that the engine looked at, members of archives included.
	files  int
	result leak.Result
	// parts are the files of which something is missing.
	parts map[string]bool
	// exposed are the rules of what should not be served, alone and with their paths.
	exposed map[string]bool
}

func newTally(limits leak.Limits) tally {
	return tally{limits: limits, parts: map[string]bool{}, exposed: map[string]bool{}}
}

// left is what of the limits is left.
func (t *tally) left() leak.Limits {
	left := t.limits
	left.Bytes = max(0, left.Bytes-t.result.Bytes)
	left.Files = max(0, left.Files-t.files)
	return left
}

// miss notes a gap.
func (t *tally) miss(label, why string) {
	t.gaps(leak.Gap{Place: leak.Place{File: label}, Why: why})
}

func (t *tally) gaps(gaps ...leak.Gap) {
	const most = 20
	for _, g := range gaps {
		t.parts[g.Place.File] = true
		isSame := func(other leak.Gap) bool { return other.Why == g.Why && other.Place.String() == g.Place.String() }
		if len(t.result.Gaps) < most && !slices.ContainsFunc(t.result.Gaps, isSame) {
			t.result.Gaps = append(t.result.Gaps, g)
		}
	}
}

// add what was seen in an answer. Of a page that was looked at before, or that stands in for one that does not exist, only
// what is new counts.
func (t *tally) add(r leak.Result, known []bool, onlyNew bool) {
	for i, f := range r.Findings {
		if !onlyNew || !known[i] {
			t.keep(f)
		}
	}
	// What the engine counted and did not keep is beyond what can be compared.
	if kept := len(r.Findings); kept >= t.limits.Findings {
		t.result.Failures += max(0, r.Failures+r.Infos-kept)
	}
	t.gaps(r.Gaps...)
	t.files += r.Files
	t.result.Files++
	t.result.Bytes += r.Bytes
}

// keep a finding.
func (t *tally) keep(f leak.Finding) {
	if f.Severity == leak.Info {
		t.result.Infos++
	} else {
		t.result.Failures++
	}
	t.result.Findings = append(t.result.Findings, f)
	if len(t.result.Findings) > 2*t.limits.Findings {
		t.trim()
	}
}

// trim keeps the worst findings. Within a severity they stay in the order in which pages were looked at.
func (t *tally) trim() {
	slices.SortStableFunc(t.result.Findings, func(a, b leak.Finding) int { return cmp.Compare(a.Severity, b.Severity) })
	if len(t.result.Findings) > t.limits.Findings {
		t.result.Findings = slices.Clip(t.result.Findings[:t.limits.Findings])
	}
}

// judge is what it comes to.
func (t *tally) judge(s *leak.Scanner) scan.Result {
	t.trim()
	scan.Withhold(s, &t.result)
	return scan.Judge(s.Ruleset(), t.result)
}

// expose notes what should not be served, once for every path.
func (t *tally) expose(rule string, severity leak.Severity, label string) {
	const digits = 32
	key := rule + "\x00" + label
	if t.exposed[key] {
		return
	}
	t.exposed[key], t.exposed[rule] = true, true
	// As leak makes it for what has a place and no value: rule, file, no decoders, the first in the file.
	sum := sha256.Sum256([]byte(key + "\x00\x000"))
	t.keep(leak.Finding{Rule: rule, Severity: severity, Place: leak.Place{File: label}, Fingerprint: hex.EncodeToString(sum[:])[:digits]})
}
