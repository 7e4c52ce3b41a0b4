package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// CampaignSiteStatus is what the operator sees. It holds no wall-clock time but the conditions' transitions.
type CampaignSiteStatus struct {
	// observedGeneration is the generation of the spec that this status speaks of.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// conditions are the site's state in general; see the constants of this package for types and reasons.
	// +optional
	// +listType=map
	// +listMapKey=type
	// +kubebuilder:validation:MaxItems=16
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// controls are the results of the controls, one each.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=128
	Controls []ControlStatus `json:"controls,omitempty"`

	// summary counts the controls and rolls them up for the printed table.
	// +optional
	Summary ControlSummary `json:"summary,omitzero"`

	// className is the class whose policy was applied.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	ClassName string `json:"className,omitempty"`

	// posture is the posture in force, the higher of the site's and the class's.
	// +optional
	Posture Posture `json:"posture,omitempty"`

	// edge says what the edge really enforces.
	// +optional
	Edge EdgeStatus `json:"edge,omitzero"`

	// image says what runs and what is wanted.
	// +optional
	Image ImageStatus `json:"image,omitzero"`

	// leaks says what the last look at the site's pages, and at the ConfigMaps that it mounts, found.
	// +optional
	Leaks LeakStatus `json:"leaks,omitzero"`

	// plan identifies the objects that were applied last.
	// +optional
	Plan PlanStatus `json:"plan,omitzero"`
}

// Result of a control. Only Pass and Waived count as compliant; NotApplicable does not count at all.
//
// +kubebuilder:validation:Enum=Pass;Fail;Waived;Unknown;NotApplicable;Error
type Result string

// The results of a control.
const (
	// ResultPass: what the control asks for was seen.
	ResultPass Result = "Pass"
	// ResultFail: something else was seen; the findings say what.
	ResultFail Result = "Fail"
	// ResultWaived: it failed, and a Waiver that has not expired covers it.
	ResultWaived Result = "Waived"
	// ResultUnknown: it could not be seen. Never counts as compliant, unless the class accepts it by name.
	ResultUnknown Result = "Unknown"
	// ResultNotApplicable: the site has nothing that the control speaks of.
	ResultNotApplicable Result = "NotApplicable"
	// ResultError: the control itself went wrong.
	ResultError Result = "Error"
)

// Severity of a control: what is at stake when it fails.
//
// +kubebuilder:validation:Enum=critical;high;medium;low
type Severity string

// The severities.
const (
	SeverityCritical Severity = "critical"
	SeverityHigh     Severity = "high"
	SeverityMedium   Severity = "medium"
	SeverityLow      Severity = "low"
)

// ControlStatus is the result of one control.
type ControlStatus struct {
	// id of the control.
	// +required
	ID ControlID `json:"id"`

	// result of the control.
	// +required
	Result Result `json:"result"`

	// severity of the control.
	// +required
	Severity Severity `json:"severity"`

	// message says in a sentence what was seen and what to do.
	// +optional
	// +kubebuilder:validation:MaxLength=1024
	Message string `json:"message,omitempty"`

	// waiver names the Waiver that covers a failure.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Waiver string `json:"waiver,omitempty"`

	// accepted is true where the class accepts this control's Unknown.
	// +optional
	Accepted bool `json:"accepted,omitempty"`

	// findings are the first few places where the control failed.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=5
	Findings []FindingStatus `json:"findings,omitempty"`

	// findingsTotal is the number of all places where the control failed.
	// +optional
	FindingsTotal int32 `json:"findingsTotal,omitempty"`
}

// FindingStatus is one place where a control failed. It never holds the value of a secret.
type FindingStatus struct {
	// object is the kind and name of the object, such as Deployment/vote-alice.
	// +optional
	// +kubebuilder:validation:MaxLength=320
	Object string `json:"object,omitempty"`

	// path is the field within the object, or within the CampaignSite where that is the cause.
	// +optional
	// +kubebuilder:validation:MaxLength=512
	Path string `json:"path,omitempty"`

	// message says what is wrong there.
	// +required
	// +kubebuilder:validation:MaxLength=512
	Message string `json:"message"`
}

