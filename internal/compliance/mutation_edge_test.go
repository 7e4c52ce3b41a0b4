package compliance

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// set writes a field of a Middleware; a nil value takes it out.
func set(m *unstructured.Unstructured, value any, path ...string) {
	fields := m.Object["spec"].(map[string]any)
	for _, key := range path[:len(path)-1] {
		fields = fields[key].(map[string]any)
	}
	if value == nil {
		delete(fields, path[len(path)-1])
		return
	}
	fields[path[len(path)-1]] = value
}

// unchain takes a Middleware out of the chain.
func unchain(f *fixture, m *unstructured.Unstructured) {
	entries := f.chain.Object["spec"].(map[string]any)["chain"].(map[string]any)
	entries["middlewares"] = slices.DeleteFunc(entries["middlewares"].([]any), func(e any) bool { return e.(map[string]any)["name"] == m.GetName() })
}

func rateMutations() []mutation {
	const rate, flight, body = "edge.rate-limit", "edge.in-flight", "edge.body-limit"
	all := []hustingsv1alpha1.ControlID{flight, body, "edge.security-headers"}
	clients := func(f *fixture) *hustingsv1alpha1.ClientLimits { return f.spec().Edge.PerClient }
	return []mutation{
		{control: rate, name: "not in the chain", breaks: func(f *fixture) { unchain(f, f.rate) }},
		{control: rate, name: "not on the redirect", breaks: func(f *fixture) { f.redirect.Annotations[traefikMiddlewares] = "alice-vote-alice-https@kubernetescrd" }},
		{control: rate, name: "middleware missing", breaks: func(f *fixture) { f.remove(f.rate) }},
		{control: rate, name: "chain missing", also: all, breaks: func(f *fixture) { f.remove(f.chain) }},
		{control: rate, name: "no annotation", also: all, breaks: func(f *fixture) { delete(f.route.Annotations, traefikMiddlewares) }},
		{control: rate, name: "middleware of another namespace", also: all, breaks: func(f *fixture) {
			f.route.Annotations[traefikMiddlewares] = "bob-vote-alice-chain@kubernetescrd"
		}},
		{control: rate, name: "middleware of another provider", also: all, breaks: func(f *fixture) { f.route.Annotations[traefikMiddlewares] = "vote-alice-chain@file" }},
		{control: rate, name: "a chain that holds itself", breaks: func(f *fixture) {
			entries := f.chain.Object["spec"].(map[string]any)["chain"].(map[string]any)
			entries["middlewares"] = append(entries["middlewares"].([]any), map[string]any{"name": f.chain.GetName()})
		}},
		{control: rate, name: "of another edge", breaks: func(f *fixture) { f.route.Spec.IngressClassName = new("nginx") }},
		{control: rate, name: "to pods that are not the site's", breaks: func(f *fixture) { f.route.Spec.Rules[1].HTTP.Paths[0].Backend.Service.Name = "other" }},
		{control: rate, name: "to no Service", breaks: func(f *fixture) { f.remove(f.service) }},
		{control: rate, name: "anew with every pod", breaks: func(f *fixture) { delete(f.service.Annotations, traefikNativeLB) }},
		{control: rate, name: "average 0", breaks: func(f *fixture) { set(f.rate, int64(0), "rateLimit", "average") }},
		{control: rate, name: "no average", breaks: func(f *fixture) { set(f.rate, nil, "rateLimit", "average") }},
		{control: rate, name: "period that cannot be read", breaks: func(f *fixture) { set(f.rate, "soon", "rateLimit", "period") }},
		{control: rate, name: "average that cannot be read", breaks: func(f *fixture) { set(f.rate, "20", "rateLimit", "average") }},
		{control: rate, name: "counted in each replica", breaks: func(f *fixture) { set(f.rate, "1s", "rateLimit", "period") }},
		{control: rate, name: "burst counted in each replica", breaks: func(f *fixture) {
			clients(f).Burst = new(int32(30))
		}},
		{control: rate, name: "burst that is a rate", breaks: func(f *fixture) {
			set(f.rate, int64(15), "rateLimit", "average")
			set(f.rate, int64(16), "rateLimit", "burst")
		}},
		{control: rate, name: "burst at less than one in a second", breaks: func(f *fixture) {
			set(f.rate, int64(6), "rateLimit", "average")
			set(f.rate, "1m", "rateLimit", "period")
			set(f.rate, int64(2), "rateLimit", "burst")
		}},
		{control: rate, name: "burst 0", breaks: func(f *fixture) { set(f.rate, int64(0), "rateLimit", "burst") }},
		{control: rate, name: "for all clients together", breaks: func(f *fixture) {
			set(f.rate, map[string]any{"requestHost": true}, "rateLimit", "sourceCriterion")
		}},
		{control: rate, name: "by a header", breaks: func(f *fixture) {
			set(f.rate, map[string]any{"requestHeaderName": "X-Client"}, "rateLimit", "sourceCriterion")
		}},
		{control: rate, name: "by whole IPv6 addresses", breaks: func(f *fixture) { set(f.rate, nil, "rateLimit", "sourceCriterion") }},
		{control: rate, name: "by an address that the client writes", breaks: func(f *fixture) {
			set(f.rate, int64(1), "rateLimit", "sourceCriterion", "ipStrategy", "depth")
		}},
		{
			control: rate, name: "by the address of a proxy", also: []hustingsv1alpha1.ControlID{flight}, breaks: func(f *fixture) {
				f.class.Spec.Edge.ClientIP = &hustingsv1alpha1.ClientIP{Source: hustingsv1alpha1.ClientIPXForwardedFor, TrustedHops: new(int32(1))}
			},
		},
		{control: rate, name: "asked above the class's", cause: "spec.edge.perClient.requestsPerSecond", breaks: func(f *fixture) { clients(f).RequestsPerSecond = new(int32(101)) }},
		{control: rate, name: "burst asked above the class's", cause: "spec.edge.perClient.burst", breaks: func(f *fixture) { clients(f).Burst = new(int32(201)) }},
		{control: rate, name: "above the posture's", breaks: func(f *fixture) {
			f.spec().Posture = hustingsv1alpha1.PostureUnderAttack
			f.class.Spec.Posture = &hustingsv1alpha1.ClassPosture{Overlays: []hustingsv1alpha1.PostureOverlay{{
				Level:      hustingsv1alpha1.PostureElevated,
				EdgeLimits: hustingsv1alpha1.EdgeLimits{PerClient: &hustingsv1alpha1.ClientLimits{RequestsPerSecond: new(int32(5))}},
			}}}
		}},
	}
}

