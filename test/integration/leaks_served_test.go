package integration

import (
	"context"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/test/cluster"
)

// routes of a site.
func routes(ctx context.Context, site *hustingsv1alpha1.CampaignSite) func() int {
	return func() int {
		count := 0
		for _, child := range children(ctx, site) {
			if child.GetKind() == "Ingress" {
				count++
			}
		}
		return count
	}
}

// rollsOut makes the pods of a site anew, so that it is looked at at once.
func rollsOut(ctx context.Context, site *hustingsv1alpha1.CampaignSite) {
	GinkgoHelper()
	// As `kubectl rollout restart` does, which writes a time of whole seconds: two restarts within one are one. Any other annotation
	// is taken away, at times before a rollout has begun.
	patch := fmt.Sprintf(`{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":%q}}}}}`, time.Now().Format(time.RFC3339Nano))
	_, err := env.Kubectl(ctx, "-n", site.Namespace, "patch", "deployment", site.Name, "-p", patch)
	Expect(err).NotTo(HaveOccurred())
}

// inPage is a secret that a site serves.
var inPage = leak.Finding{
	Rule: "stripe-access-token", Severity: leak.Critical, Fingerprint: "fedcba9876543210", Excerpt: "key:***",
	Place: leak.Place{File: "/static/app.js", Line: 1, Column: 40213},
}

var _ = Describe("What a site serves", func() {
	It("is looked at after every rollout, and a leak is reported until it is gone", func(ctx SpecContext) {
		site := readySite(ctx, "reported", nil)
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionCompliant)).Should(HavePrefix("True "))
		looks := env.Scanner.Looks(site.Namespace, site.Name)
		env.Scanner.Pages(site.Namespace, site.Name, cluster.Judged(inPage), cluster.Judged(inPage))
		rollsOut(ctx, site)
		place := "stripe-access-token in /static/app.js:1:40213"
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionSecretsClean)).Should(And(HavePrefix("False "), ContainSubstring(place)))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionReady)()).To(HavePrefix("True "))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionCompliant)()).To(HavePrefix("False "))
		Eventually(events(ctx, site, hustingsv1alpha1.EventControlFailed)).Should(ContainElements(
			And(ContainSubstring("leaks.served"), ContainSubstring(place)), ContainSubstring("leaks.exposed-files")))
		Expect(routes(ctx, site)()).To(Equal(2))
		Expect(env.Scanner.Looks(site.Namespace, site.Name)).To(BeNumerically(">", looks))

		By("a look that does not see everything ends no leak")
		env.Scanner.Pages(site.Namespace, site.Name, scan.Result{Verdict: scan.Incomplete, Message: "60 s are over"}, cluster.Judged())
		rollsOut(ctx, site)
		Eventually(func() string { return get(ctx, site).Status.Leaks.Rollout }).Should(HavePrefix("3-"))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionSecretsClean)()).To(And(HavePrefix("False "), ContainSubstring(place)))

		By("one that finds none does")
		env.Scanner.Pages(site.Namespace, site.Name, cluster.Judged(), cluster.Judged())
		rollsOut(ctx, site)
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionCompliant)).Should(HavePrefix("True "))
	}, SpecTimeout(2*minute))

	It("takes the route away where the class says so, and brings it back", func(ctx SpecContext) {
		class := newClass(ctx, "withdrawing", func(c *hustingsv1alpha1.SiteClass) {
			c.Spec.Leaks = &hustingsv1alpha1.ClassLeaks{OnServedLeak: hustingsv1alpha1.ServedLeakWithdraw}
		})
		DeferCleanup(func(ctx SpecContext) { Expect(env.Client.Delete(ctx, class)).To(Succeed()) })
		site := readySite(ctx, "withdrawn", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.ClassName = "withdrawing" })
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionCompliant)).Should(HavePrefix("True "))
		env.Scanner.Pages(site.Namespace, site.Name, cluster.Judged(inPage), cluster.Judged())
		rollsOut(ctx, site)
		Eventually(routes(ctx, site)).Should(BeZero())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(And(
			HavePrefix("False "+hustingsv1alpha1.ReasonWithdrawn), ContainSubstring("/static/app.js:1:40213")))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionAvailable)()).To(HavePrefix("True "))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionRateLimited)()).NotTo(HavePrefix("False "))
		Eventually(events(ctx, site, hustingsv1alpha1.ReasonWithdrawn)).ShouldNot(BeEmpty())
		claim := &unstructured.Unstructured{}
		claim.SetGroupVersionKind(hustingsv1alpha1.GroupVersion.WithKind("HostClaim"))
		Expect(env.Client.Get(ctx, client.ObjectKey{Name: string(site.Spec.Hosts[0])}, claim)).To(Succeed(), "it keeps its host")

		env.Scanner.Pages(site.Namespace, site.Name, cluster.Judged(), cluster.Judged())
		rollsOut(ctx, site)
		ready(ctx, site)
		Expect(routes(ctx, site)()).To(Equal(2))

		By("also while the site's next image is refused")
		bad, digest := image("withdrawn/v2")
		env.Scanner.Image(digest, cluster.Judged(keyInLayer()))
		usesImage(ctx, site, bad)
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonImageLeaking))
		Expect(routes(ctx, site)()).To(Equal(2))
		env.Scanner.Pages(site.Namespace, site.Name, cluster.Judged(inPage), cluster.Judged())
		rollsOut(ctx, site)
		Eventually(routes(ctx, site)).Should(BeZero())
		Consistently(routes(ctx, site)).Should(BeZero())
	}, SpecTimeout(2*minute))
})
