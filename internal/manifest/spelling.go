package manifest

import (
	"maps"
	"math"
	"slices"
	"strconv"
)

// spelling is a map or a list as text, such that equal ones have the same and no others.
type spelling string

// mostSpelled is about the length of the longest spelling: what says more is rarely said twice.
const mostSpelled = 1024

// spellingOf is what tells a value of a document from all others; false, it is too long to be kept.
func spellingOf(value any) (any, bool) {
	switch value.(type) {
	case string, bool, int64:
		return value, true
	}
	text, ok := appendSpelling(make([]byte, 0, mostSpelled/8), value)
	return spelling(text), ok
}

// appendSpelling spells a value; false, it is too long, or none that documents have.
func appendSpelling(to []byte, value any) ([]byte, bool) {
	if len(to) > mostSpelled {
		return to, false
	}
	switch v := value.(type) {
	case nil:
		return append(to, 'n'), true
	case bool:
		return strconv.AppendBool(to, v), true
	case int64:
		return append(strconv.AppendInt(append(to, 'i'), v, 10), ';'), true
	case float64:
		return append(strconv.AppendUint(append(to, 'f'), math.Float64bits(v), 16), ';'), true
	case string:
		return appendText(to, v)
	case []any:
		return appendList(to, v)
	case map[string]any:
		return appendMap(to, v)
	default:
		return to, false
	}
}

func appendText(to []byte, s string) ([]byte, bool) {
	if len(to)+len(s) > mostSpelled {
		return to, false
	}
	to = append(strconv.AppendInt(append(to, 's'), int64(len(s)), 10), ':')
	return append(to, s...), true
}

func appendList(to []byte, list []any) ([]byte, bool) {
	to = append(to, '[')
	for _, item := range list {
		var ok bool
		if to, ok = appendSpelling(to, item); !ok {
			return to, false
		}
	}
	return append(to, ']'), true
}

func appendMap(to []byte, m map[string]any) ([]byte, bool) {
	to = append(to, '{')
	for _, name := range slices.Sorted(maps.Keys(m)) {
		var ok bool
		if to, ok = appendText(to, name); !ok {
			return to, false
		}
		if to, ok = appendSpelling(to, m[name]); !ok {
			return to, false
		}
	}
	return append(to, '}'), true
}
