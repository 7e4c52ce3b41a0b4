package integration

import (
	"context"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/test/cluster"
)

// image is an image that no other test has, and its digest.
func image(name string) (reference, digest string) {
	digest = cluster.DigestOfTag(name)
	return "registry.example.org/alice/site@" + digest, digest
}

// keyInLayer is a finding as the engine makes one: there is no secret in it.
func keyInLayer() leak.Finding {
	return leak.Finding{
		Rule: "stripe-access-token", Severity: leak.Critical, Fingerprint: "0123456789abcdef", Excerpt: "STRIPE_KEY=***",
		Place: leak.Place{Layer: "sha256:" + strings.Repeat("1a", 32), File: "app/.env", Line: 3, Column: 12},
	}
}

// runs is the image that the site's Deployment has.
func runs(ctx context.Context, site *hustingsv1alpha1.CampaignSite) string {
	return deployment(ctx, site).Spec.Template.Spec.Containers[0].Image
}

// scansOf are the ImageScans of a digest.
func scansOf(ctx context.Context, digest string) []hustingsv1alpha1.ImageScan {
	GinkgoHelper()
	list := &hustingsv1alpha1.ImageScanList{}
	Expect(env.Client.List(ctx, list)).To(Succeed())
	var out []hustingsv1alpha1.ImageScan
	for _, s := range list.Items {
		if s.Spec.Digest == digest {
			out = append(out, s)
		}
	}
	return out
}

// readySite makes a site that runs an image of its own.
func readySite(ctx context.Context, name string, change func(*hustingsv1alpha1.CampaignSite)) *hustingsv1alpha1.CampaignSite {
	GinkgoHelper()
	site := newSite(newNamespace(ctx), name, change)
	Expect(env.Client.Create(ctx, site)).To(Succeed())
	ready(ctx, site)
	return site
}

// usesImage has a site name another image.
func usesImage(ctx context.Context, site *hustingsv1alpha1.CampaignSite, image string) {
	GinkgoHelper()
	change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = image })
}

