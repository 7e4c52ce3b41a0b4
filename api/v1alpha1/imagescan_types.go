package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ImageScanSpec says what was scanned with what.
type ImageScanSpec struct {
	// digest of the image's manifest.
	// +required
	// +kubebuilder:validation:MinLength=71
	// +kubebuilder:validation:MaxLength=71
	// +kubebuilder:validation:Pattern=`^sha256:[a-f0-9]{64}$`
	Digest string `json:"digest"`

	// ruleset is the version of the rules that were applied.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Ruleset string `json:"ruleset"`
}

// ScanVerdict is the outcome of a scan. Only Clean lets an image run where the class enforces.
//
// +kubebuilder:validation:Enum=Clean;Leaking;Incomplete;Error
type ScanVerdict string

// The verdicts.
const (
	VerdictClean      ScanVerdict = "Clean"
	VerdictLeaking    ScanVerdict = "Leaking"
	VerdictIncomplete ScanVerdict = "Incomplete"
	VerdictError      ScanVerdict = "Error"
)

// ImageScanStatus is the verdict of a digest under a ruleset.
type ImageScanStatus struct {
	// verdict of the scan; absent, not yet scanned. Error is tried again; the others stand until the ImageScan is deleted.
	// +optional
	Verdict ScanVerdict `json:"verdict,omitempty"`

	// image is where it was scanned first, in short: the repository's last folders and the digest's first digits.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	Image string `json:"image,omitempty"`

	// worst says in a few words which finding is the worst.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	Worst string `json:"worst,omitempty"`

	// message says why a verdict is Incomplete or Error.
	// +optional
	// +kubebuilder:validation:MaxLength=1024
	Message string `json:"message,omitempty"`

	// findings are the worst secrets, one row each with its first place, never the value of a secret.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	Findings []LeakFinding `json:"findings,omitempty"`

	// findingsTotal is the number of all places, also of those that are not listed. What is public by design is not
	// counted.
	// +optional
	FindingsTotal int32 `json:"findingsTotal,omitempty"`

	// files is how many files were looked at, members of archives included.
	// +optional
	Files int64 `json:"files,omitempty"`

	// bytes is how much was looked at, as unpacked.
	// +optional
	Bytes int64 `json:"bytes,omitempty"`
}

// ImageScan is the verdict of an image's digest under a ruleset, shared by all sites that run it. Written by the
// operator only; whoever deletes one has the image scanned anew.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,categories=campaign
// +kubebuilder:printcolumn:name="VERDICT",type=string,JSONPath=`.status.verdict`
// +kubebuilder:printcolumn:name="LEAKS",type=integer,JSONPath=`.status.findingsTotal`
// +kubebuilder:printcolumn:name="WORST",type=string,JSONPath=`.status.worst`
// +kubebuilder:printcolumn:name="RULESET",type=string,JSONPath=`.spec.ruleset`
// +kubebuilder:printcolumn:name="AGE",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="IMAGE",type=string,priority=1,JSONPath=`.status.image`
// +kubebuilder:printcolumn:name="DIGEST",type=string,priority=1,JSONPath=`.spec.digest`
type ImageScan struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says what was scanned with what.
	// +required
	Spec ImageScanSpec `json:"spec"`

	// status is the verdict.
	// +optional
	Status ImageScanStatus `json:"status,omitempty"`
}

// ImageScanList is a list of verdicts.
//
// +kubebuilder:object:root=true
type ImageScanList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []ImageScan `json:"items"`
}
