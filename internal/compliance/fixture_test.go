package compliance

import (
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/object"
)

// fixture is a site that passes every control, with its objects at hand to break.
type fixture struct {
	Input
	class                     *hustingsv1alpha1.SiteClass
	deployment                *appsv1.Deployment
	account                   *corev1.ServiceAccount
	service                   *corev1.Service
	deny, ingress, egress     *networkingv1.NetworkPolicy
	budget                    *policyv1.PodDisruptionBudget
	scaler                    *autoscalingv2.HorizontalPodAutoscaler
	route, redirect           *networkingv1.Ingress
	headers, site, client     *unstructured.Unstructured
	rate, body, scheme, chain *unstructured.Unstructured
}

func (f *fixture) pod() *corev1.PodSpec                     { return &f.deployment.Spec.Template.Spec }
func (f *fixture) container() *corev1.Container             { return &f.pod().Containers[0] }
func (f *fixture) add(objects ...object.Object)             { f.Objects = append(f.Objects, objects...) }
func (f *fixture) spec() *hustingsv1alpha1.CampaignSiteSpec { return &f.Site.Spec }

// remove takes objects out.
func (f *fixture) remove(objects ...object.Object) {
	f.Objects = slices.DeleteFunc(f.Objects, func(o object.Object) bool { return slices.Contains(objects, o) })
}

var siteLabels = map[string]string{"app.kubernetes.io/name": "site", "app.kubernetes.io/instance": "vote-alice"}

func meta(kind, apiVersion, name string) (metav1.TypeMeta, metav1.ObjectMeta) {
	return metav1.TypeMeta{APIVersion: apiVersion, Kind: kind}, metav1.ObjectMeta{Namespace: "alice", Name: name, Labels: map[string]string{"app.kubernetes.io/instance": "vote-alice"}}
}

func byName(namespace string) metav1.LabelSelector {
	return metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: namespace}}
}

// good is a site, its class and its objects, all of them new.
func good() *fixture {
	f := &fixture{}
	goodInput(f)
	goodWorkload(f)
	goodNetwork(f)
	goodEdge(f)
	f.add(f.deny, f.ingress, f.egress, f.account, f.deployment, f.budget, f.scaler, f.service,
		f.headers, f.site, f.client, f.rate, f.body, f.scheme, f.chain, f.route, f.redirect)
	return f
}

