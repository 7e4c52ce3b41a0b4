package cluster

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/hustings/hustings/hack/localcluster/internal/process"
	"github.com/hustings/hustings/hack/localcluster/internal/progress"
)

const (
	probeEvery  = 50 * time.Millisecond
	reportEvery = 2 * time.Second
)

// runner starts the processes of one cluster and records each at once.
type runner struct {
	options Options
	state   *State
	probe   probe
	began   time.Time
}

// start starts one of the programs in the folder of assets.
func (r runner) start(name string, flags ...string) error {
	return r.spawn(name, process.Command{Path: filepath.Join(r.options.Assets, name), Args: flags})
}

func (r runner) spawn(name string, c process.Command) error {
	c.Log = filepath.Join(r.state.Dir, "logs", name+".log")
	child, err := process.Spawn(c)
	if err != nil {
		return err
	}
	return r.state.record(Process{Name: name, Identity: child.Identity, Command: c})
}

// ready waits until url answers, as long as every process runs.
func (r runner) ready(ctx context.Context, name, url string) error {
	return r.until(ctx, name, func(ctx context.Context) (bool, string) { return r.probe.get(ctx, url) })
}

// until waits until ask says yes, as long as every process runs. What ask says beside no is shown.
func (r runner) until(ctx context.Context, name string, ask func(context.Context) (bool, string)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, r.options.Timeout, errTimeout)
	defer cancel()
	why := "no answer yet"
	nextReport := time.Now().Add(reportEvery)
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		ok, answer := ask(ctx)
		if ok {
			r.options.Log.Linef("%s is ready after %s", name, progress.Seconds(time.Since(r.began)))
			return nil
		}
		if answer != "" {
			why = answer
		}
		for _, p := range r.state.Processes {
			if !p.Alive() {
				return r.ended(p)
			}
		}
		if now := time.Now(); now.After(nextReport) {
			r.options.Log.Linef("waiting for %s (%s): %s", name, progress.Seconds(now.Sub(r.began)), why)
			nextReport = now.Add(reportEvery)
		}
		select {
		case <-ctx.Done():
			if errors.Is(context.Cause(ctx), errTimeout) {
				r.printLog(name)
				return fmt.Errorf("%s did not answer within %s: %s", name, r.options.Timeout, why)
			}
			return ctx.Err()
		case <-tick.C:
		}
	}
}

var errTimeout = errors.New("out of time")

// ended explains why a process ended, by the end of its log.
func (r runner) ended(p Process) error {
	if portTaken(tail(p.Log, logTail)) {
		return fmt.Errorf("%s: %w", p.Name, errPortTaken)
	}
	r.printLog(p.Name)
	return fmt.Errorf("%s ended by itself: its last lines are above", p.Name)
}

func (r runner) printLog(name string) {
	for _, p := range r.state.Processes {
		if p.Name != name {
			continue
		}
		for _, line := range tail(p.Log, logTail) {
			r.options.Log.Linef("%s | %s", name, line)
		}
	}
}
