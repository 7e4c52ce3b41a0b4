package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"k8s.io/apiextensions-apiserver/pkg/apihelpers"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// Options of Start.
type Options struct {
	// Nodes is the number of simulated nodes; 0, pods stay pending.
	Nodes int
	// WithoutControllers leaves the controller manager out: nothing but the tested client writes then.
	WithoutControllers bool
	// Audit writes an audit log of every request.
	Audit bool
}

// Cluster is a running control plane.
type Cluster struct {
	// Dir holds its state and logs.
	Dir string
	// Config is that of its administrator; it has no client-side rate limit.
	Config *rest.Config
	// Client is its administrator's, uncached.
	Client client.WithWatch
	// Scanner answers the managers.
	Scanner *Scanner
	// AuditLog is the path of the audit log; empty, there is none.
	AuditLog string

	kubeconfig string
	kubectl    string
	binary     string
}

// auditPolicy records who asked for what, without bodies.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
`

// Start starts a control plane in a new folder. The environment must name the binary that does it: make sets
// HUSTINGS_LOCALCLUSTER.
func Start(ctx context.Context, o Options) (_ *Cluster, err error) {
	binary := os.Getenv("HUSTINGS_LOCALCLUSTER")
	if binary == "" {
		return nil, errors.New("HUSTINGS_LOCALCLUSTER is not set: run the tests by `make test`, or set it to bin/localcluster and HUSTINGS_ASSETS to what `bin/localcluster assets` prints")
	}
	base, err := os.MkdirTemp("", "hustings-test-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the cluster: %w", err)
	}
	c := &Cluster{Dir: filepath.Join(base, "cluster"), binary: binary}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(base))
		}
	}()
	args := []string{"start", "--dir", c.Dir, "--nodes", strconv.Itoa(o.Nodes)}
	if o.WithoutControllers {
		args = append(args, "--controller-manager=false")
	}
	if o.Audit {
		policy := filepath.Join(base, "audit-policy.yaml")
		if err := os.WriteFile(policy, []byte(auditPolicy), 0o600); err != nil {
			return nil, fmt.Errorf("write the audit policy: %w", err)
		}
		args = append(args, "--audit-policy", policy)
	}
	if out, err := exec.CommandContext(ctx, binary, args...).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("start the control plane: %w\n%s", err, out)
	}
	c.Scanner = newScanner(base)
	return c, errors.Join(c.connect(), c.Scanner.Start())
}

// connect reads what the start wrote down.
func (c *Cluster) connect() error {
	raw, err := os.ReadFile(filepath.Join(c.Dir, "cluster.json"))
	if err != nil {
		return fmt.Errorf("read the cluster's description: %w", err)
	}
	var description struct{ Kubectl, Kubeconfig, AuditLog string }
	if err := json.Unmarshal(raw, &description); err != nil {
		return fmt.Errorf("read the cluster's description: %w", err)
	}
	c.kubectl, c.kubeconfig, c.AuditLog = description.Kubectl, description.Kubeconfig, description.AuditLog
	c.Config, err = clientcmd.BuildConfigFromFlags("", c.kubeconfig)
	if err != nil {
		return fmt.Errorf("read the administrator's kubeconfig: %w", err)
	}
	c.Config.QPS = -1
	c.Config.WarningHandler = rest.NoWarnings{}
	c.Client, err = client.NewWithWatch(c.Config, client.Options{Scheme: Scheme()})
	return err
}

// Stop ends the control plane and removes its folder.
func (c *Cluster) Stop() error {
	out, err := exec.Command(c.binary, "stop", "--dir", c.Dir).CombinedOutput()
	if err != nil {
		return fmt.Errorf("stop the control plane: %w\n%s", err, out)
	}
	return errors.Join(c.Scanner.Stop(), os.RemoveAll(filepath.Dir(c.Dir)))
}

// Restart ends one process at once, as a crash would, and starts it again: apiserver, etcd, controller-manager, nodes.
func (c *Cluster) Restart(ctx context.Context, process string) error {
	out, err := exec.CommandContext(ctx, c.binary, "restart", "--dir", c.Dir, "--grace", "0", process).CombinedOutput()
	if err != nil {
		return fmt.Errorf("restart %s: %w\n%s", process, err, out)
	}
	return nil
}

// Kubectl runs kubectl as the administrator and returns what it prints.
func (c *Cluster) Kubectl(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, c.kubectl, append([]string{"--kubeconfig", c.kubeconfig}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("kubectl %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

// Install installs Hustings as it is shipped, but for its Deployment: the manager runs as a process.
func (c *Cluster) Install(ctx context.Context) error {
	if _, err := c.Kubectl(ctx, "apply", "--server-side", "-k", Path("config/crd")); err != nil {
		return err
	}
	if err := c.established(ctx); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"apply", "--server-side", "-f", Path("config/manager/namespace.yaml")},
		{"apply", "--server-side", "-k", Path("config/rbac")},
		{"apply", "--server-side", "-k", Path("config/policies")},
	} {
		if _, err := c.Kubectl(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

// InstallTraefik installs the CRD of Traefik's Middlewares.
func (c *Cluster) InstallTraefik(ctx context.Context) error {
	if _, err := c.Kubectl(ctx, "apply", "--server-side", "-f", Path("test/traefik/middlewares-crd.yaml")); err != nil {
		return err
	}
	return c.established(ctx)
}

// established waits until the API server serves every kind that was defined. `kubectl wait` gives up on a definition
// without a status, which a new one is for a moment.
func (c *Cluster) established(ctx context.Context) error {
	const often, long = 50 * time.Millisecond, 30 * time.Second
	err := wait.PollUntilContextTimeout(ctx, often, long, true, func(ctx context.Context) (bool, error) {
		list := &apiextensionsv1.CustomResourceDefinitionList{}
		if err := c.Client.List(ctx, list); err != nil {
			return false, err
		}
		for i := range list.Items {
			if !apihelpers.IsCRDConditionTrue(&list.Items[i], apiextensionsv1.Established) {
				return false, nil
			}
		}
		return true, nil
	})
	if err != nil {
		return fmt.Errorf("wait for the kinds to be served: %w", err)
	}
	return nil
}

// Scheme knows every kind that tests read.
func Scheme() *k8sruntime.Scheme {
	scheme := k8sruntime.NewScheme()
	for _, add := range []func(*k8sruntime.Scheme) error{
		clientgoscheme.AddToScheme, apiextensionsv1.AddToScheme, hustingsv1alpha1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			panic(err) // two kinds of one name: a mistake in the program
		}
	}
	return scheme
}

// Path of a file of the repository, wherever the test runs.
func Path(name string) string {
	_, file, _, _ := runtime.Caller(0) //nolint:dogsled // only the file is of use
	return filepath.Join(filepath.Dir(file), "..", "..", name)
}
