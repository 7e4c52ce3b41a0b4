package compliance

import (
	"time"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
)

// edgeView is what an edge would do with the site's objects, whatever its driver.
type edgeView struct{ Routes []route }

// route is one way from the Internet to the site.
type route struct {
	// Object is the route; Path is the field that names its protections, ListensAt the one that says where it listens.
	Object          object.Ref
	Path, ListensAt string
	// Hosts are those that it serves; "" is every host.
	Hosts []string
	// Plain: it answers without TLS. TLS: it answers with TLS. Both may be true.
	Plain, TLS bool
	// Secrets are the certificates by host.
	Secrets map[string]string
	// Redirect is where it redirects everything to; nil, it serves the site.
	Redirect *redirect
	// Headers are those that the edge sets on answers, with lower-case names; HeadersFirst is whether they are also on the
	// answers of the other protections, such as 429.
	Headers      map[string]string
	HeadersFirst bool
	// HeadersAt is where headers are set; zero, nowhere.
	HeadersAt object.Ref

	RateLimits []rateLimit
	InFlight   []inFlight
	BodyLimits []bodyLimit
	// Forgets is what makes the edge begin to count anew at other times than its limits say.
	Forgets []Finding
	// Problems are what keeps the edge from protecting the route as it is written.
	Problems []Finding
}

// redirect is to a scheme.
type redirect struct {
	At        object.Ref
	Scheme    string
	Permanent bool
}

// rateLimit lets each client have Average requests per Period, and Burst at once.
type rateLimit struct {
	At             object.Ref
	Average, Burst int64
	Period         time.Duration
	Key            clientKey
}

// inFlight lets each client, or all of a host's clients together, have Amount unanswered requests.
type inFlight struct {
	At     object.Ref
	Amount int64
	Key    clientKey
}

// bodyLimit refuses bodies above Bytes.
type bodyLimit struct {
	At    object.Ref
	Bytes int64
}

// clientKey is by what a limit tells clients apart.
type clientKey struct {
	// PerClient: by address; else all clients count together.
	PerClient bool
	// Path is the field that says so.
	Path string
	// Depth is the place from the end of X-Forwarded-For; 0, the address of the connection.
	Depth int64
	// IPv6Prefix is how many bits of an IPv6 address count; 0, all.
	IPv6Prefix int64
	// Other: by something that a client chooses, such as a header.
	Other bool
}

// edge reads the objects as the class's edge would. The kinds are those that the driver reads, for unreadable.
func (in Input) edge() (edgeView, Outcome, bool) {
	v := in.objects()
	switch in.Facts.Class.Spec.Edge.Driver {
	case hustingsv1alpha1.DriverTraefik:
		if out, bad := v.unreadable(kindIngress, kindMiddleware, kindService, kindDeployment); bad {
			return edgeView{}, out, false
		}
		if v.edge == nil {
			read := traefikView(in, v)
			v.edge = &read
		}
		return *v.edge, Outcome{}, true
	}
	return edgeView{}, Outcome{Result: hustingsv1alpha1.ResultError, Message: "the class's edge driver is not known"}, false
}

// eachRoute judges the routes that pick picks. Without one the control fails, unless no route is due.
func (in Input) eachRoute(pick func(route) bool, check func(route) []Finding) Outcome {
	view, out, ok := in.edge()
	if !ok {
		return out
	}
	if out, none := in.noRouteDue(view); none {
		return out
	}
	var findings []Finding
	picked := 0
	for _, r := range view.Routes {
		if pick(r) {
			picked++
			findings = append(findings, check(r)...)
		}
	}
	if picked == 0 {
		findings = append(findings, missing("route"))
	}
	return judged(findings)
}

// noRouteDue says whether the site has no route and is to have none, because none of its hosts is granted and its own, or
// because its routes are withdrawn: edge.host-claimed or leaks.served says so, and there is nothing to protect.
func (in Input) noRouteDue(view edgeView) (Outcome, bool) {
	if len(view.Routes) > 0 || len(in.Site.Spec.Hosts) == 0 {
		return Outcome{}, false
	}
	if in.Facts.Withdrawn() {
		return Outcome{
			Result:  hustingsv1alpha1.ResultNotApplicable,
			Message: "the site is not routed, because it serves a secret and its class withdraws such sites: see leaks.served",
		}, true
	}
	for _, host := range in.Site.Spec.Hosts {
		if mayServe(in, host) {
			return Outcome{}, false
		}
	}
	return Outcome{
		Result:  hustingsv1alpha1.ResultNotApplicable,
		Message: "the site is not routed, because none of its hosts is granted and its own: see edge.host-claimed",
	}, true
}

// anyRoute picks every route, serving only those through which the site itself is reached.
func anyRoute(route) bool { return true }

func serving(r route) bool { return r.Redirect == nil }

// countsClients says what is wrong with the way in which a limit tells clients apart.
func countsClients(in Input, at object.Ref, key clientKey) []Finding {
	hops := int64(0)
	if c := in.Facts.Class.Spec.Edge.ClientIP; c != nil && c.Source == hustingsv1alpha1.ClientIPXForwardedFor {
		hops = int64(orZero(c.TrustedHops))
	}
	switch {
	case key.Other || !key.PerClient:
		return []Finding{found(at, key.Path, "the limit does not count by the client's address")}
	case key.Depth != hops:
		// One too many picks an address that the client made up, one too few that of a proxy.
		return []Finding{found(at, key.Path, "the limit reads the client's address at depth %d of X-Forwarded-For; the class says %d", key.Depth, hops)}
	case key.IPv6Prefix < 1 || key.IPv6Prefix > 64:
		return []Finding{found(at, key.Path, "the limit does not count IPv6 clients by their /64: one client has 2^64 addresses")}
	}
	return nil
}
