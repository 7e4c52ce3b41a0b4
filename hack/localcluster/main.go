// Command localcluster makes a real Kubernetes control plane out of Go modules
// alone: no container runtime, no root, no registry. Integration tests, the demo
// and the benchmarks run against it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := rootCommand().ExecuteContext(ctx)
	stop()
	switch {
	case err == nil:
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "localcluster: interrupted")
		os.Exit(130)
	default:
		fmt.Fprintf(os.Stderr, "localcluster: %v\n", err)
		os.Exit(1)
	}
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "localcluster",
		Short:         "A real Kubernetes control plane on this machine, from Go modules alone",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(
		assetsCommand(),
		startCommand(),
		stopCommand(),
		showCommand(),
		restartCommand(),
		enterCommand(),
		machineInitCommand(),
		keepRoomCommand(),
		serveRegistryCommand(),
		simulateNodesCommand(),
	)
	return root
}
