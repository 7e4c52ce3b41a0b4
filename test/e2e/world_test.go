package e2e

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/hustings/hustings/test/cluster"
)

// dirVariable names the folder of the run: its cluster is in DIR/cluster.
const dirVariable = "HUSTINGS_E2E_DIR"

// world is the cluster as the tests see it: this process is in the machine of its node.
type world struct {
	dir     string
	cache   string // of packages and programs
	cluster struct{ Kubeconfig, Kubectl, Registry, CA, CAKey string }
	client  client.WithWatch
	// roots trust the cluster's authority, which has signed the registry and the sites.
	roots    *x509.CertPool
	registry http.RoundTripper
}

func connect(dir string) (*world, error) {
	w := &world{dir: dir, cache: os.Getenv("HUSTINGS_E2E_CACHE"), roots: x509.NewCertPool()}
	raw, err := os.ReadFile(filepath.Join(dir, "cluster", "cluster.json"))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, &w.cluster); err != nil {
		return nil, err
	}
	ca, err := os.ReadFile(w.cluster.CA)
	if err != nil {
		return nil, err
	}
	if !w.roots.AppendCertsFromPEM(ca) {
		return nil, errors.New("the cluster's authority is not PEM")
	}
	w.registry = &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: w.roots}}
	config, err := clientcmd.BuildConfigFromFlags("", w.cluster.Kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS, config.WarningHandler = -1, rest.NoWarnings{}
	w.client, err = client.NewWithWatch(config, client.Options{Scheme: cluster.Scheme()})
	return w, err
}

// kubectl runs kubectl as the administrator and returns what it prints.
func (w *world) kubectl(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, w.cluster.Kubectl, append([]string{"--kubeconfig", w.cluster.Kubeconfig}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("kubectl %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

// restart crashes a process of the control plane and starts it again.
func restart(ctx context.Context, process string) {
	GinkgoHelper()
	cmd := exec.CommandContext(ctx, cluster.Path("bin/localcluster"), "restart", "--dir", filepath.Join(env.dir, "cluster"), "--grace=0s", process)
	cmd.Env = append(os.Environ(), "LOCALCLUSTER_INSIDE=1")
	out, err := cmd.CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), string(out))
}
