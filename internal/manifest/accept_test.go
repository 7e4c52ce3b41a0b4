package manifest

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/hustings/hustings/config/crd"
	"github.com/hustings/hustings/test/admission"
)

// TestNothingIsAcceptedThatTheAPIServerRefusesOrChanges changes every value of every valid object of the admission table to
// everything else that it could be, and compares with what the API server's own code does.
func TestNothingIsAcceptedThatTheAPIServerRefusesOrChanges(t *testing.T) {
	schemas := ownSchemas(t)
	cases, err := admission.Cases()
	if err != nil {
		t.Fatal(err)
	}
	accepted, refused := 0, 0
	for _, test := range cases {
		if !test.Valid {
			continue
		}
		d := Document{Object: test.Object.Object}
		c, err := schemas.of(&d).compile()
		if err != nil {
			t.Fatal(err)
		}
		changed(test.Object.Object, func(path string) {
			kept := runtime.DeepCopyJSON(test.Object.Object)
			pruning.Prune(kept, c.structural, true)
			defaulting.PruneNonNullableNullsWithoutDefaults(kept, c.structural)
			defaulting.Default(kept, c.structural)
			delete(kept, "status")
			isChanged := !reflect.DeepEqual(kept, test.Object.Object)
			errs := validation.ValidateCustomResource(nil, kept, c.values)
			errs = append(errs, listtype.ValidateListSetsAndMaps(nil, c.structural, kept)...)
			if len(errs) > 0 || isChanged {
				refused++
			}
			if told := onePerWrongType(errs); len(errs) > 0 && len(told) == 0 {
				t.Errorf("%s, %s changed: the API server says %v, and nothing is told of it", test.Name, path, errs)
			}
			if !c.accepts(test.Object.Object) {
				return
			}
			accepted++
			if len(errs) > 0 || isChanged {
				t.Errorf("%s, %s changed: accepted, and the API server says %v, changed: %t", test.Name, path, errs, isChanged)
			}
		})
	}
	if accepted < 1000 || refused < 1000 {
		t.Errorf("%d accepted and %d refused of all changes: these are too few to prove anything", accepted, refused)
	}
}

// TestSitesAreAcceptedWithoutTheValidator keeps the short way from being closed by a field that it does not know.
func TestSitesAreAcceptedWithoutTheValidator(t *testing.T) {
	schemas := ownSchemas(t)
	cases, err := admission.Cases()
	if err != nil {
		t.Fatal(err)
	}
	sites := 0
	for _, test := range cases {
		if _, exported := test.Object.Object["status"]; !test.Valid || exported || test.Object.GetKind() != "CampaignSite" {
			continue
		}
		sites++
		d := Document{Object: test.Object.Object}
		c, err := schemas.of(&d).compile()
		if err != nil {
			t.Fatal(err)
		}
		if !c.accepts(d.Object) {
			t.Errorf("%s is valid and not accepted", test.Name)
		}
	}
	if sites == 0 {
		t.Error("there is no valid site")
	}
}

func ownSchemas(t *testing.T) *Schemas {
	t.Helper()
	bases, err := crd.Bases()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := NewSchemas(bases)
	if err != nil {
		t.Fatal(err)
	}
	return schemas
}

// changed visits an object with each of its values changed or taken away, one at a time, and leaves it as it was.
func changed(object map[string]any, visit func(path string)) {
	visit("nothing")
	changedWithin(object, "", visit)
}

func changedWithin(value any, at string, visit func(path string)) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			member, path := v[key], at+"."+key
			for name, other := range others(member) {
				v[key] = other
				visit(path + " to " + name)
			}
			delete(v, key)
			visit(path + " taken away")
			v[key] = member
			changedWithin(member, path, visit)
		}
		v["unknown"] = "x"
		visit(at + " with an unknown field")
		delete(v, "unknown")
	case []any:
		for i, item := range v {
			path := fmt.Sprintf("%s[%d]", at, i)
			for name, other := range others(item) {
				v[i] = other
				visit(path + " to " + name)
			}
			v[i] = item
			changedWithin(item, path, visit)
		}
	}
}

// others are what a value could be instead, by how a failure names it.
func others(value any) map[string]any {
	out := map[string]any{
		"nothing": nil, "true": true, "zero": int64(0), "minus one": int64(-1), "one": int64(1), "many": int64(math.MaxInt32),
		"too many for 32 bits": int64(math.MaxInt32) + 1, "half": 0.5, "a float": 2.0, "no text": "", "text": "x",
		"a quantity": "100m", "odd text": "ä b\n/..", "long text": strings.Repeat("a", 300), "longer text": strings.Repeat("é", 5_000),
		"an empty list": []any{}, "a list": []any{"x"}, "a list of maps": []any{map[string]any{}}, "a map": map[string]any{}, "a map of text": map[string]any{"x": "y"},
	}
	switch v := value.(type) {
	case string:
		out["the text twice"], out["the text in capitals"], out["the text and a space"] = v+v, strings.ToUpper(v), v+" "
	case int64:
		out["one more"], out["ten times as many"], out["as many below zero"] = v+1, v*10, -v
	case []any:
		if len(v) > 0 {
			many := make([]any, 0, 300)
			for range 300 {
				many = append(many, runtime.DeepCopyJSONValue(v[0]))
			}
			out["300 of the first item"] = many
			out["its first item once more"] = append(slices.Clone(v), v[0])
		}
	}
	return out
}
