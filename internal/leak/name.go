package leak

import "strings"

// withheld stands in the place of a name that is a secret itself.
const withheld = "…"

// Shown is the name of a field, a key or a file as reports may show it: people choose names too.
func (s *Scanner) Shown(name string) string {
	if len(s.Literal("", name)) > 0 || len(s.Literal("", inParts(name))) > 0 {
		return withheld
	}
	return name
}

// inParts is a name with its parts on lines of their own: a secret with .txt behind it is none to most rules.
func inParts(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("/.:!?&=#,;@()[]", r) {
			return '\n'
		}
		return r
	}, name)
}
