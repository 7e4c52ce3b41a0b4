// Package render makes the objects of a site that do not depend on its edge: one file a child, each a function of the
// resolved site alone that returns nil where the child is not wanted, and one ordered list of them.
//
// It imports neither edge nor compliance. Nothing in it can fail: what could not be rendered is no intent.Site.
package render

import (
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/hustings/hustings/internal/intent"
	"github.com/hustings/hustings/internal/object"
)

// Objects are the children of a site in the order in which they are written: policies before pods, so that no pod ever
// runs unprotected. onService are annotations that the edge wants on the Service.
func Objects(s intent.Site, onService map[string]string) []object.Object {
	var out []object.Object
	for _, child := range []object.Object{
		DenyPolicy(s),
		IngressPolicy(s),
		EgressPolicy(s),
		ServiceAccount(s),
		Deployment(s),
		PodDisruptionBudget(s),
		orNil(HorizontalPodAutoscaler(s)),
		Service(s, onService),
	} {
		if child != nil {
			out = append(out, child)
		}
	}
	return out
}

// OwnedKinds are the kinds of every object that a site may have here, in the order in which they are written. It feeds
// watches, prune and the test of the operator's permissions; the edges' kinds are in package edge.
func OwnedKinds() []schema.GroupVersionKind {
	return []schema.GroupVersionKind{
		networkingv1.SchemeGroupVersion.WithKind("NetworkPolicy"),
		corev1.SchemeGroupVersion.WithKind("ServiceAccount"),
		appsv1.SchemeGroupVersion.WithKind("Deployment"),
		policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget"),
		autoscalingv2.SchemeGroupVersion.WithKind("HorizontalPodAutoscaler"),
		corev1.SchemeGroupVersion.WithKind("Service"),
	}
}

// orNil turns a nil pointer into a nil interface, which it is not by itself.
func orNil[T any, P interface {
	*T
	object.Object
}](p P) object.Object {
	if p == nil {
		return nil
	}
	return p
}

// typeMeta of a kind.
func typeMeta(gv schema.GroupVersion, kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: gv.String(), Kind: kind}
}

// meta of a child: the base name and a suffix.
func meta(s intent.Site, suffix string) metav1.ObjectMeta {
	base := BaseName(s.Namespace, s.Name)
	return metav1.ObjectMeta{Namespace: s.Namespace, Name: base + suffix, Labels: Labels(base)}
}

func podSelector(s intent.Site) metav1.LabelSelector {
	return metav1.LabelSelector{MatchLabels: Selector(BaseName(s.Namespace, s.Name))}
}
