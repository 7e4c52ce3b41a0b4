package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
	"github.com/hustings/hustings/internal/plan"
)

// Applier makes plans true.
type Applier struct {
	// Client reads from a cache that is trimmed by a Trimmer, indexed by IndexOwner and waits for its own writes. Its scheme
	// has a Go type for every kind.
	Client client.Client
	// Live reads from the API server; it is asked only about an object that exists and that the cache does not show, and
	// whether a site is still there before its first pods and route are made or anything is made again.
	Live client.Reader
	// Kinds are all kinds that a plan may hold, in the order in which they are written.
	Kinds []schema.GroupVersionKind
	// Available says whether the cluster has a kind, and the cache with it.
	Available func(schema.GroupVersionKind) bool
}

// Result is what Apply saw and did.
type Result struct {
	// Digest is the plan's.
	Digest string
	// Live are the site's objects as they are now, planned or not, sorted.
	Live []object.Object
	// Drift is what had been changed by somebody else and was put right.
	Drift []Drift
	// Contents hold those of the planned and the live objects that were compared.
	Contents *object.Contents
}

// Apply writes what differs from the plan, in the plan's order, and removes what is not in it. It stops at the first
// error, which is an *Error or a *CollisionError; only of a plan that was applied before, what can be repaired is repaired
// first. The Result is good as far as it goes. Where nothing differs there is
// no request.
func (a *Applier) Apply(ctx context.Context, site *hustingsv1alpha1.CampaignSite, p plan.Plan) (Result, error) {
	if len(p.Objects) == 0 || site.UID == "" {
		return Result{}, errors.New("there is no plan to apply") // to go on would remove everything
	}
	r := &run{Applier: a, site: site, planned: map[object.Ref]bool{}, contents: &object.Contents{}}
	for _, o := range p.Objects {
		r.planned[object.RefOf(o)] = true
		if autoscaler, ok := o.(*autoscalingv2.HorizontalPodAutoscaler); ok {
			r.leastPods = autoscaler.Spec.MinReplicas
		}
	}
	digest, err := p.Digest()
	if err != nil {
		return Result{}, fmt.Errorf("identify the plan: %w", err)
	}
	r.isKnown = digest == site.Status.Plan.Digest
	owned, err := a.Owned(ctx, site)
	if err != nil {
		return Result{}, err
	}
	r.live = owned
	err = r.converge(ctx, p.Objects)
	return Result{Live: r.live, Drift: r.drift, Digest: digest, Contents: r.contents}, err
}

// run is one Apply.
type run struct {
	*Applier
	site    *hustingsv1alpha1.CampaignSite
	planned map[object.Ref]bool
	// isKnown: this very plan was applied before, so a child that is missing was deleted by somebody.
	isKnown bool
	// isThere: the API server said in this run that the site is there.
	isThere bool
	// leastPods is how few pods the planned autoscaler allows; nil, there is none.
	leastPods *int32
	// held is why a child of a known plan could not be brought to it, the first of them.
	held     error
	live     []object.Object
	drift    []Drift
	contents *object.Contents
}

func (r *run) converge(ctx context.Context, objects []object.Object) error {
	if err := r.prune(ctx, IsRoute); err != nil {
		return err
	}
	for _, planned := range objects {
		if err := r.child(ctx, planned); err != nil && !r.goesOn(err) {
			return err
		}
	}
	if err := r.prune(ctx, func(object.Ref) bool { return true }); err != nil {
		return err
	}
	return r.held
}

// goesOn says whether the other children are repaired all the same when one cannot be brought to its plan: those of a plan that
// was applied before are. Whoever makes one collide must not end the repair of all.
func (r *run) goesOn(err error) bool {
	var failure *Error
	isOfOne := errors.As(err, new(*CollisionError)) || errors.As(err, &failure) && failure.Class != Transient
	if !isOfOne || !r.isKnown {
		return false
	}
	if r.held == nil {
		r.held = err
	}
	return true
}

// child brings one child to its plan.
func (r *run) child(ctx context.Context, planned object.Object) error {
	w, err := want(r.site, planned, r.contents)
	if err != nil {
		return err
	}
	if !r.Available(planned.GetObjectKind().GroupVersionKind()) {
		return &Error{Class: MissingKind, Ref: w.ref, Err: errors.New("its kind is not installed in the cluster")}
	}
	live, err := r.read(ctx, r.Client, w.ref)
	switch {
	case apierrors.IsNotFound(err):
		return r.create(ctx, w)
	case err != nil:
		return failed(w.ref, err)
	}
	return r.repair(ctx, w, live)
}

