package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// WaiverSpec lets named sites fail one control until a time.
type WaiverSpec struct {
	// control that may fail.
	// +required
	Control ControlID `json:"control"`

	// sites that may fail it, by name.
	// +required
	// +listType=map
	// +listMapKey=namespace
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Sites []SiteRef `json:"sites"`

	// reason says why the failure is tolerable.
	// +required
	// +kubebuilder:validation:MinLength=8
	// +kubebuilder:validation:MaxLength=512
	Reason string `json:"reason"`

	// approver is who answers for it.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	Approver string `json:"approver"`

	// ticket is where it is followed up.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Ticket string `json:"ticket"`

	// expires is when the waiver ends by itself.
	// +required
	Expires metav1.Time `json:"expires"`
}

// SiteRef names a CampaignSite.
type SiteRef struct {
	// namespace of the site.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Namespace string `json:"namespace"`

	// name of the site.
	// +required
	Name ObjectName `json:"name"`
}

// Waiver lets named sites fail one control until a time, with a reason and somebody who answers for it.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:scope=Cluster,categories=campaign
// +kubebuilder:printcolumn:name="CONTROL",type=string,JSONPath=`.spec.control`
// +kubebuilder:printcolumn:name="APPROVER",type=string,JSONPath=`.spec.approver`
// +kubebuilder:printcolumn:name="TICKET",type=string,JSONPath=`.spec.ticket`
// +kubebuilder:printcolumn:name="EXPIRES",type=string,JSONPath=`.spec.expires`
// +kubebuilder:printcolumn:name="AGE",type=date,JSONPath=`.metadata.creationTimestamp`
type Waiver struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what is waived.
	// +required
	Spec WaiverSpec `json:"spec"`
}

// WaiverList is a list of waivers.
//
// +kubebuilder:object:root=true
type WaiverList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Waiver `json:"items"`
}
