package controllers

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/render"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/service"
)

const (
	// pollSoon and pollLate bound the pauses in which the scanner is asked whether it is done.
	pollSoon, pollLate = 500 * time.Millisecond, 5 * time.Second
	// retrySoon and retryLate bound the pauses after which a scan that went wrong is tried again.
	retrySoon, retryLate = 5 * time.Second, 10 * time.Minute
)

// ImageScanReconciler has every image scanned that a site names, once for each digest and ruleset, and drops the verdicts
// that are of no more use. A request's name is a digest.
type ImageScanReconciler struct {
	// Client reads from the cache and waits for its own writes.
	Client client.Client
	// Scanner does the work.
	Scanner *service.Client
	// Ruleset is the version of the rules whose verdicts count.
	Ruleset string
	// Window is the time within which images that run are scanned anew when the rules change.
	Window time.Duration
	// Now is the clock.
	Now func() time.Time

	started time.Time
	polls   *pauses
	retries *pauses
	unused  *unusedDigests
}

// Reconcile brings one digest to its verdict.
func (r *ImageScanReconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	digest := request.Name
	current, older, err := scansOf(ctx, r.Client, digest, r.Ruleset)
	if err != nil {
		return ctrl.Result{}, err
	}
	named, err := r.isNamed(ctx, digest)
	if err != nil {
		return ctrl.Result{}, err
	}
	if !named {
		return r.retire(ctx, digest, current, older)
	}
	r.unused.isUsed(digest)
	if current != nil && isFinal(current.Status.Verdict) {
		r.polls.forget(digest)
		r.retries.forget(digest)
		return ctrl.Result{}, r.supersede(ctx, older)
	}
	wanted, err := r.wanters(ctx, digest)
	if err != nil {
		return ctrl.Result{}, err
	}
	if len(wanted) == 0 {
		return ctrl.Result{}, nil // no site that names it may run it: it is not fetched
	}
	if pause := r.untilDue(digest, older, wanted); pause > 0 {
		return ctrl.Result{RequeueAfter: pause}, nil
	}
	if current == nil {
		return r.begin(ctx, digest)
	}
	return r.ask(ctx, current, wanted)
}

// isFinal says whether a verdict stands: an Error is tried again.
func isFinal(v hustingsv1alpha1.ScanVerdict) bool {
	return v != "" && v != hustingsv1alpha1.VerdictError
}

// scansOf are the ImageScan of a digest under a ruleset, if there is one, and those under others.
func scansOf(ctx context.Context, reader client.Reader, digest, ruleset string) (*hustingsv1alpha1.ImageScan, []hustingsv1alpha1.ImageScan, error) {
	list := &hustingsv1alpha1.ImageScanList{}
	if err := reader.List(ctx, list, client.MatchingFields{indexDigest: digest}); err != nil {
		return nil, nil, fmt.Errorf("read the scans of an image: %w", err)
	}
	var current *hustingsv1alpha1.ImageScan
	var older []hustingsv1alpha1.ImageScan
	for i := range list.Items {
		s := &list.Items[i]
		switch {
		case s.Spec.Ruleset != ruleset:
			older = append(older, *s)
		case s.Name == scanName(digest, ruleset):
			current = s
		}
	}
	return current, older, nil
}

// untilDue is how long an image waits: not at all, unless it only runs and an earlier ruleset has judged it. Then each
// has a time of its own within the window, the same in every window, so that a restart neither delays nor gathers them.
func (r *ImageScanReconciler) untilDue(digest string, older []hustingsv1alpha1.ImageScan, wanted []wanter) time.Duration {
	if wanted[0].waits {
		return 0
	}
	for i := range older {
		if isFinal(older[i].Status.Verdict) {
			return slot(digest, r.started, r.Window).Sub(r.Now())
		}
	}
	return 0
}

// slot is the first time from then on that is a key's own within a window.
func slot(key string, from time.Time, window time.Duration) time.Time {
	at := from.Truncate(window).Add(spread(key, window))
	if at.Before(from) {
		at = at.Add(window)
	}
	return at
}

