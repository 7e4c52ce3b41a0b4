package pages

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/hustings/hustings/internal/leak"
)

// The parts of an answer beside its body, as places name them.
const (
	inHeaders = "headers"
	inCookies = "cookies"
)

// blankHeader is a header without the mark.
func (l *look) blankHeader(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		for _, value := range values {
			out[l.blank(name)] = append(out[l.blank(name)], l.blank(value))
		}
	}
	return out
}

// lookAtHeader looks at the lines of a header that were not looked at before: a site sends most of them with every page.
func (l *look) lookAtHeader(job *leak.Job, v *visit, h http.Header) (looked []part, err error) {
	parts := map[string]*strings.Builder{inHeaders: {}, inCookies: {}}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		part := parts[inHeaders]
		if name == "Set-Cookie" {
			part = parts[inCookies]
		}
		for _, value := range h[name] {
			if line := name + ": " + value + "\n"; l.isNew(line) {
				part.WriteString(line)
			}
		}
	}
	for _, name := range []string{inHeaders, inCookies} {
		if parts[name].Len() == 0 {
			continue
		}
		p := part{at: leak.Place{File: v.label, Decoders: []string{name}}, text: parts[name].String()}
		looked = append(looked, p)
		if err := job.Scan(p.at, strings.NewReader(p.text)); err != nil {
			return looked, fmt.Errorf("look at a header: %w", err)
		}
	}
	return looked, nil
}

func (l *look) isNew(line string) bool {
	const most, longest = 10_000, 512
	if len(line) > longest || len(l.lines) >= most {
		return true
	}
	isNew := !l.lines[line]
	l.lines[line] = true
	return isNew
}

// isVisitors says whether a finding is the visitor's own: a signed token in a cookie is made for whoever asks, and says
// nothing that he may not know.
func isVisitors(f leak.Finding) bool {
	return len(f.Place.Decoders) > 0 && f.Place.Decoders[0] == inCookies && f.Rule == "jwt"
}

// withoutVisitors is a result without what is the visitor's own.
func withoutVisitors(r leak.Result) leak.Result {
	kept := r.Findings[:0]
	for _, f := range r.Findings {
		switch {
		case !isVisitors(f):
			kept = append(kept, f)
		case f.Severity == leak.Info:
			r.Infos--
		default:
			r.Failures--
		}
	}
	r.Findings = kept
	return r
}
