//go:build !linux

package machine

import (
	"context"
	"errors"
	"os/exec"
)

var errLinux = errors.New("a real node needs Linux: use simulated nodes (--nodes)")

// Start makes a machine, on Linux.
func Start(context.Context, string, ...string) (Machine, error) { return Machine{}, errLinux }

// Stop ends a machine: there is none.
func Stop(context.Context, string) error { return nil }

// Init is the first process of a machine, on Linux.
func Init(string, string) error { return errLinux }

// Missing says what this machine lacks.
func Missing() error { return errLinux }

// Command is a program to run in a machine: there is none.
func (Machine) Command(ctx context.Context, program string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, program, args...)
}
