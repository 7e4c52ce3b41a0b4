package leak

import "slices"

// Literal names the rules by which a name and its value are a secret, sorted; empty, they are none, or are public by
// design. It is for short texts that are at hand, such as an environment variable; it looks into base64 and escapes.
func (s *Scanner) Literal(name, value string) []string {
	text := value
	if name != "" {
		text = name + "=" + value
	}
	const deep = 2
	ids := s.literal([]byte(text), deep)
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (s *Scanner) literal(data []byte, deep int) []string {
	if !s.mayHold(data) {
		return nil
	}
	p := s.look(data, 0, len(data))
	p.settle()
	var ids []string
	for _, f := range p.found {
		if f.rule.severity() < Info {
			ids = append(ids, f.rule.id)
		}
	}
	if deep > 0 {
		p.hidden(0, func(_ string, _ int, plain []byte) bool {
			ids = append(ids, s.literal(plain, deep-1)...)
			return true
		})
	}
	return ids
}

// mayHold says whether there is anything in a text to look at: a needle, or a run of base64. In most there is not.
func (s *Scanner) mayHold(data []byte) bool {
	holds := false
	s.automaton.run(0, data, func(int, int) { holds = true })
	if !holds {
		runs(data, func(run) bool {
			holds = true
			return false
		})
	}
	return holds
}