func goodInput(f *fixture) {
	greeting, donate := "hello", "https://donate.example.org/v2/form"
	site := &hustingsv1alpha1.CampaignSite{ObjectMeta: metav1.ObjectMeta{Namespace: "alice", Name: "vote-alice", UID: "u-1"}}
	site.Spec = hustingsv1alpha1.CampaignSiteSpec{
		Image: "registry.example.org/alice/site@sha256:" + strings.Repeat("ab", 32),
		Args:  []string{"serve", "--listen=:8080"},
		Hosts: []hustingsv1alpha1.Host{"alice.example.org", "www.alice.example.org"}, Port: 8080,
		TLS:      &hustingsv1alpha1.SiteTLS{SecretName: "alice-tls"},
		Replicas: &hustingsv1alpha1.Replicas{Min: new(int32(3)), Max: new(int32(12))},
		Env: []hustingsv1alpha1.EnvVar{
			{Name: "GREETING", Value: &greeting}, {Name: "DONATE_URL", Value: &donate},
			{Name: "API_KEY", SecretKeyRef: &hustingsv1alpha1.SecretKeyRef{Name: "api", Key: "token"}},
		},
		Edge: &hustingsv1alpha1.SiteEdge{
			PerClient: &hustingsv1alpha1.ClientLimits{RequestsPerSecond: new(int32(20)), Burst: new(int32(40)), InFlight: new(int32(20))},
			Site:      &hustingsv1alpha1.SiteLimits{InFlight: new(int32(2000))},
		},
		Egress: []hustingsv1alpha1.EgressRule{{Name: "donations", CIDRs: []hustingsv1alpha1.CIDR{"192.0.2.0/28"}, Ports: []hustingsv1alpha1.Port{443}}},
	}
	f.class = &hustingsv1alpha1.SiteClass{ObjectMeta: metav1.ObjectMeta{Name: "standard"}}
	f.class.Spec = hustingsv1alpha1.SiteClassSpec{
		Hosts:  []hustingsv1alpha1.HostGrant{{Namespaces: []string{"alice"}, Suffixes: []hustingsv1alpha1.Host{"alice.example.org"}}},
		Images: hustingsv1alpha1.ImagePolicy{Registries: []string{"registry.example.org/alice"}},
		Edge: hustingsv1alpha1.ClassEdge{
			Driver: hustingsv1alpha1.DriverTraefik, IngressClassName: "traefik", Replicas: new(int32(2)),
			Pods: hustingsv1alpha1.PodPeer{NamespaceSelector: byName("traefik")},
			Defaults: &hustingsv1alpha1.EdgeLimits{
				PerClient: &hustingsv1alpha1.ClientLimits{RequestsPerSecond: new(int32(20)), Burst: new(int32(40)), InFlight: new(int32(20))},
				Request:   &hustingsv1alpha1.RequestSize{MaxBodyBytes: new(int64(65536))},
			},
			Maxima: &hustingsv1alpha1.EdgeLimits{
				PerClient: &hustingsv1alpha1.ClientLimits{RequestsPerSecond: new(int32(100)), Burst: new(int32(200)), InFlight: new(int32(100))},
				Site:      &hustingsv1alpha1.SiteLimits{InFlight: new(int32(5000))},
				Request:   &hustingsv1alpha1.RequestSize{MaxBodyBytes: new(int64(1 << 20))},
			},
			Required: []hustingsv1alpha1.EdgeFeature{hustingsv1alpha1.FeaturePerClientRate, hustingsv1alpha1.FeatureTLSRedirect},
		},
		Network: hustingsv1alpha1.ClassNetwork{
			DNS:        hustingsv1alpha1.PodPeer{NamespaceSelector: byName("kube-system"), PodSelector: metav1.LabelSelector{MatchLabels: map[string]string{"k8s-app": "kube-dns"}}},
			Monitoring: []hustingsv1alpha1.PodPeer{{NamespaceSelector: byName("monitoring")}},
			Egress: []hustingsv1alpha1.EgressGrant{{
				Name: "donations", CIDRs: []hustingsv1alpha1.CIDR{"192.0.2.0/24", "2001:db8::/32"}, Ports: []hustingsv1alpha1.Port{443},
			}},
			DeniedCIDRs: []hustingsv1alpha1.CIDR{"10.0.0.0/16", "192.0.2.8/32"},
		},
	}
	f.Input = Input{Site: site, Facts: facts.Snapshot{
		Now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), Class: f.class,
		Namespace: facts.Namespace{Name: "alice", Known: true, Labels: map[string]string{"pod-security.kubernetes.io/enforce": "restricted"}},
		Claims: facts.Claims{Source: facts.ClaimsFromCluster, Holders: map[hustingsv1alpha1.Host]facts.Holder{
			"alice.example.org": facts.HolderOf(site), "www.alice.example.org": facts.HolderOf(site),
		}},
		PolicyEngine: facts.Yes,
		Image:        facts.Image{Digest: facts.DigestOf(site.Spec.Image), Scan: facts.Scan{Verdict: hustingsv1alpha1.VerdictClean}},
		Served: facts.Served{
			Secrets: facts.Scan{Verdict: hustingsv1alpha1.VerdictClean}, Files: facts.Scan{Verdict: hustingsv1alpha1.VerdictClean},
		},
	}}
	f.Enforcement = []hustingsv1alpha1.EdgeEnforcement{
		{Feature: hustingsv1alpha1.FeaturePerClientRate, Level: hustingsv1alpha1.LevelApproximated},
		{Feature: hustingsv1alpha1.FeatureTLSRedirect, Level: hustingsv1alpha1.LevelNative},
	}
}

