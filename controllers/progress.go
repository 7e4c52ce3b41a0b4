package controllers

import (
	"time"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/apply"
	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/object"
	"github.com/hustings/hustings/internal/plan"
)

// progress is how far one reconcile came. Steps record in it what they saw; only status.go turns it into conditions.
type progress struct {
	site  *hustingsv1alpha1.CampaignSite
	facts facts.Snapshot
	plan  plan.Plan
	// live are the site's objects as they are; nil where they could not be read.
	live  []object.Object
	drift []apply.Drift
	// beside are NetworkPolicies that are not the site's and may select its pods.
	beside []object.Object
	// contents hold what applying looked at.
	contents *object.Contents
	// applied is the digest of the plan and the spec that it was made of, once every object is as planned.
	applied hustingsv1alpha1.PlanStatus
	// before is the site as it was applied before, where the plan is not applied; nil, nothing was, or it is not known.
	before *progress
	// isStanding: what was applied before was looked at and is kept as it is.
	isStanding bool
	// isRefused: the plan fails a blocking control and the class enforces.
	isRefused bool
	// verdicts are those shown: of the live objects, or of the plan where that is refused.
	verdicts []compliance.Verdict
	// isLetIn: nothing keeps the plan from being applied.
	isLetIn bool
	// isImageKnown: what is known of the images was gathered.
	isImageKnown bool
	// runningVerdict is the verdict on the image that runs.
	runningVerdict hustingsv1alpha1.ScanVerdict
	// trouble is why pods of the site do not run, in words; "", they do.
	trouble string
	// leaks are what was last seen of the site's pages.
	leaks hustingsv1alpha1.LeakStatus
	// again is when to look again, whatever else happens; zero, when something changes.
	again time.Duration
	// obstacle is why a step could not go on; nil, all went well.
	obstacle *obstacle
}

// isPlanned says whether there is a plan.
func (p *progress) isPlanned() bool { return len(p.plan.Objects) > 0 }

// soonest says when to look again at the latest, whatever else happens.
func (p *progress) soonest(pause time.Duration) {
	if p.again == 0 || pause < p.again {
		p.again = pause
	}
}