var _ = Describe("An image", func() {
	It("waits for its verdict while the one before serves, and then rolls", func(ctx SpecContext) {
		site := readySite(ctx, "patient", nil)
		before := runs(ctx, site)
		next, digest := image("patient/v2")
		release := env.Scanner.Hold(digest)
		DeferCleanup(release)
		usesImage(ctx, site, next)
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonScanning))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionReconciling)()).To(HavePrefix("True "))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionStalled)()).To(BeEmpty())
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionAvailable)()).To(HavePrefix("True "))
		Expect(get(ctx, site).Status.Image).To(Equal(hustingsv1alpha1.ImageStatus{
			Running: before, RunningVerdict: hustingsv1alpha1.VerdictClean, LetInBy: hustingsv1alpha1.LetInByVerdict, Candidate: next,
		}))
		Consistently(func() string { return runs(ctx, site) }).Should(Equal(before))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionSecretsClean)()).To(HavePrefix("Unknown "))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionImageTrusted)()).To(HavePrefix("True "))
		Expect(events(ctx, site, hustingsv1alpha1.EventControlFailed)()).To(BeEmpty())

		release()
		Eventually(func() string { return runs(ctx, site) }).Should(Equal(next))
		ready(ctx, site)
		Eventually(func() hustingsv1alpha1.ImageStatus { return get(ctx, site).Status.Image }).Should(Equal(hustingsv1alpha1.ImageStatus{
			Running: next, RunningVerdict: hustingsv1alpha1.VerdictClean, LetInBy: hustingsv1alpha1.LetInByVerdict,
		}))
		Expect(env.Scanner.Scans(digest)).To(Equal(1))
	}, SpecTimeout(minute))

	It("that holds a secret is never run, and everybody is told which, where", func(ctx SpecContext) {
		site := readySite(ctx, "leaky", nil)
		before := runs(ctx, site)
		bad, digest := image("leaky/v2")
		env.Scanner.Image(digest, cluster.Judged(keyInLayer()))
		usesImage(ctx, site, bad)
		place := "stripe-access-token in layer 1a1a1a1a1a1a app/.env:3:12"
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(And(
			HavePrefix("False "+hustingsv1alpha1.ReasonImageLeaking), ContainSubstring(place)))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionSecretsClean)()).To(And(HavePrefix("False "), ContainSubstring(place)))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionStalled)()).To(HavePrefix("True "))
		Eventually(events(ctx, site, hustingsv1alpha1.ReasonImageLeaking)).Should(ContainElement(And(HavePrefix("Warning"), ContainSubstring(place))))
		Eventually(events(ctx, site, hustingsv1alpha1.EventControlFailed)).Should(ContainElement(And(ContainSubstring("leaks.image"), ContainSubstring(place))))
		status := get(ctx, site).Status.Image
		Expect(status).To(Equal(hustingsv1alpha1.ImageStatus{
			Running: before, RunningVerdict: hustingsv1alpha1.VerdictClean, LetInBy: hustingsv1alpha1.LetInByVerdict,
			Candidate: bad, CandidateVerdict: hustingsv1alpha1.VerdictLeaking,
		}))
		Consistently(func() string { return runs(ctx, site) }).Should(Equal(before))

		By("reading well in kubectl")
		table, err := env.Kubectl(ctx, "get", "imagescans")
		Expect(err).NotTo(HaveOccurred())
		Expect(table).To(MatchRegexp(`(?m)^%s-[a-z2-7]{16} +Leaking +1 +stripe-access-token in layer 1a1a… app/.env:3:12 +%s `, digest[7:15], cluster.Ruleset()))
		for line := range strings.Lines(table) {
			Expect(len([]rune(strings.TrimSpace(line)))).To(BeNumerically("<=", 120), line)
		}

		By("an image without it")
		good, _ := image("leaky/v3")
		usesImage(ctx, site, good)
		ready(ctx, site)
		Expect(runs(ctx, site)).To(Equal(good))
		Eventually(events(ctx, site, hustingsv1alpha1.EventControlRecovered)).Should(ContainElement(ContainSubstring("leaks.image")))
		for _, e := range recorder.history() {
			if e.kind == "ImageScan" {
				continue // what is known of an image names it
			}
			Expect(fmt.Sprint(e.object.Object["spec"])).NotTo(ContainSubstring(digest), "it was written to %s at %d", e.kind, e.version)
		}
	}, SpecTimeout(minute))

	It("that was not wholly looked at is not run", func(ctx SpecContext) {
		bad, digest := image("bomb/v1")
		env.Scanner.Image(digest, scan.Result{Verdict: scan.Incomplete, Message: "layer 1a1a1a1a1a1a: more than 4 GiB unpacked"})
		site := newSite(newNamespace(ctx), "bomb", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = bad })
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(And(
			HavePrefix("False "+hustingsv1alpha1.ReasonRefused), ContainSubstring("more than 4 GiB unpacked")))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionSecretsClean)()).To(HavePrefix("Unknown "))
		Expect(children(ctx, site)).To(BeEmpty())
	}, SpecTimeout(minute))

	It("that could not be scanned is tried again", func(ctx SpecContext) {
		next, digest := image("flaky/v1")
		env.Scanner.Image(digest, scan.Result{Verdict: scan.Error, Message: "the registry does not answer"})
		site := newSite(newNamespace(ctx), "flaky", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = next })
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(And(
			HavePrefix("False "+hustingsv1alpha1.ReasonScanning), ContainSubstring("the registry does not answer")))
		env.Scanner.Image(digest, cluster.Judged())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).WithTimeout(minute).Should(HavePrefix("True "))
	}, SpecTimeout(2*minute))

	It("of several sites is scanned once", func(ctx SpecContext) {
		shared, digest := image("shared/v1")
		var sites []*hustingsv1alpha1.CampaignSite
		for i := range 4 {
			site := newSite(newNamespace(ctx), fmt.Sprintf("sharer-%d", i), func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = shared })
			Expect(env.Client.Create(ctx, site)).To(Succeed())
			sites = append(sites, site)
		}
		for _, site := range sites {
			ready(ctx, site)
		}
		Expect(scansOf(ctx, digest)).To(HaveLen(1))
		Expect(env.Scanner.Scans(digest)).To(Equal(1))
	}, SpecTimeout(minute))

	It("is run all the same where the class only audits, and the finding is reported", func(ctx SpecContext) {
		class := newClass(ctx, "auditing", func(c *hustingsv1alpha1.SiteClass) { c.Spec.Enforcement = hustingsv1alpha1.EnforcementAudit })
		DeferCleanup(func(ctx SpecContext) { Expect(env.Client.Delete(ctx, class)).To(Succeed()) })
		bad, digest := image("audited/v1")
		env.Scanner.Image(digest, cluster.Judged(keyInLayer()))
		recorder.Exempt(digest)
		site := readySite(ctx, "audited", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.ClassName, s.Spec.Image = "auditing", bad })
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionSecretsClean)).Should(And(HavePrefix("False "), ContainSubstring("app/.env:3:12")))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionReady)()).To(HavePrefix("True "))
		Expect(get(ctx, site).Status.Image.LetInBy).To(Equal(hustingsv1alpha1.LetInByException))

		By("losing that right when the class enforces; what runs is not ended")
		Eventually(func() error {
			if err := env.Client.Get(ctx, client.ObjectKeyFromObject(class), class); err != nil {
				return err
			}
			class.Spec.Enforcement = hustingsv1alpha1.EnforcementEnforce
			return env.Client.Update(ctx, class)
		}).Should(Succeed())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonImageLeaking))
		Expect(runs(ctx, site)).To(Equal(bad))
	}, SpecTimeout(minute))

	It("is waited for where the class accepts not to know", func(ctx SpecContext) {
		class := newClass(ctx, "accepting", func(c *hustingsv1alpha1.SiteClass) { c.Spec.Accept = append(c.Spec.Accept, "leaks.image") })
		DeferCleanup(func(ctx SpecContext) { Expect(env.Client.Delete(ctx, class)).To(Succeed()) })
		slow, digest := image("accepted/v1")
		release := env.Scanner.Hold(digest)
		DeferCleanup(release)
		site := newSite(newNamespace(ctx), "accepted", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.ClassName, s.Spec.Image = "accepting", slow })
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonScanning))
		Expect(children(ctx, site)).To(BeEmpty())
		release()
		ready(ctx, site)
	}, SpecTimeout(minute))

	It("is let in where the class allows its finding", func(ctx SpecContext) {
		known, digest := image("allowed/v1")
		env.Scanner.Image(digest, cluster.Judged(keyInLayer()))
		recorder.Exempt(digest)
		class := newClass(ctx, "allowing", func(c *hustingsv1alpha1.SiteClass) {
			c.Spec.Leaks = &hustingsv1alpha1.ClassLeaks{Allow: []hustingsv1alpha1.AllowedLeak{{
				Fingerprint: keyInLayer().Fingerprint, Reason: "a key of the sandbox", Expires: metav1.Unix(1<<33, 0),
			}}}
		})
		DeferCleanup(func(ctx SpecContext) { Expect(env.Client.Delete(ctx, class)).To(Succeed()) })
		site := readySite(ctx, "allowed", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.ClassName, s.Spec.Image = "allowing", known })
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionSecretsClean)).Should(HavePrefix("True "))
		Expect(get(ctx, site).Status.Image.RunningVerdict).To(Equal(hustingsv1alpha1.VerdictLeaking))
	}, SpecTimeout(minute))

	It("from a registry that the class does not allow is never asked for", func(ctx SpecContext) {
		digest := cluster.DigestOfTag("elsewhere")
		site := newSite(newNamespace(ctx), "elsewhere", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = "evil.example.net/alice/site@" + digest })
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionStalled)).Should(HavePrefix("True "))
		Consistently(func() int { return env.Scanner.Scans(digest) + len(scansOf(ctx, digest)) }).Should(BeZero())
	}, SpecTimeout(minute))

	It("that somebody wrote into the Deployment is let in by nobody", func(ctx SpecContext) {
		site := readySite(ctx, "tampered", nil)
		bad, digest := image("tampered/v2")
		env.Scanner.Image(digest, cluster.Judged(keyInLayer()))
		recorder.Exempt(digest)
		usesImage(ctx, site, bad)
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonImageLeaking))
		_, err := env.Kubectl(ctx, "-n", site.Namespace, "set", "image", "deployment/tampered", "site="+bad)
		Expect(err).NotTo(HaveOccurred())
		Consistently(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonImageLeaking))
		good, _ := image("tampered/v3")
		usesImage(ctx, site, good)
		Eventually(func() string { return runs(ctx, site) }).Should(Equal(good))
	}, SpecTimeout(minute))
})

