package pages

import (
	"crypto/rand"
	"strings"

	"github.com/hustings/hustings/internal/leak"
)

// twins tell whether two findings are of one value. A site may answer every path with the same page, or with one that differs
// in its address only, and each would be reported for every path that was tried. Fingerprints do not tell: without a key they
// are of places. So what has findings is looked at once more, with a key that nobody else has and that ends with the look.
type twins struct {
	scanner *leak.Scanner
	limits  leak.Limits
	// known are the values so far.
	known map[string]bool
}

func newTwins(limits leak.Limits) twins {
	const size = 32
	secret := make([]byte, size)
	_, _ = rand.Read(secret) // it never fails
	return twins{scanner: leak.New(secret), limits: limits, known: map[string]bool{}}
}

// part is a text that was looked at, and where places say it is.
type part struct {
	at   leak.Place
	text string
}

// remember the values of findings, and say of each whether its value was known. What is beyond the parts is not.
func (t *twins) remember(findings []leak.Finding, parts []part) []bool {
	const most = 20_000
	known := make([]bool, len(findings))
	if len(findings) == 0 {
		return known
	}
	job := t.scanner.Job(t.limits)
	for _, p := range parts {
		if job.Scan(p.at, strings.NewReader(p.text)) != nil {
			break // what is not remembered is reported again, and no harm is done
		}
	}
	values := map[string]string{}
	for _, f := range job.Result().Findings {
		values[spot(f)] = value(f)
	}
	for i, f := range findings {
		v, ok := values[spot(f)]
		known[i] = ok && t.known[v]
	}
	for _, v := range values {
		if len(t.known) < most {
			t.known[v] = true
		}
	}
	return known
}

func spot(f leak.Finding) string { return f.Rule + "\x00" + f.Place.String() }

// value names the value of a finding. A list of people has none, and is known by its length and by how it was found.
func value(f leak.Finding) string {
	if f.Count == 0 {
		return f.Rule + "\x00" + f.Fingerprint
	}
	parts := []string{f.Rule, f.Excerpt}
	for _, d := range f.Place.Decoders {
		name, _, _ := strings.Cut(d, "@")
		parts = append(parts, name)
	}
	return strings.Join(parts, "\x00")
}
