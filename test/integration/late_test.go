package integration

import (
	"context"
	"fmt"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/apply"
	"github.com/hustings/hustings/internal/plan"
	"github.com/hustings/hustings/internal/render"
	"github.com/hustings/hustings/test/cluster"
)

// lag is how late the operator sees a kind.
const lag = time.Second

var _ = Describe("The operator, which sees one kind late,", Serial, Ordered, ContinueOnFailure, func() {
	var relay *cluster.Relay
	BeforeAll(func(ctx SpecContext) {
		relay = throughRelay(ctx)
	}, NodeTimeout(minute))

	DescribeTable("doubles nothing, loses nothing, does not go back, and comes to rest",
		func(ctx SpecContext, resource string) {
			l := newLateSite(ctx, "late-"+resource)
			relay.Late(resource, lag)
			DeferCleanup(relay.Late, resource, time.Duration(0))
			keptBack := relay.KeptBack(resource)
			l.isMeddledWith(ctx, 9001, deploymentKind)
			l.isMeddledWith(ctx, 9002, ingressKind)
			l.isMeddledWith(ctx, l.site.Spec.Port, claimKind)
			Expect(relay.KeptBack(resource)).To(BeNumerically(">", keptBack), "the operator saw everything at once")
			relay.Late(resource, 0)
			settled(ctx)

			By("editing everything once more")
			// Nothing else has the operator look here again when it learns of the last of these.
			relay.Late(resource, lag)
			l.isEdited(ctx)
			Eventually(func(g Gomega) { g.Expect(l.content(ctx)).To(Equal(l.before)) }).Should(Succeed())
			relay.Late(resource, 0)
			ready(ctx, l.site)
			settled(ctx)
			Expect(l.content(ctx)).To(Equal(l.before))
			Expect(get(ctx, l.site).Status.Plan.Digest).To(Equal(l.digest))
			l.checkHistory()
		},
		Entry("of Deployments", "deployments", SpecTimeout(minute)),
		Entry("of Ingresses", "ingresses", SpecTimeout(minute)),
		Entry("of HostClaims", "hostclaims", SpecTimeout(minute)),
		Entry("of CampaignSites", "campaignsites", SpecTimeout(minute)))
})

// lateSite is a site with all that happens to it.
type lateSite struct {
	site *hustingsv1alpha1.CampaignSite
	// before is what it was made of, and digest that of its plan.
	before map[string]any
	digest string
	// deleted are its objects that somebody deleted, as kind/name, as often as they were.
	deleted []string
	seen    *Recorder
}

func newLateSite(ctx context.Context, name string) *lateSite {
	GinkgoHelper()
	l := &lateSite{seen: follow(append(plan.OwnedKinds(), siteKind, claimKind)...)}
	l.site = newSite(newNamespace(ctx), name, func(s *hustingsv1alpha1.CampaignSite) {
		s.Spec.Replicas = &hustingsv1alpha1.Replicas{Min: ptr.To[int32](2), Max: ptr.To[int32](4)}
	})
	Expect(env.Client.Create(ctx, l.site)).To(Succeed())
	ready(ctx, l.site)
	settled(ctx)
	l.before, l.digest = l.content(ctx), get(ctx, l.site).Status.Plan.Digest
	return l
}

// content is what the operator decides of the site's objects and of its claim, by kind/name.
func (l *lateSite) content(ctx context.Context) map[string]any {
	GinkgoHelper()
	out := contentsOf(ctx, l.site)
	out[claimKind.Kind] = wanted(*l.find(ctx, claimKind))
	return out
}

// contentsOf are what a site's objects are to be, by kind and name.
func contentsOf(ctx context.Context, site *hustingsv1alpha1.CampaignSite) map[string]any {
	GinkgoHelper()
	out := map[string]any{}
	for _, child := range children(ctx, site) {
		out[kindAndName(&child)] = wanted(child)
	}
	return out
}

// find reads the site's object of a kind that has its name, its route or its claim.
func (l *lateSite) find(ctx context.Context, kind schema.GroupVersionKind) *unstructured.Unstructured {
	o := &unstructured.Unstructured{}
	o.SetGroupVersionKind(kind)
	key := client.ObjectKeyFromObject(l.site)
	switch kind {
	case claimKind:
		key = client.ObjectKey{Name: string(l.site.Spec.Hosts[0])}
	case ingressKind:
		key.Name = render.HashedName(key.Namespace, key.Name, "")
	}
	if err := env.Client.Get(ctx, key, o); err != nil {
		o.SetName(err.Error()) // it is what a failure shows
	}
	return o
}

