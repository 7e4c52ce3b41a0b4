package manifest

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"sigs.k8s.io/yaml"
)

// Schemas are the schemas and rules of the kinds that are judged. Each is compiled when it is first needed, and once.
type Schemas struct {
	kinds map[string]*definition
}

// definition is one served version of one CustomResourceDefinition.
type definition struct {
	apiVersion string
	namespaced bool
	hasStatus  bool
	compile    func() (*compiled, error)
}

// compiled is what the API server makes of a definition.
type compiled struct {
	structural *structuralschema.Structural
	values     validation.SchemaValidator
	// accepts spares objects the work where there is nothing to find.
	accepts acceptor
	// rules are nil where the definition has none.
	rules *rules
	// embeds is whether the schema has objects within the object, whose metadata is judged as well.
	embeds bool
}

// NewSchemas reads CustomResourceDefinitions.
func NewSchemas(definitions [][]byte) (*Schemas, error) {
	s := &Schemas{kinds: map[string]*definition{}}
	for _, data := range definitions {
		var crd apiextensionsv1.CustomResourceDefinition
		if err := yaml.UnmarshalStrict(data, &crd); err != nil {
			return nil, fmt.Errorf("read a CustomResourceDefinition: %w", err)
		}
		for i := range crd.Spec.Versions {
			version := &crd.Spec.Versions[i]
			if !version.Served {
				continue
			}
			apiVersion := crd.Spec.Group + "/" + version.Name
			s.kinds[typeKey(apiVersion, crd.Spec.Names.Kind)] = &definition{
				apiVersion: apiVersion,
				namespaced: crd.Spec.Scope == apiextensionsv1.NamespaceScoped,
				hasStatus:  hasStatus(version),
				compile:    sync.OnceValues(func() (*compiled, error) { return compileVersion(version) }),
			}
		}
	}
	return s, nil
}

func compileVersion(version *apiextensionsv1.CustomResourceDefinitionVersion) (*compiled, error) {
	var in apiextensions.JSONSchemaProps
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(version.Schema.OpenAPIV3Schema, &in, nil); err != nil {
		return nil, fmt.Errorf("convert the schema: %w", err)
	}
	structural, err := structuralschema.NewStructural(&in)
	if err != nil {
		return nil, fmt.Errorf("make the schema structural: %w", err)
	}
	values, _, err := validation.NewSchemaValidator(&in)
	if err != nil {
		return nil, fmt.Errorf("make the schema's validator: %w", err)
	}
	return &compiled{
		structural: structural,
		embeds:     embeds(structural),
		values:     values,
		accepts:    acceptorOfResource(structural, hasStatus(version)),
		rules:      rulesOf(structural, true),
	}, nil
}

func hasStatus(version *apiextensionsv1.CustomResourceDefinitionVersion) bool {
	return version.Subresources != nil && version.Subresources.Status != nil
}

// embeds says whether a schema has x-kubernetes-embedded-resource anywhere.
func embeds(s *structuralschema.Structural) bool {
	found := false
	visitor := structuralschema.Visitor{Structural: func(s *structuralschema.Structural) bool {
		found = found || s.XEmbeddedResource
		return false
	}}
	visitor.Visit(s)
	return found
}

func typeKey(apiVersion, kind string) string { return apiVersion + " " + kind }

// of is the definition of a document's kind; nil, there is none.
func (s *Schemas) of(d *Document) *definition { return s.kinds[typeKey(d.APIVersion(), d.Kind())] }

// known lists the kinds, for messages.
func (s *Schemas) known() string {
	out := make([]string, 0, len(s.kinds))
	for key, def := range s.kinds {
		out = append(out, strings.TrimPrefix(key, def.apiVersion+" ")+" ("+def.apiVersion+")")
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}
