package controllers

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Middleware is Traefik's, as the cache holds it: the operator does not look into a spec but to compare it, and as JSON
// it takes a quarter of the memory that maps take.
type Middleware struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              runtime.RawExtension `json:"spec,omitzero"`
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
	out := Middleware{TypeMeta: m.TypeMeta}
	m.DeepCopyInto(&out.ObjectMeta)
	m.Spec.DeepCopyInto(&out.Spec)
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
