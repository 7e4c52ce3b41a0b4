package compliance

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func driftMutations() []mutation {
	const id = "integrity.no-drift"
	drift := func(name string, breaks func(*fixture), also ...hustingsv1alpha1.ControlID) mutation {
		return mutation{control: id, name: name, live: true, breaks: breaks, also: also}
	}
	return []mutation{
		drift("a field of the pod", func(f *fixture) { f.container().ReadinessProbe.HTTPGet.Path = "/" }),
		drift("a label is gone", func(f *fixture) { f.deployment.Labels = nil }),
		drift("an annotation is other", func(f *fixture) { f.redirect.Annotations[traefikMiddlewares] += ",alice-vote-alice-body@kubernetescrd" }),
		drift("an annotation of Traefik is added", func(f *fixture) { f.route.Annotations[traefikAnnotations+"router.priority"] = "1000" }),
		drift("a variable is added", func(f *fixture) {
			f.container().Env = append(f.container().Env, corev1.EnvVar{Name: "DEBUG", Value: "1"})
		}),
		drift("a command is added", func(f *fixture) { f.container().Command = []string{"/bin/sh"} }),
		drift("memory is other", func(f *fixture) {
			f.container().Resources.Limits[corev1.ResourceMemory] = *f.pod().Volumes[0].EmptyDir.SizeLimit
		}),
		drift("a selector is narrowed", func(f *fixture) {
			f.service.Spec.Selector = map[string]string{"app.kubernetes.io/name": "site", "app.kubernetes.io/instance": "vote-alice", "shard": "1"}
		},
			"edge.rate-limit"),
		drift("an object is gone", func(f *fixture) { f.remove(f.scaler) }, "availability.replicas"),
		drift("a route is added", func(f *fixture) {
			other := f.route.DeepCopy()
			other.Name = "other"
			f.add(other)
		}),
		drift("host network", func(f *fixture) { f.pod().HostNetwork = true }, "pod.restricted"),
		drift("a capability", func(f *fixture) {
			f.container().SecurityContext.Capabilities.Add = []corev1.Capability{"NET_BIND_SERVICE"}
		}, "pod.least-privilege"),
		drift("a rule in the policy that denies all", func(f *fixture) {
			f.deny.Spec.Ingress = []networkingv1.NetworkPolicyIngressRule{{}}
		}, "network.default-deny", "network.ingress-edge-only"),
		drift("a middleware is other", func(f *fixture) {
			set(f.rate, int64(19), "rateLimit", "average")
			set(f.rate, int64(19), "rateLimit", "burst")
		}),
		drift("a policy is narrowed", func(f *fixture) {
			f.deny.Spec.PodSelector.MatchExpressions = []metav1.LabelSelectorRequirement{{Key: "app.kubernetes.io/name", Operator: metav1.LabelSelectorOpExists}}
		}),
		{control: id, name: "no plan", live: true, result: hustingsv1alpha1.ResultUnknown, breaks: func(f *fixture) { f.Planned = nil }},
	}
}
