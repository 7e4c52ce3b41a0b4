package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/hustings/hustings/hack/localcluster/internal/assets"
	"github.com/hustings/hustings/hack/localcluster/internal/progress"
)

// envtestLimit bounds the download: a machine without internet access must not
// wait for it before the build starts.
const envtestLimit = 20 * time.Second

func assetsCommand() *cobra.Command {
	var dir, setupEnvtest string
	var node bool
	cmd := &cobra.Command{
		Use:   "assets",
		Short: "Find or make etcd, kube-apiserver, kube-controller-manager and kubectl; print their folder",
		Long: `Find or make etcd, kube-apiserver, kube-controller-manager and kubectl, and print
the folder that holds them.

What is there already is kept. What is missing is taken from $KUBEBUILDER_ASSETS,
else downloaded by setup-envtest within 20 seconds, else built from Go modules.

With --node, also what a real node runs: kubelet, kube-proxy, kube-scheduler,
containerd, runc, CNI plugins, CoreDNS, metrics-server and Traefik, all built from Go modules.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			folder, err := ensureAssets(cmd.Context(), dir, setupEnvtest, node)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), folder)
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "folder to fill (default: versioned, under $HUSTINGS_CACHE or the user's cache)")
	cmd.Flags().StringVar(&setupEnvtest, "setup-envtest", os.Getenv("HUSTINGS_SETUP_ENVTEST"),
		"setup-envtest binary (default: $HUSTINGS_SETUP_ENVTEST, else the one beside this command or in PATH)")
	cmd.Flags().BoolVar(&node, "node", false, "what a real node runs, too (Linux)")
	return cmd
}

// ensureAssets returns the folder of the control plane's programs, or of those and a node's. The latter is a folder of
// its own, named by what it is built from, so that a new version of containerd needs no new API server.
func ensureAssets(ctx context.Context, dir, setupEnvtest string, node bool) (string, error) {
	module, err := assets.ReadModule(moduleFiles)
	if err != nil {
		return "", err
	}
	set := assets.Set{
		Dir:          dir,
		Module:       module,
		Kubebuilder:  os.Getenv("KUBEBUILDER_ASSETS"),
		SetupEnvtest: assets.FindSetupEnvtest(setupEnvtest),
		EnvtestLimit: envtestLimit,
		Log:          progress.New(os.Stderr),
	}
	if set.Dir == "" || node {
		if set.Dir, err = assets.DefaultDir(module.KubernetesVersion); err != nil {
			return "", err
		}
	}
	controlPlane, err := set.Ensure(ctx)
	if err != nil || !node {
		return controlPlane, err
	}
	return ensureNode(ctx, dir, set, controlPlane)
}

func ensureNode(ctx context.Context, dir string, set assets.Set, controlPlane string) (string, error) {
	modules, err := fs.Sub(moduleFiles, "modules")
	if err != nil {
		return "", err
	}
	if set.Modules, err = assets.ReadModules(modules); err != nil {
		return "", err
	}
	if dir == "" {
		if dir, err = assets.NodeDir(set.Module, set.Modules); err != nil {
			return "", err
		}
	}
	set.Dir, set.Node, set.ControlPlane, set.Kubebuilder, set.SetupEnvtest = dir, true, controlPlane, "", ""
	return set.Ensure(ctx)
}