var _ = Describe("A tag", Serial, func() {
	It("is resolved once and pinned, also after a restart", func(ctx SpecContext) {
		class := newClass(ctx, "tags", func(c *hustingsv1alpha1.SiteClass) { c.Spec.Images.RequireDigest = new(false) })
		DeferCleanup(func(ctx SpecContext) { Expect(env.Client.Delete(ctx, class)).To(Succeed()) })
		const tag = "registry.example.org/alice/tagged:v1"
		site := readySite(ctx, "tagged", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.ClassName, s.Spec.Image = "tags", tag })
		pinned := tag + "@" + cluster.DigestOfTag(tag)
		Expect(runs(ctx, site)).To(Equal(pinned))
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionCompliant)).Should(HavePrefix("True "))
		Expect(get(ctx, site).Status.Image).To(Equal(hustingsv1alpha1.ImageStatus{
			Running: pinned, RunningVerdict: hustingsv1alpha1.VerdictClean, LetInBy: hustingsv1alpha1.LetInByVerdict,
		}))
		restartManager(ctx)
		_, err := env.Kubectl(ctx, "-n", site.Namespace, "delete", "service", "tagged")
		Expect(err).NotTo(HaveOccurred())
		Eventually(events(ctx, site, hustingsv1alpha1.EventDriftCorrected)).ShouldNot(BeEmpty())
		Expect(runs(ctx, site)).To(Equal(pinned))
		Expect(env.Scanner.Resolves(tag)).To(Equal(1))
	}, SpecTimeout(minute))
})

