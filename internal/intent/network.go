package intent

import (
	"net/netip"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// alwaysDenied is never reached by a site: "this network", loopback, link-local, the metadata services of clouds, and what
// carries an IPv4 address within IPv6 and so would reach all of these under another name (all that is in ::/64, NAT64,
// Teredo, 6to4). Sources:
// https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry,
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html (169.254/16, fd00:ec2::/32),
// https://cloud.google.com/compute/docs/metadata/querying-metadata (fd20:ce::/32),
// https://docs.oracle.com/en-us/iaas/Content/Compute/Tasks/gettingmetadata.htm (fd00:c1::/32; 192.0.0.192 is older),
// https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16,
// https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata (100.100.100.200).
var alwaysDenied = [...]netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.100.100.200/32"),
	netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("168.63.129.16/32"),
	netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("::/64"), // ::ffff:0:0/96 by itself is a range that no NetworkPolicy may name
	netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("2001::/32"),
	netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("fd00:c1::/32"),
	netip.MustParsePrefix("fd00:ec2::/32"),
	netip.MustParsePrefix("fd20:ce::/32"),
	netip.MustParsePrefix("fe80::/10"),
}

func resolveNetwork(site *hustingsv1alpha1.CampaignSite, class *hustingsv1alpha1.SiteClass) (Network, field.ErrorList) {
	network := field.NewPath("siteclass").Key(class.Name).Child("spec", "network")
	n := Network{}
	var errs, more field.ErrorList
	n.EdgePods, errs = resolvePeer(class.Spec.Edge.Pods, field.NewPath("siteclass").Key(class.Name).Child("spec", "edge", "pods"))
	n.DNS, more = resolvePeer(class.Spec.Network.DNS, network.Child("dns"))
	errs = append(errs, more...)
	for i, peer := range class.Spec.Network.Monitoring {
		p, more := resolvePeer(peer, network.Child("monitoring").Index(i))
		errs = append(errs, more...)
		n.Monitoring = append(n.Monitoring, p)
	}
	denied, more := parsePrefixes(class.Spec.Network.DeniedCIDRs, network.Child("deniedCIDRs"))
	errs = append(errs, more...)
	n.Denied = append(denied, alwaysDenied[:]...)
	sortPrefixes(n.Denied)
	n.Denied = slices.Compact(n.Denied)
	n.Egress, more = resolveEgress(site, class)
	return n, append(errs, more...)
}

// resolvePeer refuses a peer that would mean every namespace.
func resolvePeer(p hustingsv1alpha1.PodPeer, at *field.Path) (Peer, field.ErrorList) {
	var errs field.ErrorList
	for _, selector := range []struct {
		name  string
		value metav1.LabelSelector
	}{{"namespaceSelector", p.NamespaceSelector}, {"podSelector", p.PodSelector}} {
		parsed, err := metav1.LabelSelectorAsSelector(&selector.value)
		if err != nil {
			errs = append(errs, field.Invalid(at.Child(selector.name), "selector", err.Error()))
		} else if selector.name == "namespaceSelector" && parsed.Empty() {
			errs = append(errs, field.Required(at.Child(selector.name), "an empty selector would mean every namespace; select the namespaces by label"))
		}
	}
	return Peer{Namespaces: *p.NamespaceSelector.DeepCopy(), Pods: *p.PodSelector.DeepCopy()}, errs
}

// resolveEgress keeps the destinations that the class grants: each range within a granted range and on a granted port.
// What is not granted is left out whole; compliance reports it.
func resolveEgress(site *hustingsv1alpha1.CampaignSite, class *hustingsv1alpha1.SiteClass) ([]Destination, field.ErrorList) {
	var errs field.ErrorList
	grants := make([]Destination, 0, len(class.Spec.Network.Egress))
	for i, g := range class.Spec.Network.Egress {
		d, more := destination(g.Name, g.CIDRs, g.Ports, field.NewPath("siteclass").Key(class.Name).Child("spec", "network", "egress").Index(i))
		errs = append(errs, more...)
		grants = append(grants, d)
	}
	var out []Destination
	for i, rule := range site.Spec.Egress {
		d, more := destination(rule.Name, rule.CIDRs, rule.Ports, field.NewPath("spec", "egress").Index(i))
		errs = append(errs, more...)
		if len(more) == 0 && granted(d, grants) {
			out = append(out, d)
		}
	}
	slices.SortFunc(out, func(a, b Destination) int { return cmpStrings(a.Name, b.Name) })
	return out, errs
}

func destination(name string, cidrs []hustingsv1alpha1.CIDR, ports []hustingsv1alpha1.Port, at *field.Path) (Destination, field.ErrorList) {
	prefixes, errs := parsePrefixes(cidrs, at.Child("cidrs"))
	if len(cidrs) == 0 {
		errs = append(errs, field.Required(at.Child("cidrs"), "an empty list is no destination"))
	}
	if len(ports) == 0 {
		errs = append(errs, field.Required(at.Child("ports"), "an empty list would mean every port"))
	}
	d := Destination{Name: name, Prefixes: prefixes}
	for _, p := range ports {
		d.Ports = append(d.Ports, int32(p))
	}
	slices.Sort(d.Ports)
	return d, errs
}

// granted says whether every address on every port is within some grant.
func granted(d Destination, grants []Destination) bool {
	for _, prefix := range d.Prefixes {
		for _, port := range d.Ports {
			if !slices.ContainsFunc(grants, func(g Destination) bool { return covers(g, prefix, port) }) {
				return false
			}
		}
	}
	return len(d.Prefixes) > 0 && len(d.Ports) > 0
}

func covers(grant Destination, prefix netip.Prefix, port int32) bool {
	return slices.Contains(grant.Ports, port) && slices.ContainsFunc(grant.Prefixes, func(g netip.Prefix) bool {
		return g.Bits() <= prefix.Bits() && g.Contains(prefix.Addr())
	})
}
