package integration

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/test/registry"
)

// canary has the shape of a key, and opens nothing; what: where it is.
func canary(what string) string {
	const letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	b := strings.Builder{}
	for i := range 24 {
		b.WriteByte(letters[(i*7+3*len(what)+int(what[i%len(what)]))%len(letters)])
	}
	return "sk" + "_live_" + b.String()
}

// process is the shipped scanner.
type process struct {
	cmd *exec.Cmd
	log *os.File
}

// startScanner starts the shipped scanner on a socket, with a registry in the place of the one that images name.
func startScanner(binary, socket string, from *registry.Registry) *process {
	GinkgoHelper()
	log, err := os.CreateTemp(filepath.Dir(binary), "scanner-*.log")
	Expect(err).NotTo(HaveOccurred())
	p := &process{cmd: exec.Command(binary, "--socket", socket, "--log-level", "debug", "--plain-http",
		"--registry-mirror", registry.Host+"="+from.Address, "--deny-cidr", "10.0.0.0/8"), log: log}
	p.cmd.Env = append(os.Environ(), "GOMEMLIMIT=208MiB")
	p.cmd.Stdout, p.cmd.Stderr = log, log
	Expect(p.cmd.Start()).To(Succeed())
	return p
}

// kill ends it at once, as the kernel does where memory is short.
func (p *process) kill() {
	GinkgoHelper()
	Expect(p.cmd.Process.Kill()).To(Succeed())
	Expect(p.cmd.Wait()).NotTo(Succeed())
	Expect(p.log.Close()).To(Succeed())
}

var _ = Describe("The shipped scanner", Serial, func() {
	It("keeps a key out, is killed in the middle, and tells nobody the key", func(ctx SpecContext) {
		scanner, err := env.Build(ctx, "scanner")
		Expect(err).NotTo(HaveOccurred())
		var isSlow atomic.Bool
		asked, hold := make(chan struct{}, 1000), make(chan struct{})
		images := registry.Start(func(r *http.Request) {
			if isSlow.Load() && strings.Contains(r.URL.Path, "/blobs/") {
				asked <- struct{}{}
				<-hold
			}
		})
		DeferCleanup(images.Stop)
		server := []registry.File{{Name: "bin/server", Text: "no program\n"}}
		good, err := images.Push("alice/site", "v1", v1.Config{Env: []string{"PORT=8080"}}, server)
		Expect(err).NotTo(HaveOccurred())
		bad, err := images.Push("alice/site", "v2", v1.Config{
			Env: []string{"STRIPE_KEY=" + canary("env")}, Labels: map[string]string{"build": canary("label")}, Cmd: []string{"--key=" + canary("cmd")},
		}, server,
			[]registry.File{{Name: "srv/.env", Text: "PORT=8080\nSTRIPE_SECRET_KEY=" + canary("file") + "\n"}, {Name: "srv/" + canary("name") + "/index.html"}},
			[]registry.File{{Name: "srv/.wh..env"}})
		Expect(err).NotTo(HaveOccurred())

		socket := filepath.Join(filepath.Dir(env.Dir), "real.sock")
		first := startScanner(scanner, socket, images)
		restartManager(ctx, "--scanner-socket", socket, "--log-level", "debug")
		log := manager.Log
		DeferCleanup(func(ctx SpecContext) { restartManager(ctx) })
		site := readySite(ctx, "shipped", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = good })

		By("killing it while it looks")
		isSlow.Store(true)
		usesImage(ctx, site, bad)
		Eventually(asked).Should(Receive())
		first.kill()
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonScanning))
		Consistently(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonScanning))
		isSlow.Store(false)
		close(hold)
		second := startScanner(scanner, socket, images)
		Eventually(condition(ctx, site, hustingsv1alpha1.ConditionReady)).Should(HavePrefix("False " + hustingsv1alpha1.ReasonImageLeaking))
		Expect(runs(ctx, site)).To(Equal(good))
		found := scansOf(ctx, strings.SplitN(bad, "@", 2)[1])
		Expect(found).To(HaveLen(1))
		Expect(found[0].Status.Findings).To(ContainElement(And(
			HaveField("File", "srv/.env"), HaveField("Line", int32(2)), HaveField("Layer", HavePrefix("sha256:")))))
		second.kill()

		By("looking for the keys in all that anybody can read")
		told := map[string]string{
			"the manager's log": tail(log, 1<<20), "a scanner's log": tail(first.log.Name(), 1<<20), "the other scanner's log": tail(second.log.Name(), 1<<20),
			"the API server": everything(ctx, site.Namespace),
		}
		for what, text := range told {
			for _, where := range []string{"env", "label", "cmd", "file", "name"} {
				Expect(strings.Contains(text, canary(where))).To(BeFalse(), "the key in the image's %s is in %s", where, what)
			}
		}
		for _, what := range []string{"the other scanner's log", "the API server"} {
			Expect(told[what]).To(ContainSubstring(strings.SplitN(bad, "@", 2)[1]), "%s says nothing of the image", what)
		}
	}, SpecTimeout(2*minute))
})

// everything is all that the API server tells of scans, and of a namespace's sites and events.
func everything(ctx context.Context, namespace string) string {
	GinkgoHelper()
	var all strings.Builder
	for _, args := range [][]string{{"get", "imagescans"}, {"-n", namespace, "get", "campaignsites,events,events.events.k8s.io"}} {
		out, err := env.Kubectl(ctx, append(args, "-o", "yaml")...)
		Expect(err).NotTo(HaveOccurred())
		fmt.Fprintln(&all, out)
	}
	return all.String()
}