// ControlSummary counts controls by result.
type ControlSummary struct {
	// pass is the number of controls that passed.
	// +optional
	Pass int32 `json:"pass"`
	// fail is the number of controls that failed or went wrong.
	// +optional
	Fail int32 `json:"fail"`
	// waived is the number of controls that failed under a waiver.
	// +optional
	Waived int32 `json:"waived"`
	// unknown is the number of controls that could not be judged.
	// +optional
	Unknown int32 `json:"unknown"`
	// text is "passed or waived/applicable", such as 31/32.
	// +optional
	// +kubebuilder:validation:MaxLength=16
	Text string `json:"text,omitempty"`
	// pod rolls up the controls of the pod and the image.
	// +optional
	// +kubebuilder:validation:MaxLength=16
	Pod string `json:"pod,omitempty"`
	// network rolls up the controls of the network and the namespace.
	// +optional
	// +kubebuilder:validation:MaxLength=16
	Network string `json:"network,omitempty"`
	// secrets rolls up the controls of leaks.
	// +optional
	// +kubebuilder:validation:MaxLength=16
	Secrets string `json:"secrets,omitempty"`
	// edge rolls up the controls of the edge.
	// +optional
	// +kubebuilder:validation:MaxLength=16
	Edge string `json:"edge,omitempty"`
}

// EnforcementLevel says how truly an edge does what was asked.
//
// +kubebuilder:validation:Enum=Native;Approximated;Platform;Unsupported
type EnforcementLevel string

// The levels.
const (
	// LevelNative: the edge enforces exactly the requested value.
	LevelNative EnforcementLevel = "Native"
	// LevelApproximated: the edge enforces the effective value, which differs from the requested one.
	LevelApproximated EnforcementLevel = "Approximated"
	// LevelPlatform: whoever runs the edge must configure it; the operator cannot.
	LevelPlatform EnforcementLevel = "Platform"
	// LevelUnsupported: the edge cannot do it.
	LevelUnsupported EnforcementLevel = "Unsupported"
)

// EnforcementScope says over what a limit counts.
//
// +kubebuilder:validation:Enum=Cluster;PerReplica;PerRoute
type EnforcementScope string

// The scopes.
const (
	ScopeCluster    EnforcementScope = "Cluster"
	ScopePerReplica EnforcementScope = "PerReplica"
	ScopePerRoute   EnforcementScope = "PerRoute"
)

// EdgeFeature is something that an edge may enforce.
//
// +kubebuilder:validation:Enum=PerClientRate;PerClientBurst;PerClientInFlight;SiteInFlight;BodyLimit;Methods;SecurityHeaders;AllowCIDRs;DenyCIDRs;TLS;TLSRedirect
type EdgeFeature string

// The features.
const (
	FeaturePerClientRate     EdgeFeature = "PerClientRate"
	FeaturePerClientBurst    EdgeFeature = "PerClientBurst"
	FeaturePerClientInFlight EdgeFeature = "PerClientInFlight"
	FeatureSiteInFlight      EdgeFeature = "SiteInFlight"
	FeatureBodyLimit         EdgeFeature = "BodyLimit"
	FeatureMethods           EdgeFeature = "Methods"
	FeatureSecurityHeaders   EdgeFeature = "SecurityHeaders"
	FeatureAllowCIDRs        EdgeFeature = "AllowCIDRs"
	FeatureDenyCIDRs         EdgeFeature = "DenyCIDRs"
	FeatureTLS               EdgeFeature = "TLS"
	FeatureTLSRedirect       EdgeFeature = "TLSRedirect"
)

// EdgeStatus says what the edge really enforces.
type EdgeStatus struct {
	// driver is the edge's driver.
	// +optional
	Driver EdgeDriver `json:"driver,omitempty"`

	// enforcement has one row for every feature that was asked for.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	Enforcement []EdgeEnforcement `json:"enforcement,omitempty"`
}

// EdgeEnforcement is what became of one requested feature.
type EdgeEnforcement struct {
	// feature that was asked for.
	// +required
	Feature EdgeFeature `json:"feature"`

	// requested is the value asked for by the site, or by the class's default.
	// +optional
	// +kubebuilder:validation:MaxLength=256
	Requested string `json:"requested,omitempty"`

	// effective is the value that the edge enforces; empty, none.
	// +optional
	// +kubebuilder:validation:MaxLength=256
	Effective string `json:"effective,omitempty"`

	// level says how truly the edge does it.
	// +required
	Level EnforcementLevel `json:"level"`

	// scope says over what the limit counts.
	// +optional
	Scope EnforcementScope `json:"scope,omitempty"`

	// message says why effective differs from requested.
	// +optional
	// +kubebuilder:validation:MaxLength=512
	Message string `json:"message,omitempty"`
}

