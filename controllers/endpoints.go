package controllers

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/apply"
	"github.com/hustings/hustings/internal/render"
)

const (
	// managedByEndpoints is who makes the EndpointSlices of Services with a selector.
	managedByEndpoints = "endpointslice-controller.k8s.io"
	// maxAddresses of pods are enough to look at: all run one image.
	maxAddresses = 16
)

// addressesOf are the pods behind a site's own Service that are ready, sorted. An EndpointSlice counts only if the Service
// by its UID controls it and Kubernetes' own controller made it: nobody else says where the scanner connects to.
func addressesOf(ctx context.Context, reader client.Reader, site *hustingsv1alpha1.CampaignSite) ([]netip.AddrPort, error) {
	service := &corev1.Service{}
	err := reader.Get(ctx, client.ObjectKey{Namespace: site.Namespace, Name: render.BaseName(site.Namespace, site.Name)}, service)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the Service: %w", err)
	}
	if owners := apply.OwnerUIDs(service); len(owners) == 0 || owners[0] != string(site.UID) {
		return nil, nil
	}
	list := &discoveryv1.EndpointSliceList{}
	if err := reader.List(ctx, list, client.InNamespace(site.Namespace), client.MatchingLabels{
		discoveryv1.LabelServiceName: service.Name, discoveryv1.LabelManagedBy: managedByEndpoints,
	}); err != nil {
		return nil, fmt.Errorf("read the endpoints: %w", err)
	}
	var out []netip.AddrPort
	for i := range list.Items {
		if owner := metav1.GetControllerOfNoCopy(&list.Items[i]); owner != nil && owner.Kind == "Service" && owner.UID == service.UID {
			out = append(out, readyIn(&list.Items[i])...)
		}
	}
	slices.SortFunc(out, netip.AddrPort.Compare)
	out = slices.Compact(out)
	return out[:min(maxAddresses, len(out))], nil
}

// readyIn are the addresses of a slice that take requests.
func readyIn(s *discoveryv1.EndpointSlice) []netip.AddrPort {
	var out []netip.AddrPort
	for _, port := range s.Ports {
		if port.Port == nil || *port.Port < 1 || *port.Port > 65535 || port.Protocol != nil && *port.Protocol != corev1.ProtocolTCP {
			continue
		}
		for _, endpoint := range s.Endpoints {
			if endpoint.Conditions.Ready != nil && !*endpoint.Conditions.Ready || len(endpoint.Addresses) == 0 {
				continue
			}
			// All addresses of an endpoint are one pod's, and the first stands for it (k8s.io/api/discovery/v1).
			if address, err := netip.ParseAddr(endpoint.Addresses[0]); err == nil {
				out = append(out, netip.AddrPortFrom(address, uint16(*port.Port)))
			}
		}
	}
	return out
}

// trimEndpoints leaves of an EndpointSlice what addressesOf looks at.
func trimEndpoints(in any) (any, error) {
	if o, err := meta.Accessor(in); err == nil {
		o.SetManagedFields(nil)
		o.SetAnnotations(nil)
	}
	s, ok := in.(*discoveryv1.EndpointSlice)
	if !ok {
		return in, nil
	}
	for i := range s.Endpoints {
		e := &s.Endpoints[i]
		s.Endpoints[i] = discoveryv1.Endpoint{Addresses: e.Addresses, Conditions: discoveryv1.EndpointConditions{Ready: e.Conditions.Ready}}
	}
	return s, nil
}
