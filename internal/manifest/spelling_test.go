package manifest

import (
	"reflect"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
)

func TestKeysTellEveryValueFromAllOthers(t *testing.T) {
	values := []any{
		nil, true, false, "", "n", "true", "1", "i1;", "s1:n", int64(1), int64(-1), int64(11), 1.0, 1.5,
		[]any{}, []any{nil}, []any{"a", "b"}, []any{"ab"}, []any{"a", []any{"b"}}, []any{int64(1), int64(1)}, []any{int64(11)}, []any{1.0}, []any{"1"},
		map[string]any{}, map[string]any{"a": "b"}, map[string]any{"b": "a"}, map[string]any{"a": nil}, map[string]any{"ab": ""},
		map[string]any{"a": map[string]any{"b": "c"}}, map[string]any{"a": "b", "c": "d"}, map[string]any{"a": "bs1:cs1:d"},
		[]any{map[string]any{"a": "b"}}, []any{map[string]any{}, map[string]any{}}, []any{[]any{}, []any{}}, []any{[]any{[]any{}}},
	}
	seen := map[any]any{}
	for _, v := range values {
		key, ok := spellingOf(v)
		if !ok {
			t.Errorf("%v has no key", v)
		}
		if other, isThere := seen[key]; isThere {
			t.Errorf("%#v and %#v have the same key", v, other)
		}
		seen[key] = v
		if again, _ := spellingOf(runtime.DeepCopyJSONValue(v)); again != key {
			t.Errorf("%#v has the keys %v and %v", v, key, again)
		}
	}
}

func TestLongValuesAndOthersHaveNoKey(t *testing.T) {
	long := strings.Repeat("a", mostSpelled+1)
	many := make([]any, mostSpelled)
	for name, v := range map[string]any{
		"a list with a long text":     []any{long},
		"a map with a long name":      map[string]any{long: "a"},
		"a long list":                 append(many, "a"),
		"a type that no document has": struct{}{},
		"a list of such":              []any{int32(1)},
		"a map of such within a list": []any{map[string]any{"a": reflect.Value{}}},
	} {
		if key, ok := spellingOf(v); ok {
			t.Errorf("%s has the key %v", name, key)
		}
	}
}