// ImageStatus says what runs and what is wanted.
type ImageStatus struct {
	// running is the image that was applied last.
	// +optional
	// +kubebuilder:validation:MaxLength=600
	Running string `json:"running,omitempty"`

	// runningVerdict is the scan's verdict on running; absent, it has none yet.
	// +optional
	RunningVerdict ScanVerdict `json:"runningVerdict,omitempty"`

	// letInBy is why running was let in: CleanVerdict, or Exception where the class audits, accepts the Unknown or allows
	// the findings, or a Waiver covers the failure. What an exception let in is judged again when that ends.
	// +optional
	LetInBy ImageGrounds `json:"letInBy,omitempty"`

	// candidate is the image of the spec, pinned by digest, where it differs from running.
	// +optional
	// +kubebuilder:validation:MaxLength=600
	Candidate string `json:"candidate,omitempty"`

	// candidateVerdict is the scan's verdict on candidate; absent, it has none yet.
	// +optional
	CandidateVerdict ScanVerdict `json:"candidateVerdict,omitempty"`
}

// ImageGrounds is why an image was let in.
//
// +kubebuilder:validation:Enum=CleanVerdict;Exception
type ImageGrounds string

// The grounds.
const (
	// LetInByVerdict: the scan of that very digest found nothing.
	LetInByVerdict ImageGrounds = "CleanVerdict"
	// LetInByException: it was let in although the scan found something, or nothing is known of it.
	LetInByException ImageGrounds = "Exception"
)

// LeakStatus says what the last look at the site's pages, and at the ConfigMaps that it mounts, found. It is written only
// when that changes.
type LeakStatus struct {
	// rollout whose pages were looked at: the Deployment's revision, and the beginning of the Deployment's UID. While pods of
	// an earlier rollout were there, it is the one before.
	// +optional
	// +kubebuilder:validation:MaxLength=32
	Rollout string `json:"rollout,omitempty"`

	// served is about secrets and lists of people in what the site serves.
	// +optional
	Served PagesVerdict `json:"served,omitzero"`

	// exposed is about files that must not be served, such as /.env and /.git/HEAD.
	// +optional
	Exposed PagesVerdict `json:"exposed,omitzero"`

	// mounted is about secrets and lists of people in the ConfigMaps of spec.files; absent where there are none.
	// +optional
	Mounted PagesVerdict `json:"mounted,omitzero"`

	// mountedRollout is the rollout whose ConfigMaps were looked at: also one whose pods have not come up.
	// +optional
	// +kubebuilder:validation:MaxLength=32
	MountedRollout string `json:"mountedRollout,omitempty"`
}

// PagesVerdict is one verdict on what a site serves or mounts.
type PagesVerdict struct {
	// verdict of the last look; absent, nobody has looked yet.
	// +optional
	Verdict ScanVerdict `json:"verdict,omitempty"`

	// findings are the worst of what was found, never the value of a secret.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	Findings []LeakFinding `json:"findings,omitempty"`

	// findingsTotal is the number of all places.
	// +optional
	FindingsTotal int32 `json:"findingsTotal,omitempty"`

	// message says why a look was not complete.
	// +optional
	// +kubebuilder:validation:MaxLength=512
	Message string `json:"message,omitempty"`
}

// PlanStatus identifies a plan.
type PlanStatus struct {
	// digest of the rendered objects; `hustings render` of the same input has the same.
	// +optional
	// +kubebuilder:validation:MaxLength=80
	Digest string `json:"digest,omitempty"`

	// spec is the spec that they were rendered from, with the name of the class that they were rendered under. While a later one is
	// refused or waits, and while no class can be chosen, what runs is kept as this one says.
	// +optional
	// +structType=atomic
	// +kubebuilder:pruning:PreserveUnknownFields
	Spec *runtime.RawExtension `json:"spec,omitempty"`
}
