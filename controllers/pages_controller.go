package controllers

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/service"
)

const (
	// annotationRevision is what the Deployment's controller numbers its templates by.
	annotationRevision = "deployment.kubernetes.io/revision"
	// endpointsPause is when pods that are available and have no address yet are looked for again.
	endpointsPause = 2 * time.Second
	// pageRetries are made soon after a look that could not be made: pods that have just started may not answer yet.
	pageRetries = 3
)

// PagesReconciler looks at what sites serve and mount: after every rollout, and every now and then as their class says. What
// a site mounts is looked at together with its pages; alone where the pods of a rollout do not come up, and where there
// is no page to fetch.
//
//	no pods ─► pods available ─► due? ─► asked ─► polled ─► done: Answers, and the site if they are new
//	   │           ▲               │ no                        │
//	   │           └───────────────┴──── interval, spread ◄────┘
//	   └─► does it mount anything? ─► due? ─► the same, for that alone
//
// It writes nothing: what it saw is a fact that the site's reconciler reads.
type PagesReconciler struct {
	// Client reads from the cache.
	Client client.Client
	// Live reads from the API server: ConfigMaps, when they are looked at. No cache holds any.
	Live client.Reader
	// Scanner does the work.
	Scanner *service.Client
	// Answers take what was seen.
	Answers *Answers
	// Now is the clock.
	Now func() time.Time

	// started is when this process began to lead: one that has waited for a week must not find every site due at once.
	started time.Time
	leads   sync.Once
	polls   *pauses
	retries *pauses
	looks   *looks
}

// look is where the looking at one site has come to.
type look struct {
	uid types.UID
	// begun is the rollout that goes on, since it was first seen here; pages and mounted are what was looked at last.
	begun, pages, mounted moment
	// notBefore is when the next look may begin after one that could not be made, whatever happens until then.
	notBefore time.Time
	// key of the look that is under way; empty, none is.
	key string
	// rollout that is being looked at, and whether only what it mounts is. served is the rollout that the pages are of, as far as
	// that is known: while pods of an earlier one are there, nobody can say.
	rollout, served string
	onlyMounted     bool
}

// moment is a rollout and a time in this process; zero, there was none.
type moment struct {
	rollout string
	at      time.Time
}

// looks are kept in memory: after a restart each site has a time of its own within its interval.
type looks struct {
	mu     sync.Mutex
	bySite map[types.NamespacedName]look
}

func (l *looks) of(name types.NamespacedName) look {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.bySite[name]
}

func (l *looks) put(name types.NamespacedName, at look) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at == (look{}) {
		delete(l.bySite, name)
		return
	}
	l.bySite[name] = at
}

// Reconcile looks at one site, if it is time.
func (r *PagesReconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	r.leads.Do(func() { r.started = r.Now() })
	name, at := request.NamespacedName, r.looks.of(request.NamespacedName)
	site := &hustingsv1alpha1.CampaignSite{}
	err := r.Client.Get(ctx, name, site)
	if client.IgnoreNotFound(err) != nil {
		return ctrl.Result{}, fmt.Errorf("read the site: %w", err)
	}
	if apierrors.IsNotFound(err) || site.UID != at.uid || !site.DeletionTimestamp.IsZero() {
		r.forget(name, at)
		at = look{uid: site.UID}
	}
	if apierrors.IsNotFound(err) || !site.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil
	}
	class, err := classOf(ctx, r.Client, site)
	if class == nil || err != nil {
		return ctrl.Result{}, err
	}
	site = withAllHosts(site)
	deployment, err := deploymentOf(ctx, r.Client, site)
	if err != nil {
		return ctrl.Result{}, err
	}
	var addresses []netip.AddrPort
	if availabilityOf(deployment, "").isAvailable {
		if addresses, err = addressesOf(ctx, r.Client, site); err != nil {
			return ctrl.Result{}, err
		}
	}
	mounts := mountsOf(deployment)
	if deployment != nil {
		r.unmount(ctx, site, mounts)
	}
	if !at.onlyMounted && len(addresses) == 0 || at.onlyMounted && len(mounts) == 0 {
		at.key = "" // what was looked at is gone, and with it the use of what comes of that look
	}
	if at.key == "" {
		var pause time.Duration
		if at, pause = r.next(site, class, deployment, at, len(addresses) > 0); at.key == "" {
			r.looks.put(name, at)
			return ctrl.Result{RequeueAfter: pause}, nil
		}
	}
	return r.look(ctx, site, at, addresses, mounts)
}

