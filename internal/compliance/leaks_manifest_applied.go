package compliance

import (
	"encoding/json"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// applied is the annotation in which kubectl apply keeps the object as it was last applied. What has been moved out of the
// object since may still be in it, for everybody to read.
type applied struct{ key, path, text string }

// leaksOfApplied are the secrets in what was last applied that the object itself no longer has: most of it repeats the object.
// It is read as an object, so that names and values are found that belong together; what is none is text like any other.
func (r *reader) leaksOfApplied(a applied) []leaked {
	whole := literal{name: a.key, value: a.text}
	var was unstructured.Unstructured
	if json.Unmarshal([]byte(a.text), &was.Object) != nil {
		if rules := r.of(whole); rules != "" {
			return []leaked{{literal: whole, at: r.at, path: a.path, rules: rules}}
		}
		return nil
	}
	then := reader{judgements: r.judgements, more: r.more}
	var rules []string
	for _, l := range then.leaksOf(r.at, &was) {
		if !slices.ContainsFunc(r.leaks, func(own leaked) bool { return own.value == l.value }) {
			rules = append(rules, strings.Split(l.rules, ", ")...)
		}
	}
	if len(rules) == 0 {
		return nil
	}
	slices.Sort(rules)
	return []leaked{{literal: whole, at: r.at, path: a.path, rules: strings.Join(slices.Compact(rules), ", ")}}
}
