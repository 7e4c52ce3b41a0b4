package cluster

import "path/filepath"

const (
	nameEtcd  = "etcd"
	flagPeers = "--listen-peer-urls="
)

// etcdFlags: without fsync, because data that outlives the machine has no use here.
func etcdFlags(dir string, k keys, client, peer int) []string {
	return []string{
		"--name=localcluster",
		"--data-dir=" + filepath.Join(dir, "etcd"),
		"--unsafe-no-fsync",
		"--quota-backend-bytes=8589934592",
		"--listen-client-urls=" + httpsURL(client),
		"--advertise-client-urls=" + httpsURL(client),
		flagPeers + httpsURL(peer),
		"--initial-advertise-peer-urls=" + httpsURL(peer),
		"--initial-cluster=localcluster=" + httpsURL(peer),
		"--cert-file=" + k.path("etcd-server.crt"),
		"--key-file=" + k.path("etcd-server.key"),
		"--trusted-ca-file=" + k.path("etcd-ca.crt"),
		"--client-cert-auth",
		"--peer-cert-file=" + k.path("etcd-server.crt"),
		"--peer-key-file=" + k.path("etcd-server.key"),
		"--peer-trusted-ca-file=" + k.path("etcd-ca.crt"),
		"--peer-client-cert-auth",
		"--log-level=warn",
	}
}
