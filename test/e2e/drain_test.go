package e2e

import (
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

var _ = Describe("a drain", func() {
	It("takes no more pods of a site at a time than its budget allows", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "budget", nil)
		create(ctx, site)
		watcher := watch(ctx, site)
		var evicted, refused int
		for _, pod := range pods(ctx, site) {
			if err := evict(ctx, pod); err == nil {
				evicted++
			} else {
				Expect(err.Error()).To(ContainSubstring("disruption budget"))
				refused++
			}
		}
		Expect([]int{evicted, refused}).To(Equal([]int{1, 1}))
		Expect(watcher.stop()).To(BeEmpty())
	}, SpecTimeout(3*time.Minute))

	It("of one node after the other interrupts nothing that is served", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "drained", nil)
		create(ctx, site)
		nodes := nodesOf(ctx, site)
		Expect(nodes).To(HaveLen(2), "its pods are not spread over the nodes")
		watcher := watch(ctx, site)
		for _, node := range nodes {
			DeferCleanup(func(ctx SpecContext) {
				_, err := env.kubectl(ctx, "uncordon", node)
				Expect(err).NotTo(HaveOccurred())
			})
			_, err := env.kubectl(ctx, "drain", node, "--pod-selector=hustings.dev/site="+site.Name, "--delete-emptydir-data", "--timeout=90s")
			Expect(err).NotTo(HaveOccurred())
			Expect(nodesOf(ctx, site)).NotTo(ContainElement(node))
			ready(ctx, site)
			settled(ctx, site)
			_, err = env.kubectl(ctx, "uncordon", node)
			Expect(err).NotTo(HaveOccurred())
		}
		Expect(watcher.stop()).To(BeEmpty())
	}, SpecTimeout(5*time.Minute))
})

// evict asks for a pod to go as a drain does.
func evict(ctx SpecContext, pod corev1.Pod) error {
	return env.client.SubResource("eviction").Create(ctx, &pod, &policyv1.Eviction{
		ObjectMeta: metav1.ObjectMeta{Namespace: pod.Namespace, Name: pod.Name},
	}, client.FieldOwner("drain"))
}

// nodesOf are the nodes that a site's pods are on, but for those that go.
func nodesOf(ctx SpecContext, site *hustingsv1alpha1.CampaignSite) []string {
	GinkgoHelper()
	var nodes []string
	for _, pod := range pods(ctx, site) {
		if pod.DeletionTimestamp.IsZero() {
			nodes = append(nodes, pod.Spec.NodeName)
		}
	}
	slices.Sort(nodes)
	return slices.Compact(nodes)
}
