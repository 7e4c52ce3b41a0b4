package manifest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	schemaobjectmeta "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// Admit does with a document what the API server does with a request to create it, strictly: unknown fields are
// errors. It changes d.Object to what the server would store, but for metadata that the server fills in. A
// CampaignSite without a namespace gets the namespace default, as kubectl without a context gives it.
//
// The order of the steps is that of k8s.io/apiextensions-apiserver's decoder and create strategy.
func (s *Schemas) Admit(ctx context.Context, d *Document) []Problem {
	_, problems := s.admit(ctx, d)
	return problems
}

func (s *Schemas) admit(ctx context.Context, d *Document) (*metav1.ObjectMeta, []Problem) {
	def := s.of(d)
	if def == nil {
		return nil, []Problem{d.Problem("kind", fmt.Sprintf("there is no kind %s in %s; the kinds are %s", Shown(d.Kind()), Shown(d.APIVersion()), s.known()))}
	}
	c, err := def.compile()
	if err != nil {
		return nil, []Problem{d.Problem("kind", "the schema of the kind cannot be used: "+err.Error())}
	}
	meta, unknown, problems := decodeMeta(d)
	if len(problems) > 0 {
		return nil, problems
	}
	accepted := c.accepts(d.Object)
	if !accepted {
		unknown = append(unknown, pruning.PruneWithOptions(d.Object, c.structural, true, structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})...)
		defaulting.PruneNonNullableNullsWithoutDefaults(d.Object, c.structural)
		defaulting.Default(d.Object, c.structural)
	}
	for _, path := range unknown {
		problems = append(problems, d.Problem(path, "unknown field"))
	}
	if def.hasStatus {
		delete(d.Object, "status") // creating an object never sets it
	}
	def.setNamespace(meta)
	errs := apivalidation.ValidateObjectMeta(meta, def.namespaced, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
	if !accepted {
		errs = append(errs, validation.ValidateCustomResource(nil, d.Object, c.values)...)
		errs = append(errs, listtype.ValidateListSetsAndMaps(nil, c.structural, d.Object)...)
	}
	for _, err := range onePerWrongType(c.judge(ctx, d.Object, errs)) {
		problems = append(problems, d.Problem(err.Field, describe(err)))
	}
	return meta, problems
}

// decodeMeta reads the metadata, and the paths in it that are unknown.
func decodeMeta(d *Document) (*metav1.ObjectMeta, []string, []Problem) {
	meta, found, unknown, err := schemaobjectmeta.GetObjectMetaWithOptions(d.Object, schemaobjectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return nil, nil, metaProblems(d, err)
	}
	if !found {
		meta = &metav1.ObjectMeta{}
	}
	return meta, unknown, nil
}

// metaProblems names the labels and annotations that are not text, the commonest reason why metadata cannot be read.
func metaProblems(d *Document, err error) []Problem {
	var out []Problem
	metadata, _ := d.Object["metadata"].(map[string]any)
	for _, name := range []string{"labels", "annotations"} {
		members, _ := metadata[name].(map[string]any)
		for key, value := range members {
			if _, isText := value.(string); !isText && value != nil {
				out = append(out, d.Problem("metadata."+name+"["+key+"]", "must be text: put the value in quotes"))
			}
		}
	}
	if len(out) == 0 {
		out = append(out, d.Problem("metadata", "cannot be read: "+why(err)))
	}
	slices.SortFunc(out, Problem.Compare)
	return out
}

func (def *definition) setNamespace(meta *metav1.ObjectMeta) {
	switch {
	case !def.namespaced:
		meta.Namespace = metav1.NamespaceNone
	case meta.Namespace == metav1.NamespaceNone:
		meta.Namespace = metav1.NamespaceDefault
	}
}

// judge adds to what is wrong with the values of an object what is wrong with the objects within it, and what its rules say.
func (c *compiled) judge(ctx context.Context, object map[string]any, errs field.ErrorList) field.ErrorList {
	if c.embeds {
		errs = append(errs, schemaobjectmeta.Validate(ctx, nil, object, c.structural, false)...)
	}
	if slices.ContainsFunc(errs, isBlocking) {
		return errs
	}
	broken, _ := c.rules.validate(ctx, nil, object, celconfig.RuntimeCELCostBudget)
	return append(errs, broken...)
}

// isBlocking says whether an error keeps the API server from running the rules, which assume a well-formed object.
func isBlocking(err *field.Error) bool {
	switch err.Type {
	case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
		return true
	default:
		return false
	}
}

// describe is an error as the API server words it, with the value only where that is public.
func describe(err *field.Error) string {
	text := err.Type.String()
	value, isText := err.BadValue.(string)
	isShown := isText && (shows(err.Field, value) || isLabelKey(err) && Shown(value) == value)
	if isShown && err.Type != field.ErrorTypeTypeInvalid {
		text += fmt.Sprintf(" %q", value)
	}
	if detail := strings.TrimPrefix(err.Detail, err.Field+" in body "); detail != "" {
		if isText && !isShown && !isTypeName(value) { // what is no time is told with its text
			detail = strings.TrimSuffix(detail, fmt.Sprintf(": %q", value))
		}
		text += ": " + detail
	}
	return text + templateHint(isText && strings.Contains(value, "{{"))
}

// isLabelKey says whether an error is about the key of a label, which has the path of that about a value.
func isLabelKey(err *field.Error) bool {
	return err.Field == "metadata.labels" && (strings.HasPrefix(err.Detail, "name part ") || strings.HasPrefix(err.Detail, "prefix part "))
}

// isTypeName says whether a text is what the schema's validator calls the type of a value.
func isTypeName(text string) bool {
	switch text {
	case "string", "number", "integer", "boolean", "object", "array", "null", "int32", "int64", "float64":
		return true
	}
	return false
}

// why is an error of decoding without the text that it could not read as a time.
func why(err error) string {
	text := strings.TrimPrefix(err.Error(), "json: ")
	if before, _, isTime := strings.Cut(text, "parsing time "); isTime {
		return before + "a time must be such as 2027-05-06T07:00:00Z"
	}
	return text
}
