package compliance

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/hustings/hustings/internal/object"
)

// leaksOf are the literals of an object that are secrets, ordered by their paths. Every string that its JSON has is looked
// at, and every key that somebody may have chosen; the object is not turned into JSON for it, which would take longer than
// everything else.
func (r *reader) leaksOf(ref object.Ref, o object.Object) []leaked {
	r.at, r.leaks, r.applied = ref, nil, nil
	if u, ok := o.(*unstructured.Unstructured); ok {
		r.content(u.Object)
	} else {
		r.value(reflect.ValueOf(o))
	}
	for _, a := range r.applied {
		r.leaks = append(r.leaks, r.leaksOfApplied(a)...)
	}
	slices.SortStableFunc(r.leaks, func(a, b leaked) int { return cmp.Compare(a.path, b.path) })
	return r.leaks
}

// mostSteps is how deep objects usually are.
const mostSteps = 16

// reader goes through objects, one after the other.
type reader struct {
	judgements
	at    object.Ref
	steps []step
	leaks []leaked
	// applied waits until all leaks of the object itself are known.
	applied []applied
	// more are the shapes of types that no site's object is made of.
	more shapes
}

// step is one part of a path: a field, the key of a map that somebody chose, or a place in a list.
type step struct {
	name   string
	index  int
	chosen bool
}

func (r *reader) into(s step)                    { r.steps = append(r.steps, s) }
func (r *reader) back()                          { r.steps = r.steps[:len(r.steps)-1] }
func (r *reader) is(at string) bool              { return len(r.steps) > 0 && r.steps[len(r.steps)-1].name == at }
func (r *reader) isWithin(n int, at string) bool { return len(r.steps) > n && r.steps[n].name == at }

// path is where the reader is. A key that is a secret itself is not shown.
func (r *reader) path() string {
	var out strings.Builder
	for i, s := range r.steps {
		switch {
		case s.chosen:
			out.WriteString("[" + r.shown(s.name) + "]")
		case s.name == "":
			out.WriteString("[" + strconv.Itoa(s.index) + "]")
		case i > 0:
			out.WriteString("." + r.shown(s.name))
		default:
			out.WriteString(r.shown(s.name))
		}
	}
	return out.String()
}

func (r *reader) shown(name string) string {
	if r.of(literal{value: name}) != "" {
		return "…"
	}
	return name
}

// look judges a literal at where the reader is. Half of all strings are a few letters, which nothing tells from a secret
// but the name beside them.
func (r *reader) look(l literal) bool {
	const least = 8
	if l.name == "" && len(l.value) < least {
		return false
	}
	l.value = withoutDigest(l.value)
	rules := r.of(l)
	if rules != "" {
		r.leaks = append(r.leaks, leaked{literal: l, at: r.at, path: r.path(), rules: rules})
	}
	return rules != ""
}

// withoutDigest is a reference to an image without its digest, which is a hash and looks like a key.
func withoutDigest(value string) string {
	const algorithm, digits = "@sha256:", 64
	at := len(value) - digits - len(algorithm)
	if at < 0 || value[at:at+len(algorithm)] != algorithm || strings.Trim(value[at+len(algorithm):], "0123456789abcdef") != "" {
		return value
	}
	return value[:at]
}

// pair judges a name and its value, which are two fields of one object.
func (r *reader) pair(name, value string, env bool) {
	r.into(step{name: "name"})
	told := r.look(literal{value: name})
	r.back()
	if told || value == "" {
		return // the pair would be the same finding once more
	}
	r.into(step{name: "value"})
	r.look(literal{name, value, env})
	r.back()
}

// entry judges a key that somebody chose, and its value.
func (r *reader) entry(key, value string) {
	r.into(step{name: key, chosen: true})
	if key == corev1.LastAppliedConfigAnnotation {
		r.applied = append(r.applied, applied{key, r.path(), value})
	} else {
		r.look(literal{name: key, value: value})
	}
	r.back()
}

// item judges a string of a list. An argument is judged with the option before it, which says what it is:
// --password hunter2.
func (r *reader) item(i int, before, text string) {
	name := ""
	isArgument := r.is("args") || r.is("command")
	if isArgument && strings.HasPrefix(before, "-") && !strings.HasPrefix(text, "-") && !strings.Contains(before, "=") {
		name = before
	}
	r.into(step{index: i})
	r.look(literal{name: name, value: text})
	r.back()
}

// content judges what has no type here.
func (r *reader) content(value any) {
	switch v := value.(type) {
	case string:
		r.look(literal{value: v})
	case []any:
		r.list(v)
	case map[string]any:
		r.fields(v)
	}
}

func (r *reader) list(items []any) {
	before := ""
	for i, item := range items {
		text, is := item.(string)
		if is {
			r.item(i, before, text)
			before = text
			continue
		}
		r.into(step{index: i})
		r.content(item)
		r.back()
	}
}

