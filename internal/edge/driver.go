// Package edge programs edges. A driver turns a resolved site into the objects of one kind of edge and says, row by
// row, what that edge really does of what was asked. Intent is vendor-neutral: numbers, enums and parsed names; no text
// that a user wrote reaches an annotation, a snippet or a match expression.
//
// A new edge is one folder with a Driver, and one line in drivers.
package edge

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/schema"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/edge/traefik"
	"github.com/hustings/hustings/internal/intent"
	"github.com/hustings/hustings/internal/object"
)

// Driver programs one kind of edge. Its methods are pure.
type Driver interface {
	// Render makes the protections first and the routes last, and one row for every feature asked for. A site without
	// hosts or without a certificate has no route.
	Render(s intent.Site) ([]object.Object, []hustingsv1alpha1.EdgeEnforcement)
	// ServiceAnnotations are what the edge must read off the site's Service.
	ServiceAnnotations() map[string]string
	// Kinds are those of the objects that Render makes, in the order in which they are written.
	Kinds() []schema.GroupVersionKind
	// OptionalKinds are those of Kinds that a cluster may lack.
	OptionalKinds() []schema.GroupVersionKind
}

// drivers are all drivers there are.
func drivers() map[hustingsv1alpha1.EdgeDriver]Driver {
	return map[hustingsv1alpha1.EdgeDriver]Driver{
		hustingsv1alpha1.DriverTraefik: traefik.Driver{},
	}
}

// For finds the driver of that name. The error says that there is none.
func For(name hustingsv1alpha1.EdgeDriver) (Driver, error) {
	driver, ok := drivers()[name]
	if !ok {
		return nil, fmt.Errorf("there is no edge driver %q; this version has Traefik", name)
	}
	return driver, nil
}

// RequiredKinds are the kinds that a cluster may lack and without which the driver of that name can do nothing.
func RequiredKinds(name hustingsv1alpha1.EdgeDriver) []schema.GroupVersionKind {
	driver, err := For(name)
	if err != nil {
		return nil
	}
	return driver.OptionalKinds()
}

// OwnedKinds are the kinds of all drivers' objects, in the order in which they are written.
func OwnedKinds() []schema.GroupVersionKind {
	return traefik.Driver{}.Kinds()
}