func limitMutations() []mutation {
	const flight, body = "edge.in-flight", "edge.body-limit"
	clients := func(f *fixture) *hustingsv1alpha1.ClientLimits { return f.spec().Edge.PerClient }
	return []mutation{
		{control: flight, name: "not of a client", breaks: func(f *fixture) { unchain(f, f.client) }},
		{control: flight, name: "not of all clients", breaks: func(f *fixture) { unchain(f, f.site) }},
		{control: flight, name: "amount 0", breaks: func(f *fixture) { set(f.client, int64(0), "inFlightReq", "amount") }},
		{control: flight, name: "counted in each replica", breaks: func(f *fixture) { set(f.client, int64(11), "inFlightReq", "amount") }},
		{control: flight, name: "of all clients, in each replica", breaks: func(f *fixture) { set(f.site, int64(1001), "inFlightReq", "amount") }},
		{control: flight, name: "by a header", breaks: func(f *fixture) {
			set(f.client, map[string]any{"requestHeaderName": "X-Client"}, "inFlightReq", "sourceCriterion")
		}},
		{control: flight, name: "asked above the class's", cause: "spec.edge.perClient.inFlight", breaks: func(f *fixture) { clients(f).InFlight = new(int32(101)) }},
		{control: flight, name: "of all clients, asked above the class's", cause: "spec.edge.site.inFlight", breaks: func(f *fixture) { f.spec().Edge.Site.InFlight = new(int32(5001)) }},
		{control: body, name: "not in the chain", breaks: func(f *fixture) { unchain(f, f.body) }},
		{control: body, name: "0 bytes", breaks: func(f *fixture) { set(f.body, int64(0), "buffering", "maxRequestBodyBytes") }},
		{control: body, name: "above the default", breaks: func(f *fixture) { set(f.body, int64(65537), "buffering", "maxRequestBodyBytes") }},
		{control: body, name: "asked above the class's", cause: "spec.edge.request.maxBodyBytes", breaks: func(f *fixture) {
			f.spec().Edge.Request = &hustingsv1alpha1.RequestLimits{RequestSize: hustingsv1alpha1.RequestSize{MaxBodyBytes: new(int64(1<<20 + 1))}}
		}},
	}
}