// begin makes the ImageScan. The event that it is there comes back here.
func (r *ImageScanReconciler) begin(ctx context.Context, digest string) (ctrl.Result, error) {
	made := &hustingsv1alpha1.ImageScan{
		ObjectMeta: metav1.ObjectMeta{Name: scanName(digest, r.Ruleset)},
		Spec:       hustingsv1alpha1.ImageScanSpec{Digest: digest, Ruleset: r.Ruleset},
	}
	err := r.Client.Create(ctx, made, client.FieldOwner(render.FieldManager))
	if apierrors.IsAlreadyExists(err) {
		// The cache lags, or somebody made one of that name about something else: then the image waits until it is gone.
		ctrl.LoggerFrom(ctx).Info("An ImageScan of that name is there already", "name", made.Name, "digest", digest)
		return ctrl.Result{RequeueAfter: r.retries.next(digest, retrySoon, retryLate)}, nil
	}
	if err != nil {
		return ctrl.Result{}, fmt.Errorf("make an ImageScan: %w", err)
	}
	return ctrl.Result{}, nil
}

// ask asks the scanner, and writes down its answer once there is one.
func (r *ImageScanReconciler) ask(ctx context.Context, current *hustingsv1alpha1.ImageScan, wanted []wanter) (ctrl.Result, error) {
	digest := current.Spec.Digest
	from := r.choose(digest, wanted)
	answer, err := r.Scanner.Image(ctx, service.ImageRequest{Namespace: from.namespace, Image: from.image, Urgent: from.waits})
	if err != nil {
		if !isAway(err) {
			ctrl.LoggerFrom(ctx).Error(err, "The scanner refuses an image", "digest", digest)
			return ctrl.Result{RequeueAfter: r.retries.next(digest, retrySoon, retryLate)}, nil
		}
		return ctrl.Result{RequeueAfter: r.polls.next(digest, pollSoon, pollLate)}, nil
	}
	if answer.State != service.Done {
		return ctrl.Result{RequeueAfter: r.polls.next(digest, pollSoon, pollLate)}, nil
	}
	r.polls.forget(digest)
	result := r.checked(answer.Result, digest)
	if result.Verdict != scan.Error {
		return ctrl.Result{}, r.conclude(ctx, current, scanStatus(result, from.image))
	}
	if current.Status.Verdict == "" { // said once: texts of errors change from try to try, and each would be a write
		if err := r.conclude(ctx, current, scanStatus(result, from.image)); err != nil {
			return ctrl.Result{}, err
		}
	}
	ctrl.LoggerFrom(ctx).Info("An image could not be scanned and is tried again", "digest", digest, "reason", result.Message)
	return ctrl.Result{RequeueAfter: r.retries.next(digest, retrySoon, retryLate)}, nil
}

// isAway says whether the scanner is starting again or has too much to do: to be asked again soon, and no fault to report.
func isAway(err error) bool {
	return errors.Is(err, service.ErrUnavailable) || errors.Is(err, service.ErrBusy) || errors.Is(err, context.Canceled)
}

// choose is the image to scan: that of the first site, and each time that of the next one. Where one site has it from may
// be out of order, and where it waits, it is to wait in the line of every namespace that wants it.
func (r *ImageScanReconciler) choose(digest string, wanted []wanter) wanter {
	return wanted[(r.retries.times(digest)+r.polls.times(digest))%len(wanted)]
}

// checked is a result that is about the digest and by the rules that were meant, or an Error that says what is wrong.
func (r *ImageScanReconciler) checked(result scan.Result, digest string) scan.Result {
	switch {
	case result.Verdict == scan.Error:
	case result.Digest != digest:
		return scan.Result{Verdict: scan.Error, Message: "the scanner answered for another digest"}
	case result.Ruleset != r.Ruleset:
		return scan.Result{Verdict: scan.Error, Message: fmt.Sprintf("the scanner has rules %q and the operator %q: run both of one version", result.Ruleset, r.Ruleset)}
	}
	return result
}

// conclude writes a verdict, if no other was written since it was looked at.
func (r *ImageScanReconciler) conclude(ctx context.Context, current *hustingsv1alpha1.ImageScan, status hustingsv1alpha1.ImageScanStatus) error {
	patched := current.DeepCopy()
	patched.Status = status
	base := client.MergeFromWithOptions(current, client.MergeFromWithOptimisticLock{})
	err := r.Client.Status().Patch(ctx, patched, base, client.FieldOwner(render.FieldManager))
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("write a verdict: %w", err)
	}
	return nil
}
