package pages

import "regexp"

// mostRefs are followed of one text. Each takes more memory than it has letters, and a page may be made of nothing else.
const mostRefs = 20_000

// refs are what a text names, each once.
type refs struct {
	list  []ref
	known map[ref]bool
}

// add adds references, and says whether there is room for more.
func (r *refs) add(more ...ref) bool {
	if r.known == nil {
		r.known = map[ref]bool{}
	}
	for _, next := range more {
		if len(r.list) < mostRefs && !r.known[next] {
			r.known[next] = true
			r.list = append(r.list, next)
		}
	}
	return len(r.list) < mostRefs
}

// each calls visit with the groups of every match until it has enough.
func each(expression *regexp.Regexp, text []byte, visit func(groups ...string) (more bool)) {
	for {
		at := expression.FindSubmatchIndex(text)
		if at == nil {
			return
		}
		var groups []string
		for i := 2; i < len(at); i += 2 {
			group := ""
			if at[i] >= 0 {
				group = string(text[at[i]:at[i+1]])
			}
			groups = append(groups, group)
		}
		if !visit(groups...) {
			return
		}
		text = text[at[1]:]
	}
}
