// Command bench measures the leak scanner beside gitleaks, its command and its library, on the same files in one run:
// speed, memory, what is found and what is found for nothing. It prints tables.
//
//	go run ./test/leaks/bench
//
// The files are made from seeds, but for bundles from npm and packages from Debian, which are fetched once into
// ~/.cache/hustings/corpus; where npm or apt-get is not there, their part is left out and the output says so.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// The bench starts itself again to prepare the files and for every scan, so that each has a process and its memory to
// itself.
const (
	prepareCommand = "prepare"
	scanCommand    = "scan"
	imageCommand   = "image"
)

func run() error {
	rounds := flag.Int("rounds", 3, "measure everything so many times, each time the other way round")
	keep := flag.String("keep", "", "make the files in this new folder, and leave them there with their truth")
	workers := flag.Int("workers", 1, "scan: so many files at once")
	repeat := flag.Int("repeat", 1, "scan: so many times over")
	flag.Parse()
	switch flag.Arg(0) {
	case prepareCommand:
		return prepare(flag.Arg(1), flag.Arg(2))
	case scanCommand:
		return scanTree(flag.Arg(1), flag.Arg(2), *workers, *repeat)
	case imageCommand:
		return scanImage(flag.Arg(1))
	case "":
	default:
		return fmt.Errorf("no command %q", flag.Arg(0))
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return fmt.Errorf("find the cache: %w", err)
	}
	b := &bench{cache: filepath.Join(cache, "hustings"), work: *keep, rounds: max(1, *rounds)}
	if b.work != "" {
		return b.all()
	}
	if b.work, err = os.MkdirTemp("", "hustings-leaks-"); err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	return errors.Join(b.all(), os.RemoveAll(b.work))
}
