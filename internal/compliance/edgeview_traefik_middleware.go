package compliance

import (
	"strconv"
	"strings"
	"time"
)

// readMiddleware adds what one Middleware does to a route
// (https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/overview/). A number that cannot be
// read counts as not set, which is not a limit.
func readMiddleware(r *route, m child[map[string]any], first bool) {
	spec := sectionOf(m.obj, "spec")
	if s, ok := section(spec, "headers"); ok {
		r.HeadersFirst, r.HeadersAt = r.HeadersFirst || first, m.ref
		readHeaders(r.Headers, s)
	}
	if s, ok := section(spec, "redirectScheme"); ok {
		r.Redirect = &redirect{At: m.ref, Scheme: text(s, "scheme"), Permanent: flag(s, "permanent")}
	}
	if s, ok := section(spec, "rateLimit"); ok {
		// Traefik's defaults: period 1 s, burst 1, by the address of the connection.
		limit := rateLimit{At: m.ref, Average: number(s, "average", 0), Burst: number(s, "burst", 1), Period: period(s)}
		limit.Key = criterion(s, "spec.rateLimit.sourceCriterion", true)
		r.RateLimits = append(r.RateLimits, limit)
	}
	if s, ok := section(spec, "inFlightReq"); ok {
		// Traefik's default is by host, for all clients together.
		r.InFlight = append(r.InFlight, inFlight{At: m.ref, Amount: number(s, "amount", 0), Key: criterion(s, "spec.inFlightReq.sourceCriterion", false)})
	}
	if s, ok := section(spec, "buffering"); ok {
		r.BodyLimits = append(r.BodyLimits, bodyLimit{At: m.ref, Bytes: number(s, "maxRequestBodyBytes", 0)})
	}
}

// readHeaders spells Traefik's options as the headers that they set; headers that are given by name come last and win,
// and an empty one removes.
func readHeaders(headers map[string]string, s map[string]any) {
	if seconds := number(s, "stsSeconds", 0); seconds > 0 && !flag(s, "isDevelopment") {
		headers["strict-transport-security"] = "max-age=" + strconv.FormatInt(seconds, 10)
	}
	if flag(s, "contentTypeNosniff") {
		headers["x-content-type-options"] = "nosniff"
	}
	if flag(s, "frameDeny") {
		headers["x-frame-options"] = "DENY"
	}
	for option, header := range map[string]string{
		"customFrameOptionsValue": "x-frame-options",
		"referrerPolicy":          "referrer-policy",
		"contentSecurityPolicy":   "content-security-policy",
	} {
		if value := text(s, option); value != "" {
			headers[header] = value
		}
	}
	custom := sectionOf(s, "customResponseHeaders")
	for name := range custom {
		headers[strings.ToLower(name)] = text(custom, name)
	}
}

// criterion reads by what a limit tells clients apart; perClient is what holds where nothing is said.
func criterion(s map[string]any, path string, perClient bool) clientKey {
	key := clientKey{Path: path, PerClient: perClient}
	c, ok := section(s, "sourceCriterion")
	if !ok {
		return key
	}
	key.Other = text(c, "requestHeaderName") != ""
	if flag(c, "requestHost") {
		key.PerClient = false
		return key
	}
	strategy, ok := section(c, "ipStrategy")
	if !ok {
		return key
	}
	key.PerClient = true
	key.Depth, key.IPv6Prefix = number(strategy, "depth", 0), number(strategy, "ipv6Subnet", 0)
	if excluded, _ := strategy["excludedIPs"].([]any); len(excluded) > 0 {
		key.Other = true
	}
	return key
}

// period is a number of seconds or a Go duration; 1 s where it is absent, 0 where it cannot be read.
func period(s map[string]any) time.Duration {
	value, ok := s["period"]
	if !ok || value == nil {
		return time.Second
	}
	written, ok := value.(string)
	if !ok {
		return time.Duration(number(s, "period", 0)) * time.Second
	}
	if seconds, err := strconv.ParseInt(written, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second
	}
	d, err := time.ParseDuration(written)
	if err != nil {
		return 0
	}
	return d
}

// section is a map within a map. An empty one is there; null is not.
func section(m map[string]any, key string) (map[string]any, bool) {
	s, ok := m[key].(map[string]any)
	return s, ok
}

func sectionOf(m map[string]any, key string) map[string]any {
	s, _ := section(m, key)
	return s
}

func text(m map[string]any, key string) string {
	s, _ := m[key].(string)
	return s
}

func flag(m map[string]any, key string) bool {
	b, _ := m[key].(bool)
	return b
}

// number reads a number of any type that a decoder may make; of any other type it is 0, not what holds where it is
// absent.
func number(m map[string]any, key string, absent int64) int64 {
	switch n := m[key].(type) {
	case nil:
		return absent
	case int64:
		return n
	case int:
		return int64(n)
	case int32:
		return int64(n)
	case float64:
		return int64(n)
	}
	return 0
}
