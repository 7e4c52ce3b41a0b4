package integration

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
	watchtools "k8s.io/client-go/tools/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/plan"
	"github.com/hustings/hustings/internal/render"
	"github.com/hustings/hustings/test/cluster"
)

// Recorder watches every owned kind from the start, by a client of its own. One etcd numbers all changes, so sorted by
// resourceVersion they are the history of the cluster.
type Recorder struct {
	mu     sync.Mutex
	events []recorded
	lost   []string
	// lists read what there is now, of each kind.
	lists []func() (*unstructured.UnstructuredList, error)
	// gaps are where an API server that began anew did not say what had happened.
	gaps []gap
	// exempt are digests that a test lets run without a clean verdict.
	exempt []string
	cancel context.CancelFunc
	wg     sync.WaitGroup
	c      *cluster.Cluster
	ctx    context.Context //nolint:containedctx // the life of the watches
}

type recorded struct {
	version int64
	kind    string
	event   watch.EventType
	object  *unstructured.Unstructured
}

// gap is what lies between two versions of a kind.
type gap struct {
	kind     string
	from, to int64
}

// Record starts to watch the kinds that every cluster has.
func Record(ctx context.Context, c *cluster.Cluster) *Recorder {
	ctx, cancel := context.WithCancel(ctx)
	r := &Recorder{cancel: cancel, c: c, ctx: ctx}
	for _, gvk := range plan.OwnedKinds() {
		if gvk.Group != "traefik.io" {
			r.Watch(gvk)
		}
	}
	r.watch(hustingsv1alpha1.GroupVersion.WithKind("ImageScan"))
	return r
}

// Exempt lets a digest run without a clean verdict: its site's class audits, or allows what was found.
func (r *Recorder) Exempt(digest string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.exempt = append(r.exempt, digest)
}

// Watch adds a kind of sites' objects.
func (r *Recorder) Watch(gvk schema.GroupVersionKind) {
	r.watch(gvk, client.HasLabels{render.LabelSite})
}

func (r *Recorder) watch(gvk schema.GroupVersionKind, options ...client.ListOption) {
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(gvk.GroupVersion().WithKind(gvk.Kind + "List"))
	Eventually(func() error { // a kind that is established is named in discovery a moment later
		return r.c.Client.List(r.ctx, list, options...)
	}).Should(Succeed())
	for i := range list.Items {
		r.add(gvk.Kind, watch.Added, &list.Items[i], list.Items[i].GetResourceVersion())
	}
	r.mu.Lock()
	r.lists = append(r.lists, func() (*unstructured.UnstructuredList, error) {
		now := &unstructured.UnstructuredList{Object: map[string]any{"apiVersion": list.GetAPIVersion(), "kind": list.GetKind()}}
		return now, r.c.Client.List(r.ctx, now, options...)
	})
	r.mu.Unlock()
	r.wg.Go(func() {
		for r.ctx.Err() == nil {
			r.follow(gvk.Kind, list, options)
			r.relist(gvk.Kind, list, options)
		}
	})
}

// follow records what happens after a list, until the API server does not know any more what happened.
func (r *Recorder) follow(kind string, list *unstructured.UnstructuredList, options []client.ListOption) {
	watcher, err := watchtools.NewRetryWatcherWithContext(r.ctx, list.GetResourceVersion(), &cache.ListWatch{
		WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			like := &unstructured.UnstructuredList{Object: map[string]any{"apiVersion": list.GetAPIVersion(), "kind": list.GetKind()}}
			return r.c.Client.Watch(ctx, like, append(slices.Clone(options), &client.ListOptions{Raw: &o})...)
		},
	})
	if err != nil {
		r.lose(fmt.Sprintf("%s: %v", kind, err))
		return
	}
	for event := range watcher.ResultChan() {
		if o, ok := event.Object.(*unstructured.Unstructured); ok {
			r.add(kind, event.Type, o, o.GetResourceVersion())
		}
	}
}

