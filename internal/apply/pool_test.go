package apply

import (
	"fmt"
	"reflect"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func TestPoolNeverTakesOneValueForAnother(t *testing.T) {
	p := newPool()
	a, b := reflect.ValueOf(map[string]string{"a": "1"}), reflect.ValueOf(map[string]string{"b": "2"})
	at := p.placeOf(a)
	p.keep(at, a)
	if got, ok := p.find(at, b); ok {
		t.Errorf("of the same hash as %v, and taken for it: %v", a, got)
	}
	if _, ok := p.find(at, a); !ok {
		t.Error("what was kept is not found")
	}
}

func TestPoolForgetsWhatDoesNotComeAgain(t *testing.T) {
	p := newPool()
	keep := func(name string) {
		v := reflect.ValueOf(map[string]string{"name": name})
		p.keep(p.placeOf(v), v)
	}
	isKnown := func(name string) bool {
		v := reflect.ValueOf(map[string]string{"name": name})
		_, ok := p.find(p.placeOf(v), v)
		return ok
	}
	keep("comes again")
	keep("does not")
	for n := range 3 * mostKept {
		keep(fmt.Sprint(n))
		if n%100 == 0 && !isKnown("comes again") {
			t.Fatalf("after %d others, what was looked for all the time is forgotten", n)
		}
	}
	if isKnown("does not") {
		t.Error("what nobody looked for is still there")
	}
	if held := len(p.young) + len(p.old); held > 2*mostKept {
		t.Errorf("it holds %d values", held)
	}
}

func TestPoolHashesEqualValuesAlike(t *testing.T) {
	p := newPool()
	for name, made := range map[string]func() any{
		"a map in any order": func() any {
			m := map[string]string{}
			for n := range 20 {
				m[fmt.Sprint(n)] = fmt.Sprint(20 - n)
			}
			return m
		},
		"quantities": func() any {
			return corev1.ResourceList{"cpu": resource.MustParse("100m"), "memory": resource.MustParse("1Gi")}
		},
		"pointers and none": func() any {
			return &corev1.SecurityContext{RunAsUser: new(int64(7)), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			if a, b := p.hash(reflect.ValueOf(made())), p.hash(reflect.ValueOf(made())); a != b {
				t.Errorf("%d and %d", a, b)
			}
		})
	}
}

func TestPoolTellsApartWhatIsSaidInOtherPlaces(t *testing.T) {
	p := newPool()
	seen := map[uint64]any{}
	for _, v := range []any{
		map[string]string{"a": "b"}, map[string]string{"b": "a"}, map[string]string{"ab": ""}, map[string]string{},
		[]string{"ab", "c"}, []string{"a", "bc"}, []string{"abc"},
		&corev1.SecurityContext{Privileged: new(true)}, &corev1.SecurityContext{RunAsNonRoot: new(true)}, &corev1.SecurityContext{},
	} {
		h := p.hash(reflect.ValueOf(v))
		if other, isThere := seen[h]; isThere {
			t.Errorf("%v and %v have the same hash", v, other)
		}
		seen[h] = v
	}
}