func goodWorkload(f *fixture) {
	f.account = &corev1.ServiceAccount{AutomountServiceAccountToken: new(false)}
	f.account.TypeMeta, f.account.ObjectMeta = meta("ServiceAccount", "v1", "vote-alice")

	probe := &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/healthz", Port: intstr.FromString("http")}}}
	amounts := corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse("100m"), corev1.ResourceMemory: resource.MustParse("128Mi"),
		corev1.ResourceEphemeralStorage: resource.MustParse("64Mi"),
	}
	limit := resource.MustParse("64Mi")
	spread := func(key string) corev1.TopologySpreadConstraint {
		return corev1.TopologySpreadConstraint{MaxSkew: 1, TopologyKey: key, WhenUnsatisfiable: corev1.ScheduleAnyway, LabelSelector: &metav1.LabelSelector{MatchLabels: siteLabels}}
	}
	f.deployment = &appsv1.Deployment{}
	f.deployment.TypeMeta, f.deployment.ObjectMeta = meta("Deployment", "apps/v1", "vote-alice")
	f.deployment.Spec.Selector = &metav1.LabelSelector{MatchLabels: siteLabels}
	f.deployment.Spec.Template = corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: siteLabels}, Spec: corev1.PodSpec{
		ServiceAccountName: "vote-alice", AutomountServiceAccountToken: new(false), EnableServiceLinks: new(false),
		SecurityContext: &corev1.PodSecurityContext{
			RunAsNonRoot: new(true), RunAsUser: new(int64(65532)),
			SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		},
		TopologySpreadConstraints: []corev1.TopologySpreadConstraint{spread(corev1.LabelHostname), spread(corev1.LabelTopologyZone)},
		Volumes:                   []corev1.Volume{{Name: "tmp", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{SizeLimit: &limit}}}},
		Containers: []corev1.Container{{
			Name: "site", Image: f.spec().Image, Args: slices.Clone(f.spec().Args),
			Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080, Protocol: corev1.ProtocolTCP}},
			Env: []corev1.EnvVar{
				{Name: "GREETING", Value: *f.spec().Env[0].Value}, {Name: "DONATE_URL", Value: *f.spec().Env[1].Value},
				{Name: "API_KEY", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: "api"}, Key: "token"}}},
			},
			Resources:      corev1.ResourceRequirements{Requests: amounts, Limits: amounts.DeepCopy()},
			ReadinessProbe: probe, LivenessProbe: probe.DeepCopy(), StartupProbe: probe.DeepCopy(),
			VolumeMounts: []corev1.VolumeMount{{Name: "tmp", MountPath: "/tmp"}},
			SecurityContext: &corev1.SecurityContext{
				AllowPrivilegeEscalation: new(false), ReadOnlyRootFilesystem: new(true),
				Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
			},
		}},
	}}
	f.budget = &policyv1.PodDisruptionBudget{Spec: policyv1.PodDisruptionBudgetSpec{
		MaxUnavailable: new(intstr.FromInt32(1)), Selector: &metav1.LabelSelector{MatchLabels: siteLabels},
	}}
	f.budget.TypeMeta, f.budget.ObjectMeta = meta("PodDisruptionBudget", "policy/v1", "vote-alice")
	f.scaler = &autoscalingv2.HorizontalPodAutoscaler{Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
		ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: "vote-alice"},
		MinReplicas:    new(int32(3)), MaxReplicas: 12,
	}}
	f.scaler.TypeMeta, f.scaler.ObjectMeta = meta("HorizontalPodAutoscaler", "autoscaling/v2", "vote-alice")
	f.service = &corev1.Service{Spec: corev1.ServiceSpec{
		Type: corev1.ServiceTypeClusterIP, Selector: siteLabels,
		Ports: []corev1.ServicePort{{Name: "http", Port: 80, TargetPort: intstr.FromString("http")}},
	}}
	f.service.TypeMeta, f.service.ObjectMeta = meta("Service", "v1", "vote-alice")
	f.service.Annotations = map[string]string{traefikNativeLB: "true"}
}

