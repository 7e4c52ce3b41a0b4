package manifest

import (
	"slices"
	"testing"

	schemacel "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"

	"github.com/hustings/hustings/test/admission"
)

// TestRulesSayWhatTheAPIServersDo changes every value of every valid object of the admission table, and compares the rules part
// by part, when they judge an object for the first time and once more, with those of the API server, which are one.
func TestRulesSayWhatTheAPIServersDo(t *testing.T) {
	schemas := ownSchemas(t)
	cases, err := admission.Cases()
	if err != nil {
		t.Fatal(err)
	}
	kept, broken := 0, 0
	whole := map[string]*schemacel.Validator{}
	for _, test := range cases {
		object := test.Object.Object
		d := Document{Object: object}
		c, err := schemas.of(&d).compile()
		if err != nil {
			t.Fatal(err)
		}
		kind := d.Kind()
		if whole[kind] == nil {
			whole[kind] = schemacel.NewValidator(c.structural, true, celconfig.PerCallLimit)
		}
		changed(object, func(path string) {
			if slices.ContainsFunc(validation.ValidateCustomResource(nil, object, c.values), isBlocking) {
				return
			}
			want, wantLeft := whole[kind].Validate(t.Context(), nil, nil, object, nil, celconfig.RuntimeCELCostBudget)
			if len(want) == 0 {
				kept++
			} else {
				broken++
			}
			for range 2 {
				got, left := c.rules.validate(t.Context(), nil, object, celconfig.RuntimeCELCostBudget)
				if !slices.Equal(texts(got), texts(want)) || left != wantLeft {
					t.Errorf("%s, %s changed: %v and %d left, want %v and %d", test.Name, path, got, left, want, wantLeft)
				}
			}
		})
	}
	if kept < 1000 || broken < 1000 {
		t.Errorf("%d kept the rules and %d broke one: these are too few to prove anything", kept, broken)
	}
}

// TestRulesThatCostTooMuchAreAnError: also for a text that was judged before.
func TestRulesThatCostTooMuchAreAnError(t *testing.T) {
	schemas := ownSchemas(t)
	site := map[string]any{"apiVersion": "hustings.dev/v1alpha1", "kind": "CampaignSite", "spec": map[string]any{"image": "registry.example.org/a/b:1"}}
	d := Document{Object: site}
	c, err := schemas.of(&d).compile()
	if err != nil {
		t.Fatal(err)
	}
	if errs, left := c.rules.validate(t.Context(), nil, site, celconfig.RuntimeCELCostBudget); len(errs) > 0 || left == celconfig.RuntimeCELCostBudget {
		t.Fatalf("%v, %d left", errs, left)
	}
	if errs, left := c.rules.validate(t.Context(), nil, site, 1); len(errs) == 0 || left >= 0 {
		t.Errorf("with too small a budget: %v, %d left", errs, left)
	}
}

func texts(errs field.ErrorList) []string {
	var out []string
	for _, err := range errs {
		out = append(out, err.Error())
	}
	slices.Sort(out)
	return out
}
