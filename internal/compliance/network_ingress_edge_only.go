package compliance

import (
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// operatorNamespace is where the operator runs; it fetches the pages that a site serves, to scan them.
const operatorNamespace = "hustings-system"

func networkIngressEdgeOnlyControl() Control {
	return Control{
		ID: "network.ingress-edge-only", Group: GroupNetwork, Severity: hustingsv1alpha1.SeverityCritical, Blocking: true,
		Title:       "Only the edge, monitoring and the operator reach the pods, on the site's port only",
		Remediation: "Remove or narrow the NetworkPolicy or Service that is named: who reaches the pods past the edge is not rate-limited.",
		Check:       networkIngressEdgeOnly,
	}
}

func networkIngressEdgeOnly(in Input) Outcome {
	v := in.objects()
	if out, bad := v.unreadable(kindNetworkPolicy, kindService); bad {
		return out
	}
	return in.eachDeployment(func(d child[*appsv1.Deployment]) []Finding {
		findings := exposedServices(v, d)
		rules := 0
		for _, p := range policiesOn(v, d, networkingv1.PolicyTypeIngress) {
			for i, rule := range p.obj.Spec.Ingress {
				rules++
				at := fmt.Sprintf("spec.ingress[%d]", i)
				findings = append(findings, ingressPeers(in, p, at, rule)...)
				findings = append(findings, ingressPorts(in, d, p, at, rule)...)
			}
		}
		if rules == 0 {
			findings = append(findings, found(d.ref, "spec.template.metadata.labels",
				"missing: a NetworkPolicy that lets the edge, and nobody else, reach the site's pods"))
		}
		return findings
	})
}

func ingressPeers(in Input, p child[*networkingv1.NetworkPolicy], at string, rule networkingv1.NetworkPolicyIngressRule) []Finding {
	if len(rule.From) == 0 {
		return []Finding{found(p.ref, at+".from", "the rule names no source, which means everybody")}
	}
	allowed := make([]hustingsv1alpha1.PodPeer, 0, len(in.Facts.Class.Spec.Network.Monitoring)+2)
	allowed = append(allowed, in.Facts.Class.Spec.Edge.Pods)
	allowed = append(allowed, in.Facts.Class.Spec.Network.Monitoring...)
	allowed = append(allowed, hustingsv1alpha1.PodPeer{NamespaceSelector: metav1.LabelSelector{
		MatchLabels: map[string]string{corev1.LabelMetadataName: operatorNamespace},
	}})
	var findings []Finding
	for i, peer := range rule.From {
		if !slices.ContainsFunc(allowed, func(a hustingsv1alpha1.PodPeer) bool { return podsWithin(peer, a) }) {
			findings = append(findings, found(p.ref, fmt.Sprintf("%s.from[%d]", at, i),
				"the rule lets in others than the class's edge pods, its monitoring and the operator"))
		}
	}
	return findings
}

func ingressPorts(in Input, d child[*appsv1.Deployment], p child[*networkingv1.NetworkPolicy], at string, rule networkingv1.NetworkPolicyIngressRule) []Finding {
	if len(rule.Ports) == 0 {
		return []Finding{found(p.ref, at+".ports", "the rule names no port, which means every port")}
	}
	var findings []Finding
	for i, port := range rule.Ports {
		if port.Port == nil || port.EndPort != nil || protocolOf(port) != corev1.ProtocolTCP || !isSitePort(in, d, *port.Port) {
			findings = append(findings, found(p.ref, fmt.Sprintf("%s.ports[%d]", at, i), "the rule opens more than the site's port %d/TCP", in.Site.Spec.Port))
		}
	}
	return findings
}

// isSitePort says whether a port, by number or by its name in the container, is the site's.
func isSitePort(in Input, d child[*appsv1.Deployment], port intstr.IntOrString) bool {
	if port.Type == intstr.Int {
		return port.IntVal == int32(in.Site.Spec.Port)
	}
	named := false
	for _, c := range containers(&d.obj.Spec.Template.Spec) {
		for _, p := range c.Ports {
			if p.Name == port.StrVal {
				if p.ContainerPort != int32(in.Site.Spec.Port) {
					return false
				}
				named = true
			}
		}
	}
	return named
}

// exposedServices are Services of the pods that are reached without the edge. A port of the node hides the source
// address, so that a NetworkPolicy cannot be relied on there.
func exposedServices(v *view, d child[*appsv1.Deployment]) []Finding {
	var findings []Finding
	for _, s := range v.services {
		if s.ref.Namespace != d.ref.Namespace || len(s.obj.Spec.Selector) == 0 ||
			!selects(&metav1.LabelSelector{MatchLabels: s.obj.Spec.Selector}, d.obj.Spec.Template.Labels) {
			continue
		}
		if t := s.obj.Spec.Type; t != "" && t != corev1.ServiceTypeClusterIP {
			findings = append(findings, found(s.ref, "spec.type", "a Service of type %s leads to the pods past the edge", t))
		}
		if len(s.obj.Spec.ExternalIPs) > 0 {
			findings = append(findings, found(s.ref, "spec.externalIPs", "external addresses lead to the pods past the edge"))
		}
	}
	return findings
}
