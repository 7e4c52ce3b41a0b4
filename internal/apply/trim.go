package apply

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/hustings/hustings/internal/render"
)

// Trim is the transform of the cache of children. Of the field managers it keeps what Apply looks at; our own fields are as
// large as the object and would double the cache.
func Trim(in any) (any, error) {
	o, err := meta.Accessor(in)
	if err != nil {
		return in, nil //nolint:nilerr // a tombstone has no metadata to trim
	}
	trimFields(o)
	dropLastApplied(o)
	share(o)
	return in, nil
}

// TrimAll is the transform of the cache of everything else: nobody looks at their field managers.
func TrimAll(in any) (any, error) {
	if o, err := meta.Accessor(in); err == nil {
		o.SetManagedFields(nil)
		dropLastApplied(o)
		share(o)
	}
	return in, nil
}

// trimFields leaves of the field managers those whose fields are looked at, and of what we own since the object was made
// only that it is so.
func trimFields(o metav1.Object) {
	var kept []metav1.ManagedFieldsEntry // a copy, so that the memory of the others is freed
	for _, e := range o.GetManagedFields() {
		switch {
		case isForeign(e):
			kept = append(kept, e)
		case isFromCreation(e):
			kept = append(kept, metav1.ManagedFieldsEntry{Manager: render.FieldManager, Operation: metav1.ManagedFieldsOperationUpdate})
		}
	}
	o.SetManagedFields(kept)
}

func dropLastApplied(o metav1.Object) {
	annotations := o.GetAnnotations()
	if _, has := annotations[corev1.LastAppliedConfigAnnotation]; has {
		delete(annotations, corev1.LastAppliedConfigAnnotation)
		o.SetAnnotations(annotations)
	}
}
