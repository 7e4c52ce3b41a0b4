package assets

import (
	"fmt"
	"strings"
)

// program is one executable and how it is made.
type program struct {
	name      string
	pkg       string
	module    string // file in modules/ that pins it; empty for this module's own go.mod
	tags      string
	cgo       bool
	inEnvtest bool   // envtest archives hold it
	file      string // copied from the module's folder in place of a build
}

// programs are in the order in which they are built: the quick ones first, so
// that a mistake in the setup shows early.
var programs = []program{
	{name: "etcd", pkg: etcdModule, inEnvtest: true},
	{name: "kubectl", pkg: kubernetesModule + "/cmd/kubectl", inEnvtest: true},
	{name: "kube-apiserver", pkg: kubernetesModule + "/cmd/kube-apiserver", inEnvtest: true},
	{name: "kube-controller-manager", pkg: kubernetesModule + "/cmd/kube-controller-manager"},
}

// nodePrograms are what a real node runs. Kubernetes' own share their build with the control plane's.
var nodePrograms = []program{
	{name: "kubelet", pkg: kubernetesModule + "/cmd/kubelet"},
	{name: "kube-proxy", pkg: kubernetesModule + "/cmd/kube-proxy"},
	{name: "kube-scheduler", pkg: kubernetesModule + "/cmd/kube-scheduler"},
	{name: "pause", pkg: ".", module: "pause"},
	{name: "runc", pkg: "github.com/opencontainers/runc", module: "containerd", tags: "seccomp", cgo: true},
	{name: "containerd", pkg: containerdModule + "/cmd/containerd", module: "containerd", tags: containerdTags},
	{name: "containerd-shim-runc-v2", pkg: containerdModule + "/cmd/containerd-shim-runc-v2", module: "containerd", tags: containerdTags},
	{name: "ptp", pkg: cniModule + "/plugins/main/ptp", module: "containerd"},
	{name: "loopback", pkg: cniModule + "/plugins/main/loopback", module: "containerd"},
	{name: "host-local", pkg: cniModule + "/plugins/ipam/host-local", module: "containerd"},
	{name: "coredns", pkg: "github.com/coredns/coredns", module: "coredns"},
	{name: "kube-router", pkg: "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router", module: "kube-router"},
	{name: "metrics-server", pkg: "sigs.k8s.io/metrics-server/cmd/metrics-server", module: "metrics-server"},
	{name: "traefik-crds.yaml", pkg: traefikModule, module: "traefik", file: "docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml"},
	{name: "traefik", pkg: traefikModule + "/cmd/traefik", module: "traefik"},
}

const (
	containerdModule = "github.com/containerd/containerd/v2"
	// containerdTags leave out what the node does not use, and what needs C libraries.
	containerdTags = "no_btrfs,no_zfs,no_devmapper"
	cniModule      = "github.com/containernetworking/plugins"
	traefikModule  = "github.com/traefik/traefik/v3"
)

// ldflags stamps the version: without it an API server reports v0.0.0-master and
// clients refuse or misjudge it.
func (p program) ldflags(kubernetesVersion string) string {
	flags := []string{"-s", "-w"}
	if strings.HasPrefix(p.pkg, kubernetesModule+"/") {
		major, minor := majorMinor(kubernetesVersion)
		const at = "-X k8s.io/component-base/version."
		flags = append(flags, at+"gitVersion="+kubernetesVersion, at+"gitMajor="+major, at+"gitMinor="+minor)
	}
	return strings.Join(flags, " ")
}

// majorMinor splits "v1.37.2" into "1" and "37".
func majorMinor(version string) (major, minor string) {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) < 2 {
		return parts[0], ""
	}
	return parts[0], parts[1]
}

// series is "1.37" for "v1.37.2".
func series(version string) string {
	major, minor := majorMinor(version)
	return fmt.Sprintf("%s.%s", major, minor)
}
