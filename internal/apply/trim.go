package apply

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/hustings/hustings/internal/render"
)

// Trimmer keeps the cache small: its methods are the transforms of informers. What objects have in common they share.
type Trimmer struct {
	common *pool
}

// NewTrimmer makes a Trimmer for one cache.
func NewTrimmer() *Trimmer { return &Trimmer{common: newPool()} }

// Child is the transform of children. Of the field managers it keeps what Apply looks at; our own fields are as large as the
// object and would double the cache.
func (t *Trimmer) Child(in any) (any, error) {
	o, err := meta.Accessor(in)
	if err != nil {
		return in, nil //nolint:nilerr // a tombstone has no metadata to trim
	}
	trimFields(o)
	dropLastApplied(o)
	t.common.share(o)
	return in, nil
}

// Other is the transform of everything else: nobody looks at their field managers.
func (t *Trimmer) Other(in any) (any, error) {
	if o, err := meta.Accessor(in); err == nil {
		o.SetManagedFields(nil)
		dropLastApplied(o)
		t.common.share(o)
	}
	return in, nil
}

// madeByUs is all that is kept of what we own since an object was made, which is most often all that is kept.
var madeByUs = []metav1.ManagedFieldsEntry{{Manager: render.FieldManager, Operation: metav1.ManagedFieldsOperationUpdate}}

// trimFields leaves of the field managers those whose fields are looked at, and of what we own since the object was made
// only that it is so.
func trimFields(o metav1.Object) {
	var kept []metav1.ManagedFieldsEntry // a copy, so that the memory of the others is freed
	isMadeByUs := false
	for _, e := range o.GetManagedFields() {
		switch {
		case isForeign(e):
			kept = append(kept, e)
		case isFromCreation(e):
			isMadeByUs = true
		}
	}
	switch {
	case isMadeByUs && kept == nil:
		kept = madeByUs[:1:1] // all share it, and whoever appends to it has a copy
	case isMadeByUs:
		kept = append(kept, madeByUs...)
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
