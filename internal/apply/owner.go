package apply

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
)

// IndexOwner is the field by which the cache must index every owned kind; its values are those of OwnerUIDs.
const IndexOwner = "hustings.dev/owner-uid"

const siteKind = "CampaignSite"

// OwnerUIDs is the UID of the CampaignSite that controls an object; without one, it is empty.
func OwnerUIDs(o metav1.Object) []string {
	if site := SiteOf(o); site != nil {
		return []string{string(site.UID)}
	}
	return nil
}

// SiteOf is the reference to the CampaignSite that controls an object; nil, none does.
func SiteOf(o metav1.Object) *metav1.OwnerReference {
	if ref := metav1.GetControllerOfNoCopy(o); ref != nil && isSite(ref) {
		return ref
	}
	return nil
}

func isSite(ref *metav1.OwnerReference) bool {
	gv, err := schema.ParseGroupVersion(ref.APIVersion)
	return err == nil && gv.Group == hustingsv1alpha1.GroupVersion.Group && ref.Kind == siteKind
}

// ownerReference makes a site the controller of its children, so that they go when it goes.
func ownerReference(site *hustingsv1alpha1.CampaignSite) map[string]any {
	return map[string]any{
		"apiVersion": hustingsv1alpha1.GroupVersion.String(), "kind": siteKind, "name": site.Name, "uid": string(site.UID),
		"controller": true, "blockOwnerDeletion": true,
	}
}

// checkOwner says whether a live object may be written: nil, it is the site's own. An object of an earlier site of the
// same name is on its way out, as is one that is being deleted; any other owner, or none, is a collision.
func checkOwner(site *hustingsv1alpha1.CampaignSite, ref object.Ref, live metav1.Object) error {
	owner := metav1.GetControllerOfNoCopy(live)
	switch {
	case owner == nil:
		return &CollisionError{Ref: ref}
	case isSite(owner) && owner.UID == site.UID:
		if live.GetDeletionTimestamp() != nil {
			return &Error{Class: Waiting, Ref: ref, Err: errBeingDeleted}
		}
		return nil
	case isSite(owner) && owner.Name == site.Name:
		return &Error{Class: Waiting, Ref: ref, Err: errBeingDeleted}
	}
	return &CollisionError{Ref: ref, Owner: owner.Kind + "/" + owner.Name}
}
