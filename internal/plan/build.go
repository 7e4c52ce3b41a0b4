package plan

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/edge"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/intent"
	"github.com/hustings/hustings/internal/render"
)

// Build makes the plan of a site from what the user wrote and what is known of the world. It changes neither, asks
// nobody, and gives the same plan for the same input, always.
func Build(site *hustingsv1alpha1.CampaignSite, snapshot facts.Snapshot) Plan {
	resolved, errs := intent.Resolve(site, snapshot)
	if len(errs) > 0 {
		return Plan{Errors: errs}
	}
	driver, err := edge.For(resolved.Edge.Driver)
	if err != nil {
		at := field.NewPath("siteclass").Key(resolved.Class).Child("spec", "edge", "driver")
		return Plan{Errors: field.ErrorList{field.Invalid(at, resolved.Edge.Driver, err.Error())}}
	}
	protections, enforcement := driver.Render(resolved)
	objects := append(render.Objects(resolved, driver.ServiceAnnotations()), protections...)
	return Plan{
		Site:        resolved,
		Objects:     objects,
		Enforcement: enforcement,
		Verdicts: compliance.Evaluate(compliance.Input{
			Phase: compliance.Planned, Site: site, Facts: snapshot, Objects: objects, Enforcement: enforcement,
		}),
	}
}

// OwnedKinds are the kinds of every object that a plan may hold, in the order in which they are written. It feeds
// watches, prune and the test of the operator's permissions.
func OwnedKinds() []schema.GroupVersionKind {
	return append(render.OwnedKinds(), edge.OwnedKinds()...)
}
