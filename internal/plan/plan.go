// Package plan is the only entry to the pure core: one call makes every object of a site and every verdict on them.
// The operator and the command call Build and nothing else, so what CI checks is what the cluster gets.
package plan

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/intent"
	"github.com/hustings/hustings/internal/object"
)

// Plan is all that is to be for one site.
type Plan struct {
	// Site is the resolved site; zero where Errors is not empty.
	Site intent.Site
	// Objects are the children in the order in which they are written; removal goes the other way round.
	Objects []object.Object
	// Enforcement is what the edge does of what was asked, one row a feature.
	Enforcement []hustingsv1alpha1.EdgeEnforcement
	// Verdicts are the controls' outcomes on Objects, in the order of the catalogue; nil where Errors is not empty.
	Verdicts []compliance.Verdict
	// Errors are what in the spec or the class cannot be resolved, with full paths.
	Errors field.ErrorList
	// Digest identifies Objects: sha256:<hex>.
	Digest string
}
