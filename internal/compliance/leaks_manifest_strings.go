package compliance

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
)

// specStrings are every string of a spec but its variables and arguments, which are judged with their names, and its
// image, which is a digest. The field a string is in says nothing of it: secretName holds no secret.
func specStrings(spec hustingsv1alpha1.CampaignSiteSpec) []literal {
	spec.Env, spec.Args, spec.Image = nil, nil, ""
	raw, err := json.Marshal(spec)
	if err != nil {
		return nil // what came from JSON goes there
	}
	var fields any
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil
	}
	return stringsIn(fields, "spec", func(path string) Finding { return Finding{Path: path, Cause: path} })
}

// objectStrings are the labels of an object, and of one that has no type here everything in its spec.
func objectStrings(c child[object.Object]) []literal {
	at := func(path string) Finding { return Finding{Object: c.ref, Path: path} }
	var out []literal
	for _, key := range slices.Sorted(maps.Keys(c.obj.GetLabels())) {
		out = append(out, literal{key, c.obj.GetLabels()[key], false, at("metadata.labels[" + key + "]")})
	}
	if u, ok := c.obj.(*unstructured.Unstructured); ok {
		out = append(out, stringsIn(u.Object["spec"], "spec", at)...)
	}
	return out
}

// stringsIn are the strings in a value and what it holds, in a stable order.
func stringsIn(value any, path string, at func(string) Finding) []literal {
	switch v := value.(type) {
	case string:
		return []literal{{"", v, false, at(path)}}
	case []any:
		var out []literal
		for i, item := range v {
			out = append(out, stringsIn(item, fmt.Sprintf("%s[%d]", path, i), at)...)
		}
		return out
	case map[string]any:
		var out []literal
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, stringsIn(v[key], path+"."+key, at)...)
		}
		return out
	}
	return nil
}
