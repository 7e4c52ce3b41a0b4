package apply

import (
	"reflect"
	"unique"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// mostShared is the length of the longest text that is shared: longer ones are rarely said twice.
const mostShared = 1024

// share lets equal texts in the cache be one: most of what the children of a site say, its siblings and those of all other
// sites say as well. What nobody else can say is left alone, for to look it up costs memory itself. It writes to the object, so it
// must be the only one that has it: an informer trims what comes before it shows it to anybody, and once.
func share(o metav1.Object) {
	shareMeta(o)
	v := reflect.ValueOf(o).Elem()
	for i := range v.NumField() {
		if v.Type().Field(i).Name != "ObjectMeta" {
			shareIn(v.Field(i))
		}
	}
}

func shareMeta(o metav1.Object) {
	o.SetNamespace(shared(o.GetNamespace()))
	shareMap(o.GetLabels())
	annotations := o.GetAnnotations()
	for key, value := range annotations {
		annotations[shared(key)] = value
	}
	owners := o.GetOwnerReferences()
	for i := range owners {
		shareIn(reflect.ValueOf(&owners[i]).Elem())
	}
}

func shareIn(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() && v.Len() <= mostShared {
			v.SetString(shared(v.String()))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			shareIn(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Field(i); field.CanSet() {
				shareIn(field)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			shareIn(v.Index(i))
		}
	case reflect.Map:
		if m, ok := v.Interface().(map[string]string); ok {
			shareMap(m)
		}
	default:
	}
}

// shareMap shares keys as well: to set a key again is to keep the new one.
func shareMap(m map[string]string) {
	for key, value := range m {
		m[shared(key)] = shared(value)
	}
}

func shared(s string) string {
	if s == "" {
		return s
	}
	return unique.Make(s).Value()
}
