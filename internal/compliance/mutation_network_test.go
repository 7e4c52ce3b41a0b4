package compliance

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

func ingressMutations() []mutation {
	const id = "network.ingress-edge-only"
	rule := func(f *fixture) *networkingv1.NetworkPolicyIngressRule { return &f.ingress.Spec.Ingress[0] }
	return []mutation{
		{control: "network.default-deny", name: "missing", breaks: func(f *fixture) { f.remove(f.deny) }},
		{control: "network.default-deny", name: "of one direction", breaks: func(f *fixture) { f.deny.Spec.PolicyTypes = f.deny.Spec.PolicyTypes[:1] }},
		{control: "network.default-deny", name: "of other pods", breaks: func(f *fixture) {
			f.deny.Spec.PodSelector.MatchLabels = map[string]string{"app.kubernetes.io/name": "other"}
		}},
		{control: "network.default-deny", name: "in another namespace", breaks: func(f *fixture) { f.deny.Namespace = "bob" }},
		{control: id, name: "missing", breaks: func(f *fixture) { f.remove(f.ingress) }},
		{control: id, name: "from everybody", breaks: func(f *fixture) { rule(f).From = nil }},
		{control: id, name: "on every port", breaks: func(f *fixture) { rule(f).Ports = nil }},
		{control: id, name: "on another port", breaks: func(f *fixture) { rule(f).Ports[0].Port = new(intstr.FromInt32(22)) }},
		{control: id, name: "on a range of ports", breaks: func(f *fixture) { rule(f).Ports[0].EndPort = new(int32(9000)) }},
		{control: id, name: "by another protocol", breaks: func(f *fixture) { rule(f).Ports[0].Protocol = new(corev1.ProtocolUDP) }},
		{control: id, name: "on a name that no container has", breaks: func(f *fixture) { rule(f).Ports[0].Port = new(intstr.FromString("admin")) }},
		{control: id, name: "from addresses", breaks: func(f *fixture) {
			rule(f).From[0] = networkingv1.NetworkPolicyPeer{IPBlock: &networkingv1.IPBlock{CIDR: "0.0.0.0/0"}}
		}},
		{control: id, name: "from every namespace", breaks: func(f *fixture) { rule(f).From[0].NamespaceSelector = &metav1.LabelSelector{} }},
		{control: id, name: "from the site's namespace", breaks: func(f *fixture) { rule(f).From[0].NamespaceSelector = nil }},
		{control: id, name: "from another namespace", breaks: func(f *fixture) {
			rule(f).From[0].NamespaceSelector.MatchLabels = map[string]string{corev1.LabelMetadataName: "bob"}
		}},
		{control: id, name: "wider than the class's peer", breaks: func(f *fixture) {
			f.class.Spec.Edge.Pods.PodSelector.MatchLabels = map[string]string{"app.kubernetes.io/name": "traefik"}
		}},
		{control: id, name: "by a policy of somebody else", breaks: func(f *fixture) {
			other := f.ingress.DeepCopy()
			other.Name, other.Spec.PolicyTypes, other.Spec.PodSelector = "theirs", nil, metav1.LabelSelector{}
			other.Spec.Ingress[0].From = nil
			f.add(other)
		}},
		{control: id, name: "a port of every node", breaks: func(f *fixture) { f.service.Spec.Type = corev1.ServiceTypeNodePort }},
		{control: id, name: "external addresses", breaks: func(f *fixture) { f.service.Spec.ExternalIPs = []string{"192.0.2.9"} }},
	}
}

