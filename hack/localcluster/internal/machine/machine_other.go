//go:build !linux

package machine

import (
	"context"
	"errors"
	"net"
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

// MakeCgroup makes a cgroup, on Linux.
func MakeCgroup(string) error { return errLinux }

// Room is a part of a machine, on Linux.
type Room struct {
	Name, Address string
	Pods          *net.IPNet
}

// RoomCommand is a command line in a new room, on Linux.
func RoomCommand(program ...string) []string { return program }

// InRoom is a command line in a room, on Linux.
func InRoom(_ int, program ...string) []string { return program }

// KeepRoom keeps a room, on Linux.
func KeepRoom(string, string) error { return errLinux }

// Connect connects a room, on Linux.
func (Room) Connect(int) error { return errLinux }
