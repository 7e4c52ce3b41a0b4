package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/hustings/hustings/hack/localcluster/internal/cluster"
	"github.com/hustings/hustings/hack/localcluster/internal/progress"
)

func restartCommand() *cobra.Command {
	var dir string
	var grace, timeout time.Duration
	cmd := &cobra.Command{
		Use:   "restart --dir DIR apiserver|etcd|controller-manager|nodes",
		Short: "End one process of a cluster and start it again with its data",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if done, err := inMachine(cmd, dir); done || err != nil {
				return err
			}
			return withDir(cmd, &dir, func() error {
				return cluster.Restart(cmd.Context(), dir, args[0], grace, timeout, progress.New(os.Stderr))
			})
		},
	}
	dirFlag(cmd, &dir)
	cmd.Flags().DurationVar(&grace, "grace", cluster.Grace, "how long the process may take to end before it is killed; 0 kills it at once")
	cmd.Flags().DurationVar(&timeout, "timeout", 2*time.Minute, "how long the API server may take to answer")
	return cmd
}