// isMeddledWith changes the site, edits all of its objects and deletes one, and waits until the operator has answered.
func (l *lateSite) isMeddledWith(ctx context.Context, port hustingsv1alpha1.Port, victim schema.GroupVersionKind) {
	GinkgoHelper()
	By(fmt.Sprintf("changing the port to %d, editing everything and deleting the %s", port, victim.Kind))
	change(ctx, l.site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Port = port })
	l.isEdited(ctx)
	old := l.find(ctx, victim)
	Expect(env.Client.Delete(ctx, old.DeepCopy())).To(Succeed())
	l.deleted = append(l.deleted, kindAndName(old))
	Eventually(func(g Gomega) {
		g.Expect(l.find(ctx, victim).GetUID()).NotTo(BeElementOf(old.GetUID(), types.UID("")), kindAndName(old))
		g.Expect(l.find(ctx, deploymentKind)).To(WithTransform(portOf, Equal(int64(port))))
	}).Should(Succeed())
}

// isEdited edits all objects of the site.
func (l *lateSite) isEdited(ctx context.Context) {
	GinkgoHelper()
	for _, child := range children(ctx, l.site) {
		patch := client.RawPatch(types.MergePatchType, []byte(edits[child.GetKind()]))
		Expect(client.IgnoreNotFound(env.Client.Patch(ctx, &child, patch, client.FieldOwner("somebody-else")))).To(Succeed())
	}
}

// checkHistory looks at every version that there was.
func (l *lateSite) checkHistory() {
	GinkgoHelper()
	history := slices.DeleteFunc(l.seen.history(), func(e recorded) bool {
		return e.object.GetNamespace() != l.site.Namespace && e.object.GetName() != string(l.site.Spec.Hosts[0])
	})
	Expect(doubled(history, l.site.Spec.Hosts[0])).To(BeEmpty())

	uids, plans := map[string][]types.UID{}, map[string][]string{}
	var generations []int64
	for _, e := range history {
		if e.kind == siteKind.Kind {
			generation, _, _ := unstructured.NestedInt64(e.object.Object, "status", "observedGeneration")
			generations = append(generations, generation)
			continue
		}
		name := kindAndName(e.object)
		uids[name] = slices.Compact(append(uids[name], e.object.GetUID()))
		plans[name] = slices.Compact(append(plans[name], e.object.GetAnnotations()[apply.AnnotationDigest]))
	}
	Expect(slices.IsSorted(generations)).To(BeTrue(), "the status went back: %v", generations)
	Expect(uids).To(HaveLen(len(l.before)), "what there was, there still is, and nothing else was")
	for name := range uids {
		deleted := len(slices.DeleteFunc(slices.Clone(l.deleted), func(d string) bool { return d != name }))
		Expect(uids[name]).To(HaveLen(1+deleted), "%s was made once, and again when it was deleted", name)
		Expect(goesBack(plans[name])).To(BeFalse(), "%s went back to an older plan: %v", name, plans[name])
	}
	Expect(plans["Deployment/"+l.site.Name]).To(HaveLen(1+len(l.deleted)), "one for each change of the site")
}

// goesBack says whether one of the plans that an object was made from came back. The last change of the site takes back
// those before, so its plan is the first again.
func goesBack(plans []string) bool {
	last := len(plans) - 1
	if last > 0 && plans[last] == plans[0] {
		plans = plans[:last]
	}
	return len(slices.Compact(slices.Sorted(slices.Values(plans)))) < len(plans)
}

func kindAndName(o *unstructured.Unstructured) string { return o.GetKind() + "/" + o.GetName() }

// portOf is the first port of a Deployment.
func portOf(deployment *unstructured.Unstructured) int64 {
	containers, _, _ := unstructured.NestedSlice(deployment.Object, "spec", "template", "spec", "containers")
	if len(containers) == 0 {
		return 0
	}
	container, _ := containers[0].(map[string]any)
	ports, _, _ := unstructured.NestedSlice(container, "ports")
	if len(ports) == 0 {
		return 0
	}
	first, _ := ports[0].(map[string]any)
	port, _, _ := unstructured.NestedInt64(first, "containerPort")
	return port
}
