package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// The operator's identity, as config/rbac ships it.
const (
	OperatorNamespace = "hustings-system"
	ServiceAccount    = "hustings-manager"
	// OperatorUser is the name by which the API server knows it.
	OperatorUser = "system:serviceaccount:" + OperatorNamespace + ":" + ServiceAccount
)

// Manager is a running manager.
type Manager struct {
	// PID of its process.
	PID int
	// Log is the path of what it prints.
	Log string

	cmd *exec.Cmd
	// done is closed when it has ended, with err.
	done chan struct{}
	err  error
}

// Build builds one of the programs in cmd into the cluster's folder and returns its path.
func (c *Cluster) Build(ctx context.Context, program string) (string, error) {
	binary := filepath.Join(filepath.Dir(c.Dir), program)
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/"+program)
	cmd.Dir = Path("")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the %s: %w\n%s", program, err, out)
	}
	return binary, nil
}

// StartManager runs a manager as its shipped ServiceAccount.
func (c *Cluster) StartManager(ctx context.Context, binary string, args ...string) (*Manager, error) {
	at := &clientcmdapi.Cluster{Server: c.Config.Host, CertificateAuthorityData: c.Config.CAData, CertificateAuthority: c.Config.CAFile}
	return c.startManager(ctx, at, binary, args...)
}

// StartManagerThrough runs a manager whose requests pass through a relay.
func (c *Cluster) StartManagerThrough(ctx context.Context, r *Relay, binary string, args ...string) (*Manager, error) {
	return c.startManager(ctx, &clientcmdapi.Cluster{Server: r.URL, CertificateAuthorityData: r.CA}, binary, args...)
}

func (c *Cluster) startManager(ctx context.Context, at *clientcmdapi.Cluster, binary string, args ...string) (*Manager, error) {
	kubeconfig, err := c.operatorKubeconfig(ctx, at)
	if err != nil {
		return nil, err
	}
	log, err := os.CreateTemp(filepath.Dir(c.Dir), "manager-*.log")
	if err != nil {
		return nil, fmt.Errorf("make the manager's log: %w", err)
	}
	args = append([]string{
		"--leader-election-namespace", OperatorNamespace,
		"--metrics-bind-address", "0", "--health-probe-bind-address", "127.0.0.1:0",
		"--scanner-socket", c.Scanner.Socket,
	}, args...)
	cmd := exec.Command(binary, args...)
	// As in config/manager/deployment.yaml.
	cmd.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig, "GOMEMLIMIT=320MiB", "GOGC=50")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start the manager: %w", err), log.Close())
	}
	m := &Manager{PID: cmd.Process.Pid, Log: log.Name(), cmd: cmd, done: make(chan struct{})}
	go func() {
		m.err = errors.Join(cmd.Wait(), log.Close())
		close(m.done)
	}()
	return m, nil
}

// Stop ends the manager as Kubernetes would: SIGTERM, and SIGKILL after half a minute.
func (m *Manager) Stop() error {
	if err := m.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop the manager: %w", err)
	}
	select {
	case <-m.done:
		return m.err
	case <-time.After(30 * time.Second):
		return errors.Join(errors.New("the manager did not stop within 30 s of SIGTERM"), m.Kill())
	}
}

// Kill ends the manager at once, as a crash would.
func (m *Manager) Kill() error {
	if err := m.cmd.Process.Kill(); err != nil {
		return fmt.Errorf("kill the manager: %w", err)
	}
	<-m.done // how it ended is known: it was killed
	return nil
}

// HasEnded says whether it has ended by itself, as one does that cannot renew its lease. Kubernetes would start it again.
func (m *Manager) HasEnded() bool {
	select {
	case <-m.done:
		return true
	default:
		return false
	}
}

// operatorKubeconfig writes a kubeconfig with a token of the operator's ServiceAccount and nothing else.
func (c *Cluster) operatorKubeconfig(ctx context.Context, at *clientcmdapi.Cluster) (string, error) {
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: OperatorNamespace, Name: ServiceAccount}}
	request := &authenticationv1.TokenRequest{}
	if err := c.Client.SubResource("token").Create(ctx, account, request); err != nil {
		return "", fmt.Errorf("get a token of the operator's ServiceAccount: %w", err)
	}
	config := clientcmdapi.NewConfig()
	config.Clusters["c"] = at
	config.AuthInfos["u"] = &clientcmdapi.AuthInfo{Token: request.Status.Token}
	config.Contexts["x"] = &clientcmdapi.Context{Cluster: "c", AuthInfo: "u"}
	config.CurrentContext = "x"
	path := filepath.Join(filepath.Dir(c.Dir), "operator.kubeconfig")
	return path, clientcmd.WriteToFile(*config, path)
}
