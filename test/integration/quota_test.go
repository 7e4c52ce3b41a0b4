package integration

import (
	"context"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/render"
)

// A quota refuses what is made before the API server sees that its name is taken.
var _ = Describe("In a namespace that may have no more Services", func() {
	It("an object of somebody else is named all the same", func(ctx SpecContext) {
		ns := newNamespace(ctx)
		theirs := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "taken"},
			Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 5432}}}}
		Expect(env.Client.Create(ctx, theirs)).To(Succeed())
		noMoreServices(ctx, ns)
		taken, refused := newSite(ns, "taken", nil), newSite(ns, "refused", nil)
		Expect(env.Client.Create(ctx, taken)).To(Succeed())
		Expect(env.Client.Create(ctx, refused)).To(Succeed())
		Eventually(condition(ctx, taken, hustingsv1alpha1.ConditionReady)).Should(And(HavePrefix("False "+hustingsv1alpha1.ReasonCollision), ContainSubstring("Service/taken")))
		Eventually(condition(ctx, refused, hustingsv1alpha1.ConditionReady)).Should(And(HavePrefix("False "+hustingsv1alpha1.ReasonApplyRefused), ContainSubstring("quota")))
	}, SpecTimeout(minute))

	It("a site's own, whose label was taken away, is put right", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "hidden", nil)
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		noMoreServices(ctx, site.Namespace)
		_, err := env.Kubectl(ctx, "-n", site.Namespace, "patch", "service", site.Name, "--type=merge", "-p",
			fmt.Sprintf(`{"metadata":{"labels":{%q:null}},"spec":{"publishNotReadyAddresses":true}}`, render.LabelSite))
		Expect(err).NotTo(HaveOccurred())
		service := &corev1.Service{}
		Eventually(func(g Gomega) {
			g.Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(site), service)).To(Succeed())
			g.Expect(service.Labels).To(HaveKey(render.LabelSite))
			g.Expect(service.Spec.PublishNotReadyAddresses).To(BeFalse())
		}).Should(Succeed())
		ready(ctx, site)
	}, SpecTimeout(minute))
})

// noMoreServices has a quota of as many Services as there are, and waits until it is enforced.
func noMoreServices(ctx context.Context, ns string) {
	GinkgoHelper()
	services := corev1.ResourceName("count/services")
	list := &corev1.ServiceList{}
	Expect(env.Client.List(ctx, list, client.InNamespace(ns))).To(Succeed())
	quota := &corev1.ResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "no-more"},
		Spec:       corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{services: *resource.NewQuantity(int64(len(list.Items)), resource.DecimalSI)}},
	}
	Expect(env.Client.Create(ctx, quota)).To(Succeed())
	Eventually(func(g Gomega) {
		g.Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(quota), quota)).To(Succeed())
		used := quota.Status.Used[services]
		g.Expect(used.Value()).To(BeEquivalentTo(len(list.Items)))
		g.Expect(quota.Status.Hard).To(HaveKey(services))
	}).WithTimeout(30 * time.Second).Should(Succeed())
}
