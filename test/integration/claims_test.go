package integration

import (
	"fmt"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

var _ = Describe("Fifty sites that race for one host", func() {
	It("have exactly one winner, and the host passes on when that is gone", func(ctx SpecContext) {
		const racers = 50
		host := hustingsv1alpha1.Host("contested." + domain)
		namespaces := []string{newNamespace(ctx), newNamespace(ctx)}
		sites := make([]*hustingsv1alpha1.CampaignSite, racers)
		var start sync.WaitGroup
		for i := range sites {
			sites[i] = newSite(namespaces[i%2], fmt.Sprintf("racer-%d", i), func(s *hustingsv1alpha1.CampaignSite) {
				s.Spec.Hosts = []hustingsv1alpha1.Host{host}
			})
			start.Go(func() {
				defer GinkgoRecover()
				Expect(env.Client.Create(ctx, sites[i])).To(Succeed())
			})
		}
		start.Wait()

		winner := func(g Gomega, among []*hustingsv1alpha1.CampaignSite) *hustingsv1alpha1.CampaignSite {
			var won []*hustingsv1alpha1.CampaignSite
			for _, s := range among {
				now := &hustingsv1alpha1.CampaignSite{}
				g.Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(s), now)).To(Succeed())
				c := meta.FindStatusCondition(now.Status.Conditions, hustingsv1alpha1.ConditionReady)
				g.Expect(c).NotTo(BeNil())
				if c.Status == "True" {
					won = append(won, now)
				} else {
					g.Expect(c.Reason).To(Equal(hustingsv1alpha1.ReasonHostConflict), s.Name+": "+c.Message)
				}
			}
			g.Expect(won).To(HaveLen(1))
			return won[0]
		}
		var first *hustingsv1alpha1.CampaignSite
		Eventually(func(g Gomega) { first = winner(g, sites) }).Should(Succeed())
		for _, s := range sites {
			if s.Name != first.Name {
				Expect(children(ctx, s)).To(BeEmpty())
			}
		}

		By("a restart changes nothing")
		restartManager(ctx)
		Consistently(func(g Gomega) { g.Expect(winner(g, sites).Name).To(Equal(first.Name)) }).Should(Succeed())

		By("the winner goes, and exactly one other takes its place")
		Expect(env.Client.Delete(ctx, first)).To(Succeed())
		var rest []*hustingsv1alpha1.CampaignSite
		for _, s := range sites {
			if s.Name != first.Name {
				rest = append(rest, s)
			}
		}
		Eventually(func(g Gomega) { winner(g, rest) }).Should(Succeed())
	}, SpecTimeout(2*minute), Serial)
})
