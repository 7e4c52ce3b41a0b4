package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	// A reader that has seen enough (| head) is no error; without this the runtime would end the process by a signal.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
