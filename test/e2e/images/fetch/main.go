// Command fetch brings to a folder what images are made from: Debian's packages, and programs of this module. Where the
// images are made, within a node, there is no way out.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/hustings/hustings/test/e2e/images"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: fetch FOLDER")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := images.Fetch(ctx, os.Args[1])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "fetch:", err)
		os.Exit(1)
	}
}
