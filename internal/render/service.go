package render

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/hustings/hustings/internal/intent"
)

// ServicePort is the port of a site's Service.
const ServicePort = 80

// portName names the container's port.
const portName = "http"

// Service through which the edge finds the pods. It has a cluster address only: nothing reaches a site but by its edge.
// The annotations are what the edge reads off it.
func Service(s intent.Site, annotations map[string]string) *corev1.Service {
	m := meta(s, "")
	m.Annotations = annotations
	return &corev1.Service{
		TypeMeta:   typeMeta(corev1.SchemeGroupVersion, "Service"),
		ObjectMeta: m,
		Spec: corev1.ServiceSpec{
			Type:     corev1.ServiceTypeClusterIP,
			Selector: Selector(BaseName(s.Namespace, s.Name)),
			Ports: []corev1.ServicePort{{
				Name: portName, Protocol: corev1.ProtocolTCP, Port: ServicePort, TargetPort: intstr.FromString(portName),
			}},
		},
	}
}
