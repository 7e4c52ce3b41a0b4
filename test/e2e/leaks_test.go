package e2e

import (
	"context"
	"fmt"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/test/e2e/images"
)

// lookWithin is how soon a leak must be known: the class looks every minute, the kubelet takes up to half a minute to put
// a ConfigMap's change before the server, and a look takes some ten seconds.
const lookWithin = 3 * time.Minute

var _ = Describe("a site that starts to leak while it runs", short, func() {
	It("is found out, and clean again when it is", func(ctx SpecContext) {
		site := leakySite(ctx, "report", "standard")
		create(ctx, site)
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionCompliant)).WithTimeout(lookWithin).Should(HavePrefix("True"))

		began := time.Now()
		fill(ctx, site, "data", map[string]string{"donors.json": donors(60), "app.js.map": sourceMap()})
		fill(ctx, site, "git", map[string]string{"config": "[core]\n\trepositoryformatversion = 0\n[remote \"origin\"]\n\turl = git@git.example.org:campaign/site.git\n", "HEAD": "ref: refs/heads/main\n"})
		Eventually(control(ctx, site, "leaks.served")).WithTimeout(lookWithin).Should(And(HavePrefix("Fail"), ContainSubstring("/data/donors.json"), ContainSubstring("/data/app.js.map")))
		Eventually(control(ctx, site, "leaks.exposed-files")).WithTimeout(lookWithin).Should(And(HavePrefix("Fail"), ContainSubstring("/.git/")))
		AddReportEntry("from the edit to the finding", time.Since(began).Round(time.Second).String())
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionCompliant)()).To(HavePrefix("False"))

		By("reporting alone: the class does not ask for more")
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionReady)()).To(HavePrefix("True"))
		Expect(newVisitor(ctx, "").page(ctx, "https://"+host(site)+"/")()).To(HavePrefix("200"))

		fill(ctx, site, "data", map[string]string{"app.js": "console.log(1)\n"})
		fill(ctx, site, "git", map[string]string{"note": "nothing\n"})
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionCompliant)).WithTimeout(lookWithin).Should(HavePrefix("True"))
	}, SpecTimeout(10*time.Minute))

	It("is taken off the net where the class says so, and comes back when it is clean", func(ctx SpecContext) {
		newClass(ctx, "withdraws", func(c *hustingsv1alpha1.SiteClass) {
			c.Spec.Leaks.OnServedLeak = hustingsv1alpha1.ServedLeakWithdraw
		})
		site := leakySite(ctx, "withdraw", "withdraws")
		create(ctx, site)
		visitor := newVisitor(ctx, "")
		Eventually(visitor.page(ctx, "https://"+host(site)+"/")).Should(HavePrefix("200"))

		fill(ctx, site, "data", map[string]string{"donors.json": donors(60)})
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).WithTimeout(lookWithin).Should(ContainSubstring(hustingsv1alpha1.ReasonWithdrawn))
		Eventually(status(ctx, visitor, "https://"+host(site)+"/")).Should(Equal(http.StatusNotFound))
		Expect(pods(ctx, site)).NotTo(BeEmpty(), "the pods stay: their owner has to see what they serve")

		fill(ctx, site, "data", map[string]string{"app.js": "console.log(1)\n"})
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).WithTimeout(lookWithin).Should(HavePrefix("True"))
		Eventually(status(ctx, visitor, "https://"+host(site)+"/")).Should(Equal(http.StatusOK))
	}, SpecTimeout(10*time.Minute))
})

// leakySite serves what is in two ConfigMaps beside its pages, which its first page names. At first they are harmless.
func leakySite(ctx context.Context, name, class string) *hustingsv1alpha1.CampaignSite {
	GinkgoHelper()
	site := newSite(newNamespace(ctx), name, func(s *hustingsv1alpha1.CampaignSite) {
		s.Spec.ClassName = hustingsv1alpha1.ObjectName(class)
		s.Spec.Image = push(ctx, images.Nginx, images.Options{Version: "v1", Layers: [][]images.File{{
			{Path: images.Root + "/index.html", Content: []byte("<!doctype html><title>vote</title><script src=/data/app.js></script><script>fetch('/data/donors.json')</script><a href=/data/donors.json>thanks</a>\n")},
			{Path: images.Root + "/site.js", Content: []byte("//# sourceMappingURL=/data/app.js.map\n")},
			{Path: images.Root + "/more.html", Content: []byte("<script src=/site.js></script>\n")},
			{Path: images.Root + "/sitemap.xml", Content: fmt.Appendf(nil, "<urlset><url><loc>https://%s-%s.%s/more.html</loc></url></urlset>\n", name, s.Namespace, domain)},
		}}})
		s.Spec.Files = []hustingsv1alpha1.FileMount{
			{MountPath: images.Root + "/data", ConfigMapName: "data"},
			{MountPath: images.Root + "/.git", ConfigMapName: "git"},
		}
	})
	for config, files := range map[string]map[string]string{"data": {"app.js": "console.log(1)\n"}, "git": {"note": "nothing\n"}} {
		Expect(env.client.Create(ctx, &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Namespace: site.Namespace, Name: config}, Data: files,
		})).To(Succeed())
	}
	return site
}

// fill replaces what is in a ConfigMap that a site serves.
func fill(ctx context.Context, site *hustingsv1alpha1.CampaignSite, config string, files map[string]string) {
	GinkgoHelper()
	Expect(env.client.Update(ctx, &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: site.Namespace, Name: config}, Data: files,
	})).To(Succeed())
}

// sourceMap is one that has a key in the source that it carries.
func sourceMap() string {
	return fmt.Sprintf(`{"version":3,"file":"app.js","sources":["src/donate.ts"],"sourcesContent":["const stripe = new Stripe(\"%s\");\n"],"mappings":"AAAA"}`, liveKey())
}

// control reads a control of a site as "Result: message, findings".
func control(ctx context.Context, site *hustingsv1alpha1.CampaignSite, id hustingsv1alpha1.ControlID) func() string {
	return func() string {
		now, err := get(ctx, site)
		if err != nil {
			return err.Error()
		}
		for _, c := range now.Status.Controls {
			if c.ID == id {
				return fmt.Sprintf("%s: %s %v", c.Result, c.Message, c.Findings)
			}
		}
		return "not judged yet"
	}
}

// status asks for a page, for Eventually.
func status(ctx context.Context, visitor *visitor, url string) func() (int, error) {
	return func() (int, error) {
		a, err := visitor.get(ctx, url)
		return a.Status, err
	}
}
