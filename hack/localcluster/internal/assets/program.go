package assets

import (
	"fmt"
	"strings"
)

// program is one executable and how it is made.
type program struct {
	name      string
	pkg       string
	inEnvtest bool // envtest archives hold it
}

// programs are in the order in which they are built: the quick ones first, so
// that a mistake in the setup shows early.
var programs = []program{
	{name: "etcd", pkg: etcdModule, inEnvtest: true},
	{name: "kubectl", pkg: kubernetesModule + "/cmd/kubectl", inEnvtest: true},
	{name: "kube-apiserver", pkg: kubernetesModule + "/cmd/kube-apiserver", inEnvtest: true},
	{name: "kube-controller-manager", pkg: kubernetesModule + "/cmd/kube-controller-manager"},
}

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
