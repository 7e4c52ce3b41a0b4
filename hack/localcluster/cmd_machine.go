package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"github.com/hustings/hustings/hack/localcluster/internal/cluster"
	"github.com/hustings/hustings/hack/localcluster/internal/machine"
	"github.com/hustings/hustings/hack/localcluster/internal/progress"
	"github.com/hustings/hustings/hack/localcluster/internal/registry"
)

const (
	machineInit   = "machine-init"
	keepRoom      = "keep-room"
	serveRegistry = "serve-registry"
)

func enterCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "enter --dir DIR -- COMMAND [ARGUMENT...]",
		Short: "Run a command where a cluster with a real node is: in its network, among its processes",
		Long: `Run a command in the machine of a cluster that was started with --real-nodes. Its API
server, its pods and its Services can be reached from there alone. KUBECONFIG is set.`,
		Example: `  localcluster enter --dir /tmp/c -- kubectl get pods -A
  localcluster enter --dir /tmp/c -- bash`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			state, err := cluster.Load(dir)
			if err != nil {
				return fmt.Errorf("no cluster in %s: %w", dir, err)
			}
			in, err := machine.Load(dir)
			if err != nil {
				return fmt.Errorf("the cluster in %s has no real node: run the command as it is: %w", dir, err)
			}
			path := "PATH=" + state.Assets + string(os.PathListSeparator) + os.Getenv("PATH")
			return runIn(cmd.Context(), in, []string{"KUBECONFIG=" + state.Kubeconfig, path}, args...)
		},
	}
	dirFlag(cmd, &dir)
	return cmd
}

// runIn runs a command in a machine, with this one's standard files.
func runIn(ctx context.Context, in machine.Machine, env []string, args ...string) error {
	run := in.Command(ctx, args[0], args[1:]...)
	run.Env = append(os.Environ(), env...)
	run.Stdin, run.Stdout, run.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := run.Run()
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) && failed.Exited() {
		os.Exit(failed.ExitCode())
	}
	return err
}

// inMachine runs this very command line in the machine of a folder, if it has one that runs and we are not in it.
func inMachine(cmd *cobra.Command, dir string) (done bool, err error) {
	if os.Getenv(insideVariable) != "" {
		return false, nil
	}
	has, err := machine.Has(dir)
	if err != nil || !has {
		return false, err
	}
	in, err := machine.Load(dir)
	if err != nil {
		return false, err
	}
	self, err := os.Executable()
	if err != nil {
		return false, err
	}
	return true, runIn(cmd.Context(), in, []string{insideVariable + "=1"}, append([]string{self}, os.Args[1:]...)...)
}

// insideVariable is set for commands that run in a machine already.
const insideVariable = "LOCALCLUSTER_INSIDE"

func machineInitCommand() *cobra.Command {
	var dir, cgroup string
	cmd := &cobra.Command{
		Use:    machineInit,
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE:   func(*cobra.Command, []string) error { return machine.Init(dir, cgroup) },
	}
	dirFlag(cmd, &dir)
	cmd.Flags().StringVar(&cgroup, "cgroup", "", "the machine's cgroup")
	return cmd
}

func keepRoomCommand() *cobra.Command {
	var name, ready string
	cmd := &cobra.Command{
		Use:    keepRoom,
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE:   func(*cobra.Command, []string) error { return machine.KeepRoom(name, ready) },
	}
	cmd.Flags().StringVar(&name, "name", "", "of the node")
	cmd.Flags().StringVar(&ready, "ready", "", "file that is made when it is furnished")
	return cmd
}

func serveRegistryCommand() *cobra.Command {
	var o registry.Options
	cmd := &cobra.Command{
		Use:    serveRegistry,
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE:   func(cmd *cobra.Command, _ []string) error { return registry.Serve(cmd.Context(), o) },
	}
	dirFlag(cmd, &o.Dir)
	cmd.Flags().StringVar(&o.Address, "address", "", "where to listen")
	cmd.Flags().StringVar(&o.Cert, "cert", "", "certificate, a file")
	cmd.Flags().StringVar(&o.Key, "key", "", "its key, a file")
	return cmd
}

// startInMachine makes a machine and starts the cluster in it. On failure nothing is left.
func startInMachine(ctx context.Context, dir string, log *progress.Log) error {
	if err := cluster.Claim(dir); err != nil {
		return err
	}
	if has, err := machine.Has(dir); err != nil || has {
		if err == nil {
			log.Linef("already running in %s", dir)
		}
		return err
	}
	// The remains of a machine that was killed.
	if err := stopMachine(ctx, dir); err != nil {
		return err
	}
	if err := cluster.Claim(dir); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	in, err := machine.Start(ctx, dir, self, machineInit)
	if err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	start := in.Command(ctx, self, os.Args[1:]...)
	start.Env = append(os.Environ(), insideVariable+"="+in.Cgroup)
	start.Stderr = os.Stderr
	if err := start.Run(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		} else {
			err = errors.New("the cluster did not start: why is said above")
		}
		return errors.Join(err, stopMachine(context.WithoutCancel(ctx), dir))
	}
	return nil
}

// stopMachine ends a machine with all in it, and removes its folder. Where there is none, there is nothing to do.
func stopMachine(ctx context.Context, dir string) error {
	if _, err := machine.Load(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err := machine.Stop(ctx, dir); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("remove folder of cluster: %w", err)
	}
	return nil
}
