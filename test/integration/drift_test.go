package integration

import (
	"context"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/plan"
)

// edits are one edit by hand for every owned kind that would weaken a site: something changed, something added.
var edits = map[string]string{
	"NetworkPolicy":           `{"spec":{"ingress":[{}],"policyTypes":["Ingress"]}}`,
	"ServiceAccount":          `{"automountServiceAccountToken":true}`,
	"Deployment":              `{"spec":{"template":{"spec":{"hostNetwork":true,"automountServiceAccountToken":true}}}}`,
	"PodDisruptionBudget":     `{"spec":{"maxUnavailable":"100%"}}`,
	"HorizontalPodAutoscaler": `{"spec":{"maxReplicas":99}}`,
	"Service":                 `{"spec":{"type":"NodePort","publishNotReadyAddresses":true}}`,
	"Middleware":              `{"spec":{"rateLimit":{"average":100000},"headers":{"stsSeconds":0}}}`,
	"Ingress":                 `{"metadata":{"annotations":{"traefik.ingress.kubernetes.io/router.middlewares":"none","traefik.ingress.kubernetes.io/router.priority":"9"}}}`,
}

var _ = Describe("What somebody else does to a site's objects", Ordered, func() {
	var site *hustingsv1alpha1.CampaignSite

	BeforeAll(func(ctx SpecContext) {
		site = newSite(newNamespace(ctx), "watched", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Replicas = &hustingsv1alpha1.Replicas{Min: ptr.To[int32](2), Max: ptr.To[int32](4)}
		})
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
	}, NodeTimeout(minute))

	It("is undone when every object of every kind is deleted", func(ctx SpecContext) {
		kinds := map[string]bool{}
		for _, child := range children(ctx, site) {
			kinds[child.GetKind()] = true
			Expect(env.Client.Delete(ctx, child.DeepCopy())).To(Succeed())
			Eventually(func(g Gomega) {
				now := child.DeepCopy()
				g.Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(&child), now)).To(Succeed())
				g.Expect(now.GetUID()).NotTo(Equal(child.GetUID()))
			}).Should(Succeed(), child.GetKind()+" "+child.GetName())
		}
		Expect(kinds).To(HaveLen(len(plan.OwnedKinds())), "a kind that no test deletes is a kind that nobody knows to come back")
		ready(ctx, site)
	}, SpecTimeout(2*minute))

	It("is undone when every object of every kind is edited", func(ctx SpecContext) {
		before := map[string]map[string]any{}
		for _, child := range children(ctx, site) {
			before[child.GetKind()+child.GetName()] = wanted(child)
			patch := client.RawPatch(types.MergePatchType, []byte(edits[child.GetKind()]))
			Expect(edits).To(HaveKey(child.GetKind()))
			err := env.Client.Patch(ctx, child.DeepCopy(), patch, client.FieldOwner("somebody-else"))
			Expect(err).NotTo(HaveOccurred(), child.GetKind()+" "+child.GetName())
		}
		Eventually(func(g Gomega) {
			for _, child := range children(ctx, site) {
				g.Expect(wanted(child)).To(Equal(before[child.GetKind()+child.GetName()]), child.GetKind()+" "+child.GetName())
			}
		}).Should(Succeed())
		Eventually(events(ctx, site, hustingsv1alpha1.EventDriftCorrected)).Should(ContainElement(ContainSubstring("somebody-else")))
		ready(ctx, site)
	}, SpecTimeout(minute))

	It("is left alone where it concerns nobody: labels, annotations, a restart of the pods", func(ctx SpecContext) {
		_, err := env.Kubectl(ctx, "-n", site.Namespace, "rollout", "restart", "deployment/watched")
		Expect(err).NotTo(HaveOccurred())
		_, err = env.Kubectl(ctx, "-n", site.Namespace, "annotate", "service/watched", "team=north")
		Expect(err).NotTo(HaveOccurred())
		Consistently(func() map[string]string { return deployment(ctx, site).Spec.Template.Annotations }).Should(HaveKey("kubectl.kubernetes.io/restartedAt"))
		service := &corev1.Service{}
		Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(site), service)).To(Succeed())
		Expect(service.Annotations).To(HaveKey("team"))
	}, SpecTimeout(minute))

	It("is left alone however many they are: of more than ten the API server does not say who did what", func(ctx SpecContext) {
		other := newSite(site.Namespace, "crowded", nil)
		Expect(env.Client.Create(ctx, other)).To(Succeed())
		ready(ctx, other)
		for i := range 12 {
			manager := fmt.Sprintf("manager-%d", i)
			_, err := env.Kubectl(ctx, "-n", other.Namespace, "annotate", "deployment/crowded", "--field-manager="+manager, manager+"=was-here")
			Expect(err).NotTo(HaveOccurred())
		}
		settled(ctx)
		Expect(deployment(ctx, other).ManagedFields).To(ContainElement(HaveField("Manager", "ancient-changes")))
		Expect(events(ctx, other, hustingsv1alpha1.EventDriftCorrected)()).To(BeEmpty())
		_, err := env.Kubectl(ctx, "-n", other.Namespace, "set", "env", "deployment/crowded", "EVIL=1")
		Expect(err).NotTo(HaveOccurred())
		Eventually(func() []corev1.EnvVar { return deployment(ctx, other).Spec.Template.Spec.Containers[0].Env }).ShouldNot(ContainElement(HaveField("Name", "EVIL")))
		Eventually(events(ctx, other, hustingsv1alpha1.EventDriftCorrected)).Should(ContainElement(ContainSubstring("Deployment/crowded")))
		settled(ctx)
	}, SpecTimeout(minute))
})

// wanted is the part of an object that the operator decides: its spec without what controllers write.
func wanted(o unstructured.Unstructured) map[string]any {
	o = *o.DeepCopy()
	out := map[string]any{}
	for _, key := range []string{"spec", "automountServiceAccountToken"} {
		if value, ok := o.Object[key]; ok {
			out[key] = value
		}
	}
	annotations := map[string]any{}
	for key, value := range o.GetAnnotations() {
		if strings.HasPrefix(key, "traefik.") || strings.HasPrefix(key, "hustings.") {
			annotations[key] = value
		}
	}
	out["annotations"] = annotations
	// A node port that was given is gone with the type; a Deployment's replicas are the autoscaler's.
	unstructured.RemoveNestedField(out, "spec", "replicas")
	return out
}

// events of a site with a reason, as text.
func events(ctx context.Context, site *hustingsv1alpha1.CampaignSite, reason string) func() []string {
	return func() []string {
		list := &eventsv1.EventList{}
		if err := env.Client.List(ctx, list, client.InNamespace(site.Namespace)); err != nil {
			return []string{err.Error()}
		}
		var out []string
		for _, e := range list.Items {
			if e.Reason == reason && e.Regarding.Name == site.Name {
				out = append(out, fmt.Sprintf("%s %s", e.Type, e.Note))
			}
		}
		return out
	}
}
