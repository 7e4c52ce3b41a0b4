// Command bench measures the operator and the command against what a platform team could have instead, as ratios within
// one run: absolute times say more about the machine than about the code. `make bench` runs it.
//
// The base is a bare server-side-apply client that writes the same objects with as many workers and does nothing else.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/hustings/hustings/test/cluster"
)

const workers = 16

// How much is measured: less, for a look at one thing.
var (
	rounds = flag.Int("rounds", 3, "how often each figure is taken")
	sites  = flag.Int("sites", 500, "how many sites a round makes")
	only   = flag.String("only", "", "measure only the command, or only the operator")
)

func main() {
	flag.Parse()
	signal.Ignore(syscall.SIGPIPE) // a reader that has seen enough must not leave a cluster behind
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	if *only != "operator" {
		if err := command(ctx); err != nil {
			return err
		}
	}
	if *only == "command" {
		return nil
	}
	progress("starting a control plane")
	c, err := cluster.Start(ctx, cluster.Options{Audit: true, WithoutControllers: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Stop()) }()
	if err := errors.Join(c.Install(ctx), c.InstallTraefik(ctx), setUp(ctx, c)); err != nil {
		return err
	}
	binary, err := c.Build(ctx, "manager")
	if err != nil {
		return err
	}
	manager, err := c.StartManager(ctx, binary, "--workers", fmt.Sprint(workers))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, manager.Kill()) }()
	if err := creation(ctx, c, manager); err != nil {
		return err
	}
	if err := repair(ctx, c); err != nil {
		return err
	}
	if err := manager.Stop(); err != nil {
		return err
	}
	manager, err = c.StartManager(ctx, binary, "--workers", fmt.Sprint(workers))
	if err != nil {
		return err
	}
	return restart(ctx, c, manager)
}

// creation compares making new sites with applying the same objects bare, in turn.
func creation(ctx context.Context, c *cluster.Cluster, m *cluster.Manager) error {
	var ratios, cpu, perSite []float64
	for round := range *rounds {
		progress("round %d of %d: %d sites by a bare client", round+1, *rounds, *sites)
		bare, err := applyBare(ctx, c, namespace("bare", round))
		if err != nil {
			return err
		}
		progress("bare %s; now by the operator", bare.Round(time.Millisecond))
		// The operator keeps those of others as well, and there are hardly as many anywhere.
		if err := c.Client.DeleteAllOf(ctx, &networkingv1.NetworkPolicy{}, client.InNamespace(namespace("bare", round))); err != nil {
			return fmt.Errorf("remove the bare policies: %w", err)
		}
		before, requestsBefore := cpuSeconds(m.PID), countRequests(c.AuditLog, nil)
		took, err := createSites(ctx, c, namespace("site", round))
		if err != nil {
			return err
		}
		ratios = append(ratios, took.Seconds()/bare.Seconds())
		cpu = append(cpu, (cpuSeconds(m.PID)-before)*1000/float64(*sites))
		perSite = append(perSite, float64(countRequests(c.AuditLog, nil)-requestsBefore)/float64(*sites))
		progress("operator %s", took.Round(time.Millisecond))
		if (round+1)**sites == 1000 {
			if err := memory(ctx, m); err != nil {
				return err
			}
		}
	}
	children := objectsPerSite()
	figure(fmt.Sprintf("%d new sites, wall clock over a bare apply client", *sites), median(ratios), "times", "<= 1.3")
	figure("operator CPU for a new site", median(cpu), "ms", "<= 15")
	figure(fmt.Sprintf("API requests for a new site (%d children, 1 claim)", children), median(perSite), "requests", fmt.Sprintf("<= %d", children+1+2))
	return nil
}

// memory says what the operator holds with 1,000 sites: at most, while 16 workers make them as fast as they can, and once there
// is quiet.
func memory(ctx context.Context, m *cluster.Manager) error {
	if _, err := quietAfter(ctx, m.PID, time.Now()); err != nil {
		return err
	}
	if err := sleep(ctx, 30*time.Second); err != nil {
		return err
	}
	figure("memory with 1,000 sites", mebibytes(m.PID, "VmRSS"), "MiB resident", "<= 96")
	figure("memory with 1,000 sites, at most", mebibytes(m.PID, "VmHWM"), "MiB resident", "")
	return nil
}

// restart counts what a new process does with sites that are as they should be.
func restart(ctx context.Context, c *cluster.Cluster, m *cluster.Manager) error {
	progress("restarting the operator with %d sites", *rounds**sites)
	begin := time.Now()
	if err := leading(ctx, c, m); err != nil {
		return err
	}
	writesBefore := countRequests(c.AuditLog, isWrite)
	quiet, err := quietAfter(ctx, m.PID, begin)
	if err != nil {
		return err
	}
	figure("restart: writes", float64(countRequests(c.AuditLog, isWrite)-writesBefore), "requests", "0")
	figure("restart: quiet after", quiet.Seconds(), "s", "<= 10")
	before := countRequests(c.AuditLog, notLease)
	if err := sleep(ctx, 5*time.Second); err != nil {
		return err
	}
	figure("steady state: requests in 5 s, watches aside", float64(countRequests(c.AuditLog, notLease)-before), "requests", "0")
	return nil
}

func namespace(kind string, round int) string { return fmt.Sprintf("bench-%s-%d", kind, round) }

func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...) }

func figure(what string, value float64, unit, goal string) {
	if goal != "" {
		goal = "goal " + goal
	}
	fmt.Printf("%-58s %10.2f %-14s %s\n", what, value, unit, goal)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
