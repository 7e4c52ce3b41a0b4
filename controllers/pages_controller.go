package controllers

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
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

// PagesReconciler looks at what sites serve: after every rollout, and every now and then as their class says.
//
//	no pods ─► pods available ─► due? ─► asked ─► polled ─► done: Answers, and the site if they are new
//	               ▲               │ no                        │
//	               └───────────────┴──── interval, spread ◄────┘
//
// It writes nothing: what it saw is a fact that the site's reconciler reads.
type PagesReconciler struct {
	// Client reads from the cache.
	Client client.Client
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
	// rollout that was looked at last, or is being looked at.
	rollout string
	// last is when the last look ended; zero, there was none in this process.
	last time.Time
	// notBefore is when the next look may begin after one that could not be made, whatever happens until then.
	notBefore time.Time
	// key of the look that is under way; empty, none is.
	key string
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
	deployment, err := deploymentOf(ctx, r.Client, site)
	if err != nil {
		return ctrl.Result{}, err
	}
	if !availabilityOf(deployment, "").isAvailable {
		return ctrl.Result{}, nil // the Deployment's next event comes back here
	}
	if at.key == "" {
		if pause := r.untilDue(site, class, deployment, at); pause > 0 {
			r.looks.put(name, at)
			return ctrl.Result{RequeueAfter: pause}, nil
		}
		at.rollout = deployment.Annotations[annotationRevision]
		at.key = fmt.Sprintf("%s/%s/%d", site.UID, at.rollout, r.Now().Unix())
	}
	return r.look(ctx, site, at)
}

// untilDue is how long a site waits for its next look. A rollout under way is waited for, unless it gets nowhere; then
// the pods there are looked at as always.
func (r *PagesReconciler) untilDue(site *hustingsv1alpha1.CampaignSite, class *hustingsv1alpha1.SiteClass, d *appsv1.Deployment, at look) time.Duration {
	if pause := at.notBefore.Sub(r.Now()); pause > 0 {
		return pause
	}
	rollout, interval := d.Annotations[annotationRevision], facts.RescanInterval(class)
	known := at.rollout
	if at.last.IsZero() {
		known = site.Status.Leaks.Rollout
	}
	if known != rollout && !availabilityOf(d, "").isRolling {
		return 0
	}
	next := at.last.Add(interval - interval/10 + spread(string(site.UID), interval/5))
	if at.last.IsZero() {
		next = r.started.Add(spread(string(site.UID), interval))
	}
	return max(0, next.Sub(r.Now()))
}

// look asks the scanner for the look that is under way.
func (r *PagesReconciler) look(ctx context.Context, site *hustingsv1alpha1.CampaignSite, at look) (ctrl.Result, error) {
	name := client.ObjectKeyFromObject(site)
	addresses, err := addressesOf(ctx, r.Client, site)
	if err != nil {
		return ctrl.Result{}, err
	}
	if len(addresses) == 0 {
		return ctrl.Result{RequeueAfter: endpointsPause}, nil
	}
	hosts := make([]string, 0, len(site.Spec.Hosts))
	for _, host := range site.Spec.Hosts {
		hosts = append(hosts, string(host))
	}
	answer, err := r.Scanner.Pages(ctx, service.PagesRequest{
		Key: at.key, Namespace: site.Namespace, Site: site.Name, Addresses: addresses, Hosts: hosts, Entry: entries(site),
	})
	r.looks.put(name, at)
	if err != nil || answer.State != service.Done {
		if err != nil && !isAway(err) {
			ctrl.LoggerFrom(ctx).Error(err, "The scanner refuses a site")
			return r.pause(site, at), nil
		}
		return ctrl.Result{RequeueAfter: r.polls.next(name.String(), pollSoon, pollLate)}, nil
	}
	r.polls.forget(name.String())
	isError := answer.Served.Verdict == scan.Error || answer.Exposed.Verdict == scan.Error
	if isError && r.retries.times(name.String()) < pageRetries {
		return r.pause(site, at), nil
	}
	at.key = ""
	r.retries.forget(name.String())
	known := r.Answers.of(site)
	isSame := known.Rollout == at.rollout
	r.Answers.put(ctx, site, hustingsv1alpha1.LeakStatus{
		Rollout: bounded(at.rollout, maxRollout),
		Served:  mergePages(known.Served, isSame, answer.Served),
		Exposed: mergePages(known.Exposed, isSame, answer.Exposed),
	})
	at.last = r.Now()
	r.looks.put(name, at)
	return ctrl.Result{RequeueAfter: time.Second}, nil // to wait for the next one
}

// pause is what follows on a look that could not be made: a new one, after a while, whatever happens until then.
func (r *PagesReconciler) pause(site *hustingsv1alpha1.CampaignSite, at look) ctrl.Result {
	name := client.ObjectKeyFromObject(site)
	pause := r.retries.next(name.String(), retrySoon, retryLate)
	r.looks.put(name, look{uid: at.uid, last: at.last, rollout: r.Answers.of(site).Rollout, notBefore: r.Now().Add(pause)})
	return ctrl.Result{RequeueAfter: pause}
}

// entries are the paths that are looked at first: those that the site itself names.
func entries(site *hustingsv1alpha1.CampaignSite) []string {
	if h := site.Spec.Health; h != nil && h.Path != "" && h.Path != "/" {
		return []string{"/", h.Path}
	}
	return []string{"/"}
}

// maxRollout bounds the number of a rollout, which is text.
const maxRollout = 32

// forget drops what is known of a site that is gone.
func (r *PagesReconciler) forget(name types.NamespacedName, at look) {
	r.polls.forget(name.String())
	r.retries.forget(name.String())
	r.looks.put(name, look{})
	r.Answers.forget(at.uid)
}

// classOf is the class of a site; nil, it has none that can be used, which the site says itself.
func classOf(ctx context.Context, reader client.Reader, site *hustingsv1alpha1.CampaignSite) (*hustingsv1alpha1.SiteClass, error) {
	classes := &hustingsv1alpha1.SiteClassList{}
	if err := reader.List(ctx, classes); err != nil {
		return nil, fmt.Errorf("read classes: %w", err)
	}
	class, err := facts.SelectClass(site, classes.Items)
	var none *facts.ClassError
	if errors.As(err, &none) {
		return nil, nil
	}
	return class, err
}
