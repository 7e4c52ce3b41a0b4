package apply

import (
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
)

func TestCheckOwner(t *testing.T) {
	site := &hustingsv1alpha1.CampaignSite{ObjectMeta: metav1.ObjectMeta{Namespace: "alice", Name: "vote", UID: "now"}}
	earlier := site.DeepCopy()
	earlier.UID = "before"
	other := site.DeepCopy()
	other.Name, other.UID = "other", "other"
	plainOwner := referenceTo(t, site)
	plainOwner.Controller = nil
	replicaSet := metav1.OwnerReference{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "vote", UID: "now", Controller: new(true)}
	deleted := metav1.Now()
	for name, test := range map[string]struct {
		owners    []metav1.OwnerReference
		deleted   *metav1.Time
		owner     string
		collision bool
		waiting   bool
	}{
		"our own may be written":                           {owners: []metav1.OwnerReference{referenceTo(t, site)}},
		"our own that is being deleted is waited for":      {owners: []metav1.OwnerReference{referenceTo(t, site)}, deleted: &deleted, waiting: true},
		"an earlier site's of the same name is waited for": {owners: []metav1.OwnerReference{referenceTo(t, earlier)}, waiting: true},
		"nobody's is never adopted":                        {collision: true},
		"another site's is never touched":                  {owners: []metav1.OwnerReference{referenceTo(t, other)}, collision: true, owner: "CampaignSite/other"},
		"an owner that is not the controller is none":      {owners: []metav1.OwnerReference{plainOwner}, collision: true},
		"another kind with our UID is not us":              {owners: []metav1.OwnerReference{replicaSet}, collision: true, owner: "ReplicaSet/vote"},
	} {
		t.Run(name, func(t *testing.T) {
			live := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "vote", OwnerReferences: test.owners, DeletionTimestamp: test.deleted}}
			err := checkOwner(site, object.Ref{Kind: "Service", Name: "vote"}, live)
			var collision *CollisionError
			if errors.As(err, &collision) != test.collision || (test.collision && collision.Owner != test.owner) {
				t.Errorf("collision = %v, want %v with owner %q", err, test.collision, test.owner)
			}
			var failure *Error
			if errors.As(err, &failure) != test.waiting || (test.waiting && failure.Class != Waiting) {
				t.Errorf("waiting = %v, want %v", err, test.waiting)
			}
			if !test.collision && !test.waiting && err != nil {
				t.Error(err)
			}
		})
	}
}

// referenceTo is the reference that is sent, as it comes back.
func referenceTo(t *testing.T, site *hustingsv1alpha1.CampaignSite) metav1.OwnerReference {
	t.Helper()
	var out metav1.OwnerReference
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(ownerReference(site), &out, true); err != nil {
		t.Fatal(err)
	}
	return out
}
