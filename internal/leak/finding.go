package leak

import (
	"cmp"
	"strconv"
	"strings"
)

// Severity says how bad a finding is, the worst first.
type Severity int

// The severities.
const (
	Critical Severity = iota
	High
	Medium
	Low
	// Info is for what is public by design: worth a look, never a failure.
	Info
)

// String is the severity as reports spell it.
func (s Severity) String() string {
	return [...]string{"critical", "high", "medium", "low", "info"}[s]
}

// MarshalText spells the severity as reports do.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote; a word that it does not know is Critical, for unknown is never green.
func (s *Severity) UnmarshalText(text []byte) error {
	*s = Critical
	for known := Critical; known <= Info; known++ {
		if known.String() == string(text) {
			*s = known
		}
	}
	return nil
}

// Finding is one place that holds a secret. It never holds the secret.
type Finding struct {
	// Rule that found it, such as stripe-access-token.
	Rule string `json:"rule"`
	// Severity of the rule.
	Severity Severity `json:"severity"`
	// Place is where it is.
	Place Place `json:"place"`
	// Excerpt is what stands around it, at most 80 characters, printable, with the value replaced.
	Excerpt string `json:"excerpt,omitempty"`
	// Count is how many rows a list of people has; zero for all else.
	Count int `json:"count,omitempty"`
	// Fingerprint stays the same while the finding does.
	Fingerprint string `json:"fingerprint"`
}

// Place is where something is: an image's layer or a page, the file in it, the line and the column.
type Place struct {
	// Layer is the digest of an image's layer, or "config"; empty outside images.
	Layer string `json:"layer,omitempty"`
	// File is a path, a URL's path or a field. It is a label: nothing is opened by it.
	File string `json:"file"`
	// Line and Column, from 1, the column in bytes; of the decoded text where Decoders is not empty. Zero, the whole file.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// Decoders are what was undone to see it, outermost first, such as gzip, tar:etc/passwd, base64@12:40.
	Decoders []string `json:"decoders,omitempty"`
}

// String is the place as people read it: layer, file, decoders, line and column.
func (p Place) String() string {
	var b strings.Builder
	if p.Layer != "" {
		b.WriteString("layer " + short(p.Layer) + " ")
	}
	b.WriteString(p.File)
	for _, d := range p.Decoders {
		b.WriteString("!" + d)
	}
	if p.Line > 0 {
		b.WriteString(":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column))
	}
	return b.String()
}

// short is a digest as people compare it.
func short(layer string) string {
	const digits = 12
	if hex, ok := strings.CutPrefix(layer, "sha256:"); ok && len(hex) > digits {
		return hex[:digits]
	}
	return layer
}

// Gap is something that was not looked at, or not wholly. A result with a gap is never clean.
type Gap struct {
	Place Place `json:"place"`
	// Why says what stopped the scan, such as "more than 4 GiB unpacked".
	Why string `json:"why"`
}

// compare orders findings, the worst first, then by place.
func compare(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.Severity, b.Severity),
		cmp.Compare(a.Place.Layer, b.Place.Layer), cmp.Compare(a.Place.File, b.Place.File),
		strings.Compare(strings.Join(a.Place.Decoders, "!"), strings.Join(b.Place.Decoders, "!")),
		cmp.Compare(a.Place.Line, b.Place.Line), cmp.Compare(a.Place.Column, b.Place.Column),
		cmp.Compare(a.Rule, b.Rule),
	)
}
