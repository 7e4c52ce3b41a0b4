package compliance

import (
	"slices"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func edgeRateLimitControl() Control {
	return Control{
		ID: "edge.rate-limit", Group: GroupEdge, Severity: hustingsv1alpha1.SeverityCritical, Blocking: true,
		Title:       "Every route limits the rate of each client",
		Remediation: "Ask in spec.edge.perClient for no more than the class allows, and undo what was changed by hand on the route and its middlewares.",
		Check:       edgeRateLimit,
	}
}

func edgeRateLimit(in Input) Outcome {
	most := ceiling(in)
	out := in.eachRoute(anyRoute, func(r route) []Finding {
		findings := slices.Clone(r.Problems)
		if len(r.RateLimits) == 0 {
			return append(findings, found(r.Object, r.Path, "the route has no rate limit"))
		}
		findings = append(findings, r.Forgets...)
		return append(findings, best(r.RateLimits, func(l rateLimit) []Finding { return judgeRate(in, l, most) })...)
	})
	own, allowed := wanted(in.Site), maxima(in)
	return out.plus(tooMuch("spec.edge.perClient.requestsPerSecond", own.rate, allowed.rate)...).
		plus(tooMuch("spec.edge.perClient.burst", own.burst, allowed.burst)...)
}

// best is what is wrong with the best of several limits: a request must get past every one of them.
func best[T any](limits []T, judge func(T) []Finding) []Finding {
	var least []Finding
	for i, l := range limits {
		findings := judge(l)
		if len(findings) == 0 {
			return nil
		}
		if i == 0 || len(findings) < len(least) {
			least = findings
		}
	}
	return least
}

func judgeRate(in Input, l rateLimit, most limits) []Finding {
	if l.Average <= 0 || l.Period <= 0 {
		return []Finding{found(l.At, "spec.rateLimit.average", "an average of 0 is no limit")}
	}
	findings := countsClients(in, l.At, l.Key)
	replicas := edgeReplicas(in)
	perSecond := float64(l.Average) / l.Period.Seconds()
	// The tolerance is for the division by a period, not for the limit.
	if most.rate > 0 && perSecond*float64(replicas) > float64(most.rate)*(1+1e-9) {
		findings = append(findings, found(l.At, "spec.rateLimit.average",
			"%d replicas of the edge let %.4g requests per second through; at most %d are asked for or allowed", replicas, perSecond*float64(replicas), most.rate))
	}
	switch {
	case l.Burst < 1:
		findings = append(findings, found(l.At, "spec.rateLimit.burst", "a burst below 1 lets nothing through"))
	case exceeds(l.Burst, replicas, most.burst):
		findings = append(findings, found(l.At, "spec.rateLimit.burst",
			"%d replicas of the edge let a burst of %d through; at most %d are asked for or allowed", replicas, l.Burst*replicas, most.burst))
	case l.Burst > 1 && float64(l.Burst) > 2*perSecond*(1+1e-9) || perSecond < 1 && l.Burst > 1:
		// Traefik forgets a client after 1 to 2 idle seconds and then grants the whole burst again; a larger burst would
		// be the rate.
		findings = append(findings, found(l.At, "spec.rateLimit.burst",
			"a burst of %d at %.4g requests per second is a higher rate: clients get it again after two idle seconds", l.Burst, perSecond))
	}
	return findings
}
