package cluster

import (
	"path/filepath"
	"strconv"
)

const nameControllerManager = "kube-controller-manager"

// controllerManagerFlags: each controller with its own service account, so that
// policies which tell system controllers apart meet the real names.
func controllerManagerFlags(o Options, k keys, port int) []string {
	flags := []string{
		"--kubeconfig=" + filepath.Join(o.Dir, "controller-manager.kubeconfig"),
		"--bind-address=" + loopback,
		"--secure-port=" + strconv.Itoa(port),
		"--tls-cert-file=" + k.path("server.crt"),
		"--tls-private-key-file=" + k.path("server.key"),
		"--client-ca-file=" + k.path("ca.crt"),
		"--authentication-skip-lookup",
		"--leader-elect=false",
		"--use-service-account-credentials",
		"--service-account-private-key-file=" + k.path("service-account.key"),
		"--root-ca-file=" + k.path("ca.crt"),
		"--controllers=" + controllers(o),
		"--kube-api-qps=2000",
		"--kube-api-burst=4000",
		"--concurrent-gc-syncs=20",
		"--concurrent-deployment-syncs=20",
		"--concurrent-replicaset-syncs=20",
		"--concurrent-service-endpoint-syncs=20",
		"--concurrent-endpoint-syncs=20",
		"--concurrent-namespace-syncs=20",
		"--profiling=false",
		"--v=1",
	}
	if o.Real != nil {
		// A test waits for what autoscalers do.
		flags = append(flags, "--horizontal-pod-autoscaler-sync-period=5s", "--horizontal-pod-autoscaler-cpu-initialization-period=30s")
	}
	return flags
}

func controllers(o Options) string {
	if o.Real != nil {
		return "*,-node-ipam-controller"
	}
	// Simulated nodes send no heartbeat.
	return "*,-node-lifecycle-controller,-node-ipam-controller"
}
