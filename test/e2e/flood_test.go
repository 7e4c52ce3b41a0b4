package e2e

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/test/fixture"
)

// The limits of the class, which the site leaves as they are.
var (
	rate  = int(*fixture.Class().Spec.Edge.Defaults.PerClient.RequestsPerSecond)
	burst = int(*fixture.Class().Spec.Edge.Defaults.PerClient.Burst)
)

const floodFor = 5 * time.Second

var _ = Describe("a flood", short, func() {
	It("is cut down to the limit, from one address and from many, and others are served", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "flood", nil)
		create(ctx, site)
		url := "https://" + host(site) + "/"
		Eventually(newVisitor(ctx, "198.51.100.1").page(ctx, url)).Should(HavePrefix("200"))
		before := restarts(ctx, site)
		edge := quietEdge(ctx)

		By("from one address")
		honest := watch(ctx, site)
		one := flood(ctx, url, "198.51.100.2")
		report("one address", one)
		Expect(one.passed()).To(BeNumerically("<=", one.limit()), "%v", one)
		Expect(one.passed()).To(BeNumerically(">=", burst), "what the limit allows passes: %v", one)
		Expect(one.statuses).To(HaveKey(http.StatusTooManyRequests))
		Expect(one.other()).To(BeZero(), "%v", one)

		By("from one address that claims to be many")
		spoofed := flood(ctx, url, "198.51.100.3", "X-Forwarded-For", "X-Real-Ip", "Forwarded")
		report("one address, spoofed headers", spoofed)
		Expect(spoofed.passed()).To(BeNumerically("<=", spoofed.limit()), "%v", spoofed)

		By("from many addresses at once")
		var many []*counts
		var mu sync.Mutex
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				defer GinkgoRecover()
				c := flood(ctx, url, fmt.Sprintf("198.51.100.%d", 10+i))
				mu.Lock()
				defer mu.Unlock()
				many = append(many, c)
			})
		}
		all.Wait()
		for i, c := range many {
			Expect(c.passed()).To(BeNumerically("<=", c.limit()), "address %d: %v", i, c)
		}
		report("20 addresses, the first", many[0])
		Expect(edge.reloads(ctx)).To(Equal(edge.before), "Traefik was told of changes meanwhile, and counted anew")

		AddReportEntry("the site's pods meanwhile (processors, memory)", useOf(ctx, site.Namespace))

		By("serving an honest visitor meanwhile")
		Expect(honest.stop()).To(BeEmpty())
		slices.Sort(honest.took)
		AddReportEntry("an honest visitor meanwhile", fmt.Sprintf("%d requests, none failed, p50 %s, p99 %s",
			honest.asked, honest.took[len(honest.took)/2].Round(time.Millisecond), honest.took[len(honest.took)*99/100].Round(time.Millisecond)))
		Expect(restarts(ctx, site)).To(Equal(before))
	}, SpecTimeout(6*time.Minute))

	It("finds no way round: another host, the plain port", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "around", nil)
		create(ctx, site)
		visitor := newVisitor(ctx, "198.51.100.40")
		Eventually(visitor.page(ctx, "https://"+host(site)+"/")).Should(HavePrefix("200"))

		other, err := visitor.get(ctx, "http://nobody."+domain+"/")
		Expect(err).NotTo(HaveOccurred())
		Expect(other.Status).To(Equal(http.StatusNotFound), "a host that is nobody's")
		plain, err := visitor.get(ctx, "http://"+host(site)+"/")
		Expect(err).NotTo(HaveOccurred())
		Expect(plain.Status).To(Equal(http.StatusMovedPermanently), "the plain port serves no page")
	}, SpecTimeout(3*time.Minute))
})

// counts are the answers to one flood.
type counts struct {
	statuses map[int]int
	errors   int
	took     time.Duration
}

func (c *counts) passed() int { return c.statuses[http.StatusOK] }

func (c *counts) other() int {
	n := c.errors
	for status, count := range c.statuses {
		if status != http.StatusOK && status != http.StatusTooManyRequests {
			n += count
		}
	}
	return n
}

// limit is what may pass in the time: the bucket is full at first and fills again as time goes on.
func (c *counts) limit() int { return burst + int(float64(rate)*c.took.Seconds()) + 1 }

func (c *counts) String() string {
	return fmt.Sprintf("%v, %d errors in %s; at most %d may pass", c.statuses, c.errors, c.took.Round(time.Millisecond), c.limit())
}

func report(name string, c *counts) { AddReportEntry(name, c.String()) }

// flood asks as fast as a few connections can for a while, from one address. Each of the headers is sent with another
// address every time.
func flood(ctx context.Context, url, from string, headers ...string) *counts {
	GinkgoHelper()
	const workers = 4
	visitor := newVisitor(ctx, from)
	c := &counts{statuses: map[int]int{}}
	var mu sync.Mutex
	var all sync.WaitGroup
	began := time.Now()
	for worker := range workers {
		all.Go(func() {
			for i := 0; time.Since(began) < floodFor; i++ {
				var extra []string
				for _, h := range headers {
					extra = append(extra, h, fmt.Sprintf("203.0.113.%d", (worker*61+i)%254+1))
				}
				a, err := visitor.get(ctx, url, extra...)
				mu.Lock()
				if err != nil {
					c.errors++
				} else {
					c.statuses[a.Status]++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	c.took = time.Since(began)
	return c
}

// restarts counts those of a site's containers.
func restarts(ctx context.Context, site *hustingsv1alpha1.CampaignSite) map[string]int32 {
	out := map[string]int32{}
	for _, pod := range pods(ctx, site) {
		for _, c := range pod.Status.ContainerStatuses {
			out[pod.Name] += c.RestartCount
		}
	}
	return out
}
