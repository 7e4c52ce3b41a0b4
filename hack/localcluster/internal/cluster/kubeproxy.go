package cluster

import "path/filepath"

// proxyFlags: the limits of conntrack are the kernel's, not the machine's, and stay as they are.
func proxyFlags(dir string) []string {
	return []string{
		"--kubeconfig=" + filepath.Join(dir, "node", "kube-proxy.kubeconfig"),
		"--hostname-override=" + nameNode,
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
		"--kubeconfig=" + filepath.Join(dir, "node", "kube-scheduler.kubeconfig"),
		"--bind-address=" + loopback,
		"--leader-elect=false",
		"--kube-api-qps=500",
		"--kube-api-burst=1000",
		"--v=1",
	}
}
