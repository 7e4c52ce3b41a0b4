// Package object says what an object is to the pure core: anything that has Kubernetes metadata and a kind. It is the
// method set of controller-runtime's client.Object, which the core does not import.
package object

import (
	"cmp"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Object is a Kubernetes object with its type set.
type Object interface {
	metav1.Object
	runtime.Object
}

// Ref names an object; it is comparable.
type Ref struct {
	APIVersion, Kind, Namespace, Name string
}

// RefOf names o.
func RefOf(o Object) Ref {
	apiVersion, kind := o.GetObjectKind().GroupVersionKind().ToAPIVersionAndKind()
	return Ref{APIVersion: apiVersion, Kind: kind, Namespace: o.GetNamespace(), Name: o.GetName()}
}

// String is the kind and name, as people read it: Deployment/vote-alice.
func (r Ref) String() string { return r.Kind + "/" + r.Name }

// Compare orders references by kind, namespace and name.
func (r Ref) Compare(s Ref) int {
	return cmp.Or(cmp.Compare(r.APIVersion, s.APIVersion), cmp.Compare(r.Kind, s.Kind),
		cmp.Compare(r.Namespace, s.Namespace), cmp.Compare(r.Name, s.Name))
}
