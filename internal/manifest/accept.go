package manifest

import (
	"math"
	"reflect"
	"regexp"
	"slices"
	"unicode/utf8"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
)

// acceptor says whether a value surely fits a schema. It never says so of one that does not: false means that the API
// server's own validator must look, which finds words for what is wrong, and takes ten times as long.
type acceptor func(value any) bool

// refer leaves a value to the API server's validator.
func refer(any) bool { return false }

// acceptorOf compiles a schema. What it does not know it leaves to the API server's validator.
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
	}
	return refer
}

func acceptObject(s *structuralschema.Structural, v *structuralschema.ValueValidation) acceptor {
	if len(v.Enum) > 0 || s.XPreserveUnknownFields {
		return refer
	}
	member := acceptMember(s)
	least, most := bounds(v.MinProperties, v.MaxProperties)
	return func(value any) bool {
		members, ok := value.(map[string]any)
		if !ok || len(members) < least || len(members) > most {
			return false
		}
		for _, name := range v.Required {
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
	other := acceptor(func(any) bool { return true }) // an object whose fields nobody names, such as metadata
	switch more := s.AdditionalProperties; {
	case more != nil && more.Structural != nil:
		other = acceptorOf(more.Structural)
	case len(known) > 0 || more != nil:
		other = refer
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
	least, most := bounds(v.MinItems, v.MaxItems)
	return func(value any) bool {
		items, ok := value.([]any)
		return ok && len(items) >= least && len(items) <= most &&
			!slices.ContainsFunc(items, func(value any) bool { return !item(value) })
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
