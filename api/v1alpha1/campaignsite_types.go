package v1alpha1

import (
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// CampaignSiteSpec is what a campaign team wants to run. Nothing in it can weaken the class's policy. The status remembers the one
// that was applied, and the API server keeps no object above 1.5 MiB (https://etcd.io/docs/v3.6/dev-guide/limit/): so the values
// of env are bounded together.
type CampaignSiteSpec struct {
	// className names the SiteClass whose policy holds; absent, the class annotated
	// hustings.dev/is-default-class: "true".
	// +optional
	ClassName ObjectName `json:"className,omitempty"`

	// image is the container image to run, pinned by digest: registry.example.org/team/site@sha256:….
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]+([._-]+[a-z0-9]+)*(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[a-f0-9]{64})?$')",message="must be an image with its registry, such as registry.example.org/team/site@sha256:<64 hex digits>: no scheme, no credentials"
	Image string `json:"image"`

	// args are the arguments of the image's entrypoint; absent, the image's own.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MaxLength=1024
	Args []string `json:"args,omitempty"`

	// hosts are the public names that the site answers to; each must be granted to the namespace by the class and
	// held by no other site.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Hosts []Host `json:"hosts"`

	// port is the container's port, plain HTTP.
	// +required
	Port Port `json:"port"`

	// tls says where the certificate is; absent, the class's certificate issuer makes one.
	// +optional
	TLS *SiteTLS `json:"tls,omitempty"`

	// replicas bounds the number of pods; absent, 2.
	// +optional
	Replicas *Replicas `json:"replicas,omitempty"`

	// resources are requested and limited alike for every pod; absent, 100m of cpu and 128Mi of memory.
	// +optional
	Resources *Resources `json:"resources,omitempty"`

	// runAsUser is the numeric user that the container runs as; absent, 65532.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=2147483647
	RunAsUser *int64 `json:"runAsUser,omitempty"`

	// writablePaths are folders that the container may write to, each of them empty at start and at most 64Mi large.
	// All else in the container is read-only.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=16
	WritablePaths []MountPath `json:"writablePaths,omitempty"`

	// env are environment variables; a secret value comes from a Secret, never from a literal.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:XValidation:rule="self.map(e, has(e.value) ? size(e.value) : 0).sum() <= 65536",message="the values must have at most 65536 characters together: put what is long into a ConfigMap and name it in files"
	Env []EnvVar `json:"env,omitempty"`

	// files are ConfigMaps of the site's namespace, mounted read-only.
	// +optional
	// +listType=map
	// +listMapKey=mountPath
	// +kubebuilder:validation:MaxItems=16
	Files []FileMount `json:"files,omitempty"`

	// health says how to ask whether the site works; absent, GET /.
	// +optional
	Health *Health `json:"health,omitempty"`

	// edge says what the edge limits and adds; absent, the class's defaults. It can only be stricter than the class.
	// +optional
	Edge *SiteEdge `json:"edge,omitempty"`

	// egress are the destinations that the site itself calls; each must be within what the class grants.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=16
	Egress []EgressRule `json:"egress,omitempty"`

	// posture raises the site's defence; the higher of the site's and the class's posture holds. Absent, Normal.
	// +optional
	Posture Posture `json:"posture,omitempty"`

	// suspend stops the operator from changing anything of this site; what runs keeps running.
	// +optional
	Suspend bool `json:"suspend,omitempty"`
}

// MountPath is an absolute folder in the container.
//
// +kubebuilder:validation:MinLength=2
// +kubebuilder:validation:MaxLength=256
// +kubebuilder:validation:XValidation:rule="self.matches('^(/[A-Za-z0-9_.-]+)+$') && !self.matches('/[.]{1,2}(/|$)')",message="must be an absolute folder such as /var/cache/nginx: no trailing slash, no . or .. in it"
// +kubebuilder:validation:XValidation:rule="!self.matches('^/(proc|sys|dev|bin|sbin|lib|lib64|boot)(/|$)') && self != '/etc' && self != '/usr' && self != '/var'",message="must not cover a folder of the system (/proc, /sys, /dev, /bin, /sbin, /lib, /boot, /etc, /usr, /var)"
type MountPath string

// SiteTLS says where the certificate of the site is.
type SiteTLS struct {
	// secretName names a Secret of type kubernetes.io/tls in the site's namespace. The edge reads it, the operator never does.
	// +required
	SecretName ObjectName `json:"secretName"`
}

