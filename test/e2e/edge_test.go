package e2e

import (
	"context"
	"fmt"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// edge is Traefik, which counts every client anew whenever something that it routes changes, whoever's it is.
type edge struct {
	// before is how often it had been told of changes when nothing changed any more.
	before float64
}

// quietEdge waits until no other spec's site is being taken away and Traefik has heard of all that changed: what a flood
// lets through is exact from then on.
func quietEdge(ctx context.Context) edge {
	GinkgoHelper()
	Eventually(terminating).WithContext(ctx).WithTimeout(2 * time.Minute).Should(BeEmpty())
	var e edge
	const quiet = 4 * time.Second
	since := time.Now()
	Eventually(func(g Gomega) {
		going, err := terminating(ctx)
		g.Expect(err).NotTo(HaveOccurred())
		now, err := e.reloads(ctx)
		g.Expect(err).NotTo(HaveOccurred())
		if now != e.before || len(going) > 0 {
			e.before, since = now, time.Now()
		}
		g.Expect(time.Since(since)).To(BeNumerically(">", quiet), "Traefik is told of changes")
	}).WithTimeout(time.Minute).Should(Succeed())
	return e
}

// terminating are the namespaces of sites that are being deleted.
func terminating(ctx context.Context) ([]string, error) {
	list := &corev1.NamespaceList{}
	err := env.client.List(ctx, list, client.MatchingLabels{teamLabel: "true"})
	var going []string
	for i := range list.Items {
		if !list.Items[i].DeletionTimestamp.IsZero() {
			going = append(going, list.Items[i].Name)
		}
	}
	return going, err
}

// reloads is how often Traefik has taken over a changed configuration since it was started.
func (edge) reloads(ctx context.Context) (n float64, err error) {
	const metric = "traefik_config_reloads_total"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+edgeAddress(ctx)+":9000/metrics", nil)
	if err != nil {
		return 0, err
	}
	response, err := (&http.Client{Timeout: 5 * time.Second}).Do(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = response.Body.Close() }()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(response.Body)
	if err != nil {
		return 0, fmt.Errorf("read Traefik's metrics: %w", err)
	}
	family := families[metric]
	if family == nil {
		return 0, fmt.Errorf("Traefik has no metric %s", metric)
	}
	for _, m := range family.GetMetric() {
		n += m.GetCounter().GetValue()
	}
	return n, nil
}
