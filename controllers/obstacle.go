package controllers

import (
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/apply"
)

const (
	// refusedPause is how long a request waits that the API server refuses: what it waits for, such as a quota or an
	// object of somebody else, is not watched.
	refusedPause = time.Minute
	// missingPause is how long a kind waits that was said to be there and is not: the API servers learn of it one by one.
	missingPause = 10 * time.Second
	// waitPause is how long to wait for something that is being deleted, or that somebody else is writing.
	waitPause = time.Second
)

// obstacle is why a reconcile did not come to its end, and what to do about it.
type obstacle struct {
	// reason and message are those of the condition Ready.
	reason, message string
	// stalled: nothing will change until somebody edits something.
	stalled bool
	// stands: what was applied before is kept as it is meanwhile; of a suspended site, routes that it has lost are withdrawn.
	stands bool
	// retry is when to try again; zero, when something that is watched changes.
	retry time.Duration
	// err is tried again with growing pauses.
	err error
}

func (o *obstacle) Error() string { return o.message }

// Unwrap gives the error that is tried again, if any.
func (o *obstacle) Unwrap() error { return o.err }

// obstacleOf turns the error of a step into an obstacle: one that the step made, one by the class of an apply, or a
// request that failed and is tried again.
func obstacleOf(err error) *obstacle {
	var made *obstacle
	if errors.As(err, &made) {
		return made
	}
	var collision *apply.CollisionError
	if errors.As(err, &collision) {
		return &obstacle{reason: hustingsv1alpha1.ReasonCollision, message: collision.Error(), stalled: true, retry: refusedPause}
	}
	var failure *apply.Error
	if !errors.As(err, &failure) {
		return transient("a request", err)
	}
	switch failure.Class {
	case apply.Refused:
		return &obstacle{
			reason: hustingsv1alpha1.ReasonApplyRefused, stalled: true, retry: refusedPause,
			message: fmt.Sprintf("the API server refuses %s: %s", failure.Ref, failure.Err),
		}
	case apply.MissingKind:
		return &obstacle{
			reason: hustingsv1alpha1.ReasonEdgeUnavailable, stalled: true, retry: missingPause,
			message: fmt.Sprintf("the cluster has no kind %s of %s: have the platform team install the edge's CRDs; the site is not routed until then",
				failure.Ref.Kind, failure.Ref.APIVersion),
		}
	case apply.Waiting:
		return &obstacle{
			reason: hustingsv1alpha1.ReasonProgressing, retry: waitPause,
			message: fmt.Sprintf("waiting for an earlier %s, which is being deleted; if that does not end, its metadata.finalizers keep it", failure.Ref),
		}
	case apply.Contended:
		return &obstacle{
			reason: hustingsv1alpha1.ReasonTransientError, retry: waitPause,
			message: fmt.Sprintf("%s could not be changed, for somebody writes it all the time; its metadata.managedFields say who", failure.Ref),
		}
	case apply.Transient:
	}
	return transient(failure.Ref.String(), err)
}

// transient is a request that is tried again. Its text stays out of the message: it may hold addresses that change from
// try to try, and each new text would be a write.
func transient(what string, err error) *obstacle {
	why := ""
	if reason := apierrors.ReasonForError(err); reason != metav1.StatusReasonUnknown {
		why = fmt.Sprintf(" (%s)", reason)
	}
	return &obstacle{
		reason: hustingsv1alpha1.ReasonTransientError, err: err,
		message: fmt.Sprintf("%s failed%s and is tried again; the operator's log says why", what, why),
	}
}
