package compliance

import (
	"fmt"
	"net/netip"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func networkEgressAllowlistControl() Control {
	return Control{
		ID: "network.egress-allowlist", Group: GroupNetwork, Severity: hustingsv1alpha1.SeverityCritical, Blocking: true,
		Title:       "The pods reach only DNS and destinations that the class grants, never metadata services",
		Remediation: "Ask only for destinations within the class's spec.network.egress, or have the platform team grant them; remove other NetworkPolicies that select the pods.",
		Check:       networkEgressAllowlist,
	}
}

func networkEgressAllowlist(in Input) Outcome {
	v := in.objects()
	if out, bad := v.unreadable(kindNetworkPolicy); bad {
		return out
	}
	grants := grantsOf(in.Facts.Class)
	out := in.eachDeployment(func(d child[*appsv1.Deployment]) []Finding {
		var findings []Finding
		rules := 0
		for _, p := range policiesOn(v, d, networkingv1.PolicyTypeEgress) {
			for i, rule := range p.obj.Spec.Egress {
				rules++
				findings = append(findings, egressRule(in, grants, p, fmt.Sprintf("spec.egress[%d]", i), rule)...)
			}
		}
		if rules == 0 {
			findings = append(findings, found(d.ref, "spec.template.metadata.labels",
				"missing: a NetworkPolicy that lets the site's pods reach DNS, and nothing that is not granted"))
		}
		return findings
	})
	if out.Result == hustingsv1alpha1.ResultError {
		return out
	}
	for i, rule := range in.Site.Spec.Egress {
		if !grantedAll(grants, rule) {
			out.Findings = append(out.Findings, asked(fmt.Sprintf("spec.egress[%d]", i), "the class grants no egress to all of %q", rule.Name))
		}
	}
	return judged(out.Findings)
}

func egressRule(in Input, grants []destination, p child[*networkingv1.NetworkPolicy], at string, rule networkingv1.NetworkPolicyEgressRule) []Finding {
	if len(rule.To) == 0 {
		return []Finding{found(p.ref, at+".to", "the rule names no destination, which means everything")}
	}
	if len(rule.Ports) == 0 {
		return []Finding{found(p.ref, at+".ports", "the rule names no port, which means every port")}
	}
	var findings []Finding
	for i, peer := range rule.To {
		to := fmt.Sprintf("%s.to[%d]", at, i)
		switch {
		case peer.IPBlock != nil:
			findings = append(findings, egressBlock(in, grants, p, to, *peer.IPBlock, rule.Ports)...)
		case !podsWithin(peer, in.Facts.Class.Spec.Network.DNS):
			findings = append(findings, found(p.ref, to, "the rule reaches pods other than the class's DNS"))
		case slices.ContainsFunc(rule.Ports, func(port networkingv1.NetworkPolicyPort) bool { return !isDNSPort(port) }):
			findings = append(findings, found(p.ref, at+".ports", "the rule reaches the DNS pods on more than port 53").apart(to))
		}
	}
	return findings
}

func isDNSPort(p networkingv1.NetworkPolicyPort) bool {
	return p.Port != nil && p.Port.Type == intstr.Int && p.Port.IntVal == 53 && p.EndPort == nil &&
		(protocolOf(p) == corev1.ProtocolUDP || protocolOf(p) == corev1.ProtocolTCP)
}

// egressBlock judges a range of addresses: granted by the class, asked for by the site, and without what is always
// denied.
func egressBlock(in Input, grants []destination, p child[*networkingv1.NetworkPolicy], at string, block networkingv1.IPBlock, ports []networkingv1.NetworkPolicyPort) []Finding {
	prefix, err := netip.ParsePrefix(block.CIDR)
	if err != nil || prefix.Addr().Is4In6() {
		return []Finding{found(p.ref, at+".ipBlock.cidr", "the range cannot be read")}
	}
	var findings []Finding
	requests := requestsOf(in.Site)
	for i, port := range ports {
		if port.Port == nil || port.Port.Type != intstr.Int || port.EndPort != nil || protocolOf(port) != corev1.ProtocolTCP ||
			!covered(grants, prefix, port.Port.IntVal) || !covered(requests, prefix, port.Port.IntVal) {
			findings = append(findings, found(p.ref, at+".ipBlock",
				"the range %s on port [%d] of the rule is not both granted by the class and asked for in spec.egress", block.CIDR, i).apart(fmt.Sprint(i)))
		}
	}
	for _, denied := range deniedPrefixes(in.Facts.Class) {
		if denied.Overlaps(prefix) && !excepted(block, denied) {
			findings = append(findings, found(p.ref, at+".ipBlock.except", "the range %s reaches %s, which is never to be reached", block.CIDR, denied).apart(denied.String()))
		}
	}
	return findings
}

// excepted says whether a block's exceptions cut out all of what is denied.
func excepted(block networkingv1.IPBlock, denied netip.Prefix) bool {
	return slices.ContainsFunc(block.Except, func(except string) bool {
		e, err := netip.ParsePrefix(except)
		return err == nil && contains(e, denied)
	})
}

// contains says whether all of b is within a.
func contains(a, b netip.Prefix) bool { return a.Bits() <= b.Bits() && a.Contains(b.Addr()) }
