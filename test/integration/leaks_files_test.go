package integration

import (
	"context"
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/test/cluster"
)

// mounts has a site mount ConfigMaps.
func mounts(names ...string) func(*hustingsv1alpha1.CampaignSite) {
	return func(s *hustingsv1alpha1.CampaignSite) {
		s.Spec.Files = nil
		for i, name := range names {
			s.Spec.Files = append(s.Spec.Files, hustingsv1alpha1.FileMount{
				MountPath: hustingsv1alpha1.MountPath(fmt.Sprint("/etc/site-", i)), ConfigMapName: hustingsv1alpha1.ObjectName(name),
			})
		}
	}
}

// config is a ConfigMap.
func config(namespace, name string, data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Data: data}
}

// manifestControl is what leaks.manifest says of a site, as "Result: message, findings".
func manifestControl(ctx context.Context, site *hustingsv1alpha1.CampaignSite) func() string {
	return func() string {
		for _, c := range get(ctx, site).Status.Controls {
			if c.ID == "leaks.manifest" {
				return fmt.Sprintf("%s: %s %v", c.Result, c.Message, c.Findings)
			}
		}
		return "not judged yet"
	}
}

// configReads are the reads of ConfigMaps of a namespace, and what else of them the operator has asked for.
func configReads(namespace string) []string {
	return requests(func(r request) bool {
		return r.ObjectRef.Resource == "configmaps" && r.ObjectRef.Namespace == namespace
	})
}

var _ = Describe("What a site mounts", func() {
	It("is looked at for secrets, and a leak is reported until it is gone", func(ctx SpecContext) {
		ns := newNamespace(ctx)
		leaky := config(ns, "site-config", map[string]string{"settings.js": "window.settings = {\n  stripe: '" + canary("mounted") + "'}\n"})
		leaky.BinaryData = map[string][]byte{"data.bin": {0xff, 0xfe, 0, 1}}
		Expect(env.Client.Create(ctx, leaky)).To(Succeed())
		site := newSite(ns, "mounting", mounts("site-config"))
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		Eventually(manifestControl(ctx, site)).Should(And(HavePrefix("Fail: "),
			ContainSubstring("ConfigMap/site-config: stripe-access-token in settings.js:2:"), ContainSubstring("spec.files[0].configMapName")))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionSecretsClean)()).To(And(HavePrefix("False "), ContainSubstring("settings.js:2:")))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionCompliant)()).To(HavePrefix("False "))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionReady)()).To(HavePrefix("True "), "what runs is not ended")
		Eventually(events(ctx, site, hustingsv1alpha1.EventControlFailed)).Should(ContainElement(
			And(ContainSubstring("leaks.manifest"), ContainSubstring("ConfigMap/site-config"))))

		By("telling nobody the key")
		told, err := env.Kubectl(ctx, "-n", ns, "get", "campaignsites,events,events.events.k8s.io", "-o", "yaml")
		Expect(err).NotTo(HaveOccurred())
		Expect(strings.Contains(told, canary("mounted"))).To(BeFalse(), "it is in the site or an event")
		Expect(strings.Contains(tail(manager.Log, 1<<20), canary("mounted"))).To(BeFalse(), "it is in the log")

		By("the next look, once it is mended")
		leaky.Data["settings.js"] = "window.settings = {}\n"
		Expect(env.Client.Update(ctx, leaky)).To(Succeed())
		rollsOut(ctx, site)
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionSecretsClean)).Should(HavePrefix("True "))
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionCompliant)).Should(HavePrefix("True "))
		Expect(manifestControl(ctx, site)()).To(HavePrefix("Pass: "))
		Expect(get(ctx, site).Status.Leaks.Mounted).To(Equal(hustingsv1alpha1.PagesVerdict{Verdict: hustingsv1alpha1.VerdictClean}))

		By("mounting nothing any more")
		change(ctx, site, mounts())
		Eventually(func() hustingsv1alpha1.LeakStatus { return get(ctx, site).Status.Leaks }).Should(And(
			HaveField("Mounted", BeZero()), HaveField("MountedRollout", BeEmpty())))
		Expect(configReads(ns)).To(HaveEach(HavePrefix("200 get configmaps/ " + ns + "/site-config")))
	}, SpecTimeout(2*minute))

	It("is Unknown in words while a ConfigMap is not there, and holds up neither the plan nor the others", func(ctx SpecContext) {
		ns := newNamespace(ctx)
		Expect(env.Client.Create(ctx, config(ns, "there", map[string]string{"motd": "hello"}))).To(Succeed())
		site := newSite(ns, "missing", mounts("there", "late"))
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		ready(ctx, site)
		Eventually(manifestControl(ctx, site)).Should(And(HavePrefix("Unknown: "), ContainSubstring("late: there is no such ConfigMap")))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionSecretsClean)()).To(HavePrefix("Unknown "))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionCompliant)()).To(HavePrefix("Unknown "))

		Expect(env.Client.Create(ctx, config(ns, "late", map[string]string{"key": "stripe = '" + canary("late") + "'"}))).To(Succeed())
		rollsOut(ctx, site)
		Eventually(manifestControl(ctx, site)).Should(And(HavePrefix("Fail: "), ContainSubstring("ConfigMap/late: stripe-access-token in key:1:"), ContainSubstring("spec.files[1].configMapName")))
	}, SpecTimeout(minute))

	It("is looked at though no pod of it comes up", func(ctx SpecContext) {
		ns := newNamespace(ctx)
		Expect(env.Client.Create(ctx, config(ns, "site-config", map[string]string{"settings.js": "stripe = '" + canary("stuck") + "'"}))).To(Succeed())
		site := newSite(ns, "stuck-mounting", func(s *hustingsv1alpha1.CampaignSite) {
			mounts("site-config")(s)
			s.Spec.Image = "registry.example.org/hustings.test/never-ready@sha256:" + strings.Repeat("0", 64)
		})
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		Eventually(manifestControl(ctx, site)).WithTimeout(minute).Should(And(HavePrefix("Fail: "), ContainSubstring("settings.js:1:")))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionAvailable)()).To(HavePrefix("False "))
		Expect(get(ctx, site).Status.Leaks.Rollout).To(BeEmpty(), "no page was looked at")
		Expect(env.Scanner.Looks(ns, "stuck-mounting")).To(BeZero())
	}, SpecTimeout(2*minute))

	It("is all that the operator may read of ConfigMaps: by their names, and it may write none", func(ctx SpecContext) {
		may := func(verb, resource string) string {
			out, err := env.Kubectl(ctx, "auth", "can-i", verb, resource, "--all-namespaces", "--as", cluster.OperatorUser)
			if err != nil {
				return err.Error() // it ends with 1 where the answer is no
			}
			return strings.TrimSpace(out)
		}
		Expect(may("get", "configmaps")).To(HaveSuffix("yes"))
		for _, verb := range []string{"list", "watch", "create", "update", "patch", "delete"} {
			Expect(may(verb, "configmaps")).NotTo(HaveSuffix("yes"), verb)
		}
		Expect(may("get", "secrets")).NotTo(HaveSuffix("yes"))
	}, SpecTimeout(minute))
})

