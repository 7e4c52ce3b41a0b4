package integration

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// madeUpKey looks like a key and opens nothing; it is put together here so that no scanner trips over this file.
var madeUpKey = strings.Join([]string{"310b65e5dc99f961", "24aef50841be9365", "2a50750c"}, "")

var _ = Describe("A site that the class refuses", func() {
	DescribeTable("gets nothing, and a sentence that says why",
		func(ctx SpecContext, edit func(*hustingsv1alpha1.CampaignSite), want ...string) {
			site := newSite(newNamespace(ctx), "refused", edit)
			Expect(env.Client.Create(ctx, site)).To(Succeed())
			for _, text := range want {
				Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(And(HavePrefix("False "), ContainSubstring(text)))
			}
			Eventually(condition(ctx, site, hustingsv1alpha1.ConditionStalled)).Should(HavePrefix("True "))
			Expect(children(ctx, site)).To(BeEmpty())
			Expect(condition(ctx, site, hustingsv1alpha1.ConditionReady)()).NotTo(ContainSubstring(madeUpKey))
		},
		Entry("a key in its env", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Env = []hustingsv1alpha1.EnvVar{{Name: "DONATIONS_API_KEY", Value: ptr.To(madeUpKey)}}
		}, hustingsv1alpha1.ReasonRefused, "spec.env[0]"),
		Entry("limits above the maxima", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Edge = &hustingsv1alpha1.SiteEdge{PerClient: &hustingsv1alpha1.ClientLimits{RequestsPerSecond: ptr.To[int32](5000)}}
		}, hustingsv1alpha1.ReasonRefused, "spec.edge.perClient.requestsPerSecond", "100"),
		Entry("an image without a digest", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Image = "registry.example.org/alice/site:latest"
		}, hustingsv1alpha1.ReasonRefused, "spec.image"),
		Entry("an image from elsewhere", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Image = "evil.example.net/alice/site@sha256:" + strings.Repeat("0", 64)
		}, hustingsv1alpha1.ReasonRefused, "spec.image"),
		Entry("a host that is not granted", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Hosts = []hustingsv1alpha1.Host{"example.net"}
		}, "spec.hosts[0]"),
		Entry("egress that is not granted", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Egress = []hustingsv1alpha1.EgressRule{{Name: "all", CIDRs: []hustingsv1alpha1.CIDR{"0.0.0.0/0"}, Ports: []hustingsv1alpha1.Port{443}}}
		}, hustingsv1alpha1.ReasonRefused, "spec.egress[0]"),
		Entry("a class that does not exist", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.ClassName = "nowhere"
		}, hustingsv1alpha1.ReasonClassNotFound, "spec.className"),
		Entry("no class and no default", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.ClassName = ""
		}, hustingsv1alpha1.ReasonNoDefaultClass, "spec.className"),
	)

	It("keeps the last good objects, and goes on when it is mended", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "relapsed", nil)
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		before := deployment(ctx, site)
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Env = append(s.Spec.Env, hustingsv1alpha1.EnvVar{Name: "DONATIONS_API_KEY", Value: ptr.To(madeUpKey)})
		})
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonRefused))
		Expect(deployment(ctx, site).Generation).To(Equal(before.Generation))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionNetworkIsolated)()).To(HavePrefix("True "))

		By("going on when it is mended")
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Env = s.Spec.Env[:1] })
		ready(ctx, site)
	}, SpecTimeout(minute))

	It("is let in by a waiver until it expires", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "waived", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = "registry.example.org/alice/site:v1" })
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonRefused))
		waiver := &hustingsv1alpha1.Waiver{ObjectMeta: metav1.ObjectMeta{Name: "w-" + site.Namespace}, Spec: hustingsv1alpha1.WaiverSpec{
			Control: "image.digest-pinned", Reason: "migration of the registry", Approver: "pat", Ticket: "OPS-1",
			Sites:   []hustingsv1alpha1.SiteRef{{Namespace: site.Namespace, Name: hustingsv1alpha1.ObjectName(site.Name)}},
			Expires: metav1.NewTime(time.Now().Add(8 * time.Second)),
		}}
		Expect(env.Client.Create(ctx, waiver)).To(Succeed())
		DeferCleanup(func(ctx SpecContext) { Expect(client.IgnoreNotFound(env.Client.Delete(ctx, waiver))).To(Succeed()) })
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("True "))
		Expect(get(ctx, site).Status.Summary.Waived).To(BeEquivalentTo(1))
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False "+hustingsv1alpha1.ReasonRefused), "an expired waiver ends by itself")
	}, SpecTimeout(minute))

	It("touches no object of its child's name that is not its own", func(ctx SpecContext) {
		ns := newNamespace(ctx)
		theirs := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "taken", Annotations: map[string]string{"mine": "yes"}},
			Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 5432}}}}
		Expect(env.Client.Create(ctx, theirs)).To(Succeed())
		site := newSite(ns, "taken", nil)
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(And(HavePrefix("False "+hustingsv1alpha1.ReasonCollision), ContainSubstring("Service")))
		version := theirs.ResourceVersion
		Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(theirs), theirs)).To(Succeed())
		Expect(theirs.ResourceVersion).To(Equal(version), "it was written to")
		Expect(env.Client.Delete(ctx, theirs)).To(Succeed())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).WithTimeout(90 * time.Second).Should(HavePrefix("True "))
	}, SpecTimeout(2*time.Minute))

	It("touches nothing of another site's or of nobody's that wears its labels", func(ctx SpecContext) {
		ns := newNamespace(ctx)
		first := newSite(ns, "first", nil)
		Expect(env.Client.Create(ctx, first)).To(Succeed())
		ready(ctx, first)
		theirs := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "second",
			Labels: map[string]string{"hustings.dev/site": "second", "app.kubernetes.io/managed-by": "hustings"}}}
		Expect(env.Client.Create(ctx, theirs)).To(Succeed())
		second := newSite(ns, "second", nil)
		Expect(env.Client.Create(ctx, second)).To(Succeed())
		Eventually(condition(ctx, second, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonCollision))
		Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(theirs), theirs)).To(Succeed())
		Expect(theirs.OwnerReferences).To(BeEmpty())
		Expect(condition(ctx, first, hustingsv1alpha1.ConditionReady)()).To(HavePrefix("True "))
	}, SpecTimeout(minute))
})

