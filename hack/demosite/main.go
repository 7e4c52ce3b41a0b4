// Command demosite makes what the demo shows leaks with: the images of the sample sites, in a registry on this machine,
// and a site as a build leaves it, in a folder. Every secret in them is made up, here and now.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const usage = `usage:
  demosite images               print the images of the sample sites
  demosite registry ADDRESS     serve them on an address of this machine, such as 127.0.0.1:5000, until it is ended
  demosite site FOLDER          write a built site that leaks into a new folder`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "demosite:", err)
		os.Exit(1) //nolint:gocritic // the process ends, and with it the signals
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 1 && args[0] == "images":
		return list()
	case len(args) == 2 && args[0] == "registry":
		return serve(ctx, args[1])
	case len(args) == 2 && args[0] == "site":
		return writeSite(args[1])
	}
	return errors.New(usage)
}