func (r *reader) fields(fields map[string]any) {
	name, hasName := fields["name"].(string)
	value, hasValue := fields["value"].(string)
	isPair := hasName && hasValue
	if isPair {
		r.pair(name, value, r.isWithin(len(r.steps)-2, "env"))
	}
	chosen := areChosen(r.steps)
	for key, item := range fields {
		text, isText := item.(string)
		switch {
		case isPair && (key == "name" || key == "value"), r.isWritten(key):
		case chosen && isText:
			r.entry(key, text)
		default:
			r.into(step{name: key, chosen: chosen})
			if isWord(key) || !r.look(literal{value: key}) {
				r.content(item)
			}
			r.back()
		}
	}
}

// isWord says whether a key is the name of a field, as most are: letters, and not many.
func isWord(key string) bool {
	const longest = 32
	for _, c := range []byte(key) {
		if c|' ' < 'a' || c|' ' > 'z' {
			return false
		}
	}
	return len(key) <= longest
}

// areChosen says whether the keys of a map without a type are those that somebody chose, and say what their values are.
// The name of a field does not: secretName holds no secret.
func areChosen(steps []step) bool {
	if len(steps) == 0 {
		return false
	}
	switch steps[len(steps)-1].name {
	case "labels", "annotations", "matchLabels", "selector", "nodeSelector", "customRequestHeaders", "customResponseHeaders":
		return true
	}
	return false
}

// isWritten says whether the API server or a controller writes a field of an object that has no type here.
func (r *reader) isWritten(key string) bool {
	if len(r.steps) == 0 {
		return isWrittenField("", key)
	}
	return r.steps[0].name == "metadata" && (len(r.steps) == 1 && isWrittenField("metadata", key) || r.isWithin(1, "ownerReferences") && key == "uid")
}

// isWrittenField says whether nobody but the API server and controllers writes a field: hashes, identifiers, and who has
// written what.
func isWrittenField(parent, key string) bool {
	switch key {
	case "apiVersion", "kind", "status":
		return parent == ""
	case "uid", "resourceVersion", "managedFields", "selfLink":
		return parent == "metadata"
	}
	return false
}

// value judges what has a type.
func (r *reader) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		r.look(literal{value: v.String()})
	case reflect.Pointer:
		if !v.IsNil() {
			r.value(v.Elem())
		}
	case reflect.Interface:
		if !v.IsNil() {
			r.content(v.Interface())
		}
	case reflect.Slice, reflect.Array:
		r.items(v)
	case reflect.Map:
		r.entries(v)
	case reflect.Struct:
		r.structure(v)
	default: // numbers and the like
	}
}

func (r *reader) items(v reflect.Value) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		r.look(literal{value: string(v.Bytes())})
		return
	}
	before := ""
	for i := range v.Len() {
		if item := v.Index(i); item.Kind() == reflect.String {
			r.item(i, before, item.String())
			before = item.String()
			continue
		}
		r.into(step{index: i})
		r.value(v.Index(i))
		r.back()
	}
}

func (r *reader) entries(v reflect.Value) {
	if texts, ok := v.Interface().(map[string]string); ok {
		for key, value := range texts {
			r.entry(key, value)
		}
		return
	}
	for entries := v.MapRange(); entries.Next(); {
		key, value := entries.Key().String(), entries.Value()
		if value.Kind() == reflect.String {
			r.entry(key, value.String())
			continue
		}
		r.into(step{name: key, chosen: true})
		if !r.look(literal{value: key}) {
			r.value(value)
		}
		r.back()
	}
}

func (r *reader) structure(v reflect.Value) {
	s := r.shapeOf(v.Type())
	if s.marshals {
		r.marshalled(v)
		return
	}
	skip := 0
	if s.isPair() {
		if value, has := textOf(v.Field(s.valueAt)); has {
			r.pair(v.Field(s.nameAt).String(), value, r.isWithin(len(r.steps)-2, "env"))
			skip = 2
		}
	}
	for i := range s.fields {
		f := &s.fields[i]
		if skip > 0 && (f.index == s.nameAt || f.index == s.valueAt) {
			continue
		}
		item := v.Field(f.index)
		if item.IsZero() {
			continue
		}
		if f.name == "" {
			r.value(item)
			continue
		}
		r.into(step{name: f.name})
		r.value(item)
		r.back()
	}
}

// textOf is the text of a string or of a pointer to one; false, there is none.
func textOf(v reflect.Value) (string, bool) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "", false
		}
		v = v.Elem()
	}
	return v.String(), v.Len() > 0
}

// marshalled judges what says itself what its JSON is.
func (r *reader) marshalled(v reflect.Value) {
	raw, err := json.Marshal(v.Interface())
	if err != nil {
		return // it is not in the object's JSON either
	}
	var content any
	if json.Unmarshal(raw, &content) == nil {
		r.content(content)
	}
}
