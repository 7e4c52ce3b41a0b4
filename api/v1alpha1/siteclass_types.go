package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// SiteClassSpec is the platform team's policy for the sites of a class.
type SiteClassSpec struct {
	// enforcement says what a failing blocking control does: Enforce keeps the last good objects, Audit applies and
	// reports. Absent, Enforce.
	// +optional
	Enforcement Enforcement `json:"enforcement,omitempty"`

	// hosts say which namespaces may claim which domains. A host that no grant covers is never routed.
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	Hosts []HostGrant `json:"hosts"`

	// images says which images may run.
	// +required
	Images ImagePolicy `json:"images"`

	// edge says through what the sites are reached, and its limits.
	// +required
	Edge ClassEdge `json:"edge"`

	// network says whom pods may talk to.
	// +required
	Network ClassNetwork `json:"network"`

	// pods says what every pod of the class has.
	// +optional
	Pods *ClassPods `json:"pods,omitempty"`

	// leaks says what happens when a secret is found, and which findings are no leaks.
	// +optional
	Leaks *ClassLeaks `json:"leaks,omitempty"`

	// posture raises the defence of all sites of the class.
	// +optional
	Posture *ClassPosture `json:"posture,omitempty"`

	// accept lists controls whose Unknown does not hold Compliant back. Each is a choice that shows in status.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=32
	Accept []ControlID `json:"accept,omitempty"`
}

// Enforcement says what a failing blocking control does.
//
// +kubebuilder:validation:Enum=Enforce;Audit
type Enforcement string

// The enforcements.
const (
	EnforcementEnforce Enforcement = "Enforce"
	EnforcementAudit   Enforcement = "Audit"
)

// HostGrant lets namespaces claim domains and their subdomains.
//
// +kubebuilder:validation:XValidation:rule="has(self.namespaces) != has(self.namespaceSelector)",message="set namespaces or namespaceSelector, and not both"
// +kubebuilder:validation:XValidation:rule="!has(self.namespaceSelector) || (has(self.namespaceSelector.matchLabels) && size(self.namespaceSelector.matchLabels) > 0) || (has(self.namespaceSelector.matchExpressions) && size(self.namespaceSelector.matchExpressions) > 0)",message="namespaceSelector must not be empty: an empty selector would mean every namespace"
type HostGrant struct {
	// namespaces by name.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Namespaces []string `json:"namespaces,omitempty"`

	// namespaceSelector selects namespaces by label. Labels of a namespace must not be writable by its tenants.
	// +optional
	NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector,omitempty"`

	// suffixes are the domains: example.org covers example.org and everything under it.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Suffixes []Host `json:"suffixes"`
}

// ImagePolicy says which images may run.
type ImagePolicy struct {
	// registries are the registries, or folders of registries, that images may come from: registry.example.org or
	// registry.example.org/campaigns.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]+([._-]+[a-z0-9]+)*(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$`
	Registries []string `json:"registries"`

	// requireDigest refuses images that are not pinned by digest. Absent, true.
	// +optional
	RequireDigest *bool `json:"requireDigest,omitempty"`
}

// EdgeDriver is a kind of edge that the operator can program.
//
// +kubebuilder:validation:Enum=Traefik
type EdgeDriver string

// DriverTraefik programs Traefik 3.6 and later by Ingress objects and Middlewares (https://doc.traefik.io/traefik/).
const DriverTraefik EdgeDriver = "Traefik"

// ClassEdge says through what the sites are reached, and its limits.
type ClassEdge struct {
	// driver programs the edge.
	// +required
	Driver EdgeDriver `json:"driver"`

	// ingressClassName is the IngressClass that the edge serves.
	// +required
	IngressClassName ObjectName `json:"ingressClassName"`

	// pods are the edge's own pods, the only ones that may reach a site's pods.
	// +required
	Pods PodPeer `json:"pods"`

	// replicas is how many replicas of the edge run: limits count in each of them. Absent, 1.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	Replicas *int32 `json:"replicas,omitempty"`

	// clientIP says how the edge knows a client's address. Absent, by the connection.
	// +optional
	ClientIP *ClientIP `json:"clientIP,omitempty"`

	// clusterIssuer is the cert-manager ClusterIssuer that makes certificates of sites without spec.tls.
	// +optional
	ClusterIssuer ObjectName `json:"clusterIssuer,omitempty"`

	// defaults are the limits of sites that set none.
	// +optional
	Defaults *EdgeLimits `json:"defaults,omitempty"`

	// maxima are the highest limits that a site may ask for.
	// +optional
	Maxima *EdgeLimits `json:"maxima,omitempty"`

	// required are features that the edge must enforce, or a site of the class is not routed.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=16
	Required []EdgeFeature `json:"required,omitempty"`
}

