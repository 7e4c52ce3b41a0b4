package cluster

import (
	"path/filepath"
	"slices"
	"strconv"

	"github.com/hustings/hustings/hack/localcluster/internal/machine"
)

const nameAPIServer = "kube-apiserver"

// apiServerFlags: a hardened API server as a real cluster has it, but with limits
// that a benchmark does not reach.
func apiServerFlags(o Options, k keys, port, etcd int) []string {
	flags := []string{
		"--etcd-servers=" + httpsURL(etcd),
		"--etcd-cafile=" + k.path("etcd-ca.crt"),
		"--etcd-certfile=" + k.path("etcd-client.crt"),
		"--etcd-keyfile=" + k.path("etcd-client.key"),
		"--secure-port=" + strconv.Itoa(port),
		"--service-cluster-ip-range=" + serviceRange,
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--allow-privileged=false",
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-signing-key-file=" + k.path("service-account.key"),
		"--service-account-key-file=" + k.path("service-account.key"),
		"--client-ca-file=" + k.path("ca.crt"),
		"--tls-cert-file=" + k.path("server.crt"),
		"--tls-private-key-file=" + k.path("server.key"),
		"--max-requests-inflight=4000",
		"--max-mutating-requests-inflight=2000",
		"--profiling=false",
		"--v=1",
	}
	if o.AuditPolicy != "" {
		flags = append(flags,
			"--audit-policy-file="+filepath.Join(o.Dir, auditPolicyFile),
			"--audit-log-path="+filepath.Join(o.Dir, auditLogFile),
			// One file: whoever counts requests must not have to follow a rotation.
			"--audit-log-maxsize=0",
		)
	}
	return slices.Concat(flags, reachable(o, k), o.APIServerFlags)
}

// reachable says at which address others find the API server, and how it finds the kubelet.
func reachable(o Options, k keys) []string {
	if o.Real == nil {
		return []string{
			"--bind-address=" + loopback,
			"--advertise-address=" + advertiseIP().String(),
			// Nothing serves at the advertised address.
			"--endpoint-reconciler-type=none",
		}
	}
	// Pods ask at the machine's own address; this is another machine's than the one outside.
	return []string{
		"--bind-address=0.0.0.0",
		"--advertise-address=" + machine.Address,
		"--kubelet-preferred-address-types=InternalIP",
		"--kubelet-certificate-authority=" + k.path("ca.crt"),
		"--kubelet-client-certificate=" + k.path("kubelet-client.crt"),
		"--kubelet-client-key=" + k.path("kubelet-client.key"),
		// How it passes on to metrics-server who has asked.
		"--requestheader-client-ca-file=" + k.path("ca.crt"),
		"--requestheader-allowed-names=" + userFrontProxy,
		"--requestheader-username-headers=X-Remote-User",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file=" + k.path("front-proxy-client.crt"),
		"--proxy-client-key-file=" + k.path("front-proxy-client.key"),
	}
}

const (
	auditPolicyFile = "audit-policy.yaml"
	auditLogFile    = "audit.log"
)
