package controllers

import (
	"context"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/object"
	"github.com/hustings/hustings/internal/render"
)

// The bounds of the API.
const (
	maxMessage  = 1024
	maxFinding  = 512
	maxObject   = 320
	maxFindings = 5
)

// writeStatus writes the status where it differs, and then records what changed as events. Of two operators that hold
// different views, the one with the older view of the site fails.
func (r *CampaignSiteReconciler) writeStatus(ctx context.Context, p *progress) error {
	after := statusOf(p)
	if equality.Semantic.DeepEqual(p.site.Status, after) {
		return nil
	}
	// Put in place whole: a patch would have the API server encode and read the site twice more.
	site := p.site.DeepCopy()
	site.Status = after
	if err := r.Client.Status().Update(ctx, site, client.FieldOwner(render.FieldManager)); err != nil {
		return err
	}
	r.reportTransitions(p, &after)
	return nil
}

// statusOf computes the whole status from what one reconcile saw. It keeps from the last one the transition times of
// conditions, and the digest of the plan where none was applied since.
func statusOf(p *progress) hustingsv1alpha1.CampaignSiteStatus {
	s := hustingsv1alpha1.CampaignSiteStatus{
		ObservedGeneration: p.site.Generation,
		Conditions:         conditionsOf(p),
		Image:              imageOf(p),
		Leaks:              p.leaks,
		Plan:               p.site.Status.Plan,
	}
	if p.facts.Class != nil {
		s.ClassName = p.facts.Class.Name
		s.Edge.Driver = p.facts.Class.Spec.Edge.Driver
	}
	if p.isPlanned() {
		s.Posture = p.plan.Site.Posture
		s.Edge.Enforcement = p.plan.Enforcement
		s.Summary = compliance.Summarize(p.verdicts)
		s.Controls = controlsOf(p)
	}
	if p.applied.Digest != "" {
		s.Plan = p.applied
	}
	return s
}

// imageOf says what runs, and what is wanted where that is another image. What runs is what was applied last: an image
// that somebody else wrote into the Deployment was let in by nobody.
func imageOf(p *progress) hustingsv1alpha1.ImageStatus {
	was, spec := p.site.Status.Image, p.site.Spec.Image
	s := hustingsv1alpha1.ImageStatus{Running: was.Running, RunningVerdict: p.runningVerdict, LetInBy: was.LetInBy}
	wanted, verdict := p.facts.Image.Pin(spec), p.facts.Image.Scan.Verdict
	if !p.isImageKnown { // nobody has looked: what was known stays
		s.RunningVerdict = was.RunningVerdict
		for _, known := range []string{was.Running, was.Candidate} {
			if known == spec || pinOf(spec, known) != "" {
				wanted, verdict = known, was.CandidateVerdict
				break
			}
		}
	}
	deployment, _ := find[*appsv1.Deployment](p.live)
	if p.isLetIn && imageIn(deployment) == wanted {
		s.Running, s.RunningVerdict, s.LetInBy = wanted, verdict, groundsOf(p, wanted, verdict)
	}
	if wanted != s.Running {
		s.Candidate, s.CandidateVerdict = wanted, verdict
	}
	return s
}

// groundsOf is why an image is let in. One that a clean verdict let in stays so: what new rules find in it is reported, and
// its pods and their repair go on.
func groundsOf(p *progress, image string, verdict hustingsv1alpha1.ScanVerdict) hustingsv1alpha1.ImageGrounds {
	was := p.site.Status.Image
	if verdict == hustingsv1alpha1.VerdictClean || was.Running == image && was.LetInBy == hustingsv1alpha1.LetInByVerdict {
		return hustingsv1alpha1.LetInByVerdict
	}
	return hustingsv1alpha1.LetInByException
}

// controlsOf are the verdicts as the status shows them, in the order of the catalogue.
func controlsOf(p *progress) []hustingsv1alpha1.ControlStatus {
	controls := make([]hustingsv1alpha1.ControlStatus, 0, len(p.verdicts))
	for _, v := range p.verdicts {
		c := hustingsv1alpha1.ControlStatus{
			ID: v.Control.ID, Result: v.Result, Severity: v.Control.Severity,
			Message: cut(v.Message, maxMessage), Waiver: v.Waiver, Accepted: v.Accepted,
			FindingsTotal: int32(len(v.Findings)),
		}
		for _, f := range v.Findings[:min(maxFindings, len(v.Findings))] {
			c.Findings = append(c.Findings, findingOf(p.site, f))
		}
		controls = append(controls, c)
	}
	return controls
}

// findingOf shows a finding where a person can mend it: in the site where that is the cause, else in the object.
func findingOf(site *hustingsv1alpha1.CampaignSite, f compliance.Finding) hustingsv1alpha1.FindingStatus {
	s := hustingsv1alpha1.FindingStatus{Message: cut(f.Message, maxFinding)}
	switch {
	case f.Cause != "":
		s.Object, s.Path = "CampaignSite/"+site.Name, cut(f.Cause, maxFinding)
	case f.Object != (object.Ref{}):
		s.Object, s.Path = f.Object.String(), cut(f.Path, maxFinding)
	default:
		s.Path = cut(f.Path, maxFinding)
	}
	s.Object = cut(s.Object, maxObject)
	return s
}

// cut bounds a text in characters, as the API counts them.
func cut(text string, most int) string {
	if len(text) <= most {
		return text // there are never more characters than bytes
	}
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(slices.Concat(runes[:most-1], []rune("…")))
}
