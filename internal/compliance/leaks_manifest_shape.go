package compliance

import (
	"encoding/json"
	"reflect"
	"strings"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// shape says which fields of a struct may hold text that somebody wrote.
type shape struct {
	fields []shapeField
	// nameAt and valueAt are the fields of a name and its value; negative, it has none.
	nameAt, valueAt int
	// marshals: it says itself what its JSON is.
	marshals bool
	// hasText is whether there is any.
	hasText bool
}

// shapeField is one of them. One without a name is inlined.
type shapeField struct {
	index int
	name  string
}

func (s *shape) isPair() bool { return s.nameAt >= 0 && s.valueAt >= 0 }

// shapes of types.
type shapes map[reflect.Type]*shape

// usualShapes are those of the objects that sites are made of. They never change.
var usualShapes = sync.OnceValue(func() shapes {
	all := shapes{}
	for _, root := range []any{
		hustingsv1alpha1.CampaignSite{}, appsv1.Deployment{}, corev1.ServiceAccount{}, corev1.Service{}, networkingv1.NetworkPolicy{},
		networkingv1.Ingress{}, policyv1.PodDisruptionBudget{}, autoscalingv2.HorizontalPodAutoscaler{},
	} {
		all.of(reflect.TypeOf(root))
	}
	return all
})

// shapeOf is the shape of a struct.
func (r *reader) shapeOf(t reflect.Type) *shape {
	if s := usualShapes()[t]; s != nil {
		return s
	}
	if r.more == nil {
		r.more = shapes{}
	}
	return r.more.of(t)
}

// of is the shape of a struct, and makes those of what it holds.
func (all shapes) of(t reflect.Type) *shape {
	if s := all[t]; s != nil {
		return s
	}
	s := &shape{nameAt: -1, valueAt: -1, hasText: true} // a type that holds itself asks before it is known
	all[t] = s
	switch {
	case isNoText(t):
		s.hasText = false
		return s
	case t != reflect.TypeFor[intstr.IntOrString]() && (t.Implements(marshaler) || reflect.PointerTo(t).Implements(marshaler)):
		s.marshals = true
		return s
	}
	isRoot := isRootType(t)
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && name != "-" && !isWrittenIn(t, isRoot, name) && all.hasText(f.Type) {
			s.add(i, name, f.Type)
		}
	}
	s.hasText = len(s.fields) > 0
	return s
}

var marshaler = reflect.TypeFor[json.Marshaler]()

func (s *shape) add(i int, name string, t reflect.Type) {
	s.fields = append(s.fields, shapeField{i, name})
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t.Kind() != reflect.String:
	case name == "name":
		s.nameAt = i
	case name == "value":
		s.valueAt = i
	}
}

// isNoText says whether a type is a number, a time or a record of who wrote what, whatever it looks like in Go.
func isNoText(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[resource.Quantity](), reflect.TypeFor[metav1.Time](), reflect.TypeFor[metav1.MicroTime](), reflect.TypeFor[metav1.FieldsV1](), reflect.TypeFor[metav1.TypeMeta]():
		return true
	}
	return false
}

// isRootType says whether a struct is an object of its own.
func isRootType(t reflect.Type) bool {
	_, has := t.FieldByName("TypeMeta")
	return has
}

// isWrittenIn is isWrittenField of a field of a type.
func isWrittenIn(t reflect.Type, isRoot bool, name string) bool {
	switch {
	case isRoot:
		return isWrittenField("", name)
	case t == reflect.TypeFor[metav1.ObjectMeta]():
		return isWrittenField("metadata", name)
	}
	return t == reflect.TypeFor[metav1.OwnerReference]() && name == "uid"
}

// hasText says whether a type may hold text.
func (all shapes) hasText(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Interface, reflect.Map:
		return true
	case reflect.Pointer, reflect.Array:
		return all.hasText(t.Elem())
	case reflect.Slice:
		return t.Elem().Kind() == reflect.Uint8 || all.hasText(t.Elem())
	case reflect.Struct:
		return all.of(t).hasText
	default:
		return false
	}
}