func egressMutations() []mutation {
	const id = "network.egress-allowlist"
	rule := func(f *fixture, i int) *networkingv1.NetworkPolicyEgressRule { return &f.egress.Spec.Egress[i] }
	// reach has the site ask for a range, the class grant all, and the policy open it as it is.
	reach := func(cidr string, except ...string) func(*fixture) {
		return func(f *fixture) {
			f.spec().Egress[0].CIDRs = []hustingsv1alpha1.CIDR{hustingsv1alpha1.CIDR(cidr)}
			f.class.Spec.Network.Egress[0].CIDRs = []hustingsv1alpha1.CIDR{"0.0.0.0/0", "::/0"}
			rule(f, 1).To[0].IPBlock = &networkingv1.IPBlock{CIDR: cidr, Except: except}
		}
	}
	return []mutation{
		{control: id, name: "missing", breaks: func(f *fixture) { f.remove(f.egress) }},
		{control: id, name: "to everything", breaks: func(f *fixture) { rule(f, 0).To = nil }},
		{control: id, name: "on every port", breaks: func(f *fixture) { rule(f, 0).Ports = nil }},
		{control: id, name: "to DNS on another port", breaks: func(f *fixture) { rule(f, 0).Ports[0].Port = new(intstr.FromInt32(443)) }},
		{control: id, name: "to all pods of the DNS namespace", breaks: func(f *fixture) { rule(f, 0).To[0].PodSelector = nil }},
		{control: id, name: "to DNS pods of every namespace", breaks: func(f *fixture) { rule(f, 0).To[0].NamespaceSelector = nil }},
		{control: id, name: "beyond what is asked for", breaks: func(f *fixture) { rule(f, 1).To[0].IPBlock.CIDR = "192.0.2.0/24" }},
		{control: id, name: "on a port that is not granted", breaks: func(f *fixture) { rule(f, 1).Ports[0].Port = new(intstr.FromInt32(22)) }},
		{control: id, name: "by another protocol", breaks: func(f *fixture) { rule(f, 1).Ports[0].Protocol = new(corev1.ProtocolUDP) }},
		{control: id, name: "a denied range is not cut out", breaks: func(f *fixture) { rule(f, 1).To[0].IPBlock.Except = nil }},
		{control: id, name: "half a denied range is cut out", breaks: func(f *fixture) {
			f.class.Spec.Network.DeniedCIDRs[1] = "192.0.2.8/31"
		}},
		{control: id, name: "the metadata service", breaks: reach("169.254.169.254/32")},
		{control: id, name: "all of IPv4", breaks: reach("0.0.0.0/0", "10.0.0.0/16", "192.0.2.8/32", "127.0.0.0/8", "0.0.0.0/8")},
		{control: id, name: "the metadata service over IPv6", breaks: reach("fd00::/8")},
		{control: id, name: "link-local IPv6", breaks: reach("fe80::/16")},
		{control: id, name: "loopback IPv6", breaks: reach("::/64")},
		{control: id, name: "the metadata service of another cloud", breaks: reach("100.100.100.200/32")},
		{control: id, name: "IPv4 by way of NAT64", breaks: reach("64:ff9b::/32")},
		{control: id, name: "IPv4 by way of 6to4", breaks: reach("2002:a9fe::/32")},
		{control: id, name: "not a range", breaks: func(f *fixture) { rule(f, 1).To[0].IPBlock.CIDR = "example.org" }},
		{control: id, name: "asked for and not granted", cause: "spec.egress[1]", breaks: func(f *fixture) {
			f.spec().Egress = append(f.spec().Egress, hustingsv1alpha1.EgressRule{
				Name: "other", CIDRs: []hustingsv1alpha1.CIDR{"198.51.100.1/32"}, Ports: []hustingsv1alpha1.Port{443},
			})
		}},
		{control: id, name: "a port asked for and not granted", cause: "spec.egress[0]", breaks: func(f *fixture) {
			f.spec().Egress[0].Ports = append(f.spec().Egress[0].Ports, 22)
		}},
	}
}

func clusterMutations() []mutation {
	return []mutation{
		{control: "namespace.restricted", name: "not labelled", breaks: func(f *fixture) { f.Facts.Namespace.Labels = nil }},
		{control: "namespace.restricted", name: "baseline only", breaks: func(f *fixture) {
			f.Facts.Namespace.Labels["pod-security.kubernetes.io/enforce"] = "baseline"
		}},
		{control: "namespace.restricted", name: "not known", result: hustingsv1alpha1.ResultUnknown, breaks: func(f *fixture) { f.Facts.Namespace.Known = false }},
		{control: "network.enforced", name: "by nothing", live: true, breaks: func(f *fixture) { f.Facts.PolicyEngine = facts.No }},
		{
			control: "network.enforced", name: "not known", live: true, result: hustingsv1alpha1.ResultUnknown,
			breaks: func(f *fixture) { f.Facts.PolicyEngine = facts.Unknown },
		},
	}
}

