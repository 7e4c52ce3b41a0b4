package e2e

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// watcher is a visitor who reloads a site's page all along, below every limit, and remembers what went wrong.
type watcher struct {
	cancel context.CancelFunc
	done   sync.WaitGroup

	mu     sync.Mutex
	failed []string
	asked  int
	took   []time.Duration
}

// watchEvery is below the rate of the tests' class.
const watchEvery = 200 * time.Millisecond

// watch begins to watch a site that serves, from an address that nothing else uses.
func watch(ctx context.Context, site *hustingsv1alpha1.CampaignSite) *watcher {
	GinkgoHelper()
	visitor := newVisitor(ctx, "198.51.100.250")
	// Traefik takes a moment to learn of the route.
	Eventually(visitor.page(ctx, "https://"+host(site)+"/")).Should(HavePrefix("200"))
	ctx, cancel := context.WithCancel(ctx)
	w := &watcher{cancel: cancel}
	w.done.Go(func() {
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		for {
			w.ask(ctx, visitor, "https://"+host(site)+"/")
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	})
	DeferCleanup(func() { w.stop() })
	return w
}

func (w *watcher) ask(ctx context.Context, visitor *visitor, url string) {
	began := time.Now()
	answer, err := visitor.get(ctx, url)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked++
	w.took = append(w.took, time.Since(began))
	switch {
	case ctx.Err() != nil:
	case err != nil:
		w.failed = append(w.failed, began.Format("15:04:05.000 ")+err.Error())
	case answer.Status != http.StatusOK:
		w.failed = append(w.failed, began.Format("15:04:05.000 ")+fmt.Sprint(answer.Status))
	}
}

// stop ends it and returns what failed, by time.
func (w *watcher) stop() []string {
	w.cancel()
	w.done.Wait()
	return w.failed
}
