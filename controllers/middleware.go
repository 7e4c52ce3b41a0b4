package controllers

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"
)

// Middleware is Traefik's, as the cache holds it: the operator does not look into a spec but to compare it, and as text
// it takes a quarter of the memory that maps take, and none where another site has the same.
type Middleware struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              jsonText `json:"spec,omitzero"`
}

// jsonText is a value as JSON. It is a struct because the converter takes whatever is a string for text.
type jsonText struct{ Text string }

// MarshalJSON gives the text.
func (t jsonText) MarshalJSON() ([]byte, error) { return []byte(t.Text), nil }

// UnmarshalJSON keeps the text.
func (t *jsonText) UnmarshalJSON(text []byte) error {
	t.Text = string(text)
	return nil
}

// ToUnstructured is how runtime.DefaultUnstructuredConverter asks for the value.
func (t jsonText) ToUnstructured() any {
	var value any
	if err := utiljson.Unmarshal([]byte(t.Text), &value); err != nil {
		return nil // no decoder gives a text that is not JSON
	}
	return value
}

// MiddlewareList is a list of Middlewares.
type MiddlewareList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Middleware `json:"items"`
}

// DeepCopyObject copies a Middleware.
func (m *Middleware) DeepCopyObject() runtime.Object {
	out := m.copied()
	return &out
}

func (m *Middleware) copied() Middleware {
	out := Middleware{TypeMeta: m.TypeMeta, Spec: m.Spec}
	m.DeepCopyInto(&out.ObjectMeta)
	return out
}

// DeepCopyObject copies a list of Middlewares.
func (l *MiddlewareList) DeepCopyObject() runtime.Object {
	out := &MiddlewareList{TypeMeta: l.TypeMeta}
	l.DeepCopyInto(&out.ListMeta)
	for i := range l.Items {
		out.Items = append(out.Items, l.Items[i].copied())
	}
	return out
}

// addMiddleware lets a scheme know Middlewares.
func addMiddleware(scheme *runtime.Scheme) {
	version := schema.GroupVersion{Group: "traefik.io", Version: "v1alpha1"}
	scheme.AddKnownTypes(version, &Middleware{}, &MiddlewareList{})
	metav1.AddToGroupVersion(scheme, version)
}
