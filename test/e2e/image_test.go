package e2e

import (
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/test/e2e/images"
)

var _ = Describe("an image with a key in a deleted layer", short, func() {
	It("never runs, while the one before serves on, and a clean one rolls out", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "layers", nil)
		create(ctx, site)
		watcher := watch(ctx, site)

		key := liveKey()
		leaking := push(ctx, images.Nginx, images.Options{Version: "v3", Layers: [][]images.File{
			{{Path: "/srv/build/.env", Content: []byte("# of the build\nSTRIPE_SECRET_KEY=" + key + "\n")}},
			{{Path: "/srv/build/.env", Gone: true}},
		}})
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = leaking })
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(ContainSubstring(hustingsv1alpha1.ReasonImageLeaking))

		By("saying where the key is, and never the key")
		said := condition(ctx, site, hustingsv1alpha1.ConditionReady)()
		Expect(said).To(And(ContainSubstring("srv/build/.env"), ContainSubstring(":2:")))
		finding := scanOf(ctx, leaking).Status.Findings[0]
		Expect(finding.File).To(Equal("srv/build/.env"))
		Expect(finding.Line).To(BeEquivalentTo(2))
		Expect(finding.Layer).To(HavePrefix("sha256:"))
		everything, err := env.kubectl(ctx, "get", "-A", "-o", "yaml", "campaignsites,imagescans,events")
		Expect(err).NotTo(HaveOccurred())
		Expect(everything).NotTo(ContainSubstring(key))

		By("making no pod of it")
		sets := &appsv1.ReplicaSetList{}
		Expect(env.client.List(ctx, sets, client.InNamespace(site.Namespace))).To(Succeed())
		Expect(sets.Items).To(HaveLen(1))
		Expect(sets.Items[0].Spec.Template.Spec.Containers[0].Image).To(Equal(siteImages["v1"]))

		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = siteImages["v2"] })
		ready(ctx, site)
		Eventually(newVisitor(ctx, "").page(ctx, "https://"+host(site)+"/")).Should(ContainSubstring("nginx v2"))
		Expect(watcher.stop()).To(BeEmpty(), "requests that failed meanwhile")
	}, SpecTimeout(4*time.Minute))
})

// scanOf is the verdict of an image.
func scanOf(ctx SpecContext, image string) hustingsv1alpha1.ImageScan {
	GinkgoHelper()
	_, digest, _ := strings.Cut(image, "@")
	list := &hustingsv1alpha1.ImageScanList{}
	Expect(env.client.List(ctx, list)).To(Succeed())
	for _, scan := range list.Items {
		if scan.Spec.Digest == digest {
			Expect(scan.Status.Findings).NotTo(BeEmpty())
			return scan
		}
	}
	Fail(fmt.Sprintf("no ImageScan of %s", image))
	return hustingsv1alpha1.ImageScan{}
}
