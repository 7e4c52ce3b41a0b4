package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// HostClaimSpec says who holds the host that the claim is named by.
type HostClaimSpec struct {
	// holder is the site that holds the host.
	// +required
	Holder ClaimHolder `json:"holder"`
}

// ClaimHolder is one CampaignSite, by its UID: a site deleted and made again under the same name is another holder.
type ClaimHolder struct {
	SiteRef `json:",inline"`

	// uid of the site.
	// +required
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	UID types.UID `json:"uid"`
}

// HostClaim is the claim of one site on one host, named by the host. Creating it is the lock: the API server lets
// only one object have a name, so two sites never share a host. Written by the operator only.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:scope=Cluster,shortName=hclaim,categories=campaign
// +kubebuilder:printcolumn:name="NAMESPACE",type=string,JSONPath=`.spec.holder.namespace`
// +kubebuilder:printcolumn:name="SITE",type=string,JSONPath=`.spec.holder.name`
// +kubebuilder:printcolumn:name="AGE",type=date,JSONPath=`.metadata.creationTimestamp`
type HostClaim struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says who holds the host.
	// +required
	Spec HostClaimSpec `json:"spec"`
}

// HostClaimList is a list of claims.
//
// +kubebuilder:object:root=true
type HostClaimList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []HostClaim `json:"items"`
}
