package traefik

import (
	"fmt"
	"strings"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/intent"
)

// enforcement has one row for every feature that was asked for, in a fixed order.
func enforcement(s intent.Site, r rate) []hustingsv1alpha1.EdgeEnforcement {
	e := s.Edge
	scope := scopeOf(s)
	rows := []hustingsv1alpha1.EdgeEnforcement{
		limitRow(hustingsv1alpha1.FeaturePerClientRate, e.PerClient.RequestsPerSecond, e.PerClient.RequestsPerSecond.Effective, "/s", scope,
			"", shares(s, fmt.Sprintf("%d in %s", r.average, r.period()))),
		limitRow(hustingsv1alpha1.FeaturePerClientBurst, e.PerClient.Burst, r.burst*int64(e.Replicas), "", scope,
			"Traefik forgets an idle client after 1 to 2 s and gives it a new burst, so a burst above twice the rate would be a higher rate", shares(s, fmt.Sprint(r.burst))),
		inFlightRow(s, hustingsv1alpha1.FeaturePerClientInFlight, e.PerClient.InFlight),
	}
	if e.SiteInFlight.Effective > 0 {
		rows = append(rows, inFlightRow(s, hustingsv1alpha1.FeatureSiteInFlight, e.SiteInFlight))
	}
	rows = append(rows,
		limitRow(hustingsv1alpha1.FeatureBodyLimit, e.MaxBodyBytes, e.MaxBodyBytes.Effective, " bytes", hustingsv1alpha1.ScopeCluster, "", ""),
		hustingsv1alpha1.EdgeEnforcement{
			Feature: hustingsv1alpha1.FeatureSecurityHeaders, Requested: "on", Effective: "on",
			Level: hustingsv1alpha1.LevelNative, Scope: hustingsv1alpha1.ScopeCluster,
		},
		tlsRow(s, hustingsv1alpha1.FeatureTLS), tlsRow(s, hustingsv1alpha1.FeatureTLSRedirect))
	if len(e.Allow) > 0 {
		ranges := fmt.Sprintf("%d ranges", len(e.Allow))
		rows = append(rows, hustingsv1alpha1.EdgeEnforcement{
			Feature: hustingsv1alpha1.FeatureAllowCIDRs, Requested: ranges, Effective: ranges,
			Level: hustingsv1alpha1.LevelNative, Scope: hustingsv1alpha1.ScopeCluster,
		})
	}
	if len(e.Deny) > 0 {
		rows = append(rows, unsupported(hustingsv1alpha1.FeatureDenyCIDRs, fmt.Sprintf("%d ranges", len(e.Deny)),
			"Traefik has no deny list for Ingress; deny the ranges before the edge, or use access.allowCIDRs"))
	}
	if len(e.Methods) > 0 {
		rows = append(rows, unsupported(hustingsv1alpha1.FeatureMethods, strings.Join(e.Methods, " "),
			"Traefik cannot tell methods apart for an Ingress; the site itself must refuse the others"))
	}
	return rows
}

// limitRow is Native where the effective number is the requested one, else Approximated with the reason.
func limitRow(feature hustingsv1alpha1.EdgeFeature, l intent.Limit, effective int64, unit string, scope hustingsv1alpha1.EnforcementScope, why, note string) hustingsv1alpha1.EdgeEnforcement {
	row := hustingsv1alpha1.EdgeEnforcement{
		Feature:   feature,
		Requested: fmt.Sprintf("%d%s", l.Requested, unit),
		Effective: fmt.Sprintf("%d%s", effective, unit),
		Level:     hustingsv1alpha1.LevelNative, Scope: scope, Message: note,
	}
	if l.Requested == 0 {
		row.Requested = "not limited"
	}
	if effective == l.Requested {
		return row
	}
	row.Level = hustingsv1alpha1.LevelApproximated
	var reasons []string
	if l.Effective != l.Requested {
		reasons = append(reasons, "lowered to the class's maximum or the posture's overlay")
	}
	if effective != l.Effective && why != "" {
		reasons = append(reasons, why)
	}
	if note != "" {
		reasons = append(reasons, note)
	}
	row.Message = strings.Join(reasons, "; ")
	return row
}

func inFlightRow(s intent.Site, feature hustingsv1alpha1.EdgeFeature, l intent.Limit) hustingsv1alpha1.EdgeEnforcement {
	each := perReplica(l.Effective, s.Edge.Replicas)
	return limitRow(feature, l, each*int64(s.Edge.Replicas), "", scopeOf(s), "shared among the edge's replicas in whole numbers", shares(s, fmt.Sprint(each)))
}

// scopeOf: an Ingress has a router a host, and Traefik counts for each router in each replica.
func scopeOf(s intent.Site) hustingsv1alpha1.EnforcementScope {
	switch {
	case len(s.Hosts) > 1:
		return hustingsv1alpha1.ScopePerRoute
	case s.Edge.Replicas > 1:
		return hustingsv1alpha1.ScopePerReplica
	}
	return hustingsv1alpha1.ScopeCluster
}

// shares says how the number is counted where it is not counted once.
func shares(s intent.Site, each string) string {
	var parts []string
	if s.Edge.Replicas > 1 {
		parts = append(parts, fmt.Sprintf("%s in each of %d replicas", each, s.Edge.Replicas))
	}
	if len(s.Hosts) > 1 {
		parts = append(parts, fmt.Sprintf("counted for each of %d hosts", len(s.Hosts)))
	}
	return strings.Join(parts, ", ")
}

func tlsRow(s intent.Site, feature hustingsv1alpha1.EdgeFeature) hustingsv1alpha1.EdgeEnforcement {
	if s.TLS.SecretName == "" {
		return unsupported(feature, "on", "there is no certificate, so the site is not routed: set spec.tls.secretName, or have the platform team set a clusterIssuer in the class")
	}
	return hustingsv1alpha1.EdgeEnforcement{
		Feature: feature, Requested: "on", Effective: "on",
		Level: hustingsv1alpha1.LevelNative, Scope: hustingsv1alpha1.ScopeCluster,
	}
}

func unsupported(feature hustingsv1alpha1.EdgeFeature, requested, why string) hustingsv1alpha1.EdgeEnforcement {
	return hustingsv1alpha1.EdgeEnforcement{
		Feature: feature, Requested: requested, Level: hustingsv1alpha1.LevelUnsupported, Message: why,
	}
}
