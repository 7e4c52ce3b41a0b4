package cluster

import (
	"context"
	"crypto/tls"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"k8s.io/client-go/tools/clientcmd"

	"github.com/hustings/hustings/hack/localcluster/internal/process"
	"github.com/hustings/hustings/hack/localcluster/internal/progress"
)

// Restart ends one process of a cluster and starts it again with the same flags,
// addresses and data. Tests of faults use it, with no grace to crash the process.
func Restart(ctx context.Context, dir, name string, grace, timeout time.Duration, log *progress.Log) error {
	s, err := Load(dir)
	if err != nil {
		return fmt.Errorf("no cluster in %s: %w", dir, err)
	}
	i := slices.IndexFunc(s.Processes, func(p Process) bool {
		return p.Name == name || p.Name == "kube-"+name
	})
	if i < 0 {
		return fmt.Errorf("no process %q: there are %s", name, strings.Join(s.names(), ", "))
	}
	p := s.Processes[i]
	began := time.Now()
	if err := end(ctx, p, grace, log); err != nil {
		return err
	}
	for _, address := range addressesOf(s, p) {
		if err := portFree(ctx, address); err != nil {
			return err
		}
	}
	child, err := process.Spawn(p.Command)
	if err != nil {
		return err
	}
	p.Identity = child.Identity
	if err := s.record(p); err != nil {
		return err
	}
	asAdmin, err := probeOf(s.Kubeconfig)
	if err != nil {
		return err
	}
	run := runner{options: Options{Timeout: timeout, Log: log}, state: &s, probe: asAdmin, began: began}
	if p.Name == nameEtcd {
		// The API server may not have noticed yet: only a read from the store tells.
		return run.ready(ctx, nameEtcd, s.Server+"/api/v1/namespaces/kube-system")
	}
	return run.ready(ctx, nameAPIServer, s.Server+"/readyz")
}

// addressesOf are where a process listens.
func addressesOf(s State, p Process) []string {
	switch p.Name {
	case nameAPIServer:
		return []string{s.Server}
	case nameEtcd:
		addresses := []string{s.Etcd}
		for _, flag := range p.Args {
			if peers, is := strings.CutPrefix(flag, flagPeers); is {
				addresses = append(addresses, peers)
			}
		}
		return addresses
	}
	return nil
}

func (s State) names() []string {
	var out []string
	for _, p := range s.Processes {
		out = append(out, p.Name)
	}
	return out
}

// probeOf makes a probe of the administrator's kubeconfig.
func probeOf(kubeconfig string) (probe, error) {
	raw, err := os.ReadFile(kubeconfig)
	if err != nil {
		return probe{}, err
	}
	config, err := clientcmd.RESTConfigFromKubeConfig(raw)
	if err != nil {
		return probe{}, err
	}
	cert, err := tls.X509KeyPair(config.CertData, config.KeyData)
	if err != nil {
		return probe{}, err
	}
	return newProbeFrom(cert, config.CAData)
}