// EdgeLimits are the numbers that the edge enforces.
type EdgeLimits struct {
	// perClient bounds what one client address may do.
	// +optional
	PerClient *ClientLimits `json:"perClient,omitempty"`

	// site bounds what all clients together may do.
	// +optional
	Site *SiteLimits `json:"site,omitempty"`

	// request bounds single requests.
	// +optional
	Request *RequestSize `json:"request,omitempty"`
}

// ClientIPSource says how the edge knows a client's address.
//
// +kubebuilder:validation:Enum=RemoteAddr;ProxyProtocol;XForwardedFor
type ClientIPSource string

// The sources.
const (
	// ClientIPRemoteAddr: the address of the connection.
	ClientIPRemoteAddr ClientIPSource = "RemoteAddr"
	// ClientIPProxyProtocol: the PROXY protocol, which the edge turns into the address of the connection.
	ClientIPProxyProtocol ClientIPSource = "ProxyProtocol"
	// ClientIPXForwardedFor: the X-Forwarded-For header, read trustedHops from its end.
	ClientIPXForwardedFor ClientIPSource = "XForwardedFor"
)

// ClientIP says how the edge knows a client's address.
//
// +kubebuilder:validation:XValidation:rule="(self.source == 'XForwardedFor') == has(self.trustedHops)",message="set trustedHops with the source XForwardedFor, and only with it"
type ClientIP struct {
	// source of the address.
	// +required
	Source ClientIPSource `json:"source"`

	// trustedHops is the exact number of proxies before the edge that append to X-Forwarded-For. One too many lets
	// clients choose their own address.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=8
	TrustedHops *int32 `json:"trustedHops,omitempty"`
}

// PodPeer selects pods of namespaces; both must match. It is never a way to say "all".
//
// +kubebuilder:validation:XValidation:rule="(has(self.namespaceSelector.matchLabels) && size(self.namespaceSelector.matchLabels) > 0) || (has(self.namespaceSelector.matchExpressions) && size(self.namespaceSelector.matchExpressions) > 0)",message="namespaceSelector must not be empty: an empty selector would mean every namespace"
type PodPeer struct {
	// namespaceSelector selects namespaces.
	// +required
	NamespaceSelector metav1.LabelSelector `json:"namespaceSelector"`

	// podSelector selects pods in those namespaces; empty, all of them.
	// +optional
	PodSelector metav1.LabelSelector `json:"podSelector,omitzero"`
}

// ClassNetwork says whom pods may talk to.
type ClassNetwork struct {
	// dns are the pods that answer DNS, on port 53.
	// +required
	DNS PodPeer `json:"dns"`

	// monitoring are pods that may reach the sites' port to watch them.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	Monitoring []PodPeer `json:"monitoring,omitempty"`

	// egress are the destinations that sites may ask for; absent, none.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=64
	Egress []EgressGrant `json:"egress,omitempty"`

	// deniedCIDRs are never reached by a site, whatever it asks for: nodes, the API server. Metadata, link-local and
	// loopback addresses are always among them.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=32
	DeniedCIDRs []CIDR `json:"deniedCIDRs,omitempty"`
}

// EgressGrant is a destination that sites may ask for.
type EgressGrant struct {
	// name says what the destination is.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Name string `json:"name"`

	// cidrs that may be asked for, or parts of them.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	CIDRs []CIDR `json:"cidrs"`

	// ports that may be asked for.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Ports []Port `json:"ports"`
}

// ClassLeaks says what happens when a secret is found, and which findings are no leaks.
type ClassLeaks struct {
	// rescanInterval is how often what a site serves and mounts is looked at, besides after every rollout; between 1m and 24h.
	// Absent, 15m.
	// +optional
	RescanInterval RescanInterval `json:"rescanInterval,omitempty"`

	// onServedLeak says what is done with a site that serves a secret: Report fails the control, Withdraw removes the
	// route as well until the site is clean; the pods stay. Absent, Report.
	// +optional
	OnServedLeak ServedLeakAction `json:"onServedLeak,omitempty"`

	// allow lists findings that are no leaks, each with its reason and its end.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	Allow []AllowedLeak `json:"allow,omitempty"`
}

