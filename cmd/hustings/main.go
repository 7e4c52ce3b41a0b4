package main

import (
	"math"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

const (
	// gcPercent lets the heap grow: a run is short, and collecting less often makes it a quarter shorter.
	gcPercent = 800
	// memoryLimit is the number of bytes from which on it is collected as often as needed: a runner has not more than a few GiB.
	memoryLimit = 1 << 30
)

func main() {
	// A reader that has seen enough (| head) is no error; without this the runtime would end the process by a signal.
	signal.Ignore(syscall.SIGPIPE)
	debug.SetGCPercent(gcPercent)
	if debug.SetMemoryLimit(-1) == math.MaxInt64 { // GOMEMLIMIT says nothing else
		debug.SetMemoryLimit(memoryLimit)
	}
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
