package integration

import (
	"context"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/test/cluster"
)

// deletePolicies takes a site's policies away.
func deletePolicies(ctx context.Context, site *hustingsv1alpha1.CampaignSite) {
	GinkgoHelper()
	policies := &networkingv1.NetworkPolicyList{}
	Expect(env.Client.List(ctx, policies, client.InNamespace(site.Namespace))).To(Succeed())
	Expect(policies.Items).NotTo(BeEmpty())
	for i := range policies.Items {
		Expect(env.Client.Delete(ctx, &policies.Items[i])).To(Succeed())
	}
}

// runsAnother has a site's Deployment run an image that nobody let in.
func runsAnother(ctx context.Context, site *hustingsv1alpha1.CampaignSite) {
	GinkgoHelper()
	other := "sha256:" + strings.Repeat("1", 64)
	recorder.Exempt(other)
	patch := `[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"registry.example.org/alice/other@` + other + `"}]`
	Expect(env.Client.Patch(ctx, deployment(ctx, site), client.RawPatch(types.JSONPatchType, []byte(patch)))).To(Succeed())
}

// isPutBack takes a site's policies away and has its Deployment run another image, and waits until all is as it was.
func isPutBack(ctx context.Context, site *hustingsv1alpha1.CampaignSite) {
	GinkgoHelper()
	settled(ctx)
	contents := contentsOf(ctx, site)
	deletePolicies(ctx, site)
	runsAnother(ctx, site)
	Eventually(func(g Gomega) { g.Expect(contentsOf(ctx, site)).To(Equal(contents)) }).Should(Succeed())
}