var _ = Describe("When nothing changes in what sites mount", Serial, func() {
	It("nothing is written, nor read between the looks, also after a restart", func(ctx SpecContext) {
		ns := newNamespace(ctx)
		Expect(env.Client.Create(ctx, config(ns, "clean", map[string]string{"motd": "hello"}))).To(Succeed())
		Expect(env.Client.Create(ctx, config(ns, "leaky", map[string]string{"key": "stripe = '" + canary("quiet") + "'"}))).To(Succeed())
		for name, want := range map[string]string{"clean": "True ", "leaky": "False ", "gone": "Unknown "} {
			site := newSite(ns, "quiet-"+name, mounts(name))
			Expect(env.Client.Create(ctx, site)).To(Succeed())
			ready(ctx, site)
			Eventually(func() hustingsv1alpha1.LeakStatus { return get(ctx, site).Status.Leaks }).Should(And(
				HaveField("Rollout", HavePrefix("1-")), HaveField("MountedRollout", HavePrefix("1-"))))
			Eventually(condition(ctx, site, hustingsv1alpha1.ConditionSecretsClean)).Should(HavePrefix(want))
		}
		settled(ctx)
		here := func() []string {
			return slices.DeleteFunc(writes(), func(r string) bool { return !strings.Contains(r, ns) })
		}
		written, read := len(here()), len(configReads(ns))
		Expect(read).To(Equal(3), "one of each ConfigMap, with the first look at the pages")
		restartManager(ctx)
		settled(ctx)
		Expect(here()[written:]).To(BeEmpty())
		// The looks of sites are spread over the class's interval of a quarter of an hour: at most a few fall into these seconds.
		Expect(len(configReads(ns)) - read).To(BeNumerically("<=", 1))
	}, SpecTimeout(2*minute))
})
