package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/hustings/hustings/hack/localcluster/internal/cluster"
	"github.com/hustings/hustings/hack/localcluster/internal/progress"
)

func stopCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "stop --dir DIR",
		Short: "End a cluster's processes and remove its folder",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withDir(cmd, &dir, func() error {
				if err := stopMachine(cmd.Context(), dir); err != nil {
					return err
				}
				return cluster.Stop(cmd.Context(), dir, progress.New(os.Stderr))
			})
		},
	}
	dirFlag(cmd, &dir)
	return cmd
}
