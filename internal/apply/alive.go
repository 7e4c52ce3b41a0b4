package apply

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
)

// needsSite says whether a child that is missing may only be made while the site is known to be there: what runs pods, a
// route, and what was made before. When a site is deleted, the garbage collector takes its children in any order. To an
// operator whose cache still shows the site that looks like drift, and pods or a route that it made would stand without
// their protections.
func (r *run) needsSite(ref object.Ref) bool {
	return r.isKnown || startsTraffic(ref)
}

// startsTraffic says whether a child is a route or runs pods: neither may be there before what protects them.
func startsTraffic(ref object.Ref) bool { return IsRoute(ref) || ref.Kind == "Deployment" }

// checkSite asks the API server, once in a run, whether the site is still there. That it is not is a conflict: what was
// read of it is old, and is to be read again.
func (r *run) checkSite(ctx context.Context) error {
	if r.isThere {
		return nil
	}
	live := &metav1.PartialObjectMetadata{}
	live.SetGroupVersionKind(hustingsv1alpha1.GroupVersion.WithKind("CampaignSite"))
	err := r.Live.Get(ctx, client.ObjectKeyFromObject(r.site), live)
	switch {
	case apierrors.IsNotFound(err), err == nil && (live.UID != r.site.UID || !live.DeletionTimestamp.IsZero()):
		resource := schema.GroupResource{Group: hustingsv1alpha1.GroupVersion.Group, Resource: "campaignsites"}
		return apierrors.NewConflict(resource, r.site.Name, errors.New("the site was deleted while it was looked at"))
	case err != nil:
		return fmt.Errorf("read the site: %w", err)
	}
	r.isThere = true
	return nil
}
