package v1alpha1

// Host is a public DNS name as a site serves it: lower case, no wildcard, no trailing dot.
//
// +kubebuilder:validation:MinLength=4
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:XValidation:rule="self.matches('^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]([a-z0-9-]{0,61}[a-z0-9])$')",message="must be a lower-case DNS name such as www.example.org: no wildcard, no IP address, no port or path, no trailing dot"
// +kubebuilder:validation:XValidation:rule="!self.endsWith('.local') && !self.endsWith('.svc') && !self.endsWith('.localhost')",message="must be a public name: names under .local, .svc, .cluster.local and .localhost never leave the cluster"
type Host string

// CIDR is an IPv4 or IPv6 address range in prefix notation.
//
// +kubebuilder:validation:MinLength=4
// +kubebuilder:validation:MaxLength=43
// +kubebuilder:validation:XValidation:rule="isCIDR(self) && cidr(self) == cidr(self).masked()",message="must be an address range such as 192.0.2.0/24 or 2001:db8::/32, with no bits set after the prefix"
// +kubebuilder:validation:XValidation:rule="!self.startsWith('::ffff:')",message="must not be an IPv4-mapped IPv6 range: write the IPv4 range itself"
type CIDR string

// Port is a TCP port number.
//
// +kubebuilder:validation:Minimum=1
// +kubebuilder:validation:Maximum=65535
type Port int32

// Posture is how strictly a site is defended just now. Levels are ordered: Normal, Elevated, UnderAttack, Lockdown.
//
// +kubebuilder:validation:Enum=Normal;Elevated;UnderAttack;Lockdown
type Posture string

// The postures, weakest first.
const (
	PostureNormal      Posture = "Normal"
	PostureElevated    Posture = "Elevated"
	PostureUnderAttack Posture = "UnderAttack"
	PostureLockdown    Posture = "Lockdown"
)

// ControlID names a control of the catalogue, such as pod.restricted; `hustings controls` lists them.
//
// +kubebuilder:validation:MinLength=3
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:Pattern=`^[a-z]+\.[a-z]+(-[a-z]+)*$`
type ControlID string

// ObjectName is the name of an object in the site's own namespace.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
type ObjectName string

// ClientLimits bounds what one client address may do. IPv6 clients are counted by their /64.
type ClientLimits struct {
	// requestsPerSecond is the sustained rate that one client may keep up, in requests per second.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000
	RequestsPerSecond *int32 `json:"requestsPerSecond,omitempty"`

	// burst is how many requests one client may send at once before the rate applies.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=20000
	Burst *int32 `json:"burst,omitempty"`

	// inFlight is how many requests of one client may be unanswered at the same time.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000
	InFlight *int32 `json:"inFlight,omitempty"`
}

// SiteLimits bounds what all clients together may do.
type SiteLimits struct {
	// inFlight is how many requests of all clients may be unanswered at the same time.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000
	InFlight *int32 `json:"inFlight,omitempty"`
}

// RequestSize bounds the size of a request.
type RequestSize struct {
	// maxBodyBytes is the largest request body that reaches the site, in bytes.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1073741824
	MaxBodyBytes *int64 `json:"maxBodyBytes,omitempty"`
}
