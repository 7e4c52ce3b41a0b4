package cluster

import (
	"fmt"
	"path/filepath"

	"github.com/hustings/hustings/hack/localcluster/internal/machine"
)

const dnsIP = "10.96.0.10"

func kubeletConfigPath(dir string) string { return filepath.Join(dir, "node", "kubelet.yaml") }

// kubeletFlags: what the configuration file cannot say.
func kubeletFlags(dir string) []string {
	return []string{
		"--config=" + kubeletConfigPath(dir),
		"--kubeconfig=" + filepath.Join(dir, "node", "kubelet.kubeconfig"),
		"--hostname-override=" + nameNode,
		"--node-ip=" + machine.Address,
		"--root-dir=" + filepath.Join(dir, "kubelet"),
		"--cert-dir=" + filepath.Join(dir, "node"),
		"--node-labels=topology.kubernetes.io/zone=zone-a",
		"--v=1",
	}
}

// kubeletConfig: what tests need, and otherwise what a node has.
func kubeletConfig(dir string, k keys, cgroup string) string {
	return fmt.Sprintf(`apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: %[1]s
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: %[2]q}
authorization: {mode: Webhook}
tlsCertFile: %[3]q
tlsPrivateKeyFile: %[4]q
cgroupDriver: cgroupfs
cgroupRoot: %[5]q
failCgroupV1: false
failSwapOn: false
clusterDNS: [%[6]s]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix://%[7]s
resolvConf: /etc/resolv.conf
podLogsDir: %[8]q
volumePluginDir: %[9]q
maxPods: 200
serializeImagePulls: false
# The disk is the host's, and nobody here can make room on it.
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 100Mi, nodefs.available: 1%%, imagefs.available: 1%%}
# A test waits for what happens to a pod.
syncFrequency: 10s
nodeStatusUpdateFrequency: 5s
fileCheckFrequency: 1h
registryPullQPS: 0
eventRecordQPS: 0
kubeAPIQPS: 200
kubeAPIBurst: 400
`,
		machine.Address, k.path("ca.crt"), k.path("kubelet.crt"), k.path("kubelet.key"), cgroup, dnsIP, containerdSocket,
		filepath.Join(dir, "logs", "pods"), filepath.Join(dir, "node", "volume-plugins"))
}
