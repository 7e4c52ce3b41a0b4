package integration

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/apply"
	"github.com/hustings/hustings/test/cluster"
)

// racers is how many sites want one host, each from a namespace of its own.
const racers = 50

// labelRace names the race that a site takes part in.
const labelRace = "hustings.test/race"

var _ = Describe("Sites of fifty namespaces that want one host", Serial, Ordered, ContinueOnFailure, func() {
	const limit = SpecTimeout(minute)
	namespaces := make([]string, racers)
	BeforeAll(func(ctx SpecContext) {
		for i := range namespaces {
			namespaces[i] = newNamespace(ctx)
		}
	}, NodeTimeout(minute))

	DescribeTable("have one winner at every moment, and one heir",
		func(ctx SpecContext, name string, order []int, disturb disturbance) {
			r := newRace(name, namespaces)
			disturb(ctx, func() { r.come(ctx, order[:racers/2]) }, func() { r.come(ctx, order[racers/2:]) })
			first := r.won(ctx)
			disturb(ctx, func() { r.goes(ctx, first) }, func() {})
			second := r.won(ctx)

			Expect(holdersOf(r.seen.history(), r.host)).To(Equal([]string{string(first), string(second)}))
			Expect(doubled(r.seen.history(), r.host)).To(BeEmpty())
		},
		Entry("when they come in one order", "forward", forward(), undisturbed, limit),
		Entry("when they come in the other", "reverse", reverse(), undisturbed, limit),
		Entry("when they come in any order", "shuffled", shuffled(1), undisturbed, limit),
		Entry("when half come before the operator, and half while it starts", "half", shuffled(2), beforeStart, limit),
		Entry("when the operator is restarted in the middle", "restarted", shuffled(3), aroundRestart, limit),
		Entry("when the operator is killed in the middle", "killed", reverse(), duringCrash, limit))
})

func forward() []int {
	order := make([]int, racers)
	for i := range order {
		order[i] = i
	}
	return order
}

func reverse() []int {
	order := forward()
	slices.Reverse(order)
	return order
}

// shuffled is an order that a run with the same seed has again.
func shuffled(n uint64) []int {
	return rand.New(rand.NewPCG(uint64(GinkgoRandomSeed()), n)).Perm(racers)
}

// disturbance is what happens to the operator while one thing is done, and then the other.
type disturbance func(ctx context.Context, first, second func())

func undisturbed(_ context.Context, first, second func()) {
	first()
	second()
}

func beforeStart(ctx context.Context, first, second func()) {
	GinkgoHelper()
	Expect(manager.Stop()).To(Succeed())
	first()
	alongside(second, func() { startManager(ctx) })
}

func aroundRestart(ctx context.Context, first, second func()) {
	GinkgoHelper()
	first()
	alongside(second, func() { restartManager(ctx) })
}

func duringCrash(ctx context.Context, first, second func()) {
	GinkgoHelper()
	first()
	alongside(second, func() {
		Expect(manager.Kill()).To(Succeed())
		// The one that was killed gave nothing back: nobody would lead for a quarter of a minute.
		_, err := env.Kubectl(ctx, "-n", cluster.OperatorNamespace, "delete", "lease", "hustings-manager", "--ignore-not-found")
		Expect(err).NotTo(HaveOccurred())
		startManager(ctx)
	})
}

// alongside does two things at the same time.
func alongside(one, other func()) {
	var both sync.WaitGroup
	both.Go(func() {
		defer GinkgoRecover()
		one()
	})
	other()
	both.Wait()
}

// race is a host and those that want it.
type race struct {
	name  string
	host  hustingsv1alpha1.Host
	sites []*hustingsv1alpha1.CampaignSite
	// holder is the site that had the host when somebody looked last.
	holder types.UID
	// seen are all claims and routes.
	seen *Recorder
}

func newRace(name string, namespaces []string) *race {
	r := &race{name: name, host: hustingsv1alpha1.Host(name + ".contested." + domain), seen: follow(claimKind, ingressKind)}
	for i, namespace := range namespaces {
		r.sites = append(r.sites, newSite(namespace, fmt.Sprintf("%s-%d", name, i), func(s *hustingsv1alpha1.CampaignSite) {
			s.Labels = map[string]string{labelRace: name}
			s.Spec.Hosts = []hustingsv1alpha1.Host{r.host}
		}))
	}
	DeferCleanup(r.end)
	return r
}

// come makes sites in an order.
func (r *race) come(ctx context.Context, order []int) {
	sites := make([]*hustingsv1alpha1.CampaignSite, len(order))
	for i, at := range order {
		sites[i] = r.sites[at]
	}
	each(sites, func(s *hustingsv1alpha1.CampaignSite) { Expect(env.Client.Create(ctx, s)).To(Succeed()) })
}

