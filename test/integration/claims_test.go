package integration

import (
	"context"
	"fmt"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/render"
)

var _ = Describe("Fifty sites that race for one host", func() {
	It("have exactly one winner, and the host passes on when that is gone", func(ctx SpecContext) {
		const racers = 50
		host := hustingsv1alpha1.Host("contested." + domain)
		namespaces := []string{newNamespace(ctx), newNamespace(ctx)}
		sites := make([]*hustingsv1alpha1.CampaignSite, racers)
		var start sync.WaitGroup
		for i := range sites {
			sites[i] = newSite(namespaces[i%2], fmt.Sprintf("racer-%d", i), func(s *hustingsv1alpha1.CampaignSite) {
				s.Spec.Hosts = []hustingsv1alpha1.Host{host}
			})
			start.Go(func() {
				defer GinkgoRecover()
				Expect(env.Client.Create(ctx, sites[i])).To(Succeed())
			})
		}
		start.Wait()

		winner := func(g Gomega, among []*hustingsv1alpha1.CampaignSite) *hustingsv1alpha1.CampaignSite {
			var won []*hustingsv1alpha1.CampaignSite
			for _, s := range among {
				now := &hustingsv1alpha1.CampaignSite{}
				g.Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(s), now)).To(Succeed())
				c := meta.FindStatusCondition(now.Status.Conditions, hustingsv1alpha1.ConditionReady)
				g.Expect(c).NotTo(BeNil())
				if c.Status == "True" {
					won = append(won, now)
				} else {
					g.Expect(c.Reason).To(Equal(hustingsv1alpha1.ReasonHostConflict), s.Name+": "+c.Message)
				}
			}
			g.Expect(won).To(HaveLen(1))
			return won[0]
		}
		var first *hustingsv1alpha1.CampaignSite
		Eventually(func(g Gomega) { first = winner(g, sites) }).Should(Succeed())
		for _, s := range sites {
			if s.Name != first.Name {
				Expect(children(ctx, s)).To(BeEmpty())
			}
		}

		By("a restart changes nothing")
		restartManager(ctx)
		Consistently(func(g Gomega) { g.Expect(winner(g, sites).Name).To(Equal(first.Name)) }).Should(Succeed())

		By("the winner goes, and exactly one other takes its place")
		Expect(env.Client.Delete(ctx, first)).To(Succeed())
		var rest []*hustingsv1alpha1.CampaignSite
		for _, s := range sites {
			if s.Name != first.Name {
				rest = append(rest, s)
			}
		}
		Eventually(func(g Gomega) { winner(g, rest) }).Should(Succeed())
	}, SpecTimeout(2*minute), Serial)
})

var _ = Describe("A route that somebody made in the name of a site of theirs", func() {
	// Such a site makes no plan, or has it refused, and prunes nothing.
	DescribeTable("holds up nobody, where that site may not have the host", func(ctx SpecContext, name string, theirs func(*hustingsv1alpha1.CampaignSite)) {
		host := hustingsv1alpha1.Host(name + ".wanted." + domain)
		front := newSite(newNamespace(ctx), name+"-front", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Hosts = []hustingsv1alpha1.Host{host}
			theirs(s)
		})
		Expect(env.Client.Create(ctx, front)).To(Succeed())
		route := routeOf(front, host)
		Expect(env.Client.Create(ctx, route)).To(Succeed())
		settled(ctx)

		site := newSite(newNamespace(ctx), name, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Hosts = []hustingsv1alpha1.Host{host} })
		isWritten(ctx, route)
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		err := env.Client.Get(ctx, client.ObjectKeyFromObject(route), &networkingv1.Ingress{})
		Expect(apierrors.IsNotFound(err)).To(BeTrue(), "the route is gone: %v", err)
	},
		Entry("because it names other hosts", "unnamed", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Hosts = []hustingsv1alpha1.Host{"front." + domain}
			s.Spec.Suspend = true
		}, SpecTimeout(minute)),
		Entry("because it is not granted", "ungranted", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.ClassName = "elsewhere"
		}, SpecTimeout(minute)),
		Entry("because it has no class", "classless", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.ClassName = "missing"
		}, SpecTimeout(minute)))

	It("takes no host from a site that routes it, where the claim is deleted", func(ctx SpecContext) {
		host := hustingsv1alpha1.Host("bereaved.wanted." + domain)
		name := func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Hosts = []hustingsv1alpha1.Host{host} }
		site, front := newSite(newNamespace(ctx), "bereaved", name), newSite(newNamespace(ctx), "bereaved-front", name)
		front.Spec.Suspend = true
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		settled(ctx)
		before := children(ctx, site)
		Expect(env.Client.Create(ctx, front)).To(Succeed())
		Expect(env.Client.Create(ctx, routeOf(front, host))).To(Succeed())
		settled(ctx)

		claim := &hustingsv1alpha1.HostClaim{}
		Expect(env.Client.Get(ctx, client.ObjectKey{Name: string(host)}, claim)).To(Succeed())
		Expect(env.Client.Delete(ctx, claim)).To(Succeed())
		Eventually(func(g Gomega) {
			now := &hustingsv1alpha1.HostClaim{}
			g.Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(claim), now)).To(Succeed())
			g.Expect(now.UID).NotTo(Equal(claim.UID))
			g.Expect(now.Spec.Holder.UID).To(Equal(site.UID))
		}).Should(Succeed())
		settled(ctx)
		Expect(children(ctx, site)).To(Equal(before))
	}, SpecTimeout(minute))

	BeforeEach(func(ctx SpecContext) {
		newClass(ctx, "elsewhere", func(c *hustingsv1alpha1.SiteClass) { c.Spec.Hosts[0].Suffixes = []hustingsv1alpha1.Host{"example.net"} })
	}, NodeTimeout(minute))
})

// isWritten has somebody write an object all the time, until the test's end.
func isWritten(ctx context.Context, o *networkingv1.Ingress) {
	ctx, stop := context.WithCancel(ctx)
	var writer sync.WaitGroup
	writer.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			patch := client.RawPatch(types.MergePatchType, fmt.Appendf(nil, `{"metadata":{"annotations":{"n":"%d"}}}`, n))
			if env.Client.Patch(ctx, o.DeepCopy(), patch) != nil {
				return // it is gone, or the test has ended
			}
		}
	})
	DeferCleanup(func() {
		stop()
		writer.Wait()
	})
}

// labelByHand marks what a test made in the operator's place.
const labelByHand = "hustings.test/by-hand"

// routeOf is an Ingress that a person made for a host, as if it were one of a site's objects.
func routeOf(site *hustingsv1alpha1.CampaignSite, host hustingsv1alpha1.Host) *networkingv1.Ingress {
	owner := metav1.NewControllerRef(site, hustingsv1alpha1.GroupVersion.WithKind("CampaignSite"))
	labels := render.Labels(render.BaseName(site.Namespace, site.Name))
	labels[labelByHand] = "true"
	return &networkingv1.Ingress{
		ObjectMeta: metav1.ObjectMeta{Namespace: site.Namespace, Name: "by-hand", Labels: labels, OwnerReferences: []metav1.OwnerReference{*owner}},
		Spec: networkingv1.IngressSpec{Rules: []networkingv1.IngressRule{{
			Host: string(host),
			IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{{
				Path: "/", PathType: new(networkingv1.PathTypePrefix),
				Backend: networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{Name: "elsewhere", Port: networkingv1.ServiceBackendPort{Number: 80}}},
			}}}},
		}}},
	}
}
