package leak

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
)

// Scanner finds secrets. It never changes and may be shared.
type Scanner struct {
	key []byte
	*machine
}

// machine is the rules made ready. All scanners share one: it never changes.
type machine struct {
	automaton *automaton
	// needles of the automaton, and by needle what they are for.
	needles []string
	uses    [][]use
	escapes []*escape
	ruleset string
}

// New makes a scanner. With a key, fingerprints are HMACs of rule and value, so that a secret is known again wherever it
// turns up; without, they are made of rule and place only.
func New(key []byte) *Scanner {
	return &Scanner{key: slices.Clone(key), machine: ready()}
}

// Ruleset names the version of what is looked for; it changes when a rule does.
func (s *Scanner) Ruleset() string { return s.ruleset }

// Job begins a job.
func (s *Scanner) Job(limits Limits) *Job { return newJob(s, limits) }

// rules are all rules.
func rules() []rule {
	return slices.Concat(paymentRules, organisingRules, hostingRules, chatRules, databaseRules, commandRules, keyRules, vendorRules, publicRules, gitleaksRules, genericRules)
}

// ready makes the rules ready, once in a process: it takes a few milliseconds, and what it makes never changes. Rules
// that cannot be compiled are a bug that every test sees, and no input can cause.
var ready = sync.OnceValue(func() *machine {
	all := rules()
	m := &machine{ruleset: version(all)}
	var err error
	if m.uses, m.needles, err = compile(all); err != nil {
		panic(err)
	}
	for i := range escapes {
		for _, needle := range escapes[i].needles {
			at := slices.Index(m.needles, needle)
			if at < 0 {
				at = len(m.needles)
				m.needles = append(m.needles, needle)
				m.uses = append(m.uses, nil)
			}
			for len(m.escapes) < len(m.needles) {
				m.escapes = append(m.escapes, nil)
			}
			m.escapes[at] = &escapes[i]
		}
	}
	m.automaton = newAutomaton(m.needles)
	return m
})

// engine is the version of how rules are applied; it changes when the same rules find something else.
const engine = "4"

// version names the rules by what is in them.
func version(all []rule) string {
	h := sha256.New()
	for i := range all {
		r := &all[i]
		fmt.Fprintln(h, r.id, r.kind, r.level, r.needles, r.name, r.value, r.entropy, r.inside, r.open, glued[r.id])
	}
	for _, r := range fileRules {
		fmt.Fprintln(h, r.id, r.names, r.value)
	}
	const digits = 8
	return "v" + engine + "-" + hex.EncodeToString(h.Sum(nil))[:digits]
}