var _ = Describe("Classes", Serial, func() {
	It("refuses to choose between two defaults, and says which they are", func(ctx SpecContext) {
		asDefault := func(c *hustingsv1alpha1.SiteClass) {
			c.Annotations = map[string]string{hustingsv1alpha1.AnnotationDefaultClass: "true"}
		}
		a := newClass(ctx, "default-a", asDefault)
		b := newClass(ctx, "default-b", asDefault)
		DeferCleanup(func(ctx SpecContext) {
			Expect(client.IgnoreNotFound(env.Client.Delete(ctx, a))).To(Succeed())
			Expect(client.IgnoreNotFound(env.Client.Delete(ctx, b))).To(Succeed())
		})
		site := newSite(newNamespace(ctx), "undecided", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.ClassName = "" })
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(And(
			ContainSubstring(hustingsv1alpha1.ReasonSeveralDefaultClasses), ContainSubstring("default-a, default-b")))
		Expect(env.Client.Delete(ctx, b)).To(Succeed())
		ready(ctx, site)

		By("repairing what runs by the class that it was made by, though another one is the default as well")
		c := newClass(ctx, "default-c", asDefault)
		DeferCleanup(func(ctx SpecContext) { Expect(client.IgnoreNotFound(env.Client.Delete(ctx, c))).To(Succeed()) })
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(ContainSubstring(hustingsv1alpha1.ReasonSeveralDefaultClasses))
		isPutBack(ctx, site)
		Expect(env.Client.Delete(ctx, c)).To(Succeed())
		ready(ctx, site)

		By("and though none is")
		patch := []byte(`{"metadata":{"annotations":{"` + hustingsv1alpha1.AnnotationDefaultClass + `":null}}}`)
		Expect(env.Client.Patch(ctx, a, client.RawPatch(types.MergePatchType, patch))).To(Succeed())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(ContainSubstring(hustingsv1alpha1.ReasonNoDefaultClass))
		isPutBack(ctx, site)

		By("keeping what runs when the class is deleted")
		Expect(env.Client.Delete(ctx, a)).To(Succeed())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(ContainSubstring(hustingsv1alpha1.ReasonNoDefaultClass))
		Expect(children(ctx, site)).NotTo(BeEmpty())
	}, SpecTimeout(minute))

	It("reaches the sites of a class that is edited", func(ctx SpecContext) {
		class := newClass(ctx, "tightening", nil)
		DeferCleanup(func(ctx SpecContext) { Expect(env.Client.Delete(ctx, class)).To(Succeed()) })
		site := newSite(newNamespace(ctx), "follower", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.ClassName = "tightening" })
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		class.Spec.Images.Registries = []string{"registry.example.net"}
		patch := []byte(`{"spec":{"images":{"registries":["registry.example.net"]}}}`)
		Expect(env.Client.Patch(ctx, class, client.RawPatch(types.MergePatchType, patch))).To(Succeed())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(And(
			HavePrefix("False "+hustingsv1alpha1.ReasonRefused), ContainSubstring("registry.example.net")))
	}, SpecTimeout(minute))
})

// resultOf is what the status says of a control.
func resultOf(site *hustingsv1alpha1.CampaignSite, id hustingsv1alpha1.ControlID) hustingsv1alpha1.Result {
	for _, c := range site.Status.Controls {
		if c.ID == id {
			return c.Result
		}
	}
	return ""
}