// look asks the scanner for the look that is under way.
func (r *PagesReconciler) look(ctx context.Context, site *hustingsv1alpha1.CampaignSite, at look, addresses []netip.AddrPort, mounts []string) (ctrl.Result, error) {
	name := client.ObjectKeyFromObject(site)
	answer, err := r.ask(ctx, site, at, addresses, mounts)
	r.looks.put(name, at)
	if errors.Is(err, errUnread) {
		return ctrl.Result{}, err
	}
	if err != nil || answer.State != service.Done {
		if err != nil && !isAway(err) {
			ctrl.LoggerFrom(ctx).Error(err, "The scanner refuses a site")
			return r.pause(site, at), nil
		}
		return ctrl.Result{RequeueAfter: r.polls.next(name.String(), pollSoon, pollLate)}, nil
	}
	r.polls.forget(name.String())
	again := r.retries.times(name.String()) < pageRetries
	at, isWhole := r.conclude(ctx, site, at, mounts, answer, again)
	if !isWhole {
		return r.pause(site, at), nil
	}
	at.key = ""
	r.retries.forget(name.String())
	r.looks.put(name, at)
	return ctrl.Result{RequeueAfter: time.Second}, nil // to wait for the next one
}

// conclude takes what a look saw. Where it is to be made again, what could not be seen is not said yet; isWhole is false then.
func (r *PagesReconciler) conclude(ctx context.Context, site *hustingsv1alpha1.CampaignSite, at look, mounts []string, answer service.PagesAnswer, again bool) (after look, isWhole bool) {
	known := r.Answers.of(site)
	seen, last := known, moment{rollout: at.rollout, at: r.Now()}
	isWhole = true
	switch {
	case answer.Mounted.Verdict == "": // it was not asked for
	case again && answer.Mounted.Verdict == scan.Error:
		isWhole = false
	default:
		seen.Mounted, seen.MountedRollout = mergeMounted(mounts, known, at.rollout, answer.Mounted), at.rollout
		at.mounted = last
	}
	switch {
	case at.onlyMounted:
	case again && (answer.Served.Verdict == scan.Error || answer.Exposed.Verdict == scan.Error):
		isWhole = false
	default:
		isSame := known.Rollout == at.served
		seen.Served, seen.Exposed = mergePages(known.Served, isSame, answer.Served), mergePages(known.Exposed, isSame, answer.Exposed)
		seen.Rollout, at.pages = at.served, moment{rollout: at.served, at: last.at}
	}
	r.Answers.put(ctx, site, seen)
	return at, isWhole
}

// pause is what follows on a look that could not be made: a new one, after a while, whatever happens until then.
func (r *PagesReconciler) pause(site *hustingsv1alpha1.CampaignSite, at look) ctrl.Result {
	name := client.ObjectKeyFromObject(site)
	pause := r.retries.next(name.String(), retrySoon, retryLate)
	r.looks.put(name, look{uid: at.uid, begun: at.begun, pages: at.pages, mounted: at.mounted, notBefore: r.Now().Add(pause)})
	return ctrl.Result{RequeueAfter: pause}
}

// entries are the paths that are looked at first: those that the site itself names.
func entries(site *hustingsv1alpha1.CampaignSite) []string {
	paths := []string{"/"}
	for _, spec := range specsOf(site) {
		if h := spec.Health; h != nil && h.Path != "" && !slices.Contains(paths, h.Path) {
			paths = append(paths, h.Path)
		}
	}
	return paths
}

const (
	// maxRollout bounds the name of a rollout, in which the number is text.
	maxRollout = 32
	// uidPrefix is how much of a UID tells the Deployments of a site apart.
	uidPrefix = 8
)

// rolloutOf tells a rollout from every other of the site, as the status has it: by its number, and by which Deployment counts,
// for one that is made anew begins at 1 again. Empty, the Deployment's controller has not seen it yet.
func rolloutOf(d *appsv1.Deployment) string {
	number, uid := d.Annotations[annotationRevision], string(d.UID)
	if number == "" {
		return ""
	}
	return bounded(number+"-"+uid[:min(len(uid), uidPrefix)], maxRollout)
}

// forget drops what is known of a site that is gone.
func (r *PagesReconciler) forget(name types.NamespacedName, at look) {
	r.polls.forget(name.String())
	r.retries.forget(name.String())
	r.looks.put(name, look{})
	r.Answers.forget(at.uid)
}

// classOf is the class of a site, or of what stands of it; nil, it has none that can be used, which the site says itself.
func classOf(ctx context.Context, reader client.Reader, site *hustingsv1alpha1.CampaignSite) (*hustingsv1alpha1.SiteClass, error) {
	classes := &hustingsv1alpha1.SiteClassList{}
	if err := reader.List(ctx, classes); err != nil {
		return nil, fmt.Errorf("read classes: %w", err)
	}
	for _, class := range classesAmong(site, classes.Items) {
		return class, nil
	}
	return nil, nil
}
