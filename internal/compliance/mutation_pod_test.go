package compliance

import (
	"strings"

	corev1 "k8s.io/api/core/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func podMutations() []mutation {
	return []mutation{
		{control: "pod.restricted", name: "host network", breaks: func(f *fixture) { f.pod().HostNetwork = true }},
		{control: "pod.restricted", name: "privileged", breaks: func(f *fixture) { f.container().SecurityContext.Privileged = new(true) }},
		{control: "pod.restricted", name: "privilege escalation", breaks: func(f *fixture) { f.container().SecurityContext.AllowPrivilegeEscalation = nil }},
		{control: "pod.restricted", name: "no seccomp profile", breaks: func(f *fixture) { f.pod().SecurityContext.SeccompProfile = nil }},
		{control: "pod.restricted", name: "capabilities kept", breaks: func(f *fixture) { f.container().SecurityContext.Capabilities = nil }},
		{control: "pod.restricted", name: "root may be meant", breaks: func(f *fixture) { f.pod().SecurityContext.RunAsNonRoot = nil }},
		{control: "pod.restricted", name: "folder of the node", breaks: func(f *fixture) {
			f.pod().Volumes[0].VolumeSource = corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/"}}
		}},
		{control: "pod.restricted", name: "probe of another host", breaks: func(f *fixture) { f.container().LivenessProbe.HTTPGet.Host = "192.0.2.1" }},
		{
			control: "pod.least-privilege", name: "user 0", cause: "spec.runAsUser",
			breaks: func(f *fixture) { f.pod().SecurityContext.RunAsUser = new(int64(0)) },
			also:   []hustingsv1alpha1.ControlID{"pod.restricted"},
		},
		{control: "pod.least-privilege", name: "no user number", breaks: func(f *fixture) { f.pod().SecurityContext.RunAsUser = nil }},
		{control: "pod.least-privilege", name: "low port capability", breaks: func(f *fixture) {
			f.container().SecurityContext.Capabilities.Add = []corev1.Capability{"NET_BIND_SERVICE"}
		}},
		{
			control: "pod.least-privilege", name: "port of the node", also: []hustingsv1alpha1.ControlID{"pod.restricted"},
			breaks: func(f *fixture) { f.container().Ports[0].HostPort = 80 },
		},
		{control: "pod.least-privilege", name: "second container", breaks: func(f *fixture) {
			f.pod().Containers = append(f.pod().Containers, *f.container().DeepCopy())
		}},
		{control: "pod.least-privilege", name: "init container", breaks: func(f *fixture) {
			f.pod().InitContainers = append(f.pod().InitContainers, *f.container().DeepCopy())
		}},
		{control: "pod.least-privilege", name: "user namespace required", breaks: func(f *fixture) {
			f.class.Spec.Pods = &hustingsv1alpha1.ClassPods{UserNamespaces: hustingsv1alpha1.UserNamespacesRequired}
		}},
		{control: "pod.read-only-root", name: "writable root", breaks: func(f *fixture) { f.container().SecurityContext.ReadOnlyRootFilesystem = nil }},
		{control: "pod.no-service-account-token", name: "mounted", breaks: func(f *fixture) { f.pod().AutomountServiceAccountToken = nil }},
		{control: "pod.no-service-account-token", name: "given by the account", breaks: func(f *fixture) { f.account.AutomountServiceAccountToken = nil }},
		{control: "pod.no-service-account-token", name: "default account", breaks: func(f *fixture) { f.pod().ServiceAccountName = "default" }},
		{control: "pod.no-service-account-token", name: "no account", breaks: func(f *fixture) { f.remove(f.account) }},
		{control: "pod.no-service-account-token", name: "projected", breaks: func(f *fixture) {
			f.pod().Volumes = append(f.pod().Volumes, corev1.Volume{Name: "token", VolumeSource: corev1.VolumeSource{
				Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{Path: "token"}}}},
			}})
		}},
		{control: "pod.no-service-links", name: "absent", breaks: func(f *fixture) { f.pod().EnableServiceLinks = nil }},
		{control: "pod.resource-limits", name: "no memory limit", breaks: func(f *fixture) { delete(f.container().Resources.Limits, corev1.ResourceMemory) }},
		{control: "pod.resource-limits", name: "no processor limit", breaks: func(f *fixture) { delete(f.container().Resources.Limits, corev1.ResourceCPU) }},
		{control: "pod.resource-limits", name: "no disk limit", breaks: func(f *fixture) {
			delete(f.container().Resources.Limits, corev1.ResourceEphemeralStorage)
		}},
		{control: "pod.resource-limits", name: "no request", breaks: func(f *fixture) { delete(f.container().Resources.Requests, corev1.ResourceCPU) }},
		{control: "pod.resource-limits", name: "unlimited folder", breaks: func(f *fixture) { f.pod().Volumes[0].EmptyDir.SizeLimit = nil }},
		{control: "pod.probes", name: "not whether it is ready", breaks: func(f *fixture) { f.container().ReadinessProbe = nil }},
		{control: "pod.probes", name: "not whether it is alive", breaks: func(f *fixture) { f.container().LivenessProbe = nil }},
		{control: "pod.probes", name: "not whether it has started", breaks: func(f *fixture) { f.container().StartupProbe = nil }},
		{control: "pod.probes", name: "a probe that asks nothing", breaks: func(f *fixture) { f.container().StartupProbe = &corev1.Probe{} }},
	}
}

