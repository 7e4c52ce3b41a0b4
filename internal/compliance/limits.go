package compliance

import (
	"slices"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// limits are numbers of EdgeLimits; 0: none is set.
type limits struct{ rate, burst, inFlight, siteInFlight, body int64 }

func limitsOf(l *hustingsv1alpha1.EdgeLimits) limits {
	if l == nil {
		return limits{}
	}
	var out limits
	if c := l.PerClient; c != nil {
		out.rate, out.burst, out.inFlight = int64(orZero(c.RequestsPerSecond)), int64(orZero(c.Burst)), int64(orZero(c.InFlight))
	}
	if l.Site != nil {
		out.siteInFlight = int64(orZero(l.Site.InFlight))
	}
	if l.Request != nil {
		out.body = orZero(l.Request.MaxBodyBytes)
	}
	return out
}

// wanted are the limits that the site asks for itself.
func wanted(site *hustingsv1alpha1.CampaignSite) limits {
	e := site.Spec.Edge
	if e == nil {
		return limits{}
	}
	own := hustingsv1alpha1.EdgeLimits{PerClient: e.PerClient, Site: e.Site}
	if e.Request != nil {
		own.Request = &e.Request.RequestSize
	}
	return limitsOf(&own)
}

// maxima are the highest limits that a site may ask for.
func maxima(in Input) limits { return limitsOf(in.Facts.Class.Spec.Edge.Maxima) }

// ceiling are the highest limits that the edge may have: what the site asks for, else the class's default; and the
// class's maxima and the posture's overlay, whichever is lowest. 0: nothing bounds it.
func ceiling(in Input) limits {
	own, class := wanted(in.Site), limitsOf(in.Facts.Class.Spec.Edge.Defaults)
	out := merge(own, class, func(a, b int64) int64 {
		if a == 0 {
			return b
		}
		return a
	})
	out = merge(out, maxima(in), lower)
	if p := in.Facts.Class.Spec.Posture; p != nil {
		for i := range p.Overlays {
			if rank(p.Overlays[i].Level) <= posture(in) {
				out = merge(out, limitsOf(&p.Overlays[i].EdgeLimits), lower)
			}
		}
	}
	return out
}

func merge(a, b limits, f func(a, b int64) int64) limits {
	return limits{
		rate: f(a.rate, b.rate), burst: f(a.burst, b.burst), inFlight: f(a.inFlight, b.inFlight),
		siteInFlight: f(a.siteInFlight, b.siteInFlight), body: f(a.body, b.body),
	}
}

// lower is the lower of two limits, of which 0 is none.
func lower(a, b int64) int64 {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// posture is the rank of the posture in force: the higher of the site's and the class's. The class's falls back at its
// time; where the time now is not known it stays raised, the stricter of the two guesses.
func posture(in Input) int {
	own := rank(in.Site.Spec.Posture)
	p := in.Facts.Class.Spec.Posture
	if p == nil || (p.Until != nil && !in.Facts.Now.IsZero() && !in.Facts.Now.Before(p.Until.Time)) {
		return own
	}
	return max(own, rank(p.Level))
}

func rank(p hustingsv1alpha1.Posture) int {
	return max(0, slices.Index([]hustingsv1alpha1.Posture{
		hustingsv1alpha1.PostureNormal, hustingsv1alpha1.PostureElevated,
		hustingsv1alpha1.PostureUnderAttack, hustingsv1alpha1.PostureLockdown,
	}, p))
}

// edgeReplicas is how many replicas of the edge count for themselves.
func edgeReplicas(in Input) int64 { return max(1, int64(orZero(in.Facts.Class.Spec.Edge.Replicas))) }

// tooMuch is the finding of a site that asks for more than its class allows.
func tooMuch(path string, own, most int64) []Finding {
	if most == 0 || own <= most {
		return nil
	}
	return []Finding{asked(path, "the site asks for %d; the class allows at most %d", own, most)}
}

// exceeds says whether a whole number, counted in each replica, is above a bound. One in each replica is the least that
// lets anything through, so it never is.
func exceeds(amount, replicas, most int64) bool {
	return most > 0 && amount > 1 && amount > most/replicas
}