// listed is the event of an object that is there once the API server has begun to remember anew: it came at the version that
// it has at the latest, and what was there then is not known.
const listed = watch.EventType("LISTED")

// relist records what there is now, in place of what happened since.
func (r *Recorder) relist(kind string, list *unstructured.UnstructuredList, options []client.ListOption) {
	err := wait.PollUntilContextCancel(r.ctx, 100*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		return r.c.Client.List(ctx, list, options...) == nil, nil
	})
	if err != nil {
		return // it is the end
	}
	r.skipped(kind, list.GetResourceVersion())
	there := map[types.UID]bool{}
	for i := range list.Items {
		there[list.Items[i].GetUID()] = true
		r.add(kind, listed, &list.Items[i], list.Items[i].GetResourceVersion())
	}
	known := map[types.UID]*unstructured.Unstructured{}
	for _, e := range r.history() {
		if e.kind == kind && e.event == watch.Deleted {
			delete(known, e.object.GetUID())
		} else if e.kind == kind {
			known[e.object.GetUID()] = e.object
		}
	}
	for uid, o := range known {
		if !there[uid] {
			r.add(kind, watch.Deleted, o, list.GetResourceVersion())
		}
	}
}

// skipped notes that nothing is known of a kind from what was recorded last to a version.
func (r *Recorder) skipped(kind, version string) {
	to, err := strconv.ParseInt(version, 10, 64)
	if err != nil {
		r.lose(fmt.Sprintf("%s: %v", kind, err))
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var from int64
	for _, e := range r.events {
		if e.kind == kind {
			from = max(from, e.version)
		}
	}
	r.gaps = append(r.gaps, gap{kind, from, to})
}

// isInGap says whether something happened while it was not known what happened to a kind.
func (r *Recorder) isInGap(kind string, e recorded) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return e.event == listed || slices.ContainsFunc(r.gaps, func(g gap) bool { return g.kind == kind && e.version > g.from && e.version <= g.to })
}

func (r *Recorder) add(kind string, event watch.EventType, o *unstructured.Unstructured, version string) {
	number, err := strconv.ParseInt(version, 10, 64)
	if err != nil {
		r.lose(fmt.Sprintf("%s: %v", kind, err))
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, recorded{number, kind, event, o})
}

// lose notes that something was not seen.
func (r *Recorder) lose(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lost = append(r.lost, what)
}

// Missing are objects whose present version was not recorded yet: a watch that began anew is a second late.
func (r *Recorder) Missing() ([]string, error) {
	r.mu.Lock()
	lists := slices.Clone(r.lists)
	r.mu.Unlock()
	versions := map[types.UID]string{}
	for _, e := range r.history() {
		versions[e.object.GetUID()] = e.object.GetResourceVersion()
	}
	var missing []string
	for _, list := range lists {
		now, err := list()
		if err != nil {
			return nil, err
		}
		for i := range now.Items {
			if o := &now.Items[i]; versions[o.GetUID()] != o.GetResourceVersion() {
				missing = append(missing, fmt.Sprintf("%s %s/%s", o.GetKind(), o.GetNamespace(), o.GetName()))
			}
		}
	}
	return missing, nil
}

// Lost is what was not recorded: where there is any, the history proves nothing.
func (r *Recorder) Lost() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.lost)
}

// Stop ends the watches.
func (r *Recorder) Stop() {
	r.cancel()
	r.wg.Wait()
}

// history is all that was recorded, in order.
func (r *Recorder) history() []recorded {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := slices.Clone(r.events)
	slices.SortStableFunc(out, func(a, b recorded) int { return int(a.version - b.version) })
	return out
}

