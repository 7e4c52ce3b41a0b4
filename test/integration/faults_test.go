package integration

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/test/cluster"
)

// What must hold at every moment is checked by the recorder at the end of the suite: these only have to get there.
var _ = Describe("The operator, of whose writes some go wrong", Serial, func() {
	var relay *cluster.Relay
	BeforeEach(func(ctx SpecContext) {
		relay = throughRelay(ctx)
	})

	It("is killed at every one of them, and its next self goes on", func(ctx SpecContext) {
		ns := newNamespace(ctx)
		want := len(children(ctx, settledSite(ctx, ns, "before")))
		for n := 1; n <= newSiteWrites; n++ {
			wasKilled := make(chan struct{})
			var once sync.Once
			relay.Decide(func(i int, _ *http.Request) cluster.Fault {
				if i < n {
					return cluster.NoFault
				}
				once.Do(func() { close(wasKilled) })
				// Half of the time the write arrives, and nobody learns of it.
				return []cluster.Fault{cluster.LostRequest, cluster.LostReply}[n%2]
			})
			site := newSite(ns, fmt.Sprintf("killed-%d", n), nil)
			Expect(env.Client.Create(ctx, site)).To(Succeed())
			Eventually(wasKilled).Should(BeClosed(), "there is no write number %d", n)
			Expect(manager.Kill()).To(Succeed())
			relay.Decide(nil)
			// The one that was killed gave nothing back: nobody would lead for a quarter of a minute.
			_, err := env.Kubectl(ctx, "-n", cluster.OperatorNamespace, "delete", "lease", "hustings-manager", "--ignore-not-found")
			Expect(err).NotTo(HaveOccurred())
			startThrough(ctx, relay)
			ready(ctx, site)
			Eventually(func() int { return len(children(ctx, site)) }).Should(Equal(want))
		}
	}, SpecTimeout(4*minute))

	It("loses requests and replies, and all sites get there with nothing doubled", func(ctx SpecContext) {
		ns := newNamespace(ctx)
		want := len(children(ctx, settledSite(ctx, ns, "before")))
		relay.Decide(func(n int, _ *http.Request) cluster.Fault {
			switch {
			case n%7 == 0:
				return cluster.LostRequest
			case n%3 == 0:
				return cluster.LostReply
			}
			return cluster.NoFault
		})
		var sites []*hustingsv1alpha1.CampaignSite
		for i := range 15 {
			sites = append(sites, newSite(ns, fmt.Sprintf("lossy-%d", i), nil))
			Expect(env.Client.Create(ctx, sites[i])).To(Succeed())
		}
		for _, site := range sites {
			Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).WithTimeout(2 * time.Minute).Should(HavePrefix("True "))
			Eventually(func() int { return len(children(ctx, site)) }).Should(Equal(want))
		}
	}, SpecTimeout(3*minute))
})

// newSiteWrites are those of a new site: its claims, its children and its status.
const newSiteWrites = 18

// settledSite makes a site and waits until it is as it will be.
func settledSite(ctx context.Context, namespace, name string) *hustingsv1alpha1.CampaignSite {
	GinkgoHelper()
	site := newSite(namespace, name, nil)
	Expect(env.Client.Create(ctx, site)).To(Succeed())
	ready(ctx, site)
	settled(ctx)
	return site
}

// throughRelay has the operator of the suite go through a relay until the test's end.
func throughRelay(ctx context.Context) *cluster.Relay {
	GinkgoHelper()
	relay, err := env.NewRelay()
	Expect(err).NotTo(HaveOccurred())
	Expect(manager.Stop()).To(Succeed())
	startThrough(ctx, relay)
	DeferCleanup(func(ctx SpecContext) {
		relay.Decide(nil)
		Expect(manager.Stop()).To(Succeed())
		relay.Stop()
		startManager(ctx)
	})
	return relay
}

func startThrough(ctx context.Context, relay *cluster.Relay) {
	GinkgoHelper()
	var err error
	manager, err = env.StartManagerThrough(ctx, relay, binary)
	Expect(err).NotTo(HaveOccurred())
	Eventually(func() string { return tail(manager.Log, 1000) }).Should(ContainSubstring("Starting workers"))
}
