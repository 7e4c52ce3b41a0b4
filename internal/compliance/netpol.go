package compliance

import (
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// policiesOn are the policies that select the pods of a Deployment. They add up: what one of them allows is allowed.
func policiesOn(v *view, d child[*appsv1.Deployment], direction networkingv1.PolicyType) []child[*networkingv1.NetworkPolicy] {
	var out []child[*networkingv1.NetworkPolicy]
	for _, p := range v.policies {
		if p.ref.Namespace == d.ref.Namespace && governs(p.obj, direction) && selects(&p.obj.Spec.PodSelector, d.obj.Spec.Template.Labels) {
			out = append(out, p)
		}
	}
	return out
}

// governs says whether a policy restricts a direction. Without policyTypes it restricts ingress, and egress where it has
// egress rules (https://kubernetes.io/docs/concepts/services-networking/network-policies/).
func governs(p *networkingv1.NetworkPolicy, direction networkingv1.PolicyType) bool {
	if len(p.Spec.PolicyTypes) == 0 {
		return direction == networkingv1.PolicyTypeIngress || len(p.Spec.Egress) > 0
	}
	return slices.Contains(p.Spec.PolicyTypes, direction)
}

// selects says whether a selector that is there selects labels; one that cannot be parsed selects nothing.
func selects(s *metav1.LabelSelector, set map[string]string) bool {
	if s == nil || !hasAll(set, s.MatchLabels) {
		return false
	}
	requirements, ok := expressions(s)
	return ok && !slices.ContainsFunc(requirements, func(r labels.Requirement) bool { return !r.Matches(labels.Set(set)) })
}

// hasAll says whether labels hold all of some others.
func hasAll(set, wanted map[string]string) bool {
	for key, value := range wanted {
		if has, ok := set[key]; !ok || has != value {
			return false
		}
	}
	return true
}

// expressions are a selector's expressions, parsed; false, they cannot be. Most selectors have none, and parsing is most of
// what a selector costs.
func expressions(s *metav1.LabelSelector) (labels.Requirements, bool) {
	if len(s.MatchExpressions) == 0 {
		return nil, true
	}
	selector, err := metav1.LabelSelectorAsSelector(&metav1.LabelSelector{MatchExpressions: s.MatchExpressions})
	if err != nil {
		return nil, false
	}
	return selector.Requirements()
}

// podsWithin says whether a peer means pods that are all among those of a class's peer: it asks for everything that the
// class's peer asks for, and names its namespaces.
func podsWithin(peer networkingv1.NetworkPolicyPeer, allowed hustingsv1alpha1.PodPeer) bool {
	if peer.IPBlock != nil || peer.NamespaceSelector == nil {
		return false
	}
	pods := peer.PodSelector
	if pods == nil {
		pods = &metav1.LabelSelector{}
	}
	return !isEmptySelector(peer.NamespaceSelector) && !isEmptySelector(&allowed.NamespaceSelector) &&
		narrower(peer.NamespaceSelector, &allowed.NamespaceSelector) && narrower(pods, &allowed.PodSelector)
}

func isEmptySelector(s *metav1.LabelSelector) bool {
	return len(s.MatchLabels)+len(s.MatchExpressions) == 0
}

// narrower says whether a asks for everything that b asks for. Requirements are joined by "and", so more of them select
// less.
func narrower(a, b *metav1.LabelSelector) bool {
	if !hasAll(a.MatchLabels, b.MatchLabels) {
		return false
	}
	has, ok := expressions(a)
	wants, parsed := expressions(b)
	if !ok || !parsed {
		return false
	}
	for _, want := range wants {
		if !slices.ContainsFunc(has, func(r labels.Requirement) bool { return r.Equal(want) }) {
			return false
		}
	}
	return true
}

// protocolOf is the protocol of a port of a policy; absent, TCP.
func protocolOf(p networkingv1.NetworkPolicyPort) corev1.Protocol {
	if p.Protocol == nil {
		return corev1.ProtocolTCP
	}
	return *p.Protocol
}
