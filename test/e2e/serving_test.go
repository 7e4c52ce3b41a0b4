package e2e

import (
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/test/e2e/images"
)

var _ = Describe("a site that serves", func() {
	It("goes from one object to pages over TLS, Ready and Compliant", short, func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "first", nil)
		visitor := newVisitor(ctx, "")
		began := time.Now()
		Expect(env.client.Create(ctx, site)).To(Succeed())
		Eventually(visitor.page(ctx, "https://"+host(site)+"/")).WithTimeout(2 * time.Minute).Should(ContainSubstring("nginx v1"))
		ours := time.Since(began)
		AddReportEntry("from apply to the first page over TLS", ours.Round(10*time.Millisecond).String())

		ready(ctx, site)
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionCompliant)).WithTimeout(3 * time.Minute).Should(HavePrefix("True"))
		AddReportEntry("from apply to Compliant", time.Since(began).Round(100*time.Millisecond).String())

		By("applying the same objects by hand")
		hand := byHand(ctx, site, visitor)
		AddReportEntry("the same objects applied by hand", hand.Round(10*time.Millisecond).String())
		AddReportEntry("what Hustings adds, of which the goal is at most 3 s", (ours - hand).Round(10*time.Millisecond).String())
		// The goal is for who reads the figures: pods of two tries alone differ by seconds here. This is what only a fault exceeds.
		Expect(ours-hand).To(BeNumerically("<=", 20*time.Second), "what Hustings adds")

		By("keeping what protects it in every answer")
		page, err := visitor.get(ctx, "https://"+host(site)+"/")
		Expect(err).NotTo(HaveOccurred())
		Expect(page.Header.Get("Strict-Transport-Security")).NotTo(BeEmpty())
		Expect(page.Header.Get("X-Content-Type-Options")).To(Equal("nosniff"))
		plain, err := visitor.get(ctx, "http://"+host(site)+"/")
		Expect(err).NotTo(HaveOccurred())
		Expect(plain.Status).To(Equal(http.StatusMovedPermanently), plain.Body)
		Expect(plain.Header.Get("Location")).To(HavePrefix("https://" + host(site)))
	}, SpecTimeout(6*time.Minute))

	DescribeTable("runs a web server that campaigns use, under the hardening unchanged",
		func(ctx SpecContext, r images.Runtime) {
			site := newSite(newNamespace(ctx), r.Name, func(s *hustingsv1alpha1.CampaignSite) {
				s.Spec.Image = push(ctx, r, images.Options{Version: "v1"})
				s.Spec.WritablePaths = nil
				for _, path := range r.Writable {
					s.Spec.WritablePaths = append(s.Spec.WritablePaths, hustingsv1alpha1.MountPath(path))
				}
			})
			create(ctx, site)
			Eventually(newVisitor(ctx, "").page(ctx, "https://"+host(site)+"/")).Should(And(HavePrefix("200"), ContainSubstring(r.Name+" v1")))
			for _, pod := range pods(ctx, site) {
				Expect(pod.Status.ContainerStatuses[0].RestartCount).To(BeZero(), pod.Name)
			}
		},
		Entry("nginx", images.Nginx, SpecTimeout(3*time.Minute)),
		Entry("PHP-FPM with nginx", images.PHP, SpecTimeout(3*time.Minute)),
		Entry("Node.js", images.Node, SpecTimeout(3*time.Minute)),
		Entry("Go", images.Go, SpecTimeout(3*time.Minute)),
		Entry("Apache", images.Apache, SpecTimeout(3*time.Minute)),
	)
})