var _ = Describe("The scanner", Serial, func() {
	It("may die: what waits is Unknown, nothing is lost, and it goes on when it is back", func(ctx SpecContext) {
		serves := readySite(ctx, "serves-on", nil)
		next, digest := image("interrupted/v1")
		release := env.Scanner.Hold(digest)
		site := newSite(newNamespace(ctx), "interrupted", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = next })
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		Eventually(func() int { return len(scansOf(ctx, digest)) }).Should(Equal(1))
		Expect(env.Scanner.Stop()).To(Succeed())
		release()
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionSecretsClean)).Should(HavePrefix("Unknown "))
		Consistently(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonScanning))
		Expect(condition(ctx, serves, hustingsv1alpha1.ConditionReady)()).To(HavePrefix("True "))
		Expect(scansOf(ctx, digest)[0].Status.Verdict).To(BeEmpty())
		Expect(env.Scanner.Start()).To(Succeed())
		ready(ctx, site)
	}, SpecTimeout(minute))

	It("may not be there at all: what runs runs on, nothing new does, and the site says why", func(ctx SpecContext) {
		serves := readySite(ctx, "without", nil)
		restartManager(ctx, "--scanner-socket", "")
		DeferCleanup(func(ctx SpecContext) { restartManager(ctx) })
		next, digest := image("unscanned/v1")
		site := newSite(newNamespace(ctx), "unscanned", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = next })
		Expect(env.Client.Create(ctx, site)).To(Succeed())
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(And(
			HavePrefix("False "+hustingsv1alpha1.ReasonRefused), ContainSubstring("runs without a scanner")))
		Expect(condition(ctx, serves, hustingsv1alpha1.ConditionReady)()).To(HavePrefix("True "))

		By("a class that accepts not to know")
		recorder.Exempt(digest)
		class := newClass(ctx, "trusting", func(c *hustingsv1alpha1.SiteClass) { c.Spec.Accept = append(c.Spec.Accept, "leaks.image") })
		DeferCleanup(func(ctx SpecContext) { Expect(env.Client.Delete(ctx, class)).To(Succeed()) })
		change(ctx, site, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.ClassName = "trusting" })
		ready(ctx, site)
	}, SpecTimeout(2*minute))
})

