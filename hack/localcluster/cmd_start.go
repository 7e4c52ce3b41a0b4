package main

import (
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
	"github.com/hustings/hustings/hack/localcluster/internal/progress"
)

func startCommand() *cobra.Command {
	o := cluster.Options{Log: progress.New(os.Stderr)}
	cmd := &cobra.Command{
		Use:   "start --dir DIR",
		Short: "Start a cluster; print the path of its kubeconfig",
		Long: `Start etcd, kube-apiserver, kube-controller-manager and, with --nodes, simulated
nodes on 127.0.0.1, and print the path of the administrator's kubeconfig.

The processes outlive this command: "localcluster stop" ends them. All that there is
to know of them is in DIR/cluster.json. If DIR holds a running cluster, it is kept.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if o.Assets == "" {
				if o.Assets, err = ensureAssets(cmd.Context(), "", os.Getenv("HUSTINGS_SETUP_ENVTEST")); err != nil {
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
			o.Version, o.NodesProgram = module.KubernetesVersion, []string{self, simulateNodes}
			return withDir(cmd, &o.Dir, func() error {
				state, err := cluster.Start(cmd.Context(), o)
				if err != nil {
					return err
				}
				fmt.Fprintln(cmd.OutOrStdout(), state.Kubeconfig)
				return nil
			})
		},
	}
	dirFlag(cmd, &o.Dir)
	cmd.Flags().IntVar(&o.Nodes, "nodes", 0, "simulated nodes, in two zones; with 0, pods stay pending")
	cmd.Flags().StringVar(&o.AuditPolicy, "audit-policy", "", "audit policy file; the log is DIR/audit.log")
	cmd.Flags().BoolVar(&o.ControllerManager, "controller-manager", true, "start kube-controller-manager")
	cmd.Flags().StringVar(&o.Assets, "assets", os.Getenv("HUSTINGS_ASSETS"), "folder of the programs (default: $HUSTINGS_ASSETS, else found or made)")
	cmd.Flags().StringArrayVar(&o.APIServerFlags, "apiserver-flag", nil, "one more flag for kube-apiserver, as --name=value; may be repeated")
	cmd.Flags().DurationVar(&o.Timeout, "timeout", 2*time.Minute, "how long each process may take to answer")
	return cmd
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