func policyOf(name string, spec networkingv1.NetworkPolicySpec) *networkingv1.NetworkPolicy {
	p := &networkingv1.NetworkPolicy{Spec: spec}
	p.TypeMeta, p.ObjectMeta = meta("NetworkPolicy", "networking.k8s.io/v1", name)
	p.Spec.PodSelector = metav1.LabelSelector{MatchLabels: siteLabels}
	return p
}

func goodNetwork(f *fixture) {
	peer := func(namespace string) networkingv1.NetworkPolicyPeer {
		s := byName(namespace)
		return networkingv1.NetworkPolicyPeer{NamespaceSelector: &s, PodSelector: &metav1.LabelSelector{}}
	}
	port := func(p corev1.Protocol, n int32) networkingv1.NetworkPolicyPort {
		return networkingv1.NetworkPolicyPort{Protocol: &p, Port: new(intstr.FromInt32(n))}
	}
	f.deny = policyOf("vote-alice-deny", networkingv1.NetworkPolicySpec{PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress}})
	f.ingress = policyOf("vote-alice-ingress", networkingv1.NetworkPolicySpec{
		PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress},
		Ingress: []networkingv1.NetworkPolicyIngressRule{{
			From:  []networkingv1.NetworkPolicyPeer{peer("traefik"), peer("monitoring"), peer("hustings-system")},
			Ports: []networkingv1.NetworkPolicyPort{port(corev1.ProtocolTCP, 8080)},
		}},
	})
	dns := peer("kube-system")
	dns.PodSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"k8s-app": "kube-dns"}}
	f.egress = policyOf("vote-alice-egress", networkingv1.NetworkPolicySpec{
		PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeEgress},
		Egress: []networkingv1.NetworkPolicyEgressRule{
			{To: []networkingv1.NetworkPolicyPeer{dns}, Ports: []networkingv1.NetworkPolicyPort{port(corev1.ProtocolUDP, 53), port(corev1.ProtocolTCP, 53)}},
			{
				To:    []networkingv1.NetworkPolicyPeer{{IPBlock: &networkingv1.IPBlock{CIDR: "192.0.2.0/28", Except: []string{"192.0.2.8/32"}}}},
				Ports: []networkingv1.NetworkPolicyPort{port(corev1.ProtocolTCP, 443)},
			},
		},
	})
}

func middleware(name, option string, fields map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "traefik.io/v1alpha1", "kind": "Middleware",
		"metadata": map[string]any{"namespace": "alice", "name": "vote-alice-" + name},
		"spec":     map[string]any{option: fields},
	}}
}

func ingressOf(name string, f *fixture, annotations map[string]string) *networkingv1.Ingress {
	i := &networkingv1.Ingress{Spec: networkingv1.IngressSpec{IngressClassName: new("traefik")}}
	i.TypeMeta, i.ObjectMeta = meta("Ingress", "networking.k8s.io/v1", name)
	i.Annotations = annotations
	prefix := networkingv1.PathTypePrefix
	for _, host := range f.spec().Hosts {
		i.Spec.Rules = append(i.Spec.Rules, networkingv1.IngressRule{Host: string(host), IngressRuleValue: networkingv1.IngressRuleValue{
			HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{{Path: "/", PathType: &prefix, Backend: networkingv1.IngressBackend{
				Service: &networkingv1.IngressServiceBackend{Name: "vote-alice", Port: networkingv1.ServiceBackendPort{Name: "http"}},
			}}}},
		}})
	}
	return i
}

