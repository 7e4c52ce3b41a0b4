package controllers

import (
	"context"
	"slices"

	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/object"
)

// judge looks at what is live and gives the verdicts that the status shows: those on the live objects, whatever went
// wrong before; those on the plan as well, where it is refused, for they say what to mend; none, where there is no plan.
func (r *CampaignSiteReconciler) judge(ctx context.Context, p *progress) error {
	if p.live == nil {
		live, err := r.Applier.Owned(ctx, p.site)
		if err != nil {
			return err
		}
		p.live = live
	}
	beside, err := r.policiesBeside(ctx, p.site)
	if err != nil {
		return err
	}
	p.beside = beside
	if p.before != nil {
		p.before.beside = beside
	}
	switch {
	case p.isRefused && len(p.live) == 0:
		p.verdicts = p.plan.Verdicts
	case p.isRefused:
		p.verdicts = compliance.Standing(p.plan.Verdicts, judgeStanding(p))
	case p.isPlanned():
		in := liveInput(p)
		in.Planned = p.plan.Objects
		p.verdicts = compliance.Evaluate(in)
	}
	return nil
}

// judgeStanding judges what runs while the plan is refused by the spec that it was made of; where it is not kept, by no plan.
func judgeStanding(p *progress) []compliance.Verdict {
	if !p.isStanding {
		return compliance.Evaluate(liveInput(p))
	}
	in := liveInput(p.before)
	in.Planned = p.before.plan.Objects
	verdicts := compliance.Evaluate(in)
	for _, v := range verdicts {
		for i := range v.Findings {
			if cause := &v.Findings[i].Cause; *cause != "" {
				*cause = "status.plan." + *cause // that is where the earlier spec is
			}
		}
	}
	return verdicts
}

func liveInput(p *progress) compliance.Input {
	return compliance.Input{
		Phase: compliance.Live, Site: p.site, Facts: p.facts, Objects: slices.Concat(p.live, p.beside), Enforcement: p.plan.Enforcement, Contents: p.contents,
	}
}

// find gives the live object of a type, the first by name; the zero value, there is none.
func find[T object.Object](objects []object.Object) (T, bool) {
	for _, o := range objects {
		if found, ok := o.(T); ok {
			return found, true
		}
	}
	var none T
	return none, false
}
