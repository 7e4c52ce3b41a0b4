package integration

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/apply"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/plan"
	"github.com/hustings/hustings/internal/render"
)

var _ = Describe("A good site", func() {
	It("becomes every object of its plan, Ready and Compliant", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "vote-alice", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Replicas = &hustingsv1alpha1.Replicas{Min: ptr.To[int32](3), Max: ptr.To[int32](6)}
		})
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)

		now := get(ctx, site)
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionCompliant)).Should(HavePrefix("True "))
		Expect(now.Status.ObservedGeneration).To(Equal(now.Generation))
		for _, c := range now.Status.Conditions {
			Expect(c.ObservedGeneration).To(Equal(now.Generation), c.Type)
		}

		By("having the digest that the command computes from the manifest alone")
		class := &hustingsv1alpha1.SiteClass{}
		Expect(env.Client.Get(ctx, client.ObjectKey{Name: "standard"}, class)).To(Succeed())
		manifest := site.DeepCopy()
		manifest.UID, manifest.CreationTimestamp = "", metav1.Time{}
		offline := plan.Build(manifest, facts.Snapshot{
			Class: class, Claims: facts.ClaimsAmong([]*hustingsv1alpha1.CampaignSite{manifest}),
			Namespace: facts.Namespace{Name: site.Namespace, Known: true, Labels: map[string]string{"hustings.test/campaign": "north"}},
		})
		Expect(offline.Digest()).To(Equal(now.Status.Plan.Digest))
		Expect(children(ctx, site)).To(HaveLen(len(offline.Objects)))

		By("answering kubectl wait")
		_, err := env.Kubectl(ctx, "-n", site.Namespace, "wait", "--for=condition=Ready", "--timeout=5s", "campaignsite/vote-alice")
		Expect(err).NotTo(HaveOccurred())
	}, SpecTimeout(minute))

	It("may be granted all of IPv4 and IPv6 but what is never to be reached", func(ctx SpecContext) {
		everything := []hustingsv1alpha1.CIDR{"0.0.0.0/0", "::/0"}
		class := newClass(ctx, "open", func(c *hustingsv1alpha1.SiteClass) { c.Spec.Network.Egress[0].CIDRs = everything })
		DeferCleanup(func(ctx SpecContext) { Expect(client.IgnoreNotFound(env.Client.Delete(ctx, class))).To(Succeed()) })
		site := newSite(newNamespace(ctx), "outgoing", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.ClassName = "open"
			s.Spec.Egress[0].CIDRs = everything
		})
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		policy := &networkingv1.NetworkPolicy{}
		Expect(env.Client.Get(ctx, client.ObjectKey{Namespace: site.Namespace, Name: render.BaseName(site.Namespace, site.Name) + "-egress"}, policy)).To(Succeed())
		var cut []string
		for _, to := range policy.Spec.Egress[1].To {
			cut = append(cut, to.IPBlock.Except...)
		}
		Expect(cut).To(ContainElements("169.254.0.0/16", "::/64", "fd00:ec2::/32"))
	}, SpecTimeout(minute))

	It("shares no child's name with another, whatever both and their namespaces are called", func(ctx SpecContext) {
		for _, namespace := range []string{newNamespace(ctx), namespaceCalled(ctx, "t-")} {
			var sites []*hustingsv1alpha1.CampaignSite
			for _, name := range []string{"vote", "vote-redirect", "2026.vote"} {
				site := newSite(namespace, name, nil)
				Expect(env.Client.Create(ctx, site)).To(Succeed())
				sites = append(sites, site)
			}
			for _, site := range sites {
				ready(ctx, site)
				_, err := env.Kubectl(ctx, "-n", namespace, "rollout", "status", "deployment/"+render.BaseName(namespace, site.Name), "--timeout=30s")
				Expect(err).NotTo(HaveOccurred())
			}
		}
	}, SpecTimeout(2*minute))

	It("is removed with everything it had, and its hosts are free again", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "short-lived", nil)
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		Expect(env.Client.Delete(ctx, site)).To(Succeed())
		Eventually(func() error {
			return env.Client.Get(ctx, client.ObjectKey{Name: string(site.Spec.Hosts[0])}, &hustingsv1alpha1.HostClaim{})
		}).Should(MatchError(ContainSubstring("not found")))
		Eventually(func() int { return len(children(ctx, site)) }).WithTimeout(collection).Should(BeZero())
	}, SpecTimeout(2*minute))

	It("survives being deleted and made again within a second", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "again", nil)
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		Expect(env.Client.Delete(ctx, site)).To(Succeed())
		second := newSite(site.Namespace, "again", nil)
		Expect(env.Client.Create(ctx, second)).To(Succeed())
		Eventually(func(g Gomega) {
			for _, child := range children(ctx, second) {
				g.Expect(child.GetOwnerReferences()).To(ConsistOf(HaveField("UID", second.UID)), child.GetName())
			}
		}).WithTimeout(collection).Should(Succeed())
		Eventually(condition(ctx, second, hustingsv1alpha1.ConditionReady)).WithTimeout(collection).Should(HavePrefix("True "))
	}, SpecTimeout(3*minute))

	It("gives names that are valid for every child, however long its own is", func(ctx SpecContext) {
		ns := newNamespace(ctx)
		for _, name := range []string{strings.Repeat("n", 63), strings.Repeat("x.y", 84) + "z", "1.starts-with-a-digit"} {
			site := newSite(ns, name, nil)
			Expect(env.Client.Create(ctx, site)).To(Succeed())
			ready(ctx, site)
		}
	}, SpecTimeout(minute))

	It("leaves everything as it is while suspended", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "paused", nil)
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Suspend, s.Spec.Port = true, 9090
		})
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(ContainSubstring(hustingsv1alpha1.ReasonSuspended))
		service := deployment(ctx, site)
		Expect(service.Spec.Template.Spec.Containers[0].Ports[0].ContainerPort).To(BeEquivalentTo(8080))
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Suspend = false })
		ready(ctx, site)
		Expect(deployment(ctx, site).Spec.Template.Spec.Containers[0].Ports[0].ContainerPort).To(BeEquivalentTo(9090))
	}, SpecTimeout(minute))

	It("keeps its pods when an autoscaler begins to decide how many there are", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "scaling", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Replicas = &hustingsv1alpha1.Replicas{Min: ptr.To[int32](3)}
		})
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		before := deployment(ctx, site)
		Expect(before.Spec.Replicas).To(HaveValue(BeEquivalentTo(3)))
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Replicas.Max = ptr.To[int32](6) })
		ready(ctx, site)
		after := deployment(ctx, site)
		Expect(after.Annotations[apply.AnnotationDigest]).NotTo(Equal(before.Annotations[apply.AnnotationDigest]), "it was not written")
		Expect(after.Spec).To(BeComparableTo(before.Spec))
	}, SpecTimeout(minute))

	It("begins with as many pods as its autoscaler wants at least, also when its Deployment was deleted", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "scaled", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Replicas = &hustingsv1alpha1.Replicas{Min: ptr.To[int32](3), Max: ptr.To[int32](6)}
		})
		created := follow(deploymentKind)
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		before := deployment(ctx, site)
		Expect(env.Client.Delete(ctx, before.DeepCopy())).To(Succeed())
		Eventually(func(g Gomega) {
			now := before.DeepCopy()
			g.Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(before), now)).To(Succeed())
			g.Expect(now.UID).NotTo(Equal(before.UID))
		}).Should(Succeed())
		ready(ctx, site)
		after := deployment(ctx, site)
		Eventually(func() bool { return seen(created, after) }).Should(BeTrue())
		for _, e := range created.history() {
			if e.event == watch.Added && e.object.GetNamespace() == site.Namespace {
				replicas, _, err := unstructured.NestedInt64(e.object.Object, "spec", "replicas")
				Expect(err).NotTo(HaveOccurred())
				Expect(replicas).To(BeEquivalentTo(3), "when it was made")
			}
		}
	}, SpecTimeout(minute))

	It("takes away from its pods what it no longer asks for", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "poorer", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Env = []hustingsv1alpha1.EnvVar{{Name: "LANGUAGE", Value: ptr.To("en")}}
			s.Spec.WritablePaths = []hustingsv1alpha1.MountPath{"/var/cache"}
		})
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		container := func() corev1.Container { return deployment(ctx, site).Spec.Template.Spec.Containers[0] }
		full := container()
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Env, s.Spec.WritablePaths = nil, nil })
		ready(ctx, site)
		Expect(container().Env).To(HaveLen(len(full.Env) - 1))
		Expect(container().VolumeMounts).To(HaveLen(len(full.VolumeMounts) - 1))
		Expect(deployment(ctx, site).ManagedFields).NotTo(ContainElement(SatisfyAll(
			HaveField("Manager", render.FieldManager), HaveField("Operation", metav1.ManagedFieldsOperationUpdate))), "an apply does not take these away")
	}, SpecTimeout(minute))

	It("drops the child that it no longer wants, and no other", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "shrinking", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Replicas = &hustingsv1alpha1.Replicas{Min: ptr.To[int32](2), Max: ptr.To[int32](4)}
		})
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		foreign := &corev1.Service{ObjectMeta: metav1.ObjectMeta{
			Namespace: site.Namespace, Name: "look-alike", Labels: render.Labels(render.BaseName(site.Namespace, site.Name)),
		}, Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 80}}}}
		Expect(env.Client.Create(ctx, foreign)).To(Succeed())
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Replicas.Max = nil })
		Eventually(func() error {
			return env.Client.Get(ctx, client.ObjectKeyFromObject(site), &autoscalingv2.HorizontalPodAutoscaler{})
		}).Should(MatchError(ContainSubstring("not found")))
		ready(ctx, site)
		Expect(env.Client.Get(ctx, client.ObjectKeyFromObject(foreign), foreign)).To(Succeed(), "an object that only wears our labels is not ours")
	}, SpecTimeout(minute))
})

var _ = Describe("Status", func() {
	It("says in words which pods are not there", func(ctx SpecContext) {
		site := newSite(newNamespace(ctx), "stuck", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Image = "registry.example.org/hustings.test/never-ready@sha256:" + strings.Repeat("0", 64)
		})
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionAvailable)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonPodsUnavailable))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionReady)()).To(HavePrefix("False "))
		Expect(fmt.Sprint(get(ctx, site).Status.Conditions)).NotTo(ContainSubstring("Stalled"))
	}, SpecTimeout(minute))
})
