package integration

import (
	"context"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// kstatus is a site's status as Flux, Argo CD and kpt compute it from conditions alone.
func kstatus(ctx context.Context, site *hustingsv1alpha1.CampaignSite) func() (string, error) {
	return func() (string, error) {
		u := &unstructured.Unstructured{}
		u.SetGroupVersionKind(hustingsv1alpha1.GroupVersion.WithKind("CampaignSite"))
		if err := env.Client.Get(ctx, client.ObjectKeyFromObject(site), u); err != nil {
			return "", err
		}
		result, err := status.Compute(u)
		if err != nil {
			return "", err
		}
		return result.Status.String(), nil
	}
}

var _ = Describe("What deploys sites", func() {
	It("sees one that is made, waits, is served, is refused and is mended", func(ctx SpecContext) {
		first, digest := image("kstatus/v1")
		release := env.Scanner.Hold(digest)
		DeferCleanup(release)
		site := newSite(newNamespace(ctx), "deployed", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = first })
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		Eventually(kstatus(ctx, site)).Should(Equal(status.InProgressStatus.String()))
		Consistently(kstatus(ctx, site)).Should(Equal(status.InProgressStatus.String()), "its image has no verdict yet")
		release()
		Eventually(kstatus(ctx, site)).Should(Equal(status.CurrentStatus.String()))

		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = "registry.example.org/alice/site:latest" })
		Eventually(kstatus(ctx, site)).Should(Equal(status.FailedStatus.String()))
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = first })
		Eventually(kstatus(ctx, site)).Should(Equal(status.CurrentStatus.String()))

		By("pods that do not come up")
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Image = "registry.example.org/hustings.test/never-ready@sha256:" + strings.Repeat("0", 64)
		})
		Eventually(kstatus(ctx, site)).Should(Equal(status.InProgressStatus.String()))
	}, SpecTimeout(minute))
})