// RescanInterval is a time as Go spells it, such as 15m or 1h30m.
//
// +kubebuilder:validation:MinLength=2
// +kubebuilder:validation:MaxLength=16
// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
// +kubebuilder:validation:XValidation:rule="!self.matches('^([0-9]+(s|m|h))+$') || (duration(self) >= duration('1m') && duration(self) <= duration('24h'))",message="must be a time between 1m and 24h, such as 15m"
type RescanInterval string

// ServedLeakAction says what is done with a site that serves a secret.
//
// +kubebuilder:validation:Enum=Report;Withdraw
type ServedLeakAction string

// The actions.
const (
	ServedLeakReport   ServedLeakAction = "Report"
	ServedLeakWithdraw ServedLeakAction = "Withdraw"
)

// AllowedLeak is one finding that is no leak: by its fingerprint wherever it turns up, or by its rule in a path.
//
// +kubebuilder:validation:XValidation:rule="has(self.fingerprint) ? !has(self.rule) && !has(self.path) : has(self.rule) && has(self.path)",message="set fingerprint alone, or rule and path together"
type AllowedLeak struct {
	// fingerprint of the finding, as the ImageScan or the site's status shows it.
	// +optional
	// +kubebuilder:validation:MinLength=8
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9:_-]+$`
	Fingerprint string `json:"fingerprint,omitempty"`

	// rule of the finding, such as stripe-access-token.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Rule string `json:"rule,omitempty"`

	// path of the finding's file. One that ends in / covers everything under it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Path string `json:"path,omitempty"`

	// reason why it is no leak, for those who read it later.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Reason string `json:"reason"`

	// expires is when the finding counts again.
	// +required
	Expires metav1.Time `json:"expires"`
}

// UserNamespaces says whether pods run in a user namespace of their own.
//
// +kubebuilder:validation:Enum=Required;Off
type UserNamespaces string

// The choices.
const (
	UserNamespacesRequired UserNamespaces = "Required"
	UserNamespacesOff      UserNamespaces = "Off"
)

// ClassPods says what every pod of the class has.
type ClassPods struct {
	// userNamespaces is Required where nodes can run pods in user namespaces (hostUsers: false). Absent, Off.
	// +optional
	UserNamespaces UserNamespaces `json:"userNamespaces,omitempty"`
}

// ClassPosture raises the defence of all sites of the class.
//
// +kubebuilder:validation:XValidation:rule="!has(self.level) || self.level == 'Normal' || has(self.until)",message="a raised level needs until: the time at which it falls back to Normal"
type ClassPosture struct {
	// level of the fleet. Absent, Normal.
	// +optional
	Level Posture `json:"level,omitempty"`

	// until is when a raised level falls back to Normal.
	// +optional
	Until *metav1.Time `json:"until,omitempty"`

	// overlays are the highest limits while a level is in force; a level without one takes the next lower one's.
	// +optional
	// +listType=map
	// +listMapKey=level
	// +kubebuilder:validation:MaxItems=4
	Overlays []PostureOverlay `json:"overlays,omitempty"`
}

// PostureOverlay lowers limits while a level is in force.
type PostureOverlay struct {
	// level from which on the limits hold.
	// +required
	Level Posture `json:"level"`

	EdgeLimits `json:",inline"`
}

// SiteClass is the platform team's policy for sites, like IngressClass for routes.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:scope=Cluster,shortName=sclass,categories=campaign
// +kubebuilder:printcolumn:name="DRIVER",type=string,JSONPath=`.spec.edge.driver`
// +kubebuilder:printcolumn:name="ENFORCEMENT",type=string,JSONPath=`.spec.enforcement`
// +kubebuilder:printcolumn:name="POSTURE",type=string,JSONPath=`.spec.posture.level`
// +kubebuilder:printcolumn:name="DEFAULT",type=string,JSONPath=`.metadata.annotations.hustings\.dev/is-default-class`
// +kubebuilder:printcolumn:name="AGE",type=date,JSONPath=`.metadata.creationTimestamp`
type SiteClass struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the policy.
	// +required
	Spec SiteClassSpec `json:"spec"`
}

// SiteClassList is a list of classes.
//
// +kubebuilder:object:root=true
type SiteClassList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []SiteClass `json:"items"`
}
