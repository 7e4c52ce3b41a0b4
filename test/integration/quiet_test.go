package integration

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

var _ = Describe("When nothing changes", Serial, func() {
	It("writes nothing and reads nothing, also after a restart", func(ctx SpecContext) {
		ns := newNamespace(ctx)
		for i := range 5 {
			site := newSite(ns, fmt.Sprintf("quiet-%d", i), nil)
			Expect(env.Client.Create(ctx, site)).To(Succeed())
			ready(ctx, site)
			// With verdicts on the image and on what it serves.
			Eventually(condition(ctx, site, hustingsv1alpha1.ConditionCompliant)).Should(HavePrefix("True "))
			Expect(get(ctx, site).Status.Leaks.Served.Verdict).To(Equal(hustingsv1alpha1.VerdictClean))
		}
		settled(ctx)
		// Other tests' namespaces are still being deleted, so only these sites are quiet for sure.
		here := func() []string {
			return slices.DeleteFunc(writes(), func(r string) bool { return !strings.Contains(r, ns) })
		}
		reads := func() []string {
			return slices.DeleteFunc(liveReads(), func(r string) bool { return !strings.Contains(r, ns) })
		}
		before, readBefore := len(here()), len(reads())
		Expect(readBefore).To(BeNumerically("<=", 5), "one for each site, before its first route")
		restartManager(ctx)
		settled(ctx)
		Expect(here()[before:]).To(BeEmpty())

		By("a label that somebody gives to the sites")
		_, err := env.Kubectl(ctx, "-n", ns, "label", "campaignsite", "--all", "touched=yes")
		Expect(err).NotTo(HaveOccurred())
		Consistently(func() []string { return here()[before:] }).Should(BeEmpty())
		Expect(reads()[readBefore:]).To(BeEmpty())
	}, SpecTimeout(2*minute))
})

var _ = Describe("The API server", Serial, func() {
	It("may be restarted, and so may etcd: the operator goes on", func(ctx SpecContext) {
		outage.begin = time.Now()
		Expect(env.Restart(ctx, "apiserver")).To(Succeed())
		Expect(env.Restart(ctx, "etcd")).To(Succeed())
		ns := newNamespace(ctx)
		site := newSite(ns, "afterwards", nil)
		Eventually(func() error { return client.IgnoreAlreadyExists(env.Client.Create(ctx, site)) }).Should(Succeed())
		Eventually(func() string {
			if manager.HasEnded() { // as the kubelet would
				startManager(ctx)
			}
			return condition(ctx, site, hustingsv1alpha1.ConditionReady)()
		}).WithTimeout(time.Minute).Should(HavePrefix("True "))
		outage.end = time.Now()
		Eventually(recorder.Missing).Should(BeEmpty(), "what comes now is not recorded yet")
	}, SpecTimeout(2*minute))
})

// restartManager ends the manager and starts another, and waits until that one leads.
func restartManager(ctx context.Context, args ...string) {
	GinkgoHelper()
	Expect(manager.Stop()).To(Succeed())
	startManager(ctx, args...)
}

func startManager(ctx context.Context, args ...string) {
	GinkgoHelper()
	var err error
	manager, err = env.StartManager(ctx, binary, args...)
	Expect(err).NotTo(HaveOccurred())
	Eventually(func() string { return tail(manager.Log, 1000) }).Should(ContainSubstring("Starting workers"))
}

// settled waits until the operator has written nothing for two seconds.
func settled(ctx context.Context) {
	GinkgoHelper()
	last, since := -1, time.Now()
	Eventually(func() bool {
		if now := len(writes()); now != last {
			last, since = now, time.Now()
		}
		return ctx.Err() == nil && time.Since(since) > 2*time.Second
	}).WithTimeout(30 * time.Second).Should(BeTrue())
}
