// Package integration proves the operator against a real kube-apiserver, etcd and controller manager, running as its
// shipped ServiceAccount with RBAC on. Nodes are simulated: pods become Ready, no container runs.
package integration

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/edge"
	"github.com/hustings/hustings/test/cluster"
)

var (
	env      *cluster.Cluster
	manager  *cluster.Manager
	binary   string
	recorder *Recorder
)

func TestIntegration(t *testing.T) {
	RegisterFailHandler(Fail)
	SetDefaultEventuallyTimeout(20 * time.Second)
	SetDefaultEventuallyPollingInterval(50 * time.Millisecond)
	SetDefaultConsistentlyDuration(2 * time.Second)
	RunSpecs(t, "Integration")
}

var _ = BeforeSuite(func(ctx SpecContext) {
	// A manager that writes to what its cache has, which its objects share, ends at once.
	Expect(os.Setenv("KUBE_CACHE_MUTATION_DETECTOR", "true")).To(Succeed())
	var err error
	env, err = cluster.Start(ctx, cluster.Options{Nodes: 3, Audit: true})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() { Expect(env.Stop()).To(Succeed()) })

	Expect(env.Install(ctx)).To(Succeed())
	recorder = Record(context.Background(), env)
	DeferCleanup(recorder.Stop)
	binary, err = env.Build(ctx, "manager")
	Expect(err).NotTo(HaveOccurred())
	manager, err = env.StartManager(ctx, binary)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() { Expect(manager.Stop()).To(Succeed(), tail(manager.Log, 20)) })
	newClass(ctx, "standard", nil)
	waitsForTraefik(ctx)
}, NodeTimeout(4*time.Minute))

// waitsForTraefik is the one test that must come first: a cluster gets Traefik's kinds only once.
func waitsForTraefik(ctx context.Context) {
	By("holding a site back while Traefik's kinds are missing")
	site := newSite(newNamespace(ctx), "early", nil)
	Expect(env.Client.Create(ctx, site)).To(Succeed())
	Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonEdgeUnavailable))
	Expect(children(ctx, site)).NotTo(ContainElement(HaveField("Object", HaveKeyWithValue("kind", "Ingress"))))

	By("going on without a restart when they appear")
	Expect(env.InstallTraefik(ctx)).To(Succeed())
	for _, gvk := range edge.RequiredKinds(hustingsv1alpha1.DriverTraefik) {
		recorder.Watch(gvk)
	}
	ready(ctx, site)
}

var _ = ReportAfterEach(func(report SpecReport) {
	if report.Failed() && manager != nil {
		fmt.Fprintf(GinkgoWriter, "the manager's log is %s\n%s\n", manager.Log, tail(manager.Log, 40))
	}
})

// What failed is said once more at the very end, in a few lines each: logs of builds are often cut to their last lines.
var _ = ReportAfterSuite("what failed", func(report Report) {
	const most = 12
	for _, spec := range report.SpecReports {
		if !spec.Failed() {
			continue
		}
		said := spec.FailureMessage()
		for _, more := range spec.AdditionalFailures {
			said += "\n" + more.Failure.Message
		}
		lines := strings.Split(strings.TrimSpace(said), "\n")
		fmt.Printf("\n%s (%s, %s)\n  %s\n", spec.FullText(), spec.State, spec.RunTime.Round(time.Second), strings.Join(lines[:min(most, len(lines))], "\n  "))
	}
})

// What must hold at every moment is checked at the end, over all that was recorded.
var _ = AfterSuite(func() {
	if recorder == nil || env == nil {
		return
	}
	Eventually(recorder.Missing).WithTimeout(minute).Should(BeEmpty(), "not all is recorded yet")
	Expect(recorder.Lost()).To(BeEmpty(), "not all was recorded")
	Expect(recorder.Exposures()).To(BeEmpty(), "a site was exposed before it was protected")
	Expect(forbidden()).To(BeEmpty(), "the operator asked for what its shipped role does not let it")
})