func hostMutations() []mutation {
	const id = "edge.host-claimed"
	claims := func(f *fixture) map[hustingsv1alpha1.Host]facts.Holder { return f.Facts.Claims.Holders }
	return []mutation{
		{control: id, name: "not granted", cause: "spec.hosts[0]", breaks: func(f *fixture) {
			f.class.Spec.Hosts[0].Suffixes = []hustingsv1alpha1.Host{"bob.example.org"}
		}},
		{control: id, name: "granted to another namespace", cause: "spec.hosts[1]", breaks: func(f *fixture) { f.class.Spec.Hosts[0].Namespaces = []string{"bob"} }},
		{control: id, name: "held by nobody", cause: "spec.hosts[1]", breaks: func(f *fixture) { delete(claims(f), "www.alice.example.org") }},
		{control: id, name: "held by another", cause: "spec.hosts[0]", breaks: func(f *fixture) {
			claims(f)["alice.example.org"] = facts.Holder{Namespace: "bob", Name: "vote-bob", UID: "u-2"}
		}},
		{control: id, name: "held by an earlier site of the name", cause: "spec.hosts[0]", breaks: func(f *fixture) {
			claims(f)["alice.example.org"] = facts.Holder{Namespace: "alice", Name: "vote-alice", UID: "u-0"}
		}},
		{control: id, name: "wanted by another manifest", cause: "spec.hosts[0]", breaks: func(f *fixture) {
			f.Facts.Claims.Source = facts.ClaimsFromManifests
			claims(f)["alice.example.org"] = facts.Holder{Namespace: "bob", Name: "vote-bob"}
		}},
		{control: id, name: "claims not known", result: hustingsv1alpha1.ResultUnknown, breaks: func(f *fixture) { f.Facts.Claims = facts.Claims{} }},
		{
			control: id, name: "namespace not known", result: hustingsv1alpha1.ResultUnknown, also: []hustingsv1alpha1.ControlID{"namespace.restricted"},
			breaks: func(f *fixture) {
				f.Facts.Namespace.Known = false
				f.class.Spec.Hosts[0] = hustingsv1alpha1.HostGrant{
					NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"campaign": "north"}}, Suffixes: []hustingsv1alpha1.Host{"alice.example.org"},
				}
			},
		},
		{
			control: id, name: "another host is routed", also: []hustingsv1alpha1.ControlID{"edge.tls", "edge.redirect"},
			breaks: func(f *fixture) {
				rule := f.route.Spec.Rules[0]
				rule.Host = "bob.example.org"
				f.route.Spec.Rules = append(f.route.Spec.Rules, rule)
			},
		},
		{control: id, name: "every host is redirected", breaks: func(f *fixture) {
			f.redirect.Spec.DefaultBackend = &f.redirect.Spec.Rules[0].HTTP.Paths[0].Backend
		}},
		{control: "edge.required", name: "unsupported", breaks: func(f *fixture) { f.Enforcement[0].Level = hustingsv1alpha1.LevelUnsupported }},
		{control: "edge.required", name: "left to the platform", breaks: func(f *fixture) { f.Enforcement[0].Level = hustingsv1alpha1.LevelPlatform }},
		{control: "edge.required", name: "not spoken of", breaks: func(f *fixture) { f.Enforcement = f.Enforcement[:1] }},
	}
}

func availabilityMutations() []mutation {
	return []mutation{
		{control: "availability.replicas", name: "one at least", cause: "spec.replicas.min", breaks: func(f *fixture) {
			f.scaler.Spec.MinReplicas = new(int32(1))
		}},
		{control: "availability.replicas", name: "no autoscaler", cause: "spec.replicas.max", breaks: func(f *fixture) {
			f.deployment.Spec.Replicas = new(int32(3))
			f.remove(f.scaler)
		}},
		{control: "availability.replicas", name: "one without an autoscaler", cause: "spec.replicas.min", breaks: func(f *fixture) {
			f.spec().Replicas = &hustingsv1alpha1.Replicas{Min: new(int32(1))}
			f.remove(f.scaler)
		}},
		{control: "availability.disruption-budget", name: "missing", breaks: func(f *fixture) { f.remove(f.budget) }},
		{control: "availability.disruption-budget", name: "lets none go", breaks: func(f *fixture) { f.budget.Spec.MaxUnavailable = new(intstr.FromInt32(0)) }},
		{control: "availability.disruption-budget", name: "lets all go", breaks: func(f *fixture) { f.budget.Spec.MaxUnavailable = new(intstr.FromString("100%")) }},
		{control: "availability.disruption-budget", name: "of another kind", breaks: func(f *fixture) {
			f.budget.Spec.MaxUnavailable, f.budget.Spec.MinAvailable = nil, new(intstr.FromInt32(3))
		}},
		{control: "availability.disruption-budget", name: "of other pods", breaks: func(f *fixture) {
			f.budget.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"app": "other"}}
		}},
		{control: "availability.disruption-budget", name: "twice", breaks: func(f *fixture) {
			other := f.budget.DeepCopy()
			other.Name = "other"
			f.add(other)
		}},
		{control: "availability.spread", name: "not over zones", breaks: func(f *fixture) {
			f.pod().TopologySpreadConstraints = f.pod().TopologySpreadConstraints[:1]
		}},
		{control: "availability.spread", name: "of other pods", breaks: func(f *fixture) {
			f.pod().TopologySpreadConstraints[0].LabelSelector = nil
		}},
	}
}

// later is after the fixture's time.
func later(f *fixture) metav1.Time { return metav1.NewTime(f.Facts.Now.Add(time.Hour)) }
