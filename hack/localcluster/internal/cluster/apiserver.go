package cluster

import (
	"path/filepath"
	"strconv"
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
		"--bind-address=" + loopback,
		"--secure-port=" + strconv.Itoa(port),
		"--advertise-address=" + advertiseIP().String(),
		// Nothing serves at the advertised address.
		"--endpoint-reconciler-type=none",
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
	return append(flags, o.APIServerFlags...)
}

const (
	auditPolicyFile = "audit-policy.yaml"
	auditLogFile    = "audit.log"
)
