package main

import (
	"flag"
	"fmt"
	"log/slog"
	"time"

	"github.com/hustings/hustings/internal/render"
)

// options are the flags.
type options struct {
	metricsAddress          string
	probeAddress            string
	leaderElect             bool
	leaderElectionNamespace string
	workers                 int
	scannerSocket           string
	rescanWindow            time.Duration
	logLevel                slog.Level
}

// maxWorkers is far above what one API server is glad of.
const maxWorkers = 256

// maxRescanWindow is how long what is known to be a secret today may go unseen in what runs.
const maxRescanWindow = 24 * time.Hour

// parse reads the flags.
func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("manager", flag.ContinueOnError)
	flags.StringVar(&o.metricsAddress, "metrics-bind-address", ":8443", "where metrics are served, over TLS and to authorized clients only; 0, nowhere")
	flags.StringVar(&o.probeAddress, "health-probe-bind-address", ":8081", "where /healthz and /readyz are served")
	flags.BoolVar(&o.leaderElect, "leader-elect", true, "work only while holding the lease")
	flags.StringVar(&o.leaderElectionNamespace, "leader-election-namespace", render.OperatorNamespace, "namespace of the lease")
	flags.IntVar(&o.workers, "workers", 16, "how many sites are reconciled at the same time")
	flags.StringVar(&o.scannerSocket, "scanner-socket", "", "unix socket of the scanner; absent, no image gets a verdict and no page is looked at")
	flags.DurationVar(&o.rescanWindow, "rescan-window", maxRescanWindow, "within what time images that run are scanned anew when the rules change, at most 24h")
	flags.TextVar(&o.logLevel, "log-level", slog.LevelInfo, "least level of what is logged: debug, info, warn or error")
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	if flags.NArg() > 0 {
		return options{}, fmt.Errorf("unknown argument %q", flags.Arg(0))
	}
	if o.workers < 1 || o.workers > maxWorkers {
		return options{}, fmt.Errorf("--workers must be between 1 and %d", maxWorkers)
	}
	if o.rescanWindow < time.Second || o.rescanWindow > maxRescanWindow {
		return options{}, fmt.Errorf("--rescan-window must be between 1s and %s", maxRescanWindow)
	}
	return o, nil
}
