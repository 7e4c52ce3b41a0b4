package render

import (
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/hustings/hustings/internal/intent"
)

const dnsPort = 53

// DenyPolicy denies all traffic of the site's pods, both ways. It stands by itself, so that a mistake in another policy
// can never take the denial away.
func DenyPolicy(s intent.Site) *networkingv1.NetworkPolicy {
	return policy(s, "-deny", networkingv1.NetworkPolicySpec{
		PodSelector: podSelector(s),
		PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress},
	})
}

// IngressPolicy lets the edge's pods, monitoring and the operator reach the site's port, and nobody else.
func IngressPolicy(s intent.Site) *networkingv1.NetworkPolicy {
	from := []networkingv1.NetworkPolicyPeer{peer(s.Network.EdgePods), operatorPeer()}
	for _, p := range s.Network.Monitoring {
		from = append(from, peer(p))
	}
	return policy(s, "-ingress", networkingv1.NetworkPolicySpec{
		PodSelector: podSelector(s),
		PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress},
		Ingress: []networkingv1.NetworkPolicyIngressRule{{
			From:  from,
			Ports: []networkingv1.NetworkPolicyPort{port(corev1.ProtocolTCP, s.Port)},
		}},
	})
}

// EgressPolicy lets the site's pods ask the cluster's DNS pods and call the granted destinations, one rule each, with
// the denied ranges cut out.
func EgressPolicy(s intent.Site) *networkingv1.NetworkPolicy {
	rules := []networkingv1.NetworkPolicyEgressRule{{
		To: []networkingv1.NetworkPolicyPeer{peer(s.Network.DNS)},
		Ports: []networkingv1.NetworkPolicyPort{
			port(corev1.ProtocolUDP, dnsPort), port(corev1.ProtocolTCP, dnsPort),
		},
	}}
	for _, d := range s.Network.Egress {
		if rule, ok := egressRule(d, s.Network.Denied); ok {
			rules = append(rules, rule)
		}
	}
	return policy(s, "-egress", networkingv1.NetworkPolicySpec{
		PodSelector: podSelector(s),
		PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeEgress},
		Egress:      rules,
	})
}

// egressRule is false where nothing is left of the destination: a rule with an empty list of peers would mean everybody.
func egressRule(d intent.Destination, denied []netip.Prefix) (networkingv1.NetworkPolicyEgressRule, bool) {
	var rule networkingv1.NetworkPolicyEgressRule
	for _, prefix := range d.Prefixes {
		block := &networkingv1.IPBlock{CIDR: prefix.String()}
		swallowed := false
		for _, no := range denied {
			switch {
			case !no.Overlaps(prefix):
			case no.Bits() <= prefix.Bits():
				swallowed = true
			default:
				block.Except = append(block.Except, no.String())
			}
		}
		if !swallowed {
			rule.To = append(rule.To, networkingv1.NetworkPolicyPeer{IPBlock: block})
		}
	}
	for _, p := range d.Ports {
		rule.Ports = append(rule.Ports, port(corev1.ProtocolTCP, p))
	}
	return rule, len(rule.To) > 0 && len(rule.Ports) > 0
}

func policy(s intent.Site, suffix string, spec networkingv1.NetworkPolicySpec) *networkingv1.NetworkPolicy {
	return &networkingv1.NetworkPolicy{
		TypeMeta:   typeMeta(networkingv1.SchemeGroupVersion, "NetworkPolicy"),
		ObjectMeta: meta(s, suffix),
		Spec:       spec,
	}
}

// peer needs both selectors in one element: in two elements they would be alternatives.
func peer(p intent.Peer) networkingv1.NetworkPolicyPeer {
	return networkingv1.NetworkPolicyPeer{NamespaceSelector: p.Namespaces.DeepCopy(), PodSelector: p.Pods.DeepCopy()}
}

func operatorPeer() networkingv1.NetworkPolicyPeer {
	return networkingv1.NetworkPolicyPeer{
		NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{labelNamespaceName: OperatorNamespace}},
		PodSelector:       &metav1.LabelSelector{MatchLabels: map[string]string{"app.kubernetes.io/name": "hustings"}},
	}
}

func port(protocol corev1.Protocol, number int32) networkingv1.NetworkPolicyPort {
	return networkingv1.NetworkPolicyPort{Protocol: ptr.To(protocol), Port: ptr.To(intstr.FromInt32(number))}
}
