package integration

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/render"
)

var _ = Describe("A route that outlives its site", func() {
	// holderOf is the UID of the site that holds a host.
	holderOf := func(ctx context.Context, host hustingsv1alpha1.Host) func() types.UID {
		return func() types.UID {
			claim := &hustingsv1alpha1.HostClaim{}
			if env.Client.Get(ctx, client.ObjectKey{Name: string(host)}, claim) != nil {
				return ""
			}
			return claim.Spec.Holder.UID
		}
	}
	patch := func(ctx context.Context, o client.Object, body string) {
		GinkgoHelper()
		Expect(env.Client.Patch(ctx, o, client.RawPatch(types.MergePatchType, []byte(body)))).To(Succeed())
	}

	DescribeTable("keeps the host from others until it is gone", func(ctx SpecContext, name string, keep, free func(context.Context, *hustingsv1alpha1.CampaignSite, *networkingv1.Ingress)) {
		host := hustingsv1alpha1.Host(name + "." + domain)
		wants := func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Hosts = []hustingsv1alpha1.Host{host} }
		first, second := newSite(newNamespace(ctx), name, wants), newSite(newNamespace(ctx), name, wants)
		Expect(env.Client.Create(ctx, first)).To(Succeed())
		ready(ctx, first)
		Expect(env.Client.Create(ctx, second)).To(Succeed())
		Eventually(condition(ctx, second, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False HostConflict"))

		route := &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: first.Namespace, Name: render.HashedName(first.Namespace, name, "")}}
		keep(ctx, first, route)
		Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(first), &hustingsv1alpha1.CampaignSite{})).NotTo(Succeed())
		Consistently(holderOf(ctx, host), "5s").Should(Equal(first.UID))
		Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(route), route)).To(Succeed(), "it is nobody's to remove")

		free(ctx, first, route)
		ready(ctx, second)
		Expect(holderOf(ctx, host)()).To(Equal(second.UID))
	},
		Entry("because of a finalizer", "finalized", func(ctx context.Context, site *hustingsv1alpha1.CampaignSite, route *networkingv1.Ingress) {
			// The operator would take it off; a site that is being deleted it leaves alone.
			patch(ctx, site, `{"metadata":{"finalizers":["test.hustings.dev/hold"]}}`)
			Expect(env.Client.Delete(ctx, site)).To(Succeed())
			patch(ctx, route, `{"metadata":{"finalizers":["test.hustings.dev/hold"]}}`)
			patch(ctx, site, `{"metadata":{"finalizers":null}}`)
			Eventually(func(g Gomega) {
				g.Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(route), route)).To(Succeed())
				g.Expect(route.DeletionTimestamp).NotTo(BeNil())
			}).Should(Succeed())
		}, func(ctx context.Context, _ *hustingsv1alpha1.CampaignSite, route *networkingv1.Ingress) {
			patch(ctx, route, `{"metadata":{"finalizers":null}}`)
		}, SpecTimeout(minute)),
		Entry("because the site was deleted without its objects", "orphaned", func(ctx context.Context, site *hustingsv1alpha1.CampaignSite, _ *networkingv1.Ingress) {
			Expect(env.Client.Delete(ctx, site, client.PropagationPolicy(metav1.DeletePropagationOrphan))).To(Succeed())
			Eventually(func() error {
				return env.Client.Get(ctx, client.ObjectKeyFromObject(site), &hustingsv1alpha1.CampaignSite{})
			}).ShouldNot(Succeed())
		}, func(ctx context.Context, site *hustingsv1alpha1.CampaignSite, _ *networkingv1.Ingress) {
			// Its redirect to HTTPS is one as well.
			Expect(env.Client.DeleteAllOf(ctx, &networkingv1.Ingress{}, client.InNamespace(site.Namespace))).To(Succeed())
		}, SpecTimeout(minute)))

	DescribeTable("does not keep a new site of that name from saying what is in its way", func(ctx SpecContext, host hustingsv1alpha1.Host, keeps bool) {
		name := func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Hosts = []hustingsv1alpha1.Host{"first." + host} }
		site := newSite(newNamespace(ctx), "again", name)
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		Expect(env.Client.Delete(ctx, site, client.PropagationPolicy(metav1.DeletePropagationOrphan))).To(Succeed())
		Eventually(func() error {
			return env.Client.Get(ctx, client.ObjectKeyFromObject(site), &hustingsv1alpha1.CampaignSite{})
		}).ShouldNot(Succeed())
		again := newSite(site.Namespace, "again", name)
		if keeps {
			again.Spec.Hosts = []hustingsv1alpha1.Host{"second." + host}
		}
		Expect(env.Client.Create(ctx, again)).To(Succeed())
		Eventually(condition(ctx, again, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False Collision"))
		if keeps {
			Expect(holderOf(ctx, site.Spec.Hosts[0])()).To(Equal(site.UID))
		} else {
			Expect(holderOf(ctx, site.Spec.Hosts[0])()).To(Equal(again.UID))
		}
	},
		Entry("which wants other hosts", hustingsv1alpha1.Host("other.again."+domain), true, SpecTimeout(minute)),
		Entry("which wants the host", hustingsv1alpha1.Host("same.again."+domain), false, SpecTimeout(minute)))

	It("has finalizers taken off while there is one", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "held", nil)
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		route := &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: site.Namespace, Name: render.HashedName(site.Namespace, site.Name, "")}}
		patch(ctx, route, `{"metadata":{"finalizers":["test.hustings.dev/hold"]}}`)
		Eventually(func(g Gomega) {
			g.Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(route), route)).To(Succeed())
			g.Expect(route.Finalizers).To(BeEmpty())
		}).Should(Succeed())
	}, SpecTimeout(minute))
})
