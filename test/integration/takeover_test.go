package integration

import (
	"fmt"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/plan"
)

var _ = Describe("An operator that takes over", Serial, func() {
	It("does not go back to what it saw while it stood by", func(ctx SpecContext) {
		l := newLateSite(ctx, "takeover")
		relay, err := env.NewRelay()
		Expect(err).NotTo(HaveOccurred())
		leader := manager
		standby, err := env.StartManagerThrough(ctx, relay, binary)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(func(ctx SpecContext) {
			relay.Late("campaignsites", 0)
			Expect(standby.Stop()).To(Succeed())
			relay.Stop()
			startManager(ctx)
		})
		Eventually(func() string { return tail(standby.Log, 1000) }).Should(ContainSubstring("Attempting to acquire leader lease"))
		// Its watch is there once a change of the site comes through.
		relay.Late("campaignsites", time.Millisecond)
		Eventually(func(g Gomega) {
			_, err := env.Kubectl(ctx, "-n", l.site.Namespace, "label", "--overwrite", "campaignsite", l.site.Name, fmt.Sprintf("n=n%d", time.Now().UnixNano()))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(relay.KeptBack("campaignsites")).To(BeNumerically(">", 0))
		}).Should(Succeed())
		relay.Late("campaignsites", 5*time.Second)
		change(ctx, l.site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Port = 9001 })
		Eventually(func() int64 { return portOf(l.find(ctx, deploymentKind)) }).Should(BeEquivalentTo(9001))
		ready(ctx, l.site)
		Expect(leader.Stop()).To(Succeed())
		Eventually(func() string { return tail(standby.Log, 1000) }).Should(ContainSubstring("Starting workers"))
		settled(ctx)
		relay.Late("campaignsites", 0)
		settled(ctx)
		ready(ctx, l.site)
		var ports []int64
		for _, e := range l.seen.history() {
			if e.object.GetNamespace() == l.site.Namespace && e.kind == "Deployment" {
				ports = append(ports, portOf(e.object))
			}
		}
		Expect(slices.Compact(ports)).To(Equal([]int64{8080, 9001}))
	}, SpecTimeout(time.Minute))
})

var _ = Describe("A claim that somebody deletes", Serial, func() {
	DescribeTable("goes back to the site that routes the host, whoever waits for it", func(ctx SpecContext, late string) {
		relay := throughRelay(ctx)
		seen := follow(append(plan.OwnedKinds(), claimKind)...)
		host := hustingsv1alpha1.Host(fmt.Sprintf("bereft%s.%s", late, domain))
		var sites []*hustingsv1alpha1.CampaignSite
		for i := range 6 {
			s := newSite(newNamespace(ctx), fmt.Sprintf("bereft-%d", i), func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Hosts = []hustingsv1alpha1.Host{host} })
			Expect(env.Client.Create(ctx, s)).To(Succeed())
			sites = append(sites, s)
			if i == 0 {
				ready(ctx, s)
			}
		}
		settled(ctx)
		if late != "" {
			relay.Late(late, time.Second)
			change(ctx, sites[0], func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Port = 9001 })
			Eventually(func() int32 { return deployment(ctx, sites[0]).Spec.Template.Spec.Containers[0].Ports[0].ContainerPort }).Should(BeEquivalentTo(9001))
		}
		for range 2 {
			claim := &hustingsv1alpha1.HostClaim{}
			Expect(env.Client.Get(ctx, client.ObjectKey{Name: string(host)}, claim)).To(Succeed())
			old := claim.UID
			Expect(env.Client.Delete(ctx, claim)).To(Succeed())
			Eventually(func(g Gomega) {
				g.Expect(env.Client.Get(ctx, client.ObjectKey{Name: string(host)}, claim)).To(Succeed())
				g.Expect(claim.UID).NotTo(Equal(old))
			}).WithTimeout(15 * time.Second).Should(Succeed())
			Expect(claim.Spec.Holder.UID).To(Equal(sites[0].UID))
			settled(ctx)
		}
		Expect(doubled(seen.history(), host)).To(BeEmpty())
	},
		Entry("when all is seen in time", "", SpecTimeout(time.Minute)),
		Entry("when sites are seen late", "campaignsites", SpecTimeout(time.Minute)),
		Entry("when routes are seen late", "ingresses", SpecTimeout(time.Minute)))
})
