package apply

import (
	"fmt"
	"reflect"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func TestPoolNeverTakesOneValueForAnother(t *testing.T) {
	p := newPool()
	a, b := reflect.ValueOf(map[string]string{"a": "1"}), reflect.ValueOf(map[string]string{"b": "2"})
	at, _ := p.placeOf(a)
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
		at, _ := p.placeOf(v)
		p.keep(at, v)
	}
	isKnown := func(name string) bool {
		v := reflect.ValueOf(map[string]string{"name": name})
		at, _ := p.placeOf(v)
		_, ok := p.find(at, v)
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
	h := hasher{seed: newPool().seed}
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
			if a, b := h.hash(reflect.ValueOf(made())), h.hash(reflect.ValueOf(made())); a != b {
				t.Errorf("%d and %d", a, b)
			}
		})
	}
}

func TestPoolTellsApartWhatIsSaidInOtherPlaces(t *testing.T) {
	s := hasher{seed: newPool().seed}
	seen := map[uint64]any{}
	for _, v := range []any{
		map[string]string{"a": "b"}, map[string]string{"b": "a"}, map[string]string{"ab": ""}, map[string]string{},
		[]string{"ab", "c"}, []string{"a", "bc"}, []string{"abc"},
		&corev1.SecurityContext{Privileged: new(true)}, &corev1.SecurityContext{RunAsNonRoot: new(true)}, &corev1.SecurityContext{},
	} {
		h := s.hash(reflect.ValueOf(v))
		if other, isThere := seen[h]; isThere {
			t.Errorf("%v and %v have the same hash", v, other)
		}
		seen[h] = v
	}
}

// Whoever may make objects makes and deletes as many large ones as they like.
func TestPoolHoldsNoMoreThanItsBytes(t *testing.T) {
	p := newPool()
	trimmed := func(n, arguments int) {
		d := &appsv1.Deployment{}
		command := make([]string, arguments)
		for i := range command {
			command[i] = fmt.Sprintf("%064d", n+i)
		}
		d.Spec.Template.Spec.Containers = []corev1.Container{{LivenessProbe: &corev1.Probe{ProbeHandler: corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: command}}}}}
		p.share(d)
	}
	trimmed(0, 10_000)
	if len(p.young) > 0 {
		t.Errorf("it keeps a probe of %d bytes", p.bytes)
	}
	const each = 4 << 10 // and more, with what a list needs itself
	for n := range 3 * mostBytes / each {
		trimmed(n, each/64)
		if p.bytes > mostBytes {
			t.Fatalf("after %d: %d bytes", n, p.bytes)
		}
	}
	if len(p.young) == 0 || p.old == nil {
		t.Errorf("%d and %d values: nothing was kept, or nothing went", len(p.young), len(p.old))
	}
}
