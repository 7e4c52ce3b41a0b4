package cluster

import "fmt"

const dnsIP = "10.96.0.10"

func (n node) kubeletConfigPath() string { return n.path("kubelet.yaml") }

// kubeletFlags: what the configuration file cannot say.
func (n node) kubeletFlags() []string {
	return []string{
		"--config=" + n.kubeletConfigPath(),
		"--kubeconfig=" + n.path("kubelet.kubeconfig"),
		"--hostname-override=" + n.name,
		"--node-ip=" + n.address,
		"--root-dir=" + n.path("kubelet"),
		"--cert-dir=" + n.dir,
		"--node-labels=topology.kubernetes.io/zone=" + n.zone,
		"--v=1",
	}
}

// kubeletConfig: what tests need, and otherwise what a node has.
func (n node) kubeletConfig(k keys) string {
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
		n.address, k.path("ca.crt"), n.path("kubelet.crt"), n.path("kubelet.key"), n.cgroup, dnsIP, containerdSocket,
		n.path("pods"), n.path("volume-plugins"))
}