func goodEdge(f *fixture) {
	byClient := func() map[string]any {
		return map[string]any{"ipStrategy": map[string]any{"ipv6Subnet": int64(64)}}
	}
	f.headers = middleware("headers", "headers", map[string]any{
		"stsSeconds": int64(31536000), "contentTypeNosniff": true, "frameDeny": true, "referrerPolicy": "strict-origin-when-cross-origin",
		"contentSecurityPolicy": "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'",
	})
	f.site = middleware("site", "inFlightReq", map[string]any{"amount": int64(1000), "sourceCriterion": map[string]any{"requestHost": true}})
	f.client = middleware("client", "inFlightReq", map[string]any{"amount": int64(10), "sourceCriterion": byClient()})
	f.rate = middleware("rate", "rateLimit", map[string]any{"average": int64(20), "period": "2s", "burst": int64(20), "sourceCriterion": byClient()})
	f.body = middleware("body", "buffering", map[string]any{"maxRequestBodyBytes": int64(65536)})
	f.scheme = middleware("https", "redirectScheme", map[string]any{"scheme": "https", "permanent": true})
	var names []any
	for _, m := range []*unstructured.Unstructured{f.headers, f.site, f.client, f.rate, f.body} {
		names = append(names, map[string]any{"name": m.GetName()})
	}
	f.chain = middleware("chain", "chain", map[string]any{"middlewares": names})
	f.route = ingressOf("vote-alice", f, map[string]string{
		traefikEntryPoints: "websecure", traefikTLS: "true", traefikMiddlewares: "alice-vote-alice-chain@kubernetescrd",
	})
	f.route.Spec.TLS = []networkingv1.IngressTLS{{Hosts: []string{"alice.example.org", "www.alice.example.org"}, SecretName: "alice-tls"}}
	f.redirect = ingressOf("vote-alice-redirect", f, map[string]string{
		traefikEntryPoints: "web", traefikMiddlewares: "alice-vote-alice-rate@kubernetescrd,alice-vote-alice-https@kubernetescrd",
	})
}

// live is the good site as the API server holds it: with defaults, and without types, as a cache gives it.
func live() *fixture {
	f := good()
	f.Phase, f.Planned = Live, good().Objects
	f.Site.Status.Image.Running = f.container().Image
	f.deployment.Spec.Replicas = new(int32(5))
	f.deployment.Spec.RevisionHistoryLimit = new(int32(10))
	f.deployment.Annotations = map[string]string{"deployment.kubernetes.io/revision": "7"}
	f.pod().RestartPolicy, f.pod().DNSPolicy, f.pod().SchedulerName = corev1.RestartPolicyAlways, corev1.DNSClusterFirst, "default-scheduler"
	f.pod().TerminationGracePeriodSeconds, f.pod().DeprecatedServiceAccount = new(int64(30)), "vote-alice"
	f.container().TerminationMessagePath, f.container().ImagePullPolicy = "/dev/termination-log", corev1.PullIfNotPresent
	f.container().ReadinessProbe.PeriodSeconds = 10
	f.container().Resources.Limits[corev1.ResourceMemory] = resource.MustParse("131072Ki")
	f.service.Spec.ClusterIP, f.service.Spec.SessionAffinity = "10.96.0.7", corev1.ServiceAffinityNone
	f.service.Spec.Ports[0].Protocol = corev1.ProtocolTCP
	f.deployment.TypeMeta, f.service.TypeMeta, f.deny.TypeMeta = metav1.TypeMeta{}, metav1.TypeMeta{}, metav1.TypeMeta{}
	f.deployment.Status.Replicas = 5
	return f
}

// untyped is every object as maps and lists.
func untyped(t testing.TB, objects []object.Object) []object.Object {
	t.Helper()
	out := make([]object.Object, 0, len(objects))
	for _, o := range objects {
		content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
		if err != nil {
			t.Fatal(err)
		}
		ref := refOf(o)
		content["apiVersion"], content["kind"] = ref.APIVersion, ref.Kind
		out = append(out, &unstructured.Unstructured{Object: content})
	}
	return out
}
