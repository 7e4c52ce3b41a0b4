package manifest

import (
	"maps"
	"math"
	"reflect"
	"regexp"
	"slices"
	"unicode/utf8"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
)

// acceptor says whether a value surely is as the API server would keep it: it fits its schema, has no field that is
// unknown, null or to be filled in, and no list that names a thing twice. It never says so of one that is not: false means
// that the API server's own code must look, which finds words for what is wrong, and takes ten times as long.
type acceptor func(value any) bool

// refer leaves a value to the API server's code.
func refer(any) bool { return false }

// acceptorOfResource compiles the schema of a resource. Its metadata is judged elsewhere, and it comes without the status,
// where that is a subresource.
func acceptorOfResource(s *structuralschema.Structural, hasStatus bool) acceptor {
	resource := *s
	resource.Properties = maps.Clone(s.Properties)
	resource.Properties["metadata"] = structuralschema.Structural{Generic: structuralschema.Generic{Type: anyObject}}
	if hasStatus {
		delete(resource.Properties, "status")
	}
	return acceptorOf(&resource)
}

// anyObject is a type that no schema has: an object, whatever is in it.
const anyObject = "any object"

func acceptAnyObject(value any) bool {
	_, ok := value.(map[string]any)
	return ok
}

// acceptorOf compiles a schema. What it does not know it leaves to the API server's code.
func acceptorOf(s *structuralschema.Structural) acceptor {
	v := s.ValueValidation
	if v == nil {
		v = &structuralschema.ValueValidation{}
	}
	if isIntOrString(s, v) {
		return acceptIntOrString(v)
	}
	if len(v.AllOf)+len(v.AnyOf)+len(v.OneOf) > 0 || v.Not != nil || v.UniqueItems || v.MultipleOf != nil || s.XEmbeddedResource {
		return refer
	}
	switch s.Type {
	case "object":
		return acceptObject(s, v)
	case "array":
		return acceptArray(s, v)
	case "string":
		return acceptString(v)
	case "integer":
		return acceptInteger(v)
	case "boolean":
		return acceptBoolean(v)
	case anyObject:
		return acceptAnyObject
	}
	return refer
}

func acceptObject(s *structuralschema.Structural, v *structuralschema.ValueValidation) acceptor {
	if len(v.Enum) > 0 || s.XPreserveUnknownFields {
		return refer
	}
	member := acceptMember(s)
	least, most := bounds(v.MinProperties, v.MaxProperties)
	needed := slices.Clone(v.Required)
	for name := range s.Properties {
		if s.Properties[name].Default.Object != nil {
			needed = append(needed, name) // it would be filled in
		}
	}
	return func(value any) bool {
		members, ok := value.(map[string]any)
		if !ok || len(members) < least || len(members) > most {
			return false
		}
		for _, name := range needed {
			if _, has := members[name]; !has {
				return false
			}
		}
		for name, value := range members {
			if !member(name)(value) {
				return false
			}
		}
		return true
	}
}

// acceptMember gives the acceptor of a member of an object by its name.
func acceptMember(s *structuralschema.Structural) func(name string) acceptor {
	known := make(map[string]acceptor, len(s.Properties))
	for name := range s.Properties {
		known[name] = acceptorOf(new(s.Properties[name]))
	}
	other := acceptor(refer)
	if more := s.AdditionalProperties; more != nil && more.Structural != nil {
		other = acceptorOf(more.Structural)
	}
	return func(name string) acceptor {
		if accepts, has := known[name]; has {
			return accepts
		}
		return other
	}
}

func acceptArray(s *structuralschema.Structural, v *structuralschema.ValueValidation) acceptor {
	if s.Items == nil || len(v.Enum) > 0 {
		return refer
	}
	item := acceptorOf(s.Items)
	same := sameItem(s)
	least, most := bounds(v.MinItems, v.MaxItems)
	if same != nil {
		most = min(most, mostCompared)
	}
	return func(value any) bool {
		items, ok := value.([]any)
		if !ok || len(items) < least || len(items) > most {
			return false
		}
		for i, it := range items {
			if !item(it) || same != nil && slices.ContainsFunc(items[:i], func(earlier any) bool { return same(earlier, it) }) {
				return false
			}
		}
		return true
	}
}

