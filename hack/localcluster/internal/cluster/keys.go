package cluster

import (
	"errors"
	"net"
	"os"
	"path/filepath"

	"github.com/hustings/hustings/hack/localcluster/internal/machine"
	"github.com/hustings/hustings/hack/localcluster/internal/pki"
)

const pkiFolder = "pki"

// Users that the cluster's own processes are known as.
const (
	userAdmin             = "localcluster-admin"
	userControllerManager = "system:kube-controller-manager"
	userNodes             = "localcluster-nodes"
	userFrontProxy        = "front-proxy-client"

	groupMasters = "system:masters"
)

// keys are what the certificates of a cluster are made from.
type keys struct {
	dir         string
	ca, etcdCA  *pki.Authority
	serving     pki.Pair
	kubelets    pki.Pair // the API server's, for kubelets
	frontProxy  pki.Pair // the API server's, for servers of further APIs
	etcdServing pki.Pair
	etcdClient  pki.Pair
	tokens      []byte
}

// newKeys makes the keys and writes those that a process reads. etcd trusts an
// authority of its own: a user of the API server must not reach its store.
func newKeys(dir string) (keys, error) {
	k := keys{dir: filepath.Join(dir, pkiFolder)}
	local := net.ParseIP(loopback)
	var errs [8]error
	if k.ca, errs[0] = pki.NewAuthority("localcluster"); errs[0] != nil {
		return keys{}, errs[0]
	}
	if k.etcdCA, errs[0] = pki.NewAuthority("localcluster-etcd"); errs[0] != nil {
		return keys{}, errs[0]
	}
	k.serving, errs[1] = k.ca.Server("kube-apiserver", []net.IP{local, net.ParseIP(serviceIP), net.ParseIP(machine.Address), advertiseIP()},
		"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")
	k.etcdServing, errs[2] = k.etcdCA.Server("etcd", []net.IP{local}, "localhost")
	k.etcdClient, errs[3] = k.etcdCA.Client("kube-apiserver")
	k.tokens, errs[4] = pki.NewKey()
	k.kubelets, errs[5] = k.ca.Client("kube-apiserver", groupMasters)
	k.frontProxy, errs[6] = k.ca.Client(userFrontProxy)
	if errs[7] = errors.Join(errs[:7]...); errs[7] != nil {
		return keys{}, errs[7]
	}
	return k, k.write()
}

func (k keys) write() error {
	if err := os.MkdirAll(k.dir, 0o700); err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"ca.crt": k.ca.Cert, "ca.key": k.ca.Key,
		"server.crt": k.serving.Cert, "server.key": k.serving.Key,
		"kubelet-client.crt": k.kubelets.Cert, "kubelet-client.key": k.kubelets.Key,
		"front-proxy-client.crt": k.frontProxy.Cert, "front-proxy-client.key": k.frontProxy.Key,
		"etcd-ca.crt":     k.etcdCA.Cert,
		"etcd-server.crt": k.etcdServing.Cert, "etcd-server.key": k.etcdServing.Key,
		"etcd-client.crt": k.etcdClient.Cert, "etcd-client.key": k.etcdClient.Key,
		"service-account.key": k.tokens,
	} {
		if err := os.WriteFile(k.path(name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (k keys) path(name string) string { return filepath.Join(k.dir, name) }
