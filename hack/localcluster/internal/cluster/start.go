package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/hustings/hustings/hack/localcluster/internal/machine"
	"github.com/hustings/hustings/hack/localcluster/internal/process"
	"github.com/hustings/hustings/hack/localcluster/internal/progress"
)

const (
	nameNodes = "nodes"
	// usualPort is where the API servers of clusters listen.
	usualPort = 6443
	// attempts at ports: another process may take one between our look and its use.
	attempts = 3
)

// Start starts a cluster, or returns the one that runs in the folder. On failure
// nothing that it started is left.
func Start(ctx context.Context, o Options) (State, error) {
	if err := Claim(o.Dir); err != nil {
		return State{}, err
	}
	s, err := Load(o.Dir)
	switch {
	case err == nil && s.Running():
		o.Log.Linef("already running in %s", o.Dir)
		return s, nil
	case err == nil:
		o.Log.Linef("%s holds the remains of a cluster: starting anew", o.Dir)
		if err := stop(ctx, o.Dir, remainsGrace, o.Log); err != nil {
			return State{}, err
		}
		if err := Claim(o.Dir); err != nil {
			return State{}, err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return State{}, err
	}
	for attempt := 1; ; attempt++ {
		s, err := startOnce(ctx, o)
		if err == nil {
			return s, nil
		}
		if o.Real != nil {
			return State{}, err // with its machine, all ends
		}
		// Not the caller's context: after an interrupt there is more need to clean up, not less.
		if stopErr := stop(context.WithoutCancel(ctx), o.Dir, remainsGrace, o.Log); stopErr != nil {
			return State{}, errors.Join(err, stopErr)
		}
		if attempt == attempts || !errors.Is(err, errPortTaken) || ctx.Err() != nil {
			return State{}, err
		}
		o.Log.Linef("a port was taken meanwhile: trying others")
		if err := Claim(o.Dir); err != nil {
			return State{}, err
		}
	}
}

// startOnce writes the folder and starts every process in its turn.
func startOnce(ctx context.Context, o Options) (State, error) {
	began := time.Now()
	ports, err := freePorts(4)
	if err != nil {
		return State{}, fmt.Errorf("find free ports: %w", err)
	}
	etcdPort, peerPort, apiPort, managerPort := ports[0], ports[1], ports[2], ports[3]
	if o.Real != nil {
		apiPort = usualPort // NetworkPolicies name it
	}
	s := newState(o, apiPort, etcdPort)
	// First of all: from here on the folder is known as ours.
	if err := s.save(); err != nil {
		return State{}, err
	}
	k, err := writeFolder(o, s)
	if err != nil {
		return State{}, fmt.Errorf("write folder of cluster: %w", err)
	}
	client, err := newProbe(k)
	if err != nil {
		return State{}, err
	}
	run := runner{options: o, state: &s, probe: client, began: began}
	if err := run.start(nameEtcd, etcdFlags(o.Dir, k, etcdPort, peerPort)...); err != nil {
		return State{}, err
	}
	if err := run.start(nameAPIServer, apiServerFlags(o, k, apiPort, etcdPort)...); err != nil {
		return State{}, err
	}
	if err := run.ready(ctx, nameAPIServer, s.Server+"/readyz"); err != nil {
		return State{}, err
	}
	if err := run.startClients(ctx, k, managerPort); err != nil {
		return State{}, err
	}
	o.Log.Linef("ready after %s", progress.Seconds(time.Since(began)))
	return s, nil
}

func newState(o Options, apiPort, etcdPort int) State {
	at := func(elements ...string) string { return filepath.Join(append([]string{o.Dir}, elements...)...) }
	s := State{
		Version: o.Version, Dir: o.Dir, Assets: o.Assets, Nodes: o.Nodes,
		Kubectl:    filepath.Join(o.Assets, "kubectl"),
		Kubeconfig: at("admin.kubeconfig"),
		Server:     httpsURL(apiPort), Etcd: httpsURL(etcdPort),
		CA: at(pkiFolder, "ca.crt"), CAKey: at(pkiFolder, "ca.key"),
		ServiceAccountKey: at(pkiFolder, "service-account.key"),
		EtcdCA:            at(pkiFolder, "etcd-ca.crt"),
		EtcdClientCert:    at(pkiFolder, "etcd-client.crt"),
		EtcdClientKey:     at(pkiFolder, "etcd-client.key"),
		Processes:         []Process{},
	}
	if o.AuditPolicy != "" {
		s.AuditLog = at(auditLogFile)
	}
	if o.Real != nil {
		s.Registry = machine.Registry
	}
	return s
}

func writeFolder(o Options, s State) (keys, error) {
	k, err := newKeys(o.Dir)
	if err != nil {
		return keys{}, err
	}
	if o.AuditPolicy != "" {
		policy, err := os.ReadFile(o.AuditPolicy)
		if err != nil {
			return keys{}, err
		}
		if err := os.WriteFile(filepath.Join(o.Dir, auditPolicyFile), policy, 0o600); err != nil {
			return keys{}, err
		}
	}
	return k, errors.Join(
		k.writeKubeconfig(s.Kubeconfig, s.Server, userAdmin, groupMasters),
		k.writeKubeconfig(filepath.Join(o.Dir, "controller-manager.kubeconfig"), s.Server, userControllerManager),
		k.writeKubeconfig(filepath.Join(o.Dir, "nodes.kubeconfig"), s.Server, userNodes, groupMasters),
	)
}

// startClients starts what needs the API server, and waits until pods can be made.
func (r runner) startClients(ctx context.Context, k keys, managerPort int) error {
	o := r.options
	if o.ControllerManager {
		if err := r.start(nameControllerManager, controllerManagerFlags(o, k, managerPort)...); err != nil {
			return err
		}
	}
	if o.Nodes > 0 {
		args := append(o.NodesProgram[1:len(o.NodesProgram):len(o.NodesProgram)],
			"--kubeconfig="+filepath.Join(o.Dir, "nodes.kubeconfig"), "--nodes="+strconv.Itoa(o.Nodes))
		if err := r.spawn(nameNodes, process.Command{Path: o.NodesProgram[0], Args: args}); err != nil {
			return err
		}
		last := fmt.Sprintf("%s/api/v1/nodes/node-%d", r.state.Server, o.Nodes)
		if err := r.ready(ctx, nameNodes, last); err != nil {
			return err
		}
	}
	if !o.ControllerManager {
		return nil
	}
	// Without its service account no pod can be made in a namespace.
	if err := r.ready(ctx, nameControllerManager, r.state.Server+"/api/v1/namespaces/default/serviceaccounts/default"); err != nil {
		return err
	}
	if o.Real == nil {
		return nil
	}
	return r.startNodes(ctx, k)
}
