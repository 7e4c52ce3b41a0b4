package e2e

import (
	"context"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

var _ = Describe("a site under load", func() {
	It("gets more pods by its autoscaler, and the operator leaves their number alone", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "loaded", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Replicas.Min, s.Spec.Replicas.Max = new(int32(2)), new(int32(4))
			s.Spec.Resources = &hustingsv1alpha1.Resources{CPU: new(resource.MustParse("20m"))}
		})
		create(ctx, site)
		crowd := crowdOf(ctx, site, 80)
		scaler := &autoscalingv2.HorizontalPodAutoscaler{}
		Eventually(func(g Gomega) {
			g.Expect(env.client.Get(ctx, client.ObjectKeyFromObject(site), scaler)).To(Succeed())
			g.Expect(scaler.Status.CurrentReplicas).To(BeNumerically(">", 2))
		}).WithTimeout(3 * time.Minute).Should(Succeed())
		settled(ctx, site)
		Expect(control(ctx, site, "integrity.no-drift")()).To(HavePrefix("Pass"))
		Expect(len(pods(ctx, site))).To(BeNumerically(">", 2))
		Expect(crowd.stop()).To(BeEmpty())
	}, SpecTimeout(6*time.Minute))
})

// useOf is what the pods of a namespace use of processors and memory, by metrics-server, which looks every ten seconds.
func useOf(ctx context.Context, namespace string) string {
	GinkgoHelper()
	var use string
	Eventually(func() (err error) {
		use, err = env.kubectl(ctx, "-n", namespace, "top", "pods", "--no-headers")
		return err
	}).WithTimeout(time.Minute).Should(Succeed())
	return strings.Join(strings.Fields(strings.ReplaceAll(strings.TrimSpace(use), "\n", "; ")), " ")
}
