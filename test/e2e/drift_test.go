package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/plan"
)

// editor is the field manager of the hand that meddles.
const editor = "hasty-volunteer"

// edits are what a hasty editor with all rights does to an object of each kind, as merge patches.
var edits = map[string]string{
	"NetworkPolicy":       `{"spec":{"podSelector":{"matchLabels":{"nobody":"here"}}}}`,
	"ServiceAccount":      `{"automountServiceAccountToken":true}`,
	"Deployment":          `{"spec":{"template":{"spec":{"automountServiceAccountToken":true}}}}`,
	"PodDisruptionBudget": `{"spec":{"maxUnavailable":"100%","minAvailable":null}}`,
	"Service":             `{"metadata":{"annotations":{"traefik.ingress.kubernetes.io/service.nativelb":"false"}}}`,
	"Middleware":          `{"spec":{"rateLimit":{"average":100000}}}`,
	"Ingress":             `{"metadata":{"annotations":{"traefik.ingress.kubernetes.io/router.middlewares":"nothing@file"}}}`,
}

var _ = Describe("an editor with all rights", short, func() {
	It("edits and deletes every object of a site, and each is back at once", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "drift", nil)
		create(ctx, site)
		url := "https://" + host(site) + "/"
		visitor := newVisitor(ctx, "")
		Eventually(visitor.page(ctx, url)).Should(HavePrefix("200"))
		settled(ctx, site)

		var took []time.Duration
		for _, object := range children(ctx, site) {
			By("editing " + nameAndKind(object))
			took = append(took, edited(ctx, object))
		}
		for _, object := range children(ctx, site) {
			By("deleting " + nameAndKind(object))
			took = append(took, deleted(ctx, object))
		}
		slices.Sort(took)
		median, most := took[len(took)/2], took[len(took)-1]
		AddReportEntry("drift repaired", fmt.Sprintf("%d edits and deletions: median %s, at most %s",
			len(took), median.Round(time.Millisecond), most.Round(time.Millisecond)))
		Expect(median).To(BeNumerically("<=", time.Second))

		By("serving again")
		ready(ctx, site)
		Eventually(visitor.page(ctx, url)).Should(HavePrefix("200"))
		Eventually(events(ctx, site)).Should(ContainSubstring(editor), "an event names the editor")
	}, SpecTimeout(5*time.Minute))
})

// settled waits until a site's Deployment has done all that was asked of it: its own controllers write meanwhile.
func settled(ctx context.Context, site *hustingsv1alpha1.CampaignSite) {
	GinkgoHelper()
	_, err := env.kubectl(ctx, "-n", site.Namespace, "rollout", "status", "deployment/"+site.Name, "--timeout=60s")
	Expect(err).NotTo(HaveOccurred())
}

// children are the objects of a site, in the order in which they are written.
func children(ctx context.Context, site *hustingsv1alpha1.CampaignSite) []unstructured.Unstructured {
	GinkgoHelper()
	var out []unstructured.Unstructured
	for _, gvk := range plan.OwnedKinds() {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(gvk)
		Expect(env.client.List(ctx, list, client.InNamespace(site.Namespace), client.MatchingLabels{"hustings.dev/site": site.Name})).To(Succeed())
		out = append(out, list.Items...)
	}
	Expect(len(out)).To(BeNumerically(">", 10))
	return out
}

func nameAndKind(o unstructured.Unstructured) string { return o.GetKind() + "/" + o.GetName() }

// edited changes an object and returns how long it took until the change was undone.
func edited(ctx context.Context, object unstructured.Unstructured) time.Duration {
	GinkgoHelper()
	edit, ok := edits[object.GetKind()]
	if object.GetKind() == "Middleware" && !strings.HasSuffix(object.GetName(), "-rate") {
		edit = `{"spec":{"headers":{"customResponseHeaders":{"X-Edited":"yes"}}}}`
	}
	Expect(ok).To(BeTrue(), "there is no edit of a %s", object.GetKind())
	before := spoken(object)
	now := object.DeepCopy()
	began := time.Now()
	Expect(env.client.Patch(ctx, now, client.RawPatch(types.MergePatchType, []byte(edit)), client.FieldOwner(editor))).To(Succeed())
	if spoken(*now) == before {
		Fail("the edit of " + nameAndKind(object) + " changes nothing")
	}
	Eventually(func() (string, error) {
		err := env.client.Get(ctx, client.ObjectKeyFromObject(&object), now)
		return spoken(*now), err
	}).WithPolling(10 * time.Millisecond).Should(Equal(before))
	return time.Since(began)
}

// spoken is what an object says beside what the server keeps in it.
func spoken(o unstructured.Unstructured) string {
	copied := o.DeepCopy()
	delete(copied.Object, "status")
	for _, field := range []string{"managedFields", "resourceVersion", "generation", "uid", "creationTimestamp"} {
		unstructured.RemoveNestedField(copied.Object, "metadata", field)
	}
	unstructured.RemoveNestedField(copied.Object, "metadata", "annotations", "deployment.kubernetes.io/revision")
	return fmt.Sprint(copied.Object)
}

// deleted deletes an object and returns how long it took until there was another. A Deployment's pods stay, or the site
// would have to start again.
func deleted(ctx context.Context, object unstructured.Unstructured) time.Duration {
	GinkgoHelper()
	began := time.Now()
	Expect(env.client.Delete(ctx, &object, client.PropagationPolicy("Orphan"))).To(Succeed())
	now := object.DeepCopy()
	Eventually(func() (types.UID, error) {
		err := env.client.Get(ctx, client.ObjectKeyFromObject(&object), now)
		return now.GetUID(), err
	}).WithPolling(10 * time.Millisecond).ShouldNot(Equal(object.GetUID()))
	return time.Since(began)
}

// events are those of a site.
func events(ctx context.Context, site *hustingsv1alpha1.CampaignSite) func() (string, error) {
	return func() (string, error) {
		list := &corev1.EventList{}
		err := env.client.List(ctx, list, client.InNamespace(site.Namespace))
		var b strings.Builder
		for _, e := range list.Items {
			fmt.Fprintln(&b, e.InvolvedObject.Kind, e.InvolvedObject.Name, e.Reason, e.Message)
		}
		return b.String(), err
	}
}