func tlsMutations() []mutation {
	const tls, redirect = "edge.tls", "edge.redirect"
	return []mutation{
		{control: tls, name: "no certificate", cause: "spec.tls", breaks: func(f *fixture) { f.route.Spec.TLS = nil }},
		{control: tls, name: "no certificate for one host", cause: "spec.tls", breaks: func(f *fixture) { f.route.Spec.TLS[0].Hosts = f.route.Spec.TLS[0].Hosts[:1] }},
		{control: tls, name: "no secret", breaks: func(f *fixture) { f.route.Spec.TLS[0].SecretName = "" }},
		{control: tls, name: "off", also: []hustingsv1alpha1.ControlID{redirect}, breaks: func(f *fixture) { delete(f.route.Annotations, traefikTLS) }},
		{control: tls, name: "also in plain", also: []hustingsv1alpha1.ControlID{redirect}, breaks: func(f *fixture) { f.route.Annotations[traefikEntryPoints] = "web,websecure" }},
		{control: tls, name: "on every entry point", also: []hustingsv1alpha1.ControlID{redirect}, breaks: func(f *fixture) { delete(f.route.Annotations, traefikEntryPoints) }},
		{control: tls, name: "a host is not routed", cause: "spec.hosts[1]", breaks: func(f *fixture) { f.route.Spec.Rules = f.route.Spec.Rules[:1] }},
		{control: redirect, name: "missing", breaks: func(f *fixture) { f.remove(f.redirect) }},
		{control: redirect, name: "one host is missing", breaks: func(f *fixture) { f.redirect.Spec.Rules = f.redirect.Spec.Rules[:1] }},
		{control: redirect, name: "not permanent", breaks: func(f *fixture) { set(f.scheme, false, "redirectScheme", "permanent") }},
		{control: redirect, name: "to plain", breaks: func(f *fixture) { set(f.scheme, "http", "redirectScheme", "scheme") }},
		{control: redirect, name: "not on plain", breaks: func(f *fixture) {
			f.redirect.Annotations[traefikEntryPoints], f.redirect.Annotations[traefikTLS] = "websecure", "true"
		}},
		{
			control: redirect, name: "serves instead", breaks: func(f *fixture) { f.redirect.Annotations[traefikMiddlewares] = "alice-vote-alice-rate@kubernetescrd" },
			also: []hustingsv1alpha1.ControlID{tls, "edge.in-flight", "edge.body-limit", "edge.security-headers"},
		},
	}
}

func headerMutations() []mutation {
	const id = "edge.security-headers"
	header := func(name string, value any, path ...string) mutation {
		return mutation{control: id, name: name, breaks: func(f *fixture) { set(f.headers, value, append([]string{"headers"}, path...)...) }}
	}
	csp := func(name, value string) mutation {
		m := header(name, value, "contentSecurityPolicy")
		m.cause = "spec.edge.headers.contentSecurityPolicy"
		return m
	}
	return []mutation{
		{control: id, name: "not in the chain", breaks: func(f *fixture) { unchain(f, f.headers) }},
		{control: id, name: "not first", breaks: func(f *fixture) {
			entries := f.chain.Object["spec"].(map[string]any)["chain"].(map[string]any)["middlewares"].([]any)
			entries[0], entries[1] = maps.Clone(entries[1].(map[string]any)), maps.Clone(entries[0].(map[string]any))
		}},
		header("HSTS of an hour", int64(3600), "stsSeconds"),
		header("no HSTS", nil, "stsSeconds"),
		header("for development", true, "isDevelopment"),
		header("sniffing", false, "contentTypeNosniff"),
		header("frames", nil, "frameDeny"),
		header("frames of one origin", "SAMEORIGIN", "customFrameOptionsValue"),
		header("no referrer policy", nil, "referrerPolicy"),
		header("whole referrers", "unsafe-url", "referrerPolicy"),
		header("a header taken out by name", map[string]any{"X-Frame-Options": ""}, "customResponseHeaders"),
		header("no CSP", nil, "contentSecurityPolicy"),
		csp("eval", "default-src 'self' 'unsafe-eval'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'"),
		csp("plugins", "default-src 'self'; base-uri 'self'; frame-ancestors 'none'"),
		csp("base", "default-src 'self'; object-src 'none'; frame-ancestors 'none'"),
		csp("ancestors", "default-src 'self'; object-src 'none'; base-uri 'self'"),
		csp("scripts from anywhere", "default-src 'self'; script-src *; object-src 'none'; base-uri 'self'; frame-ancestors 'none'"),
	}
}
