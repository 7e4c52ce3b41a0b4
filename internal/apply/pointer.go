package apply

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// operation is one step of a JSON patch (RFC 6902).
type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}

// removal is the JSON patch that takes fields out of the object of that resourceVersion; had it changed since, indexes
// of lists could mean other items, and the API server answers with a conflict.
func removal(resourceVersion string, pointers [][]string) ([]byte, error) {
	operations := []operation{{Op: "replace", Path: "/metadata/resourceVersion", Value: resourceVersion}}
	for _, pointer := range removable(pointers) {
		operations = append(operations, operation{Op: "remove", Path: encode(pointer)})
	}
	return json.Marshal(operations)
}

// removable orders pointers so that each is still right when those before it are gone: later items of a list first.
// What lies within another one goes with it.
func removable(pointers [][]string) [][]string {
	sorted := slices.SortedFunc(slices.Values(pointers), comparePointers)
	var out [][]string
	for _, pointer := range sorted {
		if n := len(out); n > 0 && isWithin(pointer, out[n-1]) {
			continue
		}
		out = append(out, pointer)
	}
	slices.Reverse(out)
	return out
}

// comparePointers orders a pointer before all that lies within it, and items of a list by their index.
func comparePointers(a, b []string) int {
	return slices.CompareFunc(a, b, func(x, y string) int {
		i, errX := strconv.Atoi(x)
		j, errY := strconv.Atoi(y)
		if errX == nil && errY == nil {
			return cmp.Compare(i, j)
		}
		return cmp.Compare(x, y)
	})
}

func isWithin(inner, outer []string) bool {
	return len(inner) >= len(outer) && slices.Equal(inner[:len(outer)], outer)
}

// encode writes tokens as a JSON pointer (RFC 6901).
func encode(tokens []string) string {
	escaped := strings.NewReplacer("~", "~0", "/", "~1")
	var b strings.Builder
	for _, token := range tokens {
		b.WriteByte('/')
		b.WriteString(escaped.Replace(token))
	}
	return b.String()
}

// tokensOf takes apart a path as package compliance writes it: spec.containers[0].env, metadata.annotations[a.b/c].
func tokensOf(path string) []string {
	var tokens []string
	for path != "" {
		switch path[0] {
		case '.':
			path = path[1:]
		case '[':
			token, rest, _ := strings.Cut(path[1:], "]")
			tokens, path = append(tokens, token), rest
		default:
			end := strings.IndexAny(path, ".[")
			if end < 0 {
				end = len(path)
			}
			tokens, path = append(tokens, path[:end]), path[end:]
		}
	}
	return tokens
}
