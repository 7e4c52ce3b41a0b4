package integration

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

var _ = Describe("A NetworkPolicy that is not the site's", func() {
	anything := networkingv1.NetworkPolicySpec{
		PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress},
		Ingress:     []networkingv1.NetworkPolicyIngressRule{{}}, Egress: []networkingv1.NetworkPolicyEgressRule{{}},
	}

	DescribeTable("shows where it opens the pods, and is left alone", func(ctx SpecContext, name string, change func(*hustingsv1alpha1.CampaignSite, *networkingv1.NetworkPolicy)) {
		site := newSite(newNamespace(ctx), name, nil)
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionNetworkIsolated)).Should(HavePrefix("True "))

		policy := &networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: site.Namespace, Name: "from-a-chart"}, Spec: *anything.DeepCopy()}
		change(get(ctx, site), policy)
		Expect(env.Client.Create(ctx, policy)).To(Succeed())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionNetworkIsolated)).Should(And(HavePrefix("False "), ContainSubstring("NetworkPolicy/from-a-chart")))
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionCompliant)).Should(HavePrefix("False "))
		for _, control := range []hustingsv1alpha1.ControlID{"network.egress-allowlist", "network.ingress-edge-only"} {
			Expect(resultOf(get(ctx, site), control)).To(Equal(hustingsv1alpha1.ResultFail), string(control))
		}

		By("a restart changes nothing")
		restartManager(ctx)
		settled(ctx)
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionNetworkIsolated)()).To(HavePrefix("False "))

		By("it goes")
		Expect(env.Client.Delete(ctx, policy)).To(Succeed(), "the operator has removed it")
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionNetworkIsolated)).Should(HavePrefix("True "))
	},
		Entry("made by anybody", "opened", func(*hustingsv1alpha1.CampaignSite, *networkingv1.NetworkPolicy) {}, SpecTimeout(2*minute), Serial),
		Entry("though it names the site as its owner, but has not its label", "opened-as-owned", func(s *hustingsv1alpha1.CampaignSite, p *networkingv1.NetworkPolicy) {
			p.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(s, hustingsv1alpha1.GroupVersion.WithKind("CampaignSite"))}
		}, SpecTimeout(2*minute), Serial))

	It("changes nothing where it selects other pods, or allows nothing", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "beside", nil)
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		settled(ctx)
		before := get(ctx, site).Status
		others, nothing := anything.DeepCopy(), &networkingv1.NetworkPolicySpec{PolicyTypes: anything.PolicyTypes}
		others.PodSelector.MatchLabels = map[string]string{"app": "database"}
		for name, spec := range map[string]*networkingv1.NetworkPolicySpec{"others": others, "nothing": nothing} {
			Expect(env.Client.Create(ctx, &networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: site.Namespace, Name: name}, Spec: *spec})).To(Succeed())
		}
		settled(ctx)
		Expect(get(ctx, site).Status).To(Equal(before))
	}, SpecTimeout(minute))
})
