package dial

import (
	"fmt"
	"net"
	"net/netip"
	"time"
)

// Policy says which addresses may be connected to. The zero policy allows public addresses only.
type Policy struct {
	// AllowLoopback allows 127.0.0.0/8 and ::1.
	AllowLoopback bool
	// AllowPrivate allows what is routed within an organisation: RFC 1918, RFC 6598, unique local and reserved addresses.
	AllowPrivate bool
	// Allow lists prefixes that are allowed although they are private or loopback.
	Allow []netip.Prefix
	// Deny lists prefixes that are not allowed, such as the nodes' and the API server's. It outweighs all that allows.
	Deny []netip.Prefix
	// Timeout bounds each wait: for the connection, for TLS, for the headers, for the next bytes. Zero, 30 seconds.
	Timeout time.Duration
	// Resolver resolves names; nil, the system's.
	Resolver *net.Resolver
}

// DeniedError is the error of an address that the policy does not allow.
type DeniedError struct {
	Addr netip.Addr
	// Why says what the address is.
	Why string
}

// Error says which address and why.
func (e *DeniedError) Error() string {
	return fmt.Sprintf("address %s is not allowed: %s", e.Addr, e.Why)
}

// Check says whether an address may be connected to. An IPv6 address that carries an IPv4 address must pass as both.
func (p Policy) Check(addr netip.Addr) error {
	addr = addr.WithZone("").Unmap()
	if why := p.objection(addr); why != "" {
		return &DeniedError{Addr: addr, Why: why}
	}
	inner, ok := embedded(addr)
	if !ok {
		return nil
	}
	if why := p.objection(inner); why != "" {
		return &DeniedError{Addr: addr, Why: fmt.Sprintf("it stands for %s: %s", inner, why)}
	}
	return nil
}

// objection is what speaks against an address, if anything does.
func (p Policy) objection(addr netip.Addr) string {
	if !addr.IsValid() {
		return "it is no address"
	}
	if why := in(never(), addr); why != "" {
		return why
	}
	if contains(p.Deny, addr) {
		return "it is denied here"
	}
	if contains(p.Allow, addr) {
		return ""
	}
	if addr.IsLoopback() {
		if p.AllowLoopback {
			return ""
		}
		return "loopback"
	}
	if why := in(inside(), addr); why != "" {
		if p.AllowPrivate {
			return ""
		}
		return why
	}
	if addr.Is6() && !contains(global(), addr) {
		return "not a global unicast address"
	}
	return ""
}

// contains compares the prefixes as Check does the address: an IPv4 address that is written as an IPv6 one is the same.
func contains(prefixes []netip.Prefix, addr netip.Addr) bool {
	const mapped = 96
	for _, prefix := range prefixes {
		if prefix.Addr().Is4In6() && prefix.Bits() >= mapped {
			prefix = netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-mapped)
		}
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}
