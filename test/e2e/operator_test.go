package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/test/cluster"
	"github.com/hustings/hustings/test/e2e/images"
)

const fleet = 20

// These need all of the operator for themselves.
var _ = Describe("the operator", Serial, func() {
	It("is killed fifty times while twenty sites roll, and all converge", func(ctx SpecContext) {
		namespace := newNamespace(ctx)
		sites := fleetOf(ctx, namespace, "v1")
		watchers := []*watcher{watch(ctx, sites[0]), watch(ctx, sites[fleet-1])}
		var version string
		for i := range 50 {
			if i%10 == 0 {
				version = []string{"v2", "v1"}[i/10%2]
				for _, s := range sites {
					change(ctx, s, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = siteImages[version] })
				}
			}
			kill(ctx)
		}
		for _, s := range sites {
			ready(ctx, s)
			Expect(env.client.Get(ctx, client.ObjectKeyFromObject(s), s)).To(Succeed())
			Expect(s.Status.Image.Running).To(Equal(siteImages[version]))
			Expect(children(ctx, s)).To(HaveLen(len(children(ctx, sites[0]))))
		}
		for _, w := range watchers {
			Expect(w.stop()).To(BeEmpty())
		}
		operatorReady(ctx)
	}, SpecTimeout(15*time.Minute))

	It("goes on when API server and etcd come back, and nothing served was interrupted", func(ctx SpecContext) {
		sites := fleetOf(ctx, newNamespace(ctx), "v1")
		site, last := sites[0], sites[fleet-1]
		watchers := []*watcher{watch(ctx, site), watch(ctx, last)}
		for _, process := range []string{"apiserver", "etcd"} {
			restart(ctx, process)
			Eventually(func() error {
				_, err := get(ctx, site)
				return err
			}).Should(Succeed())
		}
		for _, s := range sites {
			change(ctx, s, func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = siteImages["v2"] })
		}
		for _, s := range sites {
			Eventually(newVisitor(ctx, "").page(ctx, "https://"+host(s)+"/")).WithTimeout(3 * time.Minute).Should(ContainSubstring("nginx v2"))
			ready(ctx, s)
		}
		for _, w := range watchers {
			Expect(w.stop()).To(BeEmpty())
		}
	}, SpecTimeout(8*time.Minute))

	It("is upgraded in place without a change to a pod, and leaves sites serving when it is gone", func(ctx SpecContext) {
		namespace := newNamespace(ctx)
		sites := fleetOf(ctx, namespace, "v1")
		for _, s := range sites {
			settled(ctx, s)
		}
		before := replicaSets(ctx, namespace)
		watcher := watch(ctx, sites[0])

		AddReportEntry("the operator with 20 sites, all settled", usage())

		By("upgrading to an image of another digest")
		next := images.Operator(cluster.Path("bin/manager"), cluster.Path("bin/scanner"))
		digest, err := env.push(ctx, "hustings/manager", next, images.Options{Layers: [][]images.File{{{Path: "/version", Content: []byte("next\n")}}}})
		Expect(err).NotTo(HaveOccurred())
		image := env.cluster.Registry + "/hustings/manager@" + digest
		_, err = env.kubectl(ctx, "-n", "hustings-system", "set", "image", "deployment/hustings-manager", "manager="+image, "scanner="+image)
		Expect(err).NotTo(HaveOccurred())
		operatorReady(ctx)
		change(ctx, sites[1], func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Edge = &hustingsv1alpha1.SiteEdge{Site: &hustingsv1alpha1.SiteLimits{InFlight: new(int32(50))}}
		})
		ready(ctx, sites[1]) // the new one works
		Expect(replicaSets(ctx, namespace)).To(Equal(before), "pods of sites were made anew")

		By("taking it away, with its kinds still there")
		_, err = env.kubectl(ctx, "-n", "hustings-system", "delete", "deployment/hustings-manager", "--wait")
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(func(ctx SpecContext) { Expect(env.install(ctx)).To(Succeed()) })
		visitor := newVisitor(ctx, "198.51.100.70")
		for _, s := range sites {
			Expect(visitor.page(ctx, "https://"+host(s)+"/")()).To(HavePrefix("200"))
		}
		Expect(watcher.stop()).To(BeEmpty())
	}, SpecTimeout(10*time.Minute))
})

