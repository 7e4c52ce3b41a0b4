package render

// Labels of every child. The selector label never changes: a Deployment's selector is immutable.
const (
	// LabelSite has the site's BaseName as its value and selects its pods.
	LabelSite = "hustings.dev/site"
	// LabelManagedBy marks what the operator made (https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/).
	LabelManagedBy = "app.kubernetes.io/managed-by"
	managedBy      = "hustings"
)

// OperatorNamespace is where the operator runs; it may reach the sites' port, for the checks of what they serve.
const OperatorNamespace = "hustings-system"

// labelNamespaceName is set on every namespace by the API server.
const labelNamespaceName = "kubernetes.io/metadata.name"

// Labels of the children of a site with that base name.
func Labels(base string) map[string]string {
	return map[string]string{LabelSite: base, LabelManagedBy: managedBy}
}

// Selector of the pods of a site with that base name.
func Selector(base string) map[string]string {
	return map[string]string{LabelSite: base}
}