// Replicas bounds the number of pods.
//
// +kubebuilder:validation:XValidation:rule="!has(self.min) || !has(self.max) || self.max >= self.min",message="max must be at least min"
type Replicas struct {
	// min is the number of pods that always run; absent, 2.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=200
	Min *int32 `json:"min,omitempty"`

	// max is the number of pods that autoscaling may reach; absent, min: no autoscaling.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=200
	Max *int32 `json:"max,omitempty"`
}

// Resources of one pod. Requests and limits are equal, so that a site under attack starves nobody else.
type Resources struct {
	// cpu is processor time, such as 100m; between 1m and 64.
	// +optional
	// +kubebuilder:validation:XValidation:rule="type(self) == int ? self >= 1 && self <= 64 : isQuantity(self) && quantity(self).compareTo(quantity('1m')) >= 0 && quantity(self).compareTo(quantity('64')) <= 0",message="must be processor time between 1m and 64, such as 100m"
	CPU *resource.Quantity `json:"cpu,omitempty"`

	// memory is working memory, such as 128Mi; between 4Mi and 256Gi.
	// +optional
	// +kubebuilder:validation:XValidation:rule="type(self) == int ? self >= 4194304 && self <= 274877906944 : isQuantity(self) && quantity(self).compareTo(quantity('4Mi')) >= 0 && quantity(self).compareTo(quantity('256Gi')) <= 0",message="must be memory between 4Mi and 256Gi, such as 128Mi"
	Memory *resource.Quantity `json:"memory,omitempty"`
}

// EnvVar is one environment variable of the container.
//
// +kubebuilder:validation:XValidation:rule="!(has(self.value) && has(self.secretKeyRef))",message="set value or secretKeyRef, not both"
type EnvVar struct {
	// name of the variable.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[A-Za-z_][A-Za-z0-9_]*$`
	Name string `json:"name"`

	// value is a literal that anybody may know.
	// +optional
	// +kubebuilder:validation:MaxLength=4096
	Value *string `json:"value,omitempty"`

	// secretKeyRef takes the value from a Secret of the site's namespace; the kubelet reads it, the operator never does.
	// +optional
	SecretKeyRef *SecretKeyRef `json:"secretKeyRef,omitempty"`
}

// SecretKeyRef names one key of a Secret in the site's namespace.
type SecretKeyRef struct {
	// name of the Secret.
	// +required
	Name ObjectName `json:"name"`

	// key within the Secret.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[-._a-zA-Z0-9]+$`
	Key string `json:"key"`
}

// FileMount mounts a ConfigMap read-only.
type FileMount struct {
	// mountPath is the folder in which the ConfigMap's keys appear as files.
	// +required
	MountPath MountPath `json:"mountPath"`

	// configMapName names a ConfigMap of the site's namespace.
	// +required
	ConfigMapName ObjectName `json:"configMapName"`
}

// Health says how to ask whether the site works.
type Health struct {
	// path is requested with GET on the site's port; 200 to 399 is healthy.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches('^/[A-Za-z0-9._~/-]*$')",message="must be a path such as /healthz"
	Path string `json:"path"`
}

// SiteEdge is what the edge limits and adds for this site.
type SiteEdge struct {
	// perClient bounds what one client address may do.
	// +optional
	PerClient *ClientLimits `json:"perClient,omitempty"`

	// site bounds what all clients together may do.
	// +optional
	Site *SiteLimits `json:"site,omitempty"`

	// request bounds single requests.
	// +optional
	Request *RequestLimits `json:"request,omitempty"`

	// headers are security headers that the edge adds to every answer.
	// +optional
	Headers *Headers `json:"headers,omitempty"`

	// access says who may reach the site at all.
	// +optional
	Access *Access `json:"access,omitempty"`
}

// RequestLimits bounds single requests.
type RequestLimits struct {
	RequestSize `json:",inline"`

	// methods are the HTTP methods that reach the site; absent, all.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=7
	Methods []Method `json:"methods,omitempty"`
}

// Method is an HTTP method.
//
// +kubebuilder:validation:Enum=GET;HEAD;POST;PUT;PATCH;DELETE;OPTIONS
type Method string

// Headers are security headers. HSTS, X-Content-Type-Options, X-Frame-Options and Referrer-Policy are always added.
type Headers struct {
	// contentSecurityPolicy says from where pages may load; absent, default-src 'self'.
	// +optional
	ContentSecurityPolicy *ContentSecurityPolicy `json:"contentSecurityPolicy,omitempty"`
}

