package v1alpha1

// LeakSeverity says how bad a found secret is. Info is for what is public by design.
//
// +kubebuilder:validation:Enum=critical;high;medium;low;info
type LeakSeverity string

// LeakFinding is one secret and the first place where it was found. It never holds the secret.
type LeakFinding struct {
	// rule that found it, such as stripe-access-token.
	// +required
	// +kubebuilder:validation:MaxLength=128
	Rule string `json:"rule"`

	// severity of the rule.
	// +required
	Severity LeakSeverity `json:"severity"`

	// layer of the image, by digest, or config; absent outside images.
	// +optional
	// +kubebuilder:validation:MaxLength=128
	Layer string `json:"layer,omitempty"`

	// file is the path in the layer, the path of the page, or the name of the ConfigMap and its key with a / between them.
	// +required
	// +kubebuilder:validation:MaxLength=256
	File string `json:"file"`

	// decoders are what was undone to see it, outermost first, such as gzip.
	// +optional
	// +kubebuilder:validation:MaxLength=128
	Decoders string `json:"decoders,omitempty"`

	// line in the file, from 1; absent, the whole file is meant.
	// +optional
	Line int32 `json:"line,omitempty"`

	// column in the line, from 1, in bytes.
	// +optional
	Column int32 `json:"column,omitempty"`

	// excerpt is what stands around it, with the value replaced.
	// +optional
	// +kubebuilder:validation:MaxLength=160
	Excerpt string `json:"excerpt,omitempty"`

	// rows is how many people a list of people has; absent for all else.
	// +optional
	Rows int32 `json:"rows,omitempty"`

	// places is how many places hold this secret, where there are several.
	// +optional
	Places int32 `json:"places,omitempty"`

	// fingerprint by which the secret is known again, and by which a class may allow it.
	// +required
	// +kubebuilder:validation:MaxLength=128
	Fingerprint string `json:"fingerprint"`
}
