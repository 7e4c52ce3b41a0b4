package render

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/hustings/hustings/internal/intent"
)

// ServiceAccount of the pods: an identity without permissions, whose token is never mounted.
func ServiceAccount(s intent.Site) *corev1.ServiceAccount {
	return &corev1.ServiceAccount{
		TypeMeta:                     typeMeta(corev1.SchemeGroupVersion, "ServiceAccount"),
		ObjectMeta:                   meta(s, ""),
		AutomountServiceAccountToken: ptr.To(false),
	}
}
