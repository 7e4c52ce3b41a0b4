package compliance

import (
	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func edgeBodyLimitControl() Control {
	return Control{
		ID: "edge.body-limit", Group: GroupEdge, Severity: hustingsv1alpha1.SeverityHigh, Blocking: true,
		Title:       "Every route to the site limits the size of a request",
		Remediation: "Ask in spec.edge.request.maxBodyBytes for no more than the class allows, and undo what was changed by hand on the route and its middlewares.",
		Check:       edgeBodyLimit,
	}
}

func edgeBodyLimit(in Input) Outcome {
	most := ceiling(in).body
	out := in.eachRoute(serving, func(r route) []Finding {
		if len(r.BodyLimits) == 0 {
			return []Finding{found(r.Object, r.Path, "the route does not limit the size of a request")}
		}
		return best(r.BodyLimits, func(l bodyLimit) []Finding {
			switch {
			case l.Bytes < 1:
				return []Finding{found(l.At, "spec.buffering.maxRequestBodyBytes", "0 bytes is no limit")}
			case most > 0 && l.Bytes > most:
				return []Finding{found(l.At, "spec.buffering.maxRequestBodyBytes", "%d bytes get through; at most %d are asked for or allowed", l.Bytes, most)}
			}
			return nil
		})
	})
	return out.plus(tooMuch("spec.edge.request.maxBodyBytes", wanted(in.Site).body, maxima(in).body)...)
}
