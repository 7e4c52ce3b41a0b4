package apply

import (
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/hustings/hustings/internal/object"
)

// IsRoute says whether an object lets traffic in. Routes are made last and removed first.
func IsRoute(ref object.Ref) bool {
	return ref.APIVersion == networkingv1.SchemeGroupVersion.String() && ref.Kind == "Ingress"
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
