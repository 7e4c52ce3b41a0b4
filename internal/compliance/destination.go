package compliance

import (
	"net/netip"
	"slices"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// destination is a set of addresses and TCP ports.
type destination struct {
	prefixes []netip.Prefix
	ports    []hustingsv1alpha1.Port
}

func grantsOf(class *hustingsv1alpha1.SiteClass) []destination {
	out := make([]destination, 0, len(class.Spec.Network.Egress))
	for _, g := range class.Spec.Network.Egress {
		out = append(out, destination{prefixesOf(g.CIDRs), g.Ports})
	}
	return out
}

func requestsOf(site *hustingsv1alpha1.CampaignSite) []destination {
	out := make([]destination, 0, len(site.Spec.Egress))
	for _, r := range site.Spec.Egress {
		out = append(out, destination{prefixesOf(r.CIDRs), r.Ports})
	}
	return out
}

// prefixesOf parses ranges. One that cannot be parsed grants nothing.
func prefixesOf(cidrs []hustingsv1alpha1.CIDR) []netip.Prefix {
	out := make([]netip.Prefix, 0, len(cidrs))
	for _, c := range cidrs {
		if p, err := netip.ParsePrefix(string(c)); err == nil && !p.Addr().Is4In6() {
			out = append(out, p.Masked())
		}
	}
	return out
}

// covered says whether one of the destinations has all of a range, and a port.
func covered(in []destination, prefix netip.Prefix, port int32) bool {
	return slices.ContainsFunc(in, func(d destination) bool {
		return slices.Contains(d.ports, hustingsv1alpha1.Port(port)) &&
			slices.ContainsFunc(d.prefixes, func(p netip.Prefix) bool { return contains(p, prefix) })
	})
}

// grantedAll says whether every range of a request, on every of its ports, is granted.
func grantedAll(grants []destination, rule hustingsv1alpha1.EgressRule) bool {
	prefixes := prefixesOf(rule.CIDRs)
	for _, prefix := range prefixes {
		for _, port := range rule.Ports {
			if !covered(grants, prefix, int32(port)) {
				return false
			}
		}
	}
	return len(prefixes) == len(rule.CIDRs) && len(prefixes) > 0 && len(rule.Ports) > 0
}

// deniedPrefixes are never reached by a site: the class's own, "this network", loopback, link-local, the metadata services
// of clouds, and IPv4 by way of IPv6, which would reach all of these under another name.
// Sources: https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry, RFC 4291, RFC 6052,
// RFC 8215, RFC 4380, RFC 3056, and what the clouds say of their metadata services.
func deniedPrefixes(class *hustingsv1alpha1.SiteClass) []netip.Prefix {
	return append(prefixesOf(class.Spec.Network.DeniedCIDRs),
		netip.PrefixFrom(netip.AddrFrom4([4]byte{0}), 8),
		netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 100, 100, 200}), 32), // Alibaba
		netip.PrefixFrom(netip.AddrFrom4([4]byte{127}), 8),
		netip.PrefixFrom(netip.AddrFrom4([4]byte{168, 63, 129, 16}), 32), // Azure
		netip.PrefixFrom(netip.AddrFrom4([4]byte{169, 254}), 16),
		netip.PrefixFrom(netip.AddrFrom4([4]byte{192}), 24),                                  // Oracle's is 192.0.0.192
		netip.PrefixFrom(netip.IPv6Unspecified(), 64),                                        // with loopback, and IPv4 in several forms
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0x00, 0x64, 0xff, 0x9b}), 96),             // NAT64
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}), 48), // NAT64 of one's own
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x01}), 32),                         // Teredo
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x02}), 16),                         // 6to4
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0xfd, 0x00, 0x00, 0xc1}), 32),             // Oracle
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0xfd, 0x00, 0x0e, 0xc2}), 32),             // AWS
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0xfd, 0x20, 0x00, 0xce}), 32),             // Google
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0xfe, 0x80}), 10),
	)
}