var _ = Describe("New rules", Serial, func() {
	It("keep what runs compliant until they have judged it, and never end its repair", func(ctx SpecContext) {
		old, digest := image("rules/v1")
		site := readySite(ctx, "judged-before", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = old })
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionCompliant)).Should(HavePrefix("True "))
		generation := deployment(ctx, site).Generation

		By("a verdict of rules before these, and none of these")
		Expect(manager.Stop()).To(Succeed())
		for _, s := range scansOf(ctx, digest) {
			Expect(env.Client.Delete(ctx, &s)).To(Succeed())
		}
		earlier := &hustingsv1alpha1.ImageScan{
			ObjectMeta: metav1.ObjectMeta{Name: digest[7:15] + "-earlier"},
			Spec:       hustingsv1alpha1.ImageScanSpec{Digest: digest, Ruleset: "v0-earlier"},
		}
		Expect(env.Client.Create(ctx, earlier)).To(Succeed())
		earlier.Status.Verdict = hustingsv1alpha1.VerdictClean
		Expect(env.Client.Status().Update(ctx, earlier)).To(Succeed())
		release := env.Scanner.Hold(digest)
		DeferCleanup(release)
		env.Scanner.Image(digest, cluster.Judged(keyInLayer()))
		startManager(ctx, "--rescan-window", "1s")
		DeferCleanup(func(ctx SpecContext) { restartManager(ctx) })
		Eventually(func() int { return len(scansOf(ctx, digest)) }).Should(Equal(2), "the scan by the new rules begins")
		Consistently(condition(ctx, site, hustingsv1alpha1.ConditionCompliant)).Should(HavePrefix("True "))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionReady)()).To(HavePrefix("True "))

		By("their verdict: it leaks")
		release()
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionSecretsClean)).Should(And(HavePrefix("False "), ContainSubstring("app/.env:3:12")))
		Expect(condition(ctx, site, hustingsv1alpha1.ConditionReady)()).To(HavePrefix("True "))
		Eventually(func() []hustingsv1alpha1.ImageScan { return scansOf(ctx, digest) }).Should(ConsistOf(HaveField("Spec.Ruleset", cluster.Ruleset())))
		policy := &networkingv1.NetworkPolicy{}
		key := client.ObjectKey{Namespace: site.Namespace, Name: "judged-before-deny"}
		Expect(env.Client.Get(ctx, key, policy)).To(Succeed())
		Expect(env.Client.Delete(ctx, policy)).To(Succeed())
		Eventually(func() error { return env.Client.Get(ctx, key, &networkingv1.NetworkPolicy{}) }).Should(Succeed())
		Expect(deployment(ctx, site).Generation).To(Equal(generation))
	}, SpecTimeout(2*minute))
})
