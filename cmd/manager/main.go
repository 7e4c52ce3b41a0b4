package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/hustings/hustings/controllers"
	"github.com/hustings/hustings/internal/apply"
	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/plan"
	"github.com/hustings/hustings/internal/scan/service"
	"github.com/hustings/hustings/internal/scrape"
)

const (
	leaseName = "hustings-manager"
	// shutdownTimeout lets reconciles come to their end; pods get 30 s to stop.
	shutdownTimeout = 20 * time.Second
)

func main() {
	o, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "manager:", err)
		os.Exit(2)
	}
	log := logr.FromSlogHandler(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: o.logLevel}))
	ctrl.SetLogger(log)
	klog.SetLogger(log)
	if err := run(ctrl.SetupSignalHandler(), o); err != nil {
		log.Error(err, "The manager stopped")
		os.Exit(1)
	}
}

// run works until ctx ends.
func run(ctx context.Context, o options) error {
	config, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("find the API server: %w", err)
	}
	owned := plan.OwnedKinds()
	mgr, err := controllers.NewManager(config, managerOptions(o))
	if err != nil {
		return fmt.Errorf("make the manager: %w", err)
	}
	kinds, err := controllers.NewKinds(mgr, owned)
	if err != nil {
		return err
	}
	ruleset := leak.New(nil).Ruleset()
	answers := controllers.NewAnswers()
	scanner := scannerAt(o.scannerSocket)
	reconciler := &controllers.CampaignSiteReconciler{
		Client: mgr.GetClient(),
		Live:   mgr.GetAPIReader(),
		Applier: &apply.Applier{
			Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Kinds: owned, Available: kinds.Available,
		},
		Recorder: mgr.GetEventRecorder("hustings.dev/manager"),
		Scanner:  scanner,
		Ruleset:  ruleset,
		Answers:  answers,
		Now:      time.Now,
	}
	if err := reconciler.SetupWithManager(ctx, mgr, kinds, o.workers); err != nil {
		return fmt.Errorf("set up the controllers: %w", err)
	}
	if scanner != nil {
		images := &controllers.ImageScanReconciler{Client: mgr.GetClient(), Scanner: scanner, Ruleset: ruleset, Window: o.rescanWindow, Now: time.Now}
		pages := &controllers.PagesReconciler{Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Scanner: scanner, Answers: answers, Now: time.Now}
		if err := errors.Join(images.SetupWithManager(mgr), pages.SetupWithManager(mgr)); err != nil {
			return fmt.Errorf("set up the scans: %w", err)
		}
	}
	sites := &controllers.SiteMetrics{Reader: mgr.GetClient(), Elected: mgr.Elected()}
	if err := errors.Join(addChecks(mgr), mgr.Add(memory{period: quietFor}), metrics.Registry.Register(sites)); err != nil {
		return fmt.Errorf("set up the probes, the memory and the metrics: %w", err)
	}
	return mgr.Start(ctx)
}

// scannerAt is the scanner behind a socket; nil, there is none.
func scannerAt(socket string) *service.Client {
	if socket == "" {
		return nil
	}
	return service.NewClient(socket)
}

func managerOptions(o options) ctrl.Options {
	timeout := shutdownTimeout
	return ctrl.Options{
		Metrics: metricsserver.Options{
			BindAddress:    o.metricsAddress,
			SecureServing:  true,
			FilterProvider: scrape.Filter,
			// HTTP/2 lets one client open streams faster than they can be refused (CVE-2023-44487), and metrics need none.
			TLSOpts: []func(*tls.Config){func(c *tls.Config) { c.NextProtos = []string{"http/1.1"} }},
		},
		HealthProbeBindAddress:        o.probeAddress,
		PprofBindAddress:              "0",
		LeaderElection:                o.leaderElect,
		LeaderElectionID:              leaseName,
		LeaderElectionNamespace:       o.leaderElectionNamespace,
		LeaderElectionReleaseOnCancel: true,
		GracefulShutdownTimeout:       &timeout,
	}
}

// addChecks makes the operator ready once its cache is filled, whether it holds the lease or stands by.
func addChecks(mgr manager.Manager) error {
	if err := mgr.AddHealthzCheck("ping", healthz.Ping); err != nil {
		return err
	}
	return mgr.AddReadyzCheck("cache", func(request *http.Request) error {
		ctx, cancel := context.WithTimeout(request.Context(), time.Second)
		defer cancel()
		if !mgr.GetCache().WaitForCacheSync(ctx) {
			return errors.New("the cache is not filled yet")
		}
		return nil
	})
}
