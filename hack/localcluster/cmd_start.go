package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/hustings/hustings/hack/localcluster/internal/assets"
	"github.com/hustings/hustings/hack/localcluster/internal/cluster"
	"github.com/hustings/hustings/hack/localcluster/internal/lock"
	"github.com/hustings/hustings/hack/localcluster/internal/machine"
	"github.com/hustings/hustings/hack/localcluster/internal/progress"
)

// starting is what start is told.
type starting struct {
	cluster.Options
	realNodes int
}

func startCommand() *cobra.Command {
	s := starting{Options: cluster.Options{Log: progress.New(os.Stderr)}}
	cmd := &cobra.Command{
		Use:   "start --dir DIR",
		Short: "Start a cluster; print the path of its kubeconfig",
		Long: `Start etcd, kube-apiserver, kube-controller-manager and, with --nodes, simulated
nodes on 127.0.0.1, and print the path of the administrator's kubeconfig.

The processes outlive this command: "localcluster stop" ends them. All that there is
to know of them is in DIR/cluster.json. If DIR holds a running cluster, it is kept.

With --real-nodes, pods run: kubelets, containerd, runc, kube-proxy, CoreDNS, Traefik,
metrics-server and a registry, in namespaces and cgroups of their own. Nothing of this machine's
network, mounts or processes changes, and "localcluster enter" leads to the first node.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := s.prepare(cmd.Context()); err != nil {
				return err
			}
			if s.Real != nil { // within the machine already
				_, err := cluster.Start(cmd.Context(), s.Options)
				return err
			}
			return withDir(cmd, &s.Dir, func() error { return s.start(cmd) })
		},
	}
	dirFlag(cmd, &s.Dir)
	cmd.Flags().IntVar(&s.Nodes, "nodes", 0, "simulated nodes, in two zones; with 0, pods stay pending")
	cmd.Flags().IntVar(&s.realNodes, "real-nodes", 0, "nodes that run pods, in two zones, with DNS, Traefik and a registry (Linux, root); see enter")
	cmd.MarkFlagsMutuallyExclusive("nodes", "real-nodes")
	cmd.Flags().StringVar(&s.AuditPolicy, "audit-policy", "", "audit policy file; the log is DIR/audit.log")
	cmd.Flags().BoolVar(&s.ControllerManager, "controller-manager", true, "start kube-controller-manager")
	cmd.Flags().StringVar(&s.Assets, "assets", os.Getenv("HUSTINGS_ASSETS"), "folder of the programs (default: $HUSTINGS_ASSETS, else found or made)")
	cmd.Flags().StringArrayVar(&s.APIServerFlags, "apiserver-flag", nil, "one more flag for kube-apiserver, as --name=value; may be repeated")
	cmd.Flags().DurationVar(&s.Timeout, "timeout", 2*time.Minute, "how long each process may take to answer")
	return cmd
}

// prepare finds or makes what is to be started.
func (s *starting) prepare(ctx context.Context) error {
	if s.realNodes < 0 || s.realNodes > cluster.MaxRealNodes {
		return fmt.Errorf("--real-nodes is %d: give a number from 0 to %d", s.realNodes, cluster.MaxRealNodes)
	}
	if s.realNodes > 0 {
		if err := machine.Missing(); err != nil {
			return err
		}
		s.Assets = "" // a real node needs more than what tests of the control plane are given
	}
	if s.Assets == "" {
		var err error
		if s.Assets, err = ensureAssets(ctx, "", os.Getenv("HUSTINGS_SETUP_ENVTEST"), s.realNodes > 0); err != nil {
			return err
		}
	}
	module, err := assets.ReadModule(moduleFiles)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	s.Version, s.NodesProgram = module.KubernetesVersion, []string{self, simulateNodes}
	if cgroup := os.Getenv(insideVariable); cgroup != "" {
		if s.Dir, err = filepath.Abs(s.Dir); err != nil {
			return err
		}
		s.Real = &cluster.RealNodes{
			Nodes: s.realNodes, Cgroup: cgroup, Registry: []string{self, serveRegistry}, Room: []string{self, keepRoom},
		}
	}
	return nil
}

func (s *starting) start(cmd *cobra.Command) (err error) {
	if s.realNodes > 0 {
		err = startInMachine(cmd.Context(), s.Dir, s.Log)
	} else {
		_, err = cluster.Start(cmd.Context(), s.Options)
	}
	if err != nil {
		return err
	}
	state, err := cluster.Load(s.Dir)
	if err != nil {
		return err
	}
	fmt.Fprintln(cmd.OutOrStdout(), state.Kubeconfig)
	return nil
}

func dirFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "dir", "", "folder of the cluster")
	if err := cmd.MarkFlagRequired("dir"); err != nil {
		panic(err) // the flag is defined on the line above
	}
}

// withDir runs do while no other command works on the same folder. The lock is not
// in the folder, because stop removes that.
func withDir(cmd *cobra.Command, dir *string, do func() error) error {
	absolute, err := filepath.Abs(*dir)
	if err != nil {
		return err
	}
	*dir = absolute
	cache, err := assets.CacheDir()
	if err != nil {
		return err
	}
	name := sha256.Sum256([]byte(absolute))
	release, err := lock.Acquire(cmd.Context(), filepath.Join(cache, "locks", hex.EncodeToString(name[:8])), func() {
		progress.New(os.Stderr).Linef("another localcluster works on %s: waiting for it", absolute)
	})
	if err != nil {
		return err
	}
	defer release()
	return do()
}
