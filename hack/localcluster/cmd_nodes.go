package main

import (
	"github.com/spf13/cobra"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/hustings/hustings/hack/localcluster/internal/nodes"
)

const simulateNodes = "simulate-nodes"

func simulateNodesCommand() *cobra.Command {
	var kubeconfig string
	o := nodes.Options{}
	cmd := &cobra.Command{
		Use:    simulateNodes,
		Short:  "Play nodes: bind every pod and report it ready (start runs this)",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
			if err != nil {
				return err
			}
			return nodes.Run(cmd.Context(), config, o)
		},
	}
	cmd.Flags().StringVar(&kubeconfig, "kubeconfig", "", "kubeconfig that may do everything")
	cmd.Flags().IntVar(&o.Nodes, "nodes", 1, "how many")
	cmd.Flags().StringVar(&o.NeverReadyImage, "never-ready-image", nodes.NeverReadyImage,
		"containers whose image holds this text never start")
	return cmd
}
