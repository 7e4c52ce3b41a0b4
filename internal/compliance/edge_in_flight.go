package compliance

import (
	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func edgeInFlightControl() Control {
	return Control{
		ID: "edge.in-flight", Group: GroupEdge, Severity: hustingsv1alpha1.SeverityHigh, Blocking: true,
		Title:       "Every route to the site limits the unanswered requests of each client, and of all where asked",
		Remediation: "Ask in spec.edge.perClient.inFlight and spec.edge.site.inFlight for no more than the class allows, and undo what was changed by hand on the route and its middlewares.",
		Check:       edgeInFlight,
	}
}

func edgeInFlight(in Input) Outcome {
	most := ceiling(in)
	out := in.eachRoute(serving, func(r route) []Finding {
		var clients, site []inFlight
		for _, l := range r.InFlight {
			if l.Key.PerClient || l.Key.Other {
				clients = append(clients, l)
			} else {
				site = append(site, l)
			}
		}
		var findings []Finding
		if len(clients) == 0 {
			findings = append(findings, found(r.Object, r.Path, "the route does not limit the unanswered requests of a client").apart("client"))
		}
		findings = append(findings, best(clients, func(l inFlight) []Finding {
			return append(judgeInFlight(in, l, most.inFlight), countsClients(in, l.At, l.Key)...)
		})...)
		if len(site) == 0 && most.siteInFlight > 0 {
			findings = append(findings, found(r.Object, r.Path, "the route does not limit the unanswered requests of all clients, as asked").apart("site"))
		}
		return append(findings, best(site, func(l inFlight) []Finding { return judgeInFlight(in, l, most.siteInFlight) })...)
	})
	own, allowed := wanted(in.Site), maxima(in)
	return out.plus(tooMuch("spec.edge.perClient.inFlight", own.inFlight, allowed.inFlight)...).
		plus(tooMuch("spec.edge.site.inFlight", own.siteInFlight, allowed.siteInFlight)...)
}

func judgeInFlight(in Input, l inFlight, most int64) []Finding {
	replicas := edgeReplicas(in)
	switch {
	case l.Amount < 1:
		return []Finding{found(l.At, "spec.inFlightReq.amount", "the limit is not above 0")}
	case exceeds(l.Amount, replicas, most):
		return []Finding{found(l.At, "spec.inFlightReq.amount",
			"%d replicas of the edge let %d unanswered requests through; at most %d are asked for or allowed", replicas, l.Amount*replicas, most)}
	}
	return nil
}