// mostCompared is how many items a list may have whose items are compared with each other.
const mostCompared = 128

// sameItem says of two items of a list that fit their schema whether they have the same key; nil, any items may be in it.
func sameItem(s *structuralschema.Structural) func(x, y any) bool {
	if s.XListType == nil || *s.XListType == "atomic" {
		return nil
	}
	isScalar := func(s structuralschema.Structural) bool {
		return s.Type == "string" || s.Type == "integer" || s.Type == "boolean"
	}
	unknown := func(any, any) bool { return true }
	if *s.XListType == "set" {
		if !isScalar(*s.Items) {
			return unknown
		}
		return func(x, y any) bool { return x == y }
	}
	for _, key := range s.XListMapKeys {
		if !isScalar(s.Items.Properties[key]) {
			return unknown
		}
	}
	return func(x, y any) bool {
		one, _ := x.(map[string]any)
		other, _ := y.(map[string]any)
		return !slices.ContainsFunc(s.XListMapKeys, func(key string) bool { return one[key] != other[key] })
	}
}

func acceptString(v *structuralschema.ValueValidation) acceptor {
	if v.Format != "" {
		return refer
	}
	var pattern *regexp.Regexp
	if v.Pattern != "" {
		var err error
		if pattern, err = regexp.Compile(v.Pattern); err != nil {
			return refer
		}
	}
	least, most := bounds(v.MinLength, v.MaxLength)
	return func(value any) bool {
		text, ok := value.(string)
		if !ok || len(v.Enum) > 0 && !slices.ContainsFunc(v.Enum, func(e structuralschema.JSON) bool { return e.Object == text }) {
			return false
		}
		if length := utf8.RuneCountInString(text); length < least || length > most {
			return false
		}
		return pattern == nil || pattern.MatchString(text)
	}
}

func acceptInteger(v *structuralschema.ValueValidation) acceptor {
	least, most := int64(math.MinInt64), int64(math.MaxInt64)
	switch v.Format {
	case "", "int64":
	case "int32":
		least, most = math.MinInt32, math.MaxInt32
	default:
		return refer
	}
	if len(v.Enum) > 0 {
		return refer
	}
	return func(value any) bool {
		n, ok := value.(int64)
		switch {
		case !ok, n < least, n > most:
			return false
		case v.Minimum != nil && (float64(n) < *v.Minimum || v.ExclusiveMinimum && float64(n) == *v.Minimum):
			return false
		case v.Maximum != nil && (float64(n) > *v.Maximum || v.ExclusiveMaximum && float64(n) == *v.Maximum):
			return false
		}
		return true
	}
}

// isIntOrString says whether a schema is that of a quantity as controller-gen writes it: a number, or text of a pattern.
func isIntOrString(s *structuralschema.Structural, v *structuralschema.ValueValidation) bool {
	plain := structuralschema.ValueValidation{
		AnyOf: []structuralschema.NestedValueValidation{
			{ForbiddenGenerics: structuralschema.Generic{Type: "integer"}}, {ForbiddenGenerics: structuralschema.Generic{Type: "string"}},
		},
		Pattern: v.Pattern,
	}
	return s.XIntOrString && s.Type == "" && reflect.DeepEqual(v, &plain)
}

func acceptIntOrString(v *structuralschema.ValueValidation) acceptor {
	text := acceptString(v)
	return func(value any) bool {
		_, isNumber := value.(int64)
		return isNumber || text(value)
	}
}

func acceptBoolean(v *structuralschema.ValueValidation) acceptor {
	if len(v.Enum) > 0 {
		return refer
	}
	return func(value any) bool {
		_, ok := value.(bool)
		return ok
	}
}

// bounds of a length; none, every length will do.
func bounds(least, most *int64) (int, int) {
	from, to := 0, math.MaxInt
	if least != nil {
		from = int(*least)
	}
	if most != nil {
		to = int(*most)
	}
	return from, to
}