// Exposures replays the history and returns every moment at which a site was exposed before it was protected: a
// Deployment without its three policies, a route without its chain of Middlewares, a host with routes of two sites.
// What a test made itself exposes nothing, but it is there: nobody else may have a route beside it.
func (r *Recorder) Exposures() []string {
	live := map[string]map[string]*unstructured.Unstructured{} // namespace/site -> kind/name -> object
	var out []string
	clean := map[string]bool{}
	for _, e := range r.history() {
		if e.kind == "ImageScan" {
			digest, _, _ := unstructured.NestedString(e.object.Object, "spec", "digest")
			verdict, _, _ := unstructured.NestedString(e.object.Object, "status", "verdict")
			clean[digest] = clean[digest] || verdict == string(hustingsv1alpha1.VerdictClean)
			continue
		}
		if e.kind == "Deployment" && e.event != watch.Deleted {
			out = append(out, r.unscanned(clean, e)...)
		}
		site := e.object.GetNamespace() + "/" + e.object.GetLabels()[render.LabelSite]
		if live[site] == nil {
			live[site] = map[string]*unstructured.Unstructured{}
		}
		key := e.kind + "/" + e.object.GetName()
		if e.event == watch.Deleted {
			delete(live[site], key)
			continue
		}
		created := live[site][key] == nil && e.event != listed
		live[site][key] = e.object
		if created && e.object.GetLabels()[labelByHand] == "" {
			out = append(out, r.exposed(live, site, e)...)
		}
	}
	return out
}

// unscanned is the image of a Deployment that has no clean verdict at that moment. One that came while nothing is known of the
// verdicts may have had one.
func (r *Recorder) unscanned(clean map[string]bool, e recorded) []string {
	containers, _, _ := unstructured.NestedSlice(e.object.Object, "spec", "template", "spec", "containers")
	var out []string
	for _, c := range containers {
		container, _ := c.(map[string]any)
		image := fmt.Sprint(container["image"])
		digest := facts.DigestOf(image)
		clean[digest] = clean[digest] || r.isInGap("ImageScan", e)
		if !clean[digest] && !slices.Contains(r.exempt, digest) {
			out = append(out, fmt.Sprintf("rv %d: Deployment %s/%s runs %s, which has no clean verdict", e.version, e.object.GetNamespace(), e.object.GetName(), image))
		}
	}
	return out
}

// exposed is what a new Deployment or route lacks. What came while nothing is known of its kind may have been there.
func (r *Recorder) exposed(live map[string]map[string]*unstructured.Unstructured, site string, e recorded) []string {
	base := e.object.GetLabels()[render.LabelSite]
	var wants []string
	switch e.kind {
	case "Deployment":
		wants = []string{"NetworkPolicy/" + base + "-deny", "NetworkPolicy/" + base + "-ingress", "NetworkPolicy/" + base + "-egress"}
	case "Ingress":
		wants = []string{
			"NetworkPolicy/" + base + "-deny", "NetworkPolicy/" + base + "-ingress", "Deployment/" + base,
			"Middleware/" + base + "-chain", "Middleware/" + base + "-rate", "Middleware/" + base + "-headers",
		}
	}
	var out []string
	for _, want := range wants {
		if kind, _, _ := strings.Cut(want, "/"); live[site][want] == nil && !r.isInGap(kind, e) {
			out = append(out, fmt.Sprintf("rv %d: %s %s/%s was there before %s", e.version, e.kind, e.object.GetNamespace(), e.object.GetName(), want))
		}
	}
	if e.kind == "Ingress" {
		for other, objects := range live {
			for _, o := range objects {
				if other != site && o.GetKind() == "Ingress" && sharesHost(o, e.object) {
					out = append(out, fmt.Sprintf("rv %d: %s and %s route the same host", e.version, site, other))
				}
			}
		}
	}
	return out
}

func sharesHost(a, b *unstructured.Unstructured) bool {
	hosts := func(u *unstructured.Unstructured) []string {
		rules, _, _ := unstructured.NestedSlice(u.Object, "spec", "rules")
		var out []string
		for _, r := range rules {
			if rule, ok := r.(map[string]any); ok {
				out = append(out, fmt.Sprint(rule["host"]))
			}
		}
		return out
	}
	return slices.ContainsFunc(hosts(a), func(h string) bool { return slices.Contains(hosts(b), h) })
}
