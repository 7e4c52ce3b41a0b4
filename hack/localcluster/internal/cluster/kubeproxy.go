package cluster

import "path/filepath"

// proxyFlags: the limits of conntrack are the kernel's, not the machine's, and stay as they are.
func (n node) proxyFlags() []string {
	return []string{
		"--kubeconfig=" + n.path("kube-proxy.kubeconfig"),
		"--hostname-override=" + n.name,
		"--proxy-mode=iptables",
		"--cluster-cidr=" + podRange,
		"--iptables-min-sync-period=100ms",
		"--conntrack-max-per-core=0",
		"--conntrack-tcp-timeout-established=0",
		"--conntrack-tcp-timeout-close-wait=0",
		"--healthz-bind-address=" + loopback + ":10256",
		"--metrics-bind-address=" + loopback + ":10249",
		"--v=1",
	}
}

func schedulerFlags(dir string) []string {
	return []string{
		"--kubeconfig=" + filepath.Join(dir, "kube-scheduler.kubeconfig"),
		"--bind-address=" + loopback,
		"--leader-elect=false",
		"--kube-api-qps=500",
		"--kube-api-burst=1000",
		"--v=1",
	}
}