// ContentSecurityPolicy is a Content-Security-Policy header by its directives (https://www.w3.org/TR/CSP3/). A
// directive that is absent falls back to defaultSrc. object-src, base-uri and frame-ancestors are always 'none',
// 'self' and 'none'.
type ContentSecurityPolicy struct {
	// defaultSrc is where everything without a directive of its own may come from; absent, 'self'.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	DefaultSrc []CSPSource `json:"defaultSrc,omitempty"`

	// scriptSrc is where scripts may come from.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	ScriptSrc []CSPSource `json:"scriptSrc,omitempty"`

	// styleSrc is where style sheets may come from.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	StyleSrc []CSPSource `json:"styleSrc,omitempty"`

	// imgSrc is where images may come from.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	ImgSrc []CSPSource `json:"imgSrc,omitempty"`

	// fontSrc is where fonts may come from.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	FontSrc []CSPSource `json:"fontSrc,omitempty"`

	// connectSrc is where scripts may send requests.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	ConnectSrc []CSPSource `json:"connectSrc,omitempty"`

	// frameSrc is what pages may embed.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	FrameSrc []CSPSource `json:"frameSrc,omitempty"`

	// formAction is where forms may be sent.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	FormAction []CSPSource `json:"formAction,omitempty"`
}

// CSPSource is one source of a Content-Security-Policy directive. 'unsafe-eval' and bare schemes other than data:
// cannot be written: they void the policy.
//
// +kubebuilder:validation:MinLength=5
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:XValidation:rule="self in [\"'self'\", \"'none'\", \"'unsafe-inline'\", 'data:'] || self.matches('^https://([*][.])?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]([a-z0-9-]{0,61}[a-z0-9])(:[0-9]{1,5})?$') || self.matches('^\\'sha(256|384|512)-[A-Za-z0-9+/]{43,86}={0,2}\\'$')",message="must be 'self', 'none', 'unsafe-inline', data:, a hash such as 'sha256-…', or an origin such as https://cdn.example.org"
type CSPSource string

// Access says who may reach the site at all, by client address.
type Access struct {
	// allowCIDRs are the only clients that reach the site; absent, all.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=64
	AllowCIDRs []CIDR `json:"allowCIDRs,omitempty"`

	// denyCIDRs are clients that never reach the site.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	DenyCIDRs []CIDR `json:"denyCIDRs,omitempty"`
}

// EgressRule is one destination that a site calls.
type EgressRule struct {
	// name says what the destination is.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Name string `json:"name"`

	// cidrs are the addresses of the destination.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	CIDRs []CIDR `json:"cidrs"`

	// ports are the TCP ports of the destination.
	// +required
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Ports []Port `json:"ports"`
}

// CampaignSite is a public website of a campaign, hardened, limited and watched.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=csite,categories=campaign
// +kubebuilder:printcolumn:name="READY",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="COMPLIANT",type=string,JSONPath=`.status.conditions[?(@.type=="Compliant")].status`
// +kubebuilder:printcolumn:name="CONTROLS",type=string,JSONPath=`.status.summary.text`
// +kubebuilder:printcolumn:name="POD",type=string,JSONPath=`.status.summary.pod`
// +kubebuilder:printcolumn:name="NETWORK",type=string,JSONPath=`.status.summary.network`
// +kubebuilder:printcolumn:name="SECRETS",type=string,JSONPath=`.status.summary.secrets`
// +kubebuilder:printcolumn:name="EDGE",type=string,JSONPath=`.status.summary.edge`
// +kubebuilder:printcolumn:name="POSTURE",type=string,JSONPath=`.status.posture`
// +kubebuilder:printcolumn:name="AGE",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="REASON",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="HOST",type=string,priority=1,JSONPath=`.spec.hosts[0]`
// +kubebuilder:printcolumn:name="CLASS",type=string,priority=1,JSONPath=`.status.className`
// +kubebuilder:printcolumn:name="IMAGE",type=string,priority=1,JSONPath=`.status.image.running`
type CampaignSite struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what the campaign team wants.
	// +required
	Spec CampaignSiteSpec `json:"spec"`

	// status is what the operator sees.
	// +optional
	// +kubebuilder:default:={"observedGeneration":-1}
	Status CampaignSiteStatus `json:"status,omitempty"`
}

// CampaignSiteList is a list of sites.
//
// +kubebuilder:object:root=true
type CampaignSiteList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []CampaignSite `json:"items"`
}
