package leak

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// report makes findings of what a pass found.
func (j *Job) report(s *pieces, p *pass) {
	line, column, behind := s.line, s.column, 0
	for _, f := range p.found {
		value := p.data[f.start:f.end]
		known := sha256.Sum256([]byte(f.rule.id + "\x00" + string(unescape(value))))
		if j.seen[known] && len(s.at.Decoders) > 0 && isSpelling(s.at.Decoders[len(s.at.Decoders)-1]) {
			continue // the same is found where it is spelled otherwise
		}
		j.seen[known] = true
		line, column = advance(line, column, p.data[behind:f.start])
		behind = f.start
		at := s.at
		at.Line, at.Column = line+1, column+1
		j.tell(Finding{
			Rule: f.rule.id, Severity: f.rule.severity(), Place: at,
			Excerpt:     excerpt(p.data, f),
			Fingerprint: j.fingerprint(f, at, value),
		})
	}
}

// isSpelling says whether a decoder undoes a spelling within a text, not a container.
func isSpelling(decoder string) bool { return strings.Contains(decoder, "@") }

// excerpt shows the name that a value is assigned to, and how long the value is. What else stands around may be a secret
// that no rule knows.
func excerpt(data []byte, f found) string {
	const most = 40
	name := data[f.nameStart:f.nameEnd]
	if len(name) > most {
		name = name[len(name)-most:]
	}
	hidden := fmt.Sprintf("[%d bytes]", f.end-f.start)
	if len(name) == 0 || looksRandom(name) {
		return hidden
	}
	return printable(name) + "=" + hidden
}

// looksRandom says whether a name may be a value itself.
func looksRandom(name []byte) bool {
	m := makeupOf(name)
	const long = 16
	return m.digit > 2 && len(name) >= long
}

// printable is text that does nothing but show: names are ASCII, and what is not is a question mark.
func printable(text []byte) string {
	out := make([]byte, len(text))
	for i, c := range text {
		if c < ' ' || c > '~' {
			c = '?'
		}
		out[i] = c
	}
	return string(out)
}

// printLength is the length of a fingerprint.
const printLength = 32

// fingerprint of a finding: of its value where there is a key, else of its place.
func (j *Job) fingerprint(f found, at Place, value []byte) string {
	if len(j.scanner.key) == 0 {
		return j.placed(f.rule.id, at)
	}
	mac := hmac.New(sha256.New, j.scanner.key)
	mac.Write([]byte(f.rule.id))
	mac.Write([]byte{0})
	mac.Write(unescape(value))
	return hex.EncodeToString(mac.Sum(nil))[:printLength]
}

// placed is a fingerprint of a rule and a place: which of the rule's findings in the object it is.
func (j *Job) placed(rule string, at Place) string {
	n := j.order[rule]
	j.order[rule]++
	sum := sha256.Sum256([]byte(strings.Join([]string{rule, at.File, decoders(at), strconv.Itoa(n)}, "\x00")))
	return hex.EncodeToString(sum[:])[:printLength]
}

// decoders of a place, without the lines and columns, which move.
func decoders(at Place) string {
	names := make([]string, len(at.Decoders))
	for i, d := range at.Decoders {
		names[i], _, _ = strings.Cut(d, "@")
	}
	return strings.Join(names, "!")
}
