package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hustings/hustings/hack/localcluster/internal/cluster"
)

func showCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "show --dir DIR",
		Short: "Show a cluster's processes and addresses",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if done, err := inMachine(cmd, dir); done || err != nil {
				return err
			}
			state, err := cluster.Load(dir)
			if err != nil {
				return fmt.Errorf("no cluster in %s: %w", dir, err)
			}
			return state.Show(cmd.OutOrStdout())
		},
	}
	dirFlag(cmd, &dir)
	return cmd
}
