package apply

import (
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/hustings/hustings/internal/object"
)

// IsRoute says whether an object lets traffic in. Routes are made last and removed first.
func IsRoute(ref object.Ref) bool {
	return ref.APIVersion == networkingv1.SchemeGroupVersion.String() && ref.Kind == "Ingress"
}

// outlives is why a route that was told to go, as it was seen here, lets traffic in still: a finalizer keeps it. nil, it is gone.
func outlives(o object.Object) error {
	_, isRoute := o.(*networkingv1.Ingress) // objects of lists do not say their kind
	if !isRoute || o.GetDeletionTimestamp() == nil && len(o.GetFinalizers()) == 0 {
		return nil
	}
	ref := object.Ref{APIVersion: networkingv1.SchemeGroupVersion.String(), Kind: "Ingress", Namespace: o.GetNamespace(), Name: o.GetName()}
	return &Error{Class: Waiting, Ref: ref, Err: errKept}
}

// RoutedHosts are the hosts that any of the objects lets traffic in for.
func RoutedHosts(objects []object.Object) map[string]bool {
	hosts := map[string]bool{}
	for _, o := range objects {
		ingress, ok := o.(*networkingv1.Ingress)
		if !ok {
			continue
		}
		for i := range ingress.Spec.Rules {
			hosts[ingress.Spec.Rules[i].Host] = true
		}
	}
	return hosts
}
