package intent

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

// resolveHosts keeps the hosts that may be routed: granted to the namespace by the class, and held by this site. A host
// of which either is not known is not routed.
func resolveHosts(site *hustingsv1alpha1.CampaignSite, snapshot facts.Snapshot, at *field.Path) ([]string, field.ErrorList) {
	var errs field.ErrorList
	if len(site.Spec.Hosts) == 0 {
		errs = append(errs, field.Required(at, "name at least one public host"))
	}
	var routed []string
	for i, host := range site.Spec.Hosts {
		if why := refuseHost(string(host)); why != "" {
			errs = append(errs, field.Invalid(at.Index(i), string(host), why))
			continue
		}
		if facts.Granted(snapshot.Class, snapshot.Namespace, host) == facts.Yes && holds(site, snapshot.Claims, host) {
			routed = append(routed, string(host))
		}
	}
	slices.Sort(routed)
	return slices.Compact(routed), errs
}

// holds says whether a host is the site's own. Manifests cannot name a UID, so there a holder is known by its name.
func holds(site *hustingsv1alpha1.CampaignSite, claims facts.Claims, host hustingsv1alpha1.Host) bool {
	holder, held := claims.Holders[host]
	return held && claims.Source != facts.ClaimsUnknown && holder == facts.HolderOf(site)
}

// refuseHost says why a host is no public DNS name; empty, it is one. The CRD says the same by CEL.
func refuseHost(host string) string {
	if host != strings.ToLower(host) || len(validation.IsDNS1123Subdomain(host)) > 0 || !strings.Contains(host, ".") {
		return "must be a lower-case DNS name such as www.example.org: no wildcard, no port or path, no trailing dot"
	}
	labels := strings.Split(host, ".")
	for _, l := range labels {
		if len(l) > validation.DNS1123LabelMaxLength {
			return "must have labels of at most 63 characters"
		}
	}
	if top := labels[len(labels)-1]; top[0] >= '0' && top[0] <= '9' {
		return "must be a name, not an IP address"
	}
	for _, private := range []string{".local", ".svc", ".localhost"} {
		if strings.HasSuffix(host, private) {
			return "must be a public name: names under .local, .svc, .cluster.local and .localhost never leave the cluster"
		}
	}
	return ""
}
