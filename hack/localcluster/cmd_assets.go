package main

import (
	"context"
	"fmt"
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
	cmd := &cobra.Command{
		Use:   "assets",
		Short: "Find or make etcd, kube-apiserver, kube-controller-manager and kubectl; print their folder",
		Long: `Find or make etcd, kube-apiserver, kube-controller-manager and kubectl, and print
the folder that holds them.

What is there already is kept. What is missing is taken from $KUBEBUILDER_ASSETS,
else downloaded by setup-envtest within 20 seconds, else built from Go modules.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			folder, err := ensureAssets(cmd.Context(), dir, setupEnvtest)
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
	return cmd
}

func ensureAssets(ctx context.Context, dir, setupEnvtest string) (string, error) {
	module, err := assets.ReadModule(moduleFiles)
	if err != nil {
		return "", err
	}
	if dir == "" {
		if dir, err = assets.DefaultDir(module.KubernetesVersion); err != nil {
			return "", err
		}
	}
	set := assets.Set{
		Dir:          dir,
		Module:       module,
		Kubebuilder:  os.Getenv("KUBEBUILDER_ASSETS"),
		SetupEnvtest: assets.FindSetupEnvtest(setupEnvtest),
		EnvtestLimit: envtestLimit,
		Log:          progress.New(os.Stderr),
	}
	return set.Ensure(ctx)
}
