package manifest

import (
	"context"
	"maps"
	"slices"
	"sync"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	schemacel "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// rules are the rules (x-kubernetes-validations) of a schema and of all within it. Each part's are compiled by the API
// server's own code when a value has that part for the first time: to compile all of a site's takes as long as to judge
// a hundred sites, and few have all parts.
type rules struct {
	// whole judges a value with all that is in it; nil, there are rules only within it.
	whole func() *schemacel.Validator
	// kept are the values that the rules let pass, by their keys, and what each cost: the sites of a fleet say much the same.
	kept *sync.Map
	// members of an object that have rules, by name, and their names in order.
	members map[string]*rules
	names   []string
	// items of a list; nil, they have no rules.
	items *rules
}

// rulesOf gives the rules of a schema; nil, there are none. isRoot is that of an object with metadata.
func rulesOf(s *structuralschema.Structural, isRoot bool) *rules {
	isOpen := s.AdditionalProperties != nil && s.AdditionalProperties.Structural != nil
	isComposed := s.ValueValidation != nil && len(s.ValueValidation.AllOf) > 0
	if len(s.XValidations) > 0 || isOpen || isComposed {
		compile := func() *schemacel.Validator { return schemacel.NewValidator(s, isRoot, celconfig.PerCallLimit) }
		return &rules{whole: sync.OnceValue(compile), kept: &sync.Map{}}
	}
	r := &rules{members: map[string]*rules{}}
	for name, member := range s.Properties {
		if within := rulesOf(&member, member.XEmbeddedResource); within != nil {
			r.members[name] = within
		}
	}
	r.names = slices.Sorted(maps.Keys(r.members))
	if s.Items != nil {
		r.items = rulesOf(s.Items, s.Items.XEmbeddedResource)
	}
	if len(r.members) == 0 && r.items == nil {
		return nil
	}
	return r
}

// validate judges a value that fits its schema, and says what is left of a budget of cost; below 0, it was not enough.
func (r *rules) validate(ctx context.Context, path *field.Path, value any, budget int64) (field.ErrorList, int64) {
	if r == nil {
		return nil, budget
	}
	if r.whole != nil {
		return r.judge(ctx, path, value, budget)
	}
	var errs, some field.ErrorList
	switch value := value.(type) {
	case map[string]any:
		for _, name := range r.names {
			if member, has := value[name]; has && budget >= 0 {
				some, budget = r.members[name].validate(ctx, path.Child(name), member, budget)
				errs = append(errs, some...)
			}
		}
	case []any:
		for i, item := range value {
			if budget >= 0 {
				some, budget = r.items.validate(ctx, path.Index(i), item, budget)
				errs = append(errs, some...)
			}
		}
	}
	return errs, budget
}

// judge applies the rules of a value itself.
func (r *rules) judge(ctx context.Context, path *field.Path, value any, budget int64) (field.ErrorList, int64) {
	key, isShort := spellingOf(value)
	if isShort {
		known, _ := r.kept.Load(key)
		if cost, is := known.(int64); is && cost <= budget {
			return nil, budget - cost
		}
	}
	errs, left := r.whole().Validate(ctx, path, nil, value, nil, budget)
	if isShort && len(errs) == 0 {
		r.kept.Store(key, budget-left)
	}
	return errs, left
}
