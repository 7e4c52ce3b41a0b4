package cluster

import (
	"fmt"
	"path/filepath"

	"github.com/hustings/hustings/hack/localcluster/internal/addons"
	"github.com/hustings/hustings/hack/localcluster/internal/machine"
)

const containerdSocket = runFolder + "/containerd/containerd.sock"

func (n node) containerdConfigPath() string { return n.path("containerd.toml") }

// containerdConfig: everything by path, so that nothing of a containerd that the machine has of its own is used.
//
// restrict_oom_score_adj: without CAP_SYS_RESOURCE, which a sandbox of a machine may lack, every pod would else die with
// "can't get final child's PID from pipe".
func (n node) containerdConfig(assets string) string {
	return fmt.Sprintf(`version = 3
root = %[1]q
state = %[2]q

[grpc]
address = %[3]q

[plugins."io.containerd.cri.v1.images"]
snapshotter = "overlayfs"
[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = %[4]q
[plugins."io.containerd.cri.v1.images".registry]
config_path = %[5]q

[plugins."io.containerd.cri.v1.runtime"]
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true
[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = [%[6]q]
conf_dir = %[7]q
[plugins."io.containerd.cri.v1.runtime".containerd]
default_runtime_name = "runc"
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
runtime_path = %[8]q
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
BinaryName = %[9]q
SystemdCgroup = false
`,
		n.path("containerd"), runFolder+"/containerd", containerdSocket, addons.Pause,
		n.path("certs.d"), assets, n.path("cni"),
		filepath.Join(assets, "containerd-shim-runc-v2"), filepath.Join(assets, "runc"))
}

// hostsConfig lets containerd trust the machine's registry.
func hostsConfig(ca string) string {
	return fmt.Sprintf("server = %q\n[host.%[1]q]\ncapabilities = [\"pull\", \"resolve\"]\nca = %q\n", "https://"+machine.Registry, ca)
}

// cniConfig gives every pod a pair of interfaces of its own with a route between: nothing is bridged, so all that pods
// send passes kube-proxy's rules.
func (n node) cniConfig() string {
	return fmt.Sprintf(`{
  "cniVersion": "1.0.0",
  "name": "pods",
  "plugins": [{
    "type": "ptp",
    "ipam": {"type": "host-local", "dataDir": %q, "ranges": [[{"subnet": %q}]], "routes": [{"dst": "0.0.0.0/0"}]}
  }]
}
`, runFolder+"/cni", n.pods)
}
