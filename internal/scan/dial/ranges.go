package dial

import "net/netip"

// block is a prefix and what it is for.
type block struct {
	prefix netip.Prefix
	why    string
}

func in(blocks []block, addr netip.Addr) string {
	for _, b := range blocks {
		if b.prefix.Contains(addr) {
			return b.why
		}
	}
	return ""
}

// never holds what nobody may allow: from these a node's credentials can be read, or they are no single host.
func never() []block {
	return append(metadata(),
		block{netip.MustParsePrefix("fec0::/10"), "site-local"},
		block{netip.MustParsePrefix("224.0.0.0/4"), "multicast"},
		block{netip.MustParsePrefix("ff00::/8"), "multicast"},
		block{netip.MustParsePrefix("240.0.0.0/4"), "reserved or broadcast"},
	)
}

// metadata holds where clouds serve a node's credentials, the host itself, and tunnels that may lead to either. Sites reach
// none of it either.
func metadata() []block {
	return []block{
		{netip.MustParsePrefix("169.254.0.0/16"), "link-local, where clouds serve credentials"},
		{netip.MustParsePrefix("fe80::/10"), "link-local"},
		{netip.MustParsePrefix("fd00:c1::/32"), "metadata of a cloud"},
		{netip.MustParsePrefix("fd00:ec2::/32"), "metadata of a cloud"},
		{netip.MustParsePrefix("fd20:ce::/32"), "metadata of a cloud"},
		{netip.MustParsePrefix("100.100.100.200/32"), "metadata of a cloud"},
		{netip.MustParsePrefix("168.63.129.16/32"), "metadata of a cloud"},
		{netip.MustParsePrefix("192.0.0.0/24"), "set aside for protocols and metadata"},
		{netip.MustParsePrefix("0.0.0.0/8"), "this host"},
		{netip.MustParsePrefix("::/128"), "this host"},
		// What these two carry can be read in more than one way.
		{netip.MustParsePrefix("64:ff9b:1::/48"), "local-use address translation"},
		{netip.MustParsePrefix("2001::/32"), "Teredo tunnel"},
	}
}

// inside holds what is routed within an organisation, and what should not be routed at all.
func inside() []block {
	return []block{
		{netip.MustParsePrefix("10.0.0.0/8"), "private"},
		{netip.MustParsePrefix("172.16.0.0/12"), "private"},
		{netip.MustParsePrefix("192.168.0.0/16"), "private"},
		{netip.MustParsePrefix("fc00::/7"), "private (unique local)"},
		{netip.MustParsePrefix("100.64.0.0/10"), "private (shared by a carrier)"},
		{netip.MustParsePrefix("198.18.0.0/15"), "reserved for benchmarks"},
		{netip.MustParsePrefix("192.0.2.0/24"), "reserved for documentation"},
		{netip.MustParsePrefix("198.51.100.0/24"), "reserved for documentation"},
		{netip.MustParsePrefix("203.0.113.0/24"), "reserved for documentation"},
		{netip.MustParsePrefix("2001:db8::/32"), "reserved for documentation"},
		{netip.MustParsePrefix("3fff::/20"), "reserved for documentation"},
		{netip.MustParsePrefix("100::/64"), "reserved for discarding"},
	}
}

// global holds what else is left of IPv6, and NAT64, behind which nodes without IPv4 see the rest of the world.
func global() []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix("2000::/3"), nat64()} }

func nat64() netip.Prefix { return netip.MustParsePrefix("64:ff9b::/96") }

// embedded is the IPv4 address that a gateway would make of an IPv6 one: NAT64, 6to4 and ISATAP. The forms that were given
// up are not global and do not get as far as here.
func embedded(addr netip.Addr) (netip.Addr, bool) {
	if !addr.Is6() {
		return netip.Addr{}, false
	}
	b := addr.As16()
	const v4 = 4
	at := -1
	switch {
	case netip.MustParsePrefix("2002::/16").Contains(addr):
		at = 2
	case nat64().Contains(addr):
		at = 12
	case b[8]&^0x02 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe:
		at = 12
	}
	if at < 0 {
		return netip.Addr{}, false
	}
	return netip.AddrFrom4([v4]byte(b[at : at+v4])), true
}
