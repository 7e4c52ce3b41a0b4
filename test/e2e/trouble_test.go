package e2e

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/resource"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/test/e2e/images"
)

var _ = Describe("a site whose pods do not run", func() {
	var good *watcher
	BeforeEach(func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "beside", nil)
		create(ctx, site)
		good = watch(ctx, site)
	})

	DescribeTable("says why in words, and leaves others alone",
		func(ctx SpecContext, edit func(SpecContext, *hustingsv1alpha1.CampaignSite), want string) {
			site := newSite(newNamespace(ctx), "trouble", nil)
			edit(ctx, site)
			Expect(env.client.Create(ctx, site)).To(Succeed())
			Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).WithTimeout(2 * time.Minute).Should(And(HavePrefix("False"), ContainSubstring(want)))
			AddReportEntry("what the status says", condition(ctx, site, hustingsv1alpha1.ConditionReady)())
			Expect(good.stop()).To(BeEmpty())
		},
		Entry("out of memory", func(ctx SpecContext, s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Image = push(ctx, images.Node, images.Options{Version: "greedy", Layers: [][]images.File{{
				{Path: "/srv/server.js", Content: []byte("const all = []; setInterval(() => all.push(Buffer.alloc(8 << 20, 1)), 20);\n")},
			}}})
			s.Spec.Resources = &hustingsv1alpha1.Resources{CPU: new(resource.MustParse("100m")), Memory: new(resource.MustParse("64Mi"))}
		}, "runs out of memory", SpecTimeout(4*time.Minute)),
		Entry("a crash loop", func(ctx SpecContext, s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Image = push(ctx, images.Node, images.Options{Version: "crash", Layers: [][]images.File{{
				{Path: "/srv/server.js", Content: []byte("process.exit(7)\n")},
			}}})
		}, "with exit code 7", SpecTimeout(4*time.Minute)),
		Entry("a Secret that is not there", func(_ SpecContext, s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Env = []hustingsv1alpha1.EnvVar{{Name: "TOKEN", SecretKeyRef: &hustingsv1alpha1.SecretKeyRef{Name: "nowhere", Key: "token"}}}
		}, `secret "nowhere" not found`, SpecTimeout(4*time.Minute)),
		Entry("an image that is nowhere", func(_ SpecContext, s *hustingsv1alpha1.CampaignSite) {
			at := strings.LastIndexByte(string(s.Spec.Image), ':')
			s.Spec.Image = s.Spec.Image[:at+1] + strings.Repeat("0", 64)
		}, "the scan could not be done", SpecTimeout(4*time.Minute)),
		Entry("no node has room", func(_ SpecContext, s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Resources = &hustingsv1alpha1.Resources{CPU: new(resource.MustParse("64")), Memory: new(resource.MustParse("64Mi"))}
		}, "no node takes a pod", SpecTimeout(4*time.Minute)),
	)
})