// runs has the site and its Deployment name an image.
func runs(image string) func(*fixture) {
	return func(f *fixture) { f.spec().Image, f.container().Image = image, image }
}

func imageMutations() []mutation {
	digest := "@sha256:" + strings.Repeat("ab", 32)
	registry := func(name, image string) mutation {
		return mutation{control: "image.registry-allowed", name: name, cause: "spec.image", breaks: func(f *fixture) {
			// Even a class that lists it does not open it.
			if host, _, _ := strings.Cut(image, "/"); name != "another" && name != "longer folder" && name != "climbs out" {
				f.class.Spec.Images.Registries = append(f.class.Spec.Images.Registries, host)
			}
			runs(image)(f)
		}}
	}
	return []mutation{
		{control: "image.digest-pinned", name: "by tag", cause: "spec.image", breaks: func(f *fixture) {
			runs("registry.example.org/alice/site:v1")(f)
			f.container().Image += digest
		}},
		{
			control: "image.digest-pinned", name: "by half a digest", cause: "spec.image", breaks: runs("registry.example.org/alice/site@sha256:abcd"),
			also: []hustingsv1alpha1.ControlID{"leaks.image"},
		},
		{
			control: "image.digest-pinned", name: "the tag's digest is not the Deployment's", also: []hustingsv1alpha1.ControlID{"leaks.image"},
			breaks: func(f *fixture) {
				f.class.Spec.Images.RequireDigest = new(false)
				runs("registry.example.org/alice/site:v1")(f)
			},
		},
		{
			control: "image.digest-pinned", name: "another runs", also: []hustingsv1alpha1.ControlID{"leaks.image"},
			breaks: func(f *fixture) {
				f.container().Image = "registry.example.org/alice/site@sha256:" + strings.Repeat("cd", 32)
			},
		},
		registry("another", "registry.example.com/alice/site"+digest),
		registry("longer folder", "registry.example.org/alicex/site"+digest),
		registry("climbs out", "registry.example.org/alice/../bob/site"+digest),
		registry("the node", "localhost:5000/site"+digest),
		registry("an address", "192.0.2.1:5000/site"+digest),
		registry("an IPv6 address", "[2001:db8::1]:5000/site"+digest),
		registry("a name in the cluster", "registry.kube-system.svc.cluster.local/site"+digest),
		registry("credentials", "user:pass@registry.example.org/alice/site"+digest),
		registry("none", "library/site"+digest),
		{
			control: "image.registry-allowed", name: "only the Deployment's", also: []hustingsv1alpha1.ControlID{"image.digest-pinned"},
			breaks: func(f *fixture) { f.container().Image = "registry.example.com/site" + digest },
		},
		{
			control: "image.registry-allowed", name: "another port of the host", cause: "spec.image",
			breaks: func(f *fixture) {
				f.class.Spec.Images.Registries = []string{"registry.example.org"}
				runs("registry.example.org:5000/site" + digest)(f)
			},
		},
	}
}
