package dial_test

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/hustings/hustings/internal/scan/dial"
)

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}

func TestPolicyCheck(t *testing.T) {
	t.Parallel()
	none := dial.Policy{}
	all := dial.Policy{AllowLoopback: true, AllowPrivate: true, Allow: prefixes("0.0.0.0/0", "::/0")}
	for name, c := range map[string]struct {
		policy dial.Policy
		addrs  []string
		ok     bool
	}{
		"public addresses are allowed": {none, []string{
			"1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1",
		}, true},
		"loopback is not allowed unless told": {none, []string{
			"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "64:ff9b::127.0.0.1", "2002:7f00:1::1",
		}, false},
		"private addresses are not allowed unless told": {none, []string{
			"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.255.255", "fc00::1", "fd12:3456::1",
			"::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2a00:1::5efe:10.0.0.1", "2a00:1::200:5efe:10.0.0.1",
			"198.18.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "100::1", "3fff::1",
		}, false},
		"what belongs to no network is not allowed": {none, []string{
			"::127.0.0.1", "::1.1.1.1", "::ffff:0:1.1.1.1", "4000::1", "1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "64:ff9b:1::1.1.1.1",
		}, false},
		"metadata and link-local addresses are never allowed": {all, []string{
			"169.254.169.254", "169.254.170.2", "169.254.0.1", "::ffff:169.254.169.254", "64:ff9b::169.254.169.254", "64:ff9b::a9fe:a9fe",
			"2002:a9fe:a9fe::1", "fd00:ec2::254", "fd00:c1::a9fe:a9fe", "fd20:ce::254", "fe80::1", "fe80::a9fe:a9fe", "fe80::1%eth0", "fec0::1", "100.100.100.200",
			"168.63.129.16", "192.0.0.192", "2a00:1::5efe:169.254.169.254",
		}, false},
		"what is no single host is never allowed": {all, []string{
			"0.0.0.0", "0.1.2.3", "::", "::ffff:0.0.0.0", "224.0.0.1", "239.255.255.255", "255.255.255.255", "240.0.0.1", "ff02::1", "ff05::2",
			"64:ff9b::0.0.0.0",
		}, false},
		"loopback is allowed when told": {dial.Policy{AllowLoopback: true}, []string{"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}, true},
		"loopback is not private":       {dial.Policy{AllowPrivate: true}, []string{"127.0.0.1", "::1"}, false},
		"private is not loopback":       {dial.Policy{AllowLoopback: true}, []string{"10.0.0.1", "fd12::1"}, false},
		"private addresses are allowed when told": {dial.Policy{AllowPrivate: true}, []string{
			"10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "fd12::1", "64:ff9b::10.0.0.1", "203.0.113.1",
		}, true},
		"a listed prefix is allowed": {dial.Policy{Allow: prefixes("10.1.0.0/16", "fd12::/16", "127.0.0.1/32")}, []string{
			"10.1.2.3", "fd12::1", "127.0.0.1", "::ffff:10.1.2.3",
		}, true},
		"what is beside a listed prefix is not allowed": {dial.Policy{Allow: prefixes("10.1.0.0/16")}, []string{"10.2.0.1", "127.0.0.1"}, false},
		"a denied prefix outweighs all that allows": {
			dial.Policy{AllowPrivate: true, Allow: prefixes("10.0.0.0/8"), Deny: prefixes("10.0.5.0/24", "8.8.8.0/24", "2606:4700::/32", "::ffff:9.9.9.0/120")},
			[]string{"10.0.5.1", "::ffff:10.0.5.1", "64:ff9b::10.0.5.1", "8.8.8.8", "64:ff9b::8.8.8.8", "2606:4700::1111", "9.9.9.9"}, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, text := range c.addrs {
				err := c.policy.Check(netip.MustParseAddr(text))
				if (err == nil) != c.ok {
					t.Errorf("%s: got %v, want allowed %t", text, err, c.ok)
				}
				var denied *dial.DeniedError
				if err != nil && (!errors.As(err, &denied) || denied.Why == "") {
					t.Errorf("%s: no reason in %#v", text, err)
				}
			}
		})
	}
}

func TestPolicyCheckRefusesNoAddress(t *testing.T) {
	t.Parallel()
	if err := (dial.Policy{AllowLoopback: true, AllowPrivate: true}).Check(netip.Addr{}); err == nil {
		t.Error("the zero address is allowed")
	}
}