// end deletes all sites, the holder last: nobody shall inherit the host in the meantime.
func (r *race) end(ctx context.Context) {
	holds := func(s *hustingsv1alpha1.CampaignSite) bool { return s.UID == r.holder }
	remove := func(s *hustingsv1alpha1.CampaignSite) {
		Expect(client.IgnoreNotFound(env.Client.Delete(ctx, s))).To(Succeed())
	}
	each(slices.DeleteFunc(slices.Clone(r.sites), holds), remove)
	each(r.sites, remove)
}

// each does something to sites in their order, to several at a time.
func each(sites []*hustingsv1alpha1.CampaignSite, do func(*hustingsv1alpha1.CampaignSite)) {
	const atOnce = 10
	next := make(chan *hustingsv1alpha1.CampaignSite, len(sites))
	for _, s := range sites {
		next <- s
	}
	close(next)
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			defer GinkgoRecover()
			for s := range next {
				do(s)
			}
		})
	}
	all.Wait()
}

// goes deletes a site.
func (r *race) goes(ctx context.Context, uid types.UID) {
	GinkgoHelper()
	at := slices.IndexFunc(r.sites, func(s *hustingsv1alpha1.CampaignSite) bool { return s.UID == uid })
	Expect(env.Client.Delete(ctx, r.sites[at])).To(Succeed())
	r.sites = slices.Delete(r.sites, at, at+1)
}

// won waits until one site has the host and every other one says so, and returns it.
func (r *race) won(ctx context.Context) types.UID {
	GinkgoHelper()
	claim := &hustingsv1alpha1.HostClaim{}
	var routes []networkingv1.Ingress
	Eventually(func(g Gomega) {
		g.Expect(env.Client.Get(ctx, client.ObjectKey{Name: string(r.host)}, claim)).To(Succeed())
		isThere := slices.ContainsFunc(r.sites, func(s *hustingsv1alpha1.CampaignSite) bool { return s.UID == claim.Spec.Holder.UID })
		g.Expect(isThere).To(BeTrue(), "an operator that has just started has not seen yet that the holder is gone")
		sites := &hustingsv1alpha1.CampaignSiteList{}
		g.Expect(env.Client.List(ctx, sites, client.MatchingLabels{labelRace: r.name})).To(Succeed())
		g.Expect(sites.Items).To(HaveLen(len(r.sites)))
		conflict := fmt.Sprintf("%s is held by the site %s/%s", r.host, claim.Spec.Holder.Namespace, claim.Spec.Holder.Name)
		for i := range sites.Items {
			ready := meta.FindStatusCondition(sites.Items[i].Status.Conditions, hustingsv1alpha1.ConditionReady)
			g.Expect(ready).NotTo(BeNil(), sites.Items[i].Name)
			if sites.Items[i].UID == claim.Spec.Holder.UID {
				g.Expect(ready.Status).To(Equal(metav1.ConditionTrue), ready.Message)
				continue
			}
			g.Expect(ready.Reason).To(Equal(hustingsv1alpha1.ReasonHostConflict), sites.Items[i].Name)
			g.Expect(ready.Message).To(ContainSubstring(conflict), sites.Items[i].Name)
		}
		routes = r.routes(ctx, g)
		for i := range routes {
			g.Expect(apply.OwnerUIDs(&routes[i])).To(ConsistOf(string(claim.Spec.Holder.UID)))
		}
	}).WithPolling(200 * time.Millisecond).Should(Succeed())
	Expect(r.deployed(ctx)).To(ConsistOf(string(claim.Spec.Holder.UID)), "who does not have the host runs nothing")
	for _, o := range []client.Object{claim, &routes[0], &routes[1]} {
		Eventually(func() bool { return seen(r.seen, o) }).Should(BeTrue())
	}
	r.holder = claim.Spec.Holder.UID
	return r.holder
}

// routes are those of the host, and of those who come to it without TLS.
func (r *race) routes(ctx context.Context, g Gomega) []networkingv1.Ingress {
	list := &networkingv1.IngressList{}
	g.Expect(env.Client.List(ctx, list)).To(Succeed())
	of := slices.DeleteFunc(list.Items, func(i networkingv1.Ingress) bool {
		return !slices.ContainsFunc(i.Spec.Rules, func(rule networkingv1.IngressRule) bool { return rule.Host == string(r.host) })
	})
	g.Expect(of).To(HaveLen(2))
	return of
}

// deployed are the UIDs of those sites that are there and have a Deployment.
func (r *race) deployed(ctx context.Context) []string {
	GinkgoHelper()
	deployments := &appsv1.DeploymentList{}
	Expect(env.Client.List(ctx, deployments)).To(Succeed())
	var out []string
	for i := range deployments.Items {
		for _, uid := range apply.OwnerUIDs(&deployments.Items[i]) {
			if slices.ContainsFunc(r.sites, func(s *hustingsv1alpha1.CampaignSite) bool { return string(s.UID) == uid }) {
				out = append(out, uid)
			}
		}
	}
	return out
}