// create makes a child that the cache does not show. Where one exists all the same, because its label was taken away,
// the cache lags or it is not ours, the API server answers that it exists and has changed nothing.
func (r *run) create(ctx context.Context, w wanted) error {
	if r.held != nil && startsTraffic(w.ref) {
		// What protects it is not all there, so it is not made; one that is there without its label is repaired.
		live, err := r.read(ctx, r.Live, w.ref)
		if apierrors.IsNotFound(err) {
			return r.held
		}
		if err != nil {
			return &Error{Class: Transient, Ref: w.ref, Err: err}
		}
		return r.repair(ctx, w, live)
	}
	if r.needsSite(w.ref) {
		if err := r.checkSite(ctx); err != nil {
			return err
		}
	}
	made, err := r.post(ctx, w.ref, w.created(r.leastPods))
	if err == nil {
		if r.isKnown {
			r.drift = append(r.drift, Drift{Ref: w.ref, Deleted: true})
		}
		return r.repair(ctx, w, made) // what came of it may not be what was sent: a webhook, or an API server that is older
	}
	// A quota or a policy refuses before the API server sees that the name is taken.
	if !apierrors.IsAlreadyExists(err) && classOf(err) != Refused {
		return failed(w.ref, err)
	}
	live, readErr := r.read(ctx, r.Live, w.ref)
	switch {
	case apierrors.IsNotFound(readErr):
		return failed(w.ref, err)
	case readErr != nil:
		return &Error{Class: Transient, Ref: w.ref, Err: readErr}
	}
	return r.repair(ctx, w, live)
}

// repair writes what differs between a child that exists and its plan.
func (r *run) repair(ctx context.Context, w wanted, live object.Object) error {
	if err := checkOwner(r.site, w.ref, live); err != nil {
		return err
	}
	r.keep(live)
	found, err := inspect(w, live, r.contents)
	if err != nil || found.none() {
		return err
	}
	left := found
	if found.apply {
		if live, left, err = r.update(ctx, w, live); err != nil {
			return err
		}
	}
	if len(left.extra) > 0 {
		if left, err = r.takeAway(ctx, w, live, left.extra); err != nil {
			return err
		}
	}
	if len(found.drift) > 0 && left.none() {
		r.drift = append(r.drift, Drift{Ref: w.ref, Fields: found.drift, Managers: found.managers})
	}
	return nil
}

// update applies the plan to the live object, and no other that may have its name by now.
func (r *run) update(ctx context.Context, w wanted, live object.Object) (object.Object, difference, error) {
	if err := r.settleOwnership(ctx, w, live); err != nil {
		return nil, difference{}, err
	}
	body, err := w.updateOnly(live.GetUID())
	if err != nil {
		return nil, difference{}, err
	}
	return r.rewrite(ctx, w, types.ApplyPatchType, body)
}

// takeAway removes fields that others own, which applying cannot.
func (r *run) takeAway(ctx context.Context, w wanted, live object.Object, extra [][]string) (difference, error) {
	body, err := removal(live.GetResourceVersion(), extra)
	if err != nil {
		return difference{}, err
	}
	_, left, err := r.rewrite(ctx, w, types.JSONPatchType, body)
	return left, err
}

// rewrite patches a child and compares what came of it.
func (r *run) rewrite(ctx context.Context, w wanted, kind types.PatchType, body []byte) (object.Object, difference, error) {
	after, err := r.patch(ctx, w.ref, kind, body)
	if err != nil {
		return nil, difference{}, failed(w.ref, err)
	}
	r.keep(after)
	left, err := inspect(w, after, r.contents)
	return after, left, err
}

// keep remembers a child as it is now.
func (r *run) keep(o object.Object) {
	ref := object.RefOf(o)
	at, found := slices.BinarySearchFunc(r.live, ref, func(o object.Object, ref object.Ref) int { return object.RefOf(o).Compare(ref) })
	if found {
		r.live[at] = o
		return
	}
	r.live = slices.Insert(r.live, at, o)
}

// forget drops a child that was removed.
func (r *run) forget(ref object.Ref) {
	r.live = slices.DeleteFunc(r.live, func(o object.Object) bool { return object.RefOf(o) == ref })
}

// prune removes the site's objects that are not planned, those written last first. Each must be the very object that
// was seen, unchanged: what is not seen is never removed, and nothing is removed by label alone.
func (r *run) prune(ctx context.Context, due func(object.Ref) bool) error {
	for _, kind := range slices.Backward(r.Kinds) {
		for _, o := range slices.Clone(r.live) {
			ref := object.RefOf(o)
			if o.GetObjectKind().GroupVersionKind() != kind || r.planned[ref] || !due(ref) {
				continue
			}
			if err := r.Remove(ctx, o); err != nil {
				return fmt.Errorf("remove: %w", err)
			}
			r.forget(ref)
		}
	}
	return nil
}

// Remove deletes an object of a site, and nothing else that may have its name by now. A route that goes on nevertheless is an *Error of class
// Waiting.
func (a *Applier) Remove(ctx context.Context, o object.Object) error {
	target, ok := o.(client.Object)
	if !ok || o.GetUID() == "" || len(OwnerUIDs(o)) == 0 {
		return fmt.Errorf("%s is not a site's", object.RefOf(o))
	}
	if o.GetDeletionTimestamp() != nil {
		return outlives(o)
	}
	uid, version := o.GetUID(), o.GetResourceVersion()
	err := a.Client.Delete(ctx, target, client.Preconditions{UID: &uid, ResourceVersion: &version})
	if err != nil && !apierrors.IsNotFound(err) {
		return failed(object.RefOf(o), err)
	}
	if err != nil {
		return nil
	}
	return outlives(o)
}
