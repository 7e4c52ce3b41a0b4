package apply

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Trim is the transform of the cache of children. Of the field managers it keeps those whose fields Apply looks at;
// our own entry is as large as the object and would double the cache.
func Trim(in any) (any, error) {
	o, err := meta.Accessor(in)
	if err != nil {
		return in, nil //nolint:nilerr // a tombstone has no metadata to trim
	}
	dropOwnFields(o)
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

// dropOwnFields leaves of the field managers those whose fields are looked at.
func dropOwnFields(o metav1.Object) {
	kept := slices.DeleteFunc(o.GetManagedFields(), func(e metav1.ManagedFieldsEntry) bool { return !isForeign(e) })
	o.SetManagedFields(slices.Clone(kept)) // a copy, so that the memory of the others is freed
}

func dropLastApplied(o metav1.Object) {
	annotations := o.GetAnnotations()
	if _, has := annotations[corev1.LastAppliedConfigAnnotation]; has {
		delete(annotations, corev1.LastAppliedConfigAnnotation)
		o.SetAnnotations(annotations)
	}
}