var _ = Describe("What was applied", func() {
	var site *hustingsv1alpha1.CampaignSite
	var class *hustingsv1alpha1.SiteClass

	// Each site has a class of its own, which the test may edit.
	BeforeEach(func(ctx SpecContext) {
		ns := newNamespace(ctx)
		class = newClass(ctx, "of-"+ns, nil)
		DeferCleanup(func(ctx SpecContext) { Expect(client.IgnoreNotFound(env.Client.Delete(ctx, class))).To(Succeed()) })
		site = newSite(ns, "standing", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.ClassName = hustingsv1alpha1.ObjectName(class.Name) })
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
	})

	DescribeTable("is kept as it is, whatever a later spec is refused for",
		func(ctx SpecContext, edit func(*hustingsv1alpha1.CampaignSite), reason string) {
			change(ctx, site, edit)
			Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + reason))
			isPutBack(ctx, site)
			restartManager(ctx)
			isPutBack(ctx, site)
			Expect(condition(ctx, site, hustingsv1alpha1.ConditionReady)()).To(HavePrefix("False " + reason))

			By("going on when it is mended")
			change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec = site.Spec })
			ready(ctx, site)
		},
		Entry("what its class does not grant", SpecTimeout(minute), func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Egress = []hustingsv1alpha1.EgressRule{{Name: "all", CIDRs: []hustingsv1alpha1.CIDR{"0.0.0.0/0"}, Ports: []hustingsv1alpha1.Port{443}}}
		}, hustingsv1alpha1.ReasonRefused),
		Entry("a spec that makes no sense", SpecTimeout(minute), func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Files = []hustingsv1alpha1.FileMount{{MountPath: s.Spec.WritablePaths[0], ConfigMapName: "pages"}}
		}, hustingsv1alpha1.ReasonInvalidSpec),
		Entry("a class that does not exist", SpecTimeout(minute), func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.ClassName = "nowhere"
		}, hustingsv1alpha1.ReasonClassNotFound),
		Serial,
	)

	It("is kept by the class that it was applied under, which is not the one of a later spec", func(ctx SpecContext) {
		stricter := newClass(ctx, "stricter-"+site.Namespace, func(c *hustingsv1alpha1.SiteClass) { c.Spec.Images.Registries = []string{"registry.example.net"} })
		DeferCleanup(func(ctx SpecContext) { Expect(env.Client.Delete(ctx, stricter)).To(Succeed()) })
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.ClassName = hustingsv1alpha1.ObjectName(stricter.Name) })
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonRefused))
		isPutBack(ctx, site)

		By("leaving all as it is while that class would have it otherwise")
		granted := class.Spec.Network.Egress
		class.Spec.Network.Egress = nil
		Expect(env.Client.Update(ctx, class)).To(Succeed())
		Eventually(func() hustingsv1alpha1.Result { return resultOf(get(ctx, site), "integrity.no-drift") }).Should(Equal(hustingsv1alpha1.ResultUnknown))
		before := contentsOf(ctx, site)
		settled(ctx)
		Expect(contentsOf(ctx, site)).To(Equal(before))
		deletePolicies(ctx, site)
		settled(ctx)
		Expect(len(children(ctx, site))).To(BeNumerically("<", len(before)))

		By("putting it right when that class has it so again")
		class.Spec.Network.Egress = granted
		Expect(env.Client.Update(ctx, class)).To(Succeed())
		Eventually(func() int { return len(children(ctx, site)) }).Should(Equal(len(before)))
		Eventually(func() hustingsv1alpha1.Result { return resultOf(get(ctx, site), "integrity.no-drift") }).Should(Equal(hustingsv1alpha1.ResultPass))
	}, SpecTimeout(minute))

	It("loses its route with the host, though the site names that no longer", func(ctx SpecContext) {
		host := site.Spec.Hosts[0]
		heir := newSite(newNamespace(ctx), "heir", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Hosts, s.Spec.Suspend = []hustingsv1alpha1.Host{host}, true
		})
		Expect(env.Client.Create(ctx, heir)).To(Succeed())
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.ClassName, s.Spec.Hosts[0] = "nowhere", "elsewhere."+host
		})
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonClassNotFound))
		Expect(childKinds(ctx, site)).To(ContainElement("Ingress"))
		Expect(env.Client.Delete(ctx, &hustingsv1alpha1.HostClaim{ObjectMeta: metav1.ObjectMeta{Name: string(host)}})).To(Succeed())
		Expect(env.Client.Create(ctx, &hustingsv1alpha1.HostClaim{
			ObjectMeta: metav1.ObjectMeta{Name: string(host)},
			Spec: hustingsv1alpha1.HostClaimSpec{Holder: hustingsv1alpha1.ClaimHolder{
				SiteRef: hustingsv1alpha1.SiteRef{Namespace: heir.Namespace, Name: hustingsv1alpha1.ObjectName(heir.Name)}, UID: heir.UID,
			}},
		})).To(Succeed())
		Eventually(func() []string { return childKinds(ctx, site) }).ShouldNot(ContainElement("Ingress"))
		settled(ctx)
		Expect(childKinds(ctx, site)).To(And(ContainElement("Deployment"), Not(ContainElement("Ingress"))))
	}, SpecTimeout(minute))

	It("has no route while the class of a later spec withdraws it, and is kept as it is but for that", func(ctx SpecContext) {
		withdrawing := newClass(ctx, "withdrawing-"+site.Namespace, func(c *hustingsv1alpha1.SiteClass) {
			c.Spec.Leaks = &hustingsv1alpha1.ClassLeaks{OnServedLeak: hustingsv1alpha1.ServedLeakWithdraw}
			c.Spec.Images.Registries = []string{"registry.example.net"}
		})
		DeferCleanup(func(ctx SpecContext) { Expect(env.Client.Delete(ctx, withdrawing)).To(Succeed()) })
		env.Scanner.Pages(site.Namespace, site.Name, cluster.Judged(inPage), cluster.Judged())
		rollsOut(ctx, site)
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionSecretsClean)).Should(HavePrefix("False "))
		Expect(routes(ctx, site)()).To(Equal(2))
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.ClassName = hustingsv1alpha1.ObjectName(withdrawing.Name)
		})
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonRefused))
		Eventually(routes(ctx, site)).Should(BeZero())
		isPutBack(ctx, site)
		settled(ctx)
		Expect(routes(ctx, site)()).To(BeZero())
		Expect(resultOf(get(ctx, site), "edge.rate-limit")).NotTo(Equal(hustingsv1alpha1.ResultFail))
		Expect(resultOf(get(ctx, site), "leaks.served")).To(Equal(hustingsv1alpha1.ResultFail))

		By("being routed again when it is clean")
		env.Scanner.Pages(site.Namespace, site.Name, cluster.Judged(), cluster.Judged())
		rollsOut(ctx, site)
		Eventually(routes(ctx, site)).Should(Equal(2))
	}, SpecTimeout(minute))

	It("is put back but for what belongs to somebody else by now", func(ctx SpecContext) {
		policy := &networkingv1.NetworkPolicy{}
		Expect(env.Client.Get(ctx, client.ObjectKey{Namespace: site.Namespace, Name: site.Name + "-deny"}, policy)).To(Succeed())
		policy.OwnerReferences = nil
		Expect(env.Client.Update(ctx, policy)).To(Succeed())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonCollision))
		runsWhatWasLetIn := func() {
			GinkgoHelper()
			before := runs(ctx, site)
			runsAnother(ctx, site)
			Eventually(func() string { return runs(ctx, site) }).Should(Equal(before))
		}
		runsWhatWasLetIn()

		By("also while a later spec is refused")
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Egress[0].CIDRs = []hustingsv1alpha1.CIDR{"0.0.0.0/0"} })
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonRefused))
		runsWhatWasLetIn()

		By("also where the Deployment hides from the operator")
		other := "sha256:" + strings.Repeat("2", 64)
		recorder.Exempt(other)
		hidden := `[{"op":"remove","path":"/metadata/labels"},` +
			`{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"registry.example.org/alice/other@` + other + `"}]`
		before := runs(ctx, site)
		Expect(env.Client.Patch(ctx, deployment(ctx, site), client.RawPatch(types.JSONPatchType, []byte(hidden)))).To(Succeed())
		Eventually(func() string { return runs(ctx, site) }).Should(Equal(before))

		By("but making no pods without what protects them")
		Expect(env.Client.Delete(ctx, deployment(ctx, site))).To(Succeed())
		settled(ctx)
		Expect(childKinds(ctx, site)).NotTo(ContainElement("Deployment"))

		By("going on when it is gone, and the spec is mended")
		Expect(env.Client.Delete(ctx, policy)).To(Succeed())
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec = site.Spec })
		ready(ctx, site)
	}, SpecTimeout(2*minute))
})

// childKinds are the kinds of a site's objects.
func childKinds(ctx context.Context, site *hustingsv1alpha1.CampaignSite) []string {
	GinkgoHelper()
	var kinds []string
	for _, child := range children(ctx, site) {
		kinds = append(kinds, child.GetKind())
	}
	return kinds
}
