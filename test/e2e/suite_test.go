package e2e

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hustings/hustings/test/e2e/images"
)

// short marks specs that CI runs.
var short = Label("short")

var env *world

func TestEndToEnd(t *testing.T) {
	if os.Getenv(dirVariable) == "" {
		t.Skip("this needs a real node: run `make e2e`")
	}
	RegisterFailHandler(Fail)
	SetDefaultEventuallyTimeout(time.Minute)
	SetDefaultEventuallyPollingInterval(100 * time.Millisecond)
	RunSpecs(t, "End to end")
}

var _ = BeforeSuite(func(ctx SpecContext) {
	var err error
	env, err = connect(os.Getenv(dirVariable))
	Expect(err).NotTo(HaveOccurred())
	By("installing the operator from the shipped manifests")
	Expect(env.install(ctx)).To(Succeed())
	By("writing a SiteClass")
	newClass(ctx, "standard", nil)
	By("making the images of the sites")
	for _, version := range []string{"v1", "v2"} {
		siteImages[version] = push(ctx, images.Nginx, images.Options{Version: version})
	}
}, NodeTimeout(5*time.Minute))

// siteImages are two versions of an nginx site.
var siteImages = map[string]string{}

var _ = ReportAfterEach(func(ctx SpecContext, report SpecReport) {
	if report.Failed() && env != nil {
		keep(ctx, report)
	}
})

// keep writes down what there was when a spec failed.
func keep(ctx context.Context, report SpecReport) {
	folder := fmt.Sprintf("%s/failed/%s", env.dir, nameOf(report.LeafNodeText))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		GinkgoWriter.Println(err)
		return
	}
	for file, args := range map[string][]string{
		"objects.yaml": {"get", "-A", "-o", "yaml", "campaignsites,imagescans,hostclaims,deployments,replicasets,pods,ingresses,endpointslices,middlewares.traefik.io"},
		"sites.txt":    {"describe", "-A", "campaignsites"},
		"pods.txt":     {"get", "-A", "-o", "wide", "pods"},
		"events.txt":   {"get", "-A", "events", "--sort-by=.lastTimestamp"},
		"manager.txt":  {"-n", "hustings-system", "logs", "-l", "app.kubernetes.io/component=manager", "--all-containers", "--prefix", "--tail=300"},
		"traefik.txt":  {"-n", "traefik", "logs", "deploy/traefik", "--tail=100"},
	} {
		out, err := env.kubectl(ctx, args...)
		if err != nil {
			out += err.Error()
		}
		if err := os.WriteFile(folder+"/"+file, []byte(out), 0o600); err != nil {
			GinkgoWriter.Println(err)
		}
	}
	GinkgoWriter.Printf("objects and logs are kept in %s\n", folder)
}
