package integration

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

var _ = Describe("Twenty sites at rest", Serial, func() {
	It("are looked at again three times over, and nothing is written or read", func(ctx SpecContext) {
		const steady = 20
		ns := newNamespace(ctx)
		restartManager(ctx, "--log-level", "DEBUG-1") // so that it says of every reconcile that it was
		DeferCleanup(func(ctx SpecContext) { restartManager(ctx) })
		sites := make([]*hustingsv1alpha1.CampaignSite, steady)
		for i := range sites {
			sites[i] = newSite(ns, fmt.Sprintf("steady-%d", i), nil)
		}
		each(sites, func(s *hustingsv1alpha1.CampaignSite) { Expect(env.Client.Create(ctx, s)).To(Succeed()) })
		for _, s := range sites {
			ready(ctx, s)
			// With verdicts on the image and on what it serves.
			Eventually(condition(ctx, s, hustingsv1alpha1.ConditionCompliant)).Should(HavePrefix("True "))
			Expect(get(ctx, s).Status.Leaks.Served.Verdict).To(Equal(hustingsv1alpha1.VerdictClean))
		}
		settled(ctx)
		// Namespaces of other tests are still being deleted, and what is written there is not these sites'.
		asked := func() []string {
			return slices.DeleteFunc(append(writes(), liveReads()...), func(r string) bool {
				return !strings.Contains(r, ns) && !strings.Contains(r, "imagescans")
			})
		}
		before := len(asked())

		annotate := "annotate siteclass standard " + hustingsv1alpha1.AnnotationDefaultClass
		DeferCleanup(func(ctx SpecContext) {
			_, err := env.Kubectl(ctx, strings.Fields(annotate+"-")...)
			Expect(err).NotTo(HaveOccurred())
		})
		// Each of these reaches every site and changes none of them.
		for _, touch := range []string{
			annotate + "=true",
			annotate + "-",
			"label namespace " + ns + " hustings.test/touched=yes",
		} {
			reconciled := reconciles(ns)
			_, err := env.Kubectl(ctx, strings.Fields(touch)...)
			Expect(err).NotTo(HaveOccurred())
			Eventually(func(g Gomega) {
				now := reconciles(ns)
				for _, s := range sites {
					g.Expect(now[s.Name]).To(BeNumerically(">", reconciled[s.Name]), "%s is not looked at again: %s", s.Name, touch)
				}
			}).Should(Succeed())
		}
		settled(ctx)
		Expect(asked()[before:]).To(BeEmpty())
	}, SpecTimeout(minute))
})

// reconciles are how often each site of a namespace was reconciled to the end, by its name, as the manager's log has it.
func reconciles(namespace string) map[string]int {
	GinkgoHelper()
	raw, err := os.ReadFile(manager.Log)
	Expect(err).NotTo(HaveOccurred())
	ends := map[string]int{}
	for line := range strings.Lines(string(raw)) {
		var entry struct{ Msg, Controller, Namespace, Name string }
		if json.Unmarshal([]byte(line), &entry) != nil || entry.Controller != "campaignsite" || entry.Namespace != namespace {
			continue
		}
		if entry.Msg == "Reconcile successful" || strings.HasPrefix(entry.Msg, "Reconcile done") {
			ends[entry.Name]++
		}
	}
	return ends
}
