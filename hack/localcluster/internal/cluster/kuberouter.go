package cluster

// routerFlags: kube-router enforces NetworkPolicies, and does nothing else here: the CNI plugin makes the network, and
// kube-proxy the Services.
func (n node) routerFlags() []string {
	return []string{
		"--kubeconfig=" + n.path("kube-router.kubeconfig"),
		"--hostname-override=" + n.name,
		"--run-firewall=true",
		"--run-router=false",
		"--run-service-proxy=false",
		"--enable-cni=false",
		"--service-cluster-ip-range=" + serviceRange,
		"--iptables-sync-period=5m",
		"--health-port=0",
		"--metrics-port=0",
		"--v=1",
	}
}
