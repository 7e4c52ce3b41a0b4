package admission_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsinternal "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	crdvalidation "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"sigs.k8s.io/yaml"

	"github.com/hustings/hustings/config/crd"
	"github.com/hustings/hustings/internal/manifest"
	"github.com/hustings/hustings/test/admission"
)

func bases(t *testing.T) [][]byte {
	t.Helper()
	out, err := crd.Bases()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestOfflineVerdictsAreThoseOfTheTable(t *testing.T) {
	schemas, err := manifest.NewSchemas(bases(t))
	if err != nil {
		t.Fatal(err)
	}
	cases, err := admission.Cases()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, c := range cases {
		kinds[c.Object.GetKind()]++
		t.Run(c.Name, func(t *testing.T) {
			data, err := yaml.Marshal(c.Object.Object)
			if err != nil {
				t.Fatal(err)
			}
			documents, problems := manifest.Parse("case.yaml", data)
			if len(problems) > 0 || len(documents) != 1 {
				t.Fatalf("parse: %v", problems)
			}
			if diff := cmp.Diff(c.Object.Object, documents[0].Object); diff != "" {
				t.Fatalf("the object changed on its way through YAML:\n%s", diff)
			}
			problems = schemas.Admit(t.Context(), &documents[0])
			paths := make([]string, 0, len(problems))
			for _, p := range problems {
				paths = append(paths, p.Path)
				if p.Line == 0 || p.Column == 0 {
					t.Errorf("no position: %v", p)
				}
			}
			if c.Valid != (len(problems) == 0) || !c.Valid && !slices.Contains(paths, c.WantPath) {
				t.Errorf("want valid %v, path %q; got %v", c.Valid, c.WantPath, problems)
			}
		})
	}
	if len(cases) < 60 || len(kinds) != 5 {
		t.Errorf("%d cases of the kinds %v", len(cases), kinds)
	}
}

// The API server refuses a definition whose rules do not compile, or could cost too much.
func TestEveryDefinitionIsAcceptedByTheAPIServer(t *testing.T) {
	for _, data := range bases(t) {
		var crd apiextensionsv1.CustomResourceDefinition
		if err := yaml.UnmarshalStrict(data, &crd); err != nil {
			t.Fatal(err)
		}
		t.Run(crd.Name, func(t *testing.T) {
			apiextensionsv1.SetDefaults_CustomResourceDefinition(&crd)
			apiextensionsv1.SetDefaults_CustomResourceDefinitionSpec(&crd.Spec)
			var in apiextensionsinternal.CustomResourceDefinition
			if err := apiextensionsv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(&crd, &in, nil); err != nil {
				t.Fatal(err)
			}
			in.Status.StoredVersions = []string{"v1alpha1"}
			for _, err := range crdvalidation.ValidateCustomResourceDefinition(t.Context(), &in) {
				t.Error(err)
			}
		})
	}
}
