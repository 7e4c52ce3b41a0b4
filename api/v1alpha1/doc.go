// Package v1alpha1 holds the shapes of the group hustings.dev: what people write (CampaignSite, SiteClass,
// Waiver), what the operator records (HostClaim, ImageScan), and the conditions and reasons of a site.
//
// It imports only apimachinery and k8s.io/api, so that anybody can depend on it. Defaults are not here: they are
// applied by internal/intent, so that the operator and the command parse exactly what the user wrote.
//
// +kubebuilder:object:generate=true
// +groupName=hustings.dev
package v1alpha1
