package dial

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/plan"
	"github.com/hustings/hustings/test/fixture"
)

// TestSitesReachNoMetadataEither holds together three lists that share no code: what this package never connects to, what
// is cut out of a site's policies, and what the judge of those policies looks for.
func TestSitesReachNoMetadataEither(t *testing.T) {
	t.Parallel()
	ranges := []netip.Prefix{
		netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"),
		// What carries an IPv4 address: NAT64, 6to4, IPv4-compatible and IPv4-translated.
		netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b::a9fe:a9fe/128"),
		netip.MustParsePrefix("2002:a9fe::/32"), netip.MustParsePrefix("2002:6464:64c8::/48"), netip.MustParsePrefix("2002:7f00::/24"),
		netip.MustParsePrefix("::/96"), netip.MustParsePrefix("::ffff:0:0:0/96"),
	}
	for _, b := range metadata() {
		ranges = append(ranges, b.prefix)
	}
	for _, prefix := range ranges {
		t.Run(prefix.String(), func(t *testing.T) {
			t.Parallel()
			checkCut(t, prefix)
			checkJudged(t, prefix.Addr())
			checkJudged(t, lastOf(prefix))
		})
	}
}

// greedy is a site that asks for a range, and a world in which the class grants all.
func greedy(prefix netip.Prefix) (*hustingsv1alpha1.CampaignSite, facts.Snapshot) {
	site, class := fixture.Site(), fixture.Class()
	site.Spec.Egress[0].CIDRs = []hustingsv1alpha1.CIDR{hustingsv1alpha1.CIDR(prefix.String())}
	class.Spec.Network.Egress[0].CIDRs = []hustingsv1alpha1.CIDR{"0.0.0.0/0", "::/0"}
	class.Spec.Network.DeniedCIDRs = nil
	return site, fixture.Snapshot(site, class)
}

// egressOf is the policy of a plan that opens something.
func egressOf(t *testing.T, p plan.Plan) *networkingv1.NetworkPolicy {
	t.Helper()
	for _, o := range p.Objects {
		if policy, ok := o.(*networkingv1.NetworkPolicy); ok && strings.HasSuffix(policy.Name, "-egress") {
			return policy
		}
	}
	t.Fatal("there is no policy for what goes out", p.Errors)
	return nil
}

// checkCut requires that nothing is left of a range that a site asks for.
func checkCut(t *testing.T, prefix netip.Prefix) {
	t.Helper()
	if rules := egressOf(t, plan.Build(greedy(prefix))).Spec.Egress; len(rules) != 1 || rules[0].To[0].IPBlock != nil {
		t.Errorf("%s is opened: %v", prefix, rules)
	}
}

// checkJudged requires that a policy which opens an address is found out.
func checkJudged(t *testing.T, addr netip.Addr) {
	t.Helper()
	prefix := netip.PrefixFrom(addr, addr.BitLen())
	site, snapshot := greedy(prefix)
	p := plan.Build(site, snapshot)
	policy := egressOf(t, p)
	policy.Spec.Egress = append(policy.Spec.Egress, networkingv1.NetworkPolicyEgressRule{
		To:    []networkingv1.NetworkPolicyPeer{{IPBlock: &networkingv1.IPBlock{CIDR: prefix.String()}}},
		Ports: policy.Spec.Egress[0].Ports,
	})
	for _, v := range compliance.Evaluate(compliance.Input{Phase: compliance.Planned, Site: site, Facts: snapshot, Objects: p.Objects}) {
		if v.Control.ID == "network.egress-allowlist" && !slices.ContainsFunc(v.Findings, func(f compliance.Finding) bool {
			return strings.Contains(f.Message, "never to be reached")
		}) {
			t.Errorf("%s is open, and nobody says so: %s %v", prefix, v.Result, v.Findings)
		}
	}
}

// lastOf is the last address of a range.
func lastOf(prefix netip.Prefix) netip.Addr {
	b := prefix.Addr().AsSlice()
	for i := prefix.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	addr, _ := netip.AddrFromSlice(b)
	return addr
}