// fleetOf makes many sites of one pod each, and waits until all serve.
func fleetOf(ctx context.Context, namespace, version string) []*hustingsv1alpha1.CampaignSite {
	GinkgoHelper()
	var sites []*hustingsv1alpha1.CampaignSite
	for i := range fleet {
		sites = append(sites, newSite(namespace, fmt.Sprintf("fleet-%d", i), func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Image = siteImages[version]
			// They share the node's few processors: what is asked for is what is had.
			s.Spec.Resources = &hustingsv1alpha1.Resources{CPU: new(resource.MustParse("20m"))}
		}))
		Expect(env.client.Create(ctx, sites[i])).To(Succeed())
	}
	for _, s := range sites {
		Eventually(condition(ctx, s, hustingsv1alpha1.ConditionReady)).WithTimeout(4 * time.Minute).Should(HavePrefix("True"))
	}
	return sites
}

// kill ends a manager at once, as a crash would, and its pod with it: the kubelet would wait longer with every crash. The
// next kill waits until a manager leads again, half of the time.
func kill(ctx context.Context) {
	GinkgoHelper()
	managers := processes("/manager")
	if len(managers) > 0 {
		Expect(syscall.Kill(managers[rand.IntN(len(managers))], syscall.SIGKILL)).To(Succeed())
	}
	list := &corev1.PodList{}
	Expect(env.client.List(ctx, list, client.InNamespace("hustings-system"))).To(Succeed())
	for i := range list.Items {
		for _, c := range list.Items[i].Status.ContainerStatuses {
			if c.RestartCount > 0 || c.State.Terminated != nil {
				Expect(client.IgnoreNotFound(env.client.Delete(ctx, &list.Items[i], client.GracePeriodSeconds(0)))).To(Succeed())
				break
			}
		}
	}
	if rand.IntN(2) == 0 {
		Eventually(func() int { return len(processes("/manager")) }).Should(BeNumerically(">", 0))
	}
}

// processes are those of this node that run a program: this process is among them.
func processes(program string) []int {
	var out []int
	commands, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range commands {
		raw, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended meanwhile
		}
		name, _, _ := strings.Cut(string(raw), "\x00")
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if name == program && err == nil {
			out = append(out, pid)
		}
	}
	return out
}

func operatorReady(ctx context.Context) {
	GinkgoHelper()
	_, err := env.kubectl(ctx, "-n", "hustings-system", "rollout", "status", "deployment/hustings-manager", "--timeout=120s")
	Expect(err).NotTo(HaveOccurred())
}

// replicaSets are those of a namespace: one more means that a pod's template changed.
func replicaSets(ctx context.Context, namespace string) []string {
	GinkgoHelper()
	list := &appsv1.ReplicaSetList{}
	Expect(env.client.List(ctx, list, client.InNamespace(namespace))).To(Succeed())
	var names []string
	for _, r := range list.Items {
		names = append(names, r.Name)
	}
	return names
}

// usage is what the managers and their scanners take.
func usage() string {
	var all []string
	for _, program := range []string{"/manager", "/scanner"} {
		for _, pid := range processes(program) {
			raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			Expect(err).NotTo(HaveOccurred())
			_, rest, _ := strings.Cut(string(raw), "VmRSS:")
			line, _, _ := strings.Cut(rest, "\n")
			kib, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(line), " kB"))
			Expect(err).NotTo(HaveOccurred())
			stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
			Expect(err).NotTo(HaveOccurred())
			fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
			user, err := strconv.Atoi(fields[11])
			Expect(err).NotTo(HaveOccurred())
			system, err := strconv.Atoi(fields[12])
			Expect(err).NotTo(HaveOccurred())
			all = append(all, fmt.Sprintf("%s %d MiB, %.1f s of CPU since it started", program[1:], kib>>10, float64(user+system)/100))
		}
	}
	return strings.Join(all, "; ")
}
