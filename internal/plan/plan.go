// Package plan is the only entry to the pure core: one call makes every object of a site and every verdict on them.
// The operator and the command call Build and nothing else, so what CI checks is what the cluster gets.
package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

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
}

// Digest identifies the objects and their order: sha256:<hex>. What JSON does not show of an object, the API server does
// not see either. It is computed at each call; the error is that of an object that cannot be encoded.
func (p Plan) Digest() (string, error) {
	hash := sha256.New()
	encoder := json.NewEncoder(hash)
	for _, o := range p.Objects {
		if err := encoder.Encode(o); err != nil {
			return "", fmt.Errorf("encode %s: %w", object.RefOf(o), err)
		}
	}
	return "sha256:" + hex.EncodeToString(hash.Sum(nil)), nil
}
