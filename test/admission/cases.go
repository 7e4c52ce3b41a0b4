// Package admission is a table of resources, good and bad, of every kind of the group hustings.dev. The same table is
// judged offline, by internal/manifest, and by a real API server, so that the two never drift apart.
package admission

import (
	_ "embed"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"
)

// Case is one resource and what becomes of it when it is created.
type Case struct {
	// Name says what is special about the resource, as a sentence.
	Name string
	// Valid is whether the API server accepts it, with strict field validation.
	Valid bool
	// WantPath is the field that the refusal names; empty where Valid.
	WantPath string
	Object   *unstructured.Unstructured
}

//go:embed cases.yaml
var casesYAML []byte

// Cases reads the table: a valid object of every kind, and what each case changes of it, as a JSON merge patch
// (RFC 7396). Every call returns objects of its own.
func Cases() ([]Case, error) {
	data, err := yaml.YAMLToJSONStrict(casesYAML)
	if err != nil {
		return nil, fmt.Errorf("read cases.yaml: %w", err)
	}
	tree := map[string]any{}
	// This Unmarshal gives int64 for integers, as the API server's does.
	if err := utiljson.Unmarshal(data, &tree); err != nil {
		return nil, fmt.Errorf("read cases.yaml: %w", err)
	}
	bases := map[string]map[string]any{}
	for _, base := range maps(tree["bases"]) {
		bases[text(base, "kind")] = base
	}
	var out []Case
	for _, fields := range maps(tree["cases"]) {
		kind, name, wantPath := text(fields, "kind"), text(fields, "name"), text(fields, "wantPath")
		base, known := bases[kind]
		if !known {
			return nil, fmt.Errorf("case %q: there is no base of kind %q", name, kind)
		}
		patch, _ := fields["patch"].(map[string]any)
		object, _ := merge(base, patch).(map[string]any)
		out = append(out, Case{
			Name: kind + ": " + name, Valid: wantPath == "", WantPath: wantPath,
			Object: &unstructured.Unstructured{Object: object},
		})
	}
	return append(out, longEnv(bases["CampaignSite"])...), nil
}

// longEnv are the cases that are too long for the table: as many variables of the greatest length as there may be, and one more.
func longEnv(base map[string]any) []Case {
	const longest, most = 4096, 65536 / 4096
	var cases []Case
	for _, c := range []struct {
		name, wantPath string
		values         int
	}{{"values of env that are just short enough", "", most}, {"values of env that are too long together", "spec.env", most + 1}} {
		var env []any
		for i := range c.values {
			env = append(env, map[string]any{"name": fmt.Sprintf("V%d", i), "value": strings.Repeat("a", longest)})
		}
		object, _ := merge(base, map[string]any{"spec": map[string]any{"env": env}}).(map[string]any)
		cases = append(cases, Case{
			Name: "CampaignSite: " + c.name, Valid: c.wantPath == "", WantPath: c.wantPath,
			Object: &unstructured.Unstructured{Object: object},
		})
	}
	return cases
}

func maps(list any) []map[string]any {
	items, _ := list.([]any)
	out := make([]map[string]any, 0, len(items))
	for _, item := range items {
		m, _ := item.(map[string]any)
		out = append(out, m)
	}
	return out
}

func text(fields map[string]any, key string) string {
	s, _ := fields[key].(string)
	return s
}

// merge applies a JSON merge patch to a copy.
func merge(base, patch any) any {
	changes, isMap := patch.(map[string]any)
	if !isMap {
		return patch
	}
	out := map[string]any{}
	if old, isMap := runtime.DeepCopyJSONValue(base).(map[string]any); isMap {
		out = old
	}
	for key, value := range changes {
		if value == nil {
			delete(out, key)
			continue
		}
		out[key] = merge(out[key], value)
	}
	return out
}
