package apply

import (
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/hustings/hustings/internal/object"
)

// Class says what a failed write asks for.
type Class int

// The classes of errors.
const (
	// Transient: try again, with growing pauses.
	Transient Class = iota
	// Refused: the API server will refuse it until something is changed: schema, admission, quota or permissions.
	Refused
	// MissingKind: the cluster does not have the kind.
	MissingKind
	// Waiting: something that is being deleted is in the way and goes by itself.
	Waiting
	// Contended: somebody writes it all the time.
	Contended
)

// Error is a child that could not be brought to its plan.
type Error struct {
	Class Class
	Ref   object.Ref
	Err   error
}

func (e *Error) Error() string { return fmt.Sprintf("apply %s: %s", e.Ref, e.Err) }

// Unwrap gives the API server's error.
func (e *Error) Unwrap() error { return e.Err }

// CollisionError is an object of a child's name that the site does not own. It is never adopted and never touched.
type CollisionError struct {
	Ref object.Ref
	// Owner is the kind and name of its controller; empty, it has none.
	Owner string
}

func (e *CollisionError) Error() string {
	owner := "nobody"
	if e.Owner != "" {
		owner = e.Owner
	}
	return fmt.Sprintf("%s exists in namespace %s and belongs to %s, not to this site: delete or rename it, or rename the site",
		e.Ref, e.Ref.Namespace, owner)
}

var errContended = errors.New("somebody writes it all the time")

var errKept = errors.New("its finalizers keep it")

var errBeingDeleted = errors.New("it is being deleted; it is made again when it is gone")

// failed wraps an error of the API server about a child with its class.
func failed(ref object.Ref, err error) error {
	return &Error{Class: classOf(err), Ref: ref, Err: err}
}

// classOf sorts an error of the API server.
func classOf(err error) Class {
	switch {
	case meta.IsNoMatchError(err), isUnknownResource(err):
		return MissingKind
	case apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause), isOtherUID(err):
		return Waiting
	case apierrors.IsInvalid(err), apierrors.IsBadRequest(err), apierrors.IsForbidden(err),
		apierrors.IsMethodNotSupported(err), apierrors.IsRequestEntityTooLargeError(err):
		return Refused
	}
	return Transient
}

// isUnknownResource tells the 404 of a path that the API server does not serve from that of an object or namespace.
func isUnknownResource(err error) bool {
	if !apierrors.IsNotFound(err) {
		return false
	}
	status := apierrors.APIStatus(nil)
	if !errors.As(err, &status) {
		return false
	}
	details := status.Status().Details
	return details == nil || apierrors.HasStatusCause(err, metav1.CauseTypeUnexpectedServerResponse)
}

// isOtherUID says whether a write named an object by UID and another one has its name now.
func isOtherUID(err error) bool {
	if !apierrors.IsInvalid(err) {
		return false
	}
	cause, ok := apierrors.StatusCause(err, metav1.CauseTypeFieldValueInvalid)
	return ok && cause.Field == "metadata.uid"
}
