package v1alpha1

// Condition types of a CampaignSite. All are of positive polarity but Reconciling and Stalled, which are there only
// while true.
const (
	// ConditionReady: the site is reconciled, protected, routed and has its pods. A roll-up of the others but Compliant.
	ConditionReady = "Ready"
	// ConditionCompliant: every control that applies passed or is waived.
	ConditionCompliant = "Compliant"
	// ConditionPodHardened: the controls of the pod hold on the live objects.
	ConditionPodHardened = "PodHardened"
	// ConditionNetworkIsolated: the controls of the network hold on the live objects.
	ConditionNetworkIsolated = "NetworkIsolated"
	// ConditionSecretsClean: the controls of leaks hold on the live objects.
	ConditionSecretsClean = "SecretsClean"
	// ConditionRateLimited: the controls of the edge hold on the live objects.
	ConditionRateLimited = "RateLimited"
	// ConditionImageTrusted: the controls of the image hold on the live objects.
	ConditionImageTrusted = "ImageTrusted"
	// ConditionAvailable: enough pods are available.
	ConditionAvailable = "Available"
	// ConditionReconciling: work is under way that needs nobody.
	ConditionReconciling = "Reconciling"
	// ConditionStalled: nothing will change until somebody edits something; the message says what.
	ConditionStalled = "Stalled"
)

// Reasons of conditions. They are API: scripts may compare them.
const (
	// ReasonReady: all is as wanted.
	ReasonReady = "Ready"
	// ReasonProgressing: objects were written, pods are not there yet.
	ReasonProgressing = "Progressing"
	// ReasonSuspended: spec.suspend is true; nothing is changed.
	ReasonSuspended = "Suspended"
	// ReasonInvalidSpec: the spec contradicts itself or the class in a way that no schema can see.
	ReasonInvalidSpec = "InvalidSpec"
	// ReasonClassNotFound: spec.className names no SiteClass.
	ReasonClassNotFound = "ClassNotFound"
	// ReasonNoDefaultClass: spec.className is absent and no SiteClass is the default.
	ReasonNoDefaultClass = "NoDefaultClass"
	// ReasonSeveralDefaultClasses: spec.className is absent and more than one SiteClass is the default.
	ReasonSeveralDefaultClasses = "SeveralDefaultClasses"
	// ReasonInvalidClass: the SiteClass cannot be used; the platform team must mend it.
	ReasonInvalidClass = "InvalidClass"
	// ReasonHostConflict: a host is held by another site.
	ReasonHostConflict = "HostConflict"
	// ReasonRefused: the class enforces, and a blocking control fails on the plan; the last good objects are kept.
	ReasonRefused = "Refused"
	// ReasonScanning: the image has no verdict yet; it is not run until it has one, and what ran before keeps running.
	ReasonScanning = "Scanning"
	// ReasonImageLeaking: the class enforces, and the image holds a secret; the last good image keeps running.
	ReasonImageLeaking = "ImageLeaking"
	// ReasonWithdrawn: the site serves a secret, and its class withdraws the routes of such sites until they are clean.
	ReasonWithdrawn = "Withdrawn"
	// ReasonCollision: an object of a child's name exists and is not ours.
	ReasonCollision = "Collision"
	// ReasonApplyRefused: the API server refused an object: admission, quota or RBAC.
	ReasonApplyRefused = "ApplyRefused"
	// ReasonEdgeUnavailable: kinds that the edge's driver needs are not installed in the cluster.
	ReasonEdgeUnavailable = "EdgeUnavailable"
	// ReasonEdgeInsufficient: a feature that the class requires is one that the edge cannot enforce.
	ReasonEdgeInsufficient = "EdgeInsufficient"
	// ReasonTransientError: a request failed and is tried again.
	ReasonTransientError = "TransientError"
	// ReasonTerminating: the namespace or the site is being deleted.
	ReasonTerminating = "Terminating"
	// ReasonControlsPassed: every control of the group that applies passed or is waived.
	ReasonControlsPassed = "ControlsPassed"
	// ReasonControlsFailed: a control of the group failed.
	ReasonControlsFailed = "ControlsFailed"
	// ReasonNotEvaluated: a control of the group could not be judged.
	ReasonNotEvaluated = "NotEvaluated"
	// ReasonPodsAvailable: enough pods are available.
	ReasonPodsAvailable = "PodsAvailable"
	// ReasonPodsUnavailable: fewer pods than wanted are available; the message says why.
	ReasonPodsUnavailable = "PodsUnavailable"
)

// Reasons of events that are not reasons of conditions.
const (
	// EventDriftCorrected: an object had been changed or deleted by somebody else and was put right.
	EventDriftCorrected = "DriftCorrected"
	// EventControlFailed: a control failed that had not before.
	EventControlFailed = "ControlFailed"
	// EventControlRecovered: a control holds that had failed before.
	EventControlRecovered = "ControlRecovered"
)

// AnnotationDefaultClass marks the SiteClass of sites that name none, with the value "true".
const AnnotationDefaultClass = "hustings.dev/is-default-class"
