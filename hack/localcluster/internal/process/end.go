package process

import (
	"context"
	"syscall"
	"time"
)

const (
	pollEvery = 20 * time.Millisecond
	// killLimit is for the kernel: a killed process only has to be let go.
	killLimit = 10 * time.Second
)

// End asks the processes to end, and kills those that have not after grace. It
// returns those that had to be killed, once none is left.
func End(ctx context.Context, grace time.Duration, ids ...Identity) (killed []Identity, err error) {
	for _, id := range ids {
		id.signal(syscall.SIGTERM)
	}
	asked, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	if waitGone(asked, ids) == nil {
		return nil, nil
	}
	for _, id := range ids {
		if id.Alive() {
			id.signal(syscall.SIGKILL)
			killed = append(killed, id)
		}
	}
	// Not the caller's context: an interrupt must not leave processes behind.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), killLimit)
	defer cancel()
	return killed, waitGone(last, ids)
}

func waitGone(ctx context.Context, ids []Identity) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		alive := false
		for _, id := range ids {
			alive = alive || id.Alive()
		}
		if !alive {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// signal reaches this very process or nothing. A process that ends by itself
// meanwhile is what the caller wants, so there is no error to report.
func (i Identity) signal(sig syscall.Signal) {
	if i.Alive() {
		_ = syscall.Kill(i.PID, sig)
	}
}
