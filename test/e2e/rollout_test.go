package e2e

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/test/e2e/images"
)

var _ = Describe("a rollout", func() {
	It("drops none of ten thousand requests", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "rolls", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Replicas.Min, s.Spec.Replicas.Max = new(int32(3)), new(int32(3))
		})
		create(ctx, site)
		crowd := crowdOf(ctx, site, 60)
		for crowd.asked() < 10_000 {
			for _, version := range []string{"v2", "v1"} {
				change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = siteImages[version] })
				ready(ctx, site)
				settled(ctx, site)
			}
		}
		failed := crowd.stop()
		AddReportEntry("rolling back and forth", fmt.Sprintf("%d requests, %d failed", crowd.asked(), len(failed)))
		Expect(failed).To(BeEmpty())
	}, SpecTimeout(8*time.Minute))

	It("to a broken image leaves the old one serving, and says why", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "broken", nil)
		create(ctx, site)
		watcher := watch(ctx, site)
		broken := push(ctx, images.Nginx, images.Options{Version: "broken", Layers: [][]images.File{
			{{Path: "/etc/nginx/nginx.conf", Content: []byte("this is no configuration\n")}},
		}})
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = broken })
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(
			And(HavePrefix("True"), ContainSubstring("a container ends by itself, with exit code 1")))
		AddReportEntry("what the status says", condition(ctx, site, hustingsv1alpha1.ConditionReady)())
		Expect(newVisitor(ctx, "").page(ctx, "https://"+host(site)+"/")()).To(ContainSubstring("nginx v1"))
		Expect(watcher.stop()).To(BeEmpty())
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = siteImages["v2"] })
		ready(ctx, site)
	}, SpecTimeout(5*time.Minute))

	It("under attack gives no attacker more than the limit", short, func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "attacked", nil)
		create(ctx, site)
		url := "https://" + host(site) + "/"
		Eventually(newVisitor(ctx, "198.51.100.1").page(ctx, url)).Should(HavePrefix("200"))
		edge := quietEdge(ctx)
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = siteImages["v2"] })
		Eventually(func() int { return len(pods(ctx, site)) }).Should(BeNumerically(">", 2), "the rollout goes on")
		c := flood(ctx, url, "198.51.100.60")
		report("one address, while pods come and go", c)
		Expect(edge.reloads(ctx)).To(Equal(edge.before), "Traefik was told of the pods, and counted anew")
		Expect(c.passed()).To(BeNumerically("<=", c.limit()), "%v", c)
		Expect(c.other()).To(BeZero(), "%v", c)
		ready(ctx, site)
	}, SpecTimeout(5*time.Minute))
})

// crowd are visitors who ask all along, each below the limit.
type crowd struct {
	cancel context.CancelFunc
	done   sync.WaitGroup

	mu     sync.Mutex
	count  int
	failed []string
}

// crowdOf lets visitors, each from an address of its own, reload a site's page.
func crowdOf(ctx context.Context, site *hustingsv1alpha1.CampaignSite, visitors int) *crowd {
	GinkgoHelper()
	url := "https://" + host(site) + "/"
	Eventually(newVisitor(ctx, "").page(ctx, url)).Should(HavePrefix("200"))
	ctx, cancel := context.WithCancel(ctx)
	c := &crowd{cancel: cancel}
	for i := range visitors {
		v := newVisitor(ctx, fmt.Sprintf("198.51.100.%d", 100+i))
		c.done.Go(func() { c.reload(ctx, v, url) })
	}
	DeferCleanup(func() { c.stop() })
	return c
}

func (c *crowd) reload(ctx context.Context, v *visitor, url string) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		a, err := v.get(ctx, url)
		if ctx.Err() != nil {
			return
		}
		c.mu.Lock()
		c.count++
		switch {
		case err != nil:
			c.failed = append(c.failed, time.Now().Format("15:04:05.000 ")+err.Error())
		case a.Status != http.StatusOK || !strings.Contains(a.Body, "nginx v"):
			c.failed = append(c.failed, time.Now().Format("15:04:05.000 ")+fmt.Sprint(a.Status))
		}
		c.mu.Unlock()
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

func (c *crowd) asked() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.count
}

func (c *crowd) stop() []string {
	c.cancel()
	c.done.Wait()
	return c.failed
}
