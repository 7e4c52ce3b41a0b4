package apply

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/util/csaupgrade"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"

	"github.com/hustings/hustings/internal/object"
	"github.com/hustings/hustings/internal/render"
)

// To apply a plan takes away the fields that it does not have and that we own by apply, and no others.

// isFromCreation says whether an entry holds the fields that we own because we made the object. An apply leaves those.
func isFromCreation(entry metav1.ManagedFieldsEntry) bool {
	return entry.Manager == render.FieldManager && entry.Operation == metav1.ManagedFieldsOperationUpdate && entry.Subresource == ""
}

// leavesReplicas says whether a planned child leaves to an autoscaler how many pods it has. If they were ours until now, an
// apply would take the field away, and the API server would fill in 1.
func (w wanted) leavesReplicas() bool {
	_, isPlanned, _ := unstructured.NestedFieldNoCopy(w.content, "spec", "replicas")
	return w.ref.Kind == "Deployment" && !isPlanned
}

// created is a planned child as it is made: where an autoscaler decides how many pods there are, with the fewest that it
// allows. The API server would fill in 1, and the autoscaler see that a quarter of a minute later.
func (w wanted) created(leastPods *int32) map[string]any {
	if leastPods == nil || !w.leavesReplicas() {
		return w.content
	}
	return edited(w.content, "spec", func(spec map[string]any) { spec["replicas"] = int64(*leastPods) })
}

// settleOwnership has us own by apply what the plan may take away, and nothing that it leaves to others. Most children need
// no request for that; one that we made needs two, once in its life, before its first change.
func (r *run) settleOwnership(ctx context.Context, w wanted, live object.Object) error {
	if !slices.ContainsFunc(live.GetManagedFields(), isFromCreation) && !w.leavesReplicas() {
		return nil
	}
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error { return r.trySettleOwnership(ctx, w, live.GetUID()) })
	switch {
	case apierrors.IsNotFound(err):
		return nil // the apply, which names the UID, will say so
	case apierrors.IsConflict(err):
		return &Error{Class: Contended, Ref: w.ref, Err: errContended}
	case err != nil:
		return failed(w.ref, err)
	}
	return nil
}

// trySettleOwnership conflicts with whoever writes the child at the same time.
func (r *run) trySettleOwnership(ctx context.Context, w wanted, uid types.UID) error {
	o := &metav1.PartialObjectMetadata{}
	o.SetGroupVersionKind(schema.FromAPIVersionAndKind(w.ref.APIVersion, w.ref.Kind))
	if err := r.Live.Get(ctx, client.ObjectKey{Namespace: w.ref.Namespace, Name: w.ref.Name}, o); err != nil {
		return err
	}
	if o.UID != uid {
		return nil // as if it were gone
	}
	settled, err := settledFields(o, w.leavesReplicas())
	if err != nil {
		return fmt.Errorf("read who owns what: %w", err)
	}
	if reflect.DeepEqual(settled, o.ManagedFields) {
		return nil
	}
	body, err := json.Marshal([]operation{
		{Op: "replace", Path: "/metadata/managedFields", Value: settled},
		{Op: "replace", Path: "/metadata/resourceVersion", Value: o.ResourceVersion},
	})
	if err != nil {
		return err
	}
	_, err = r.patch(ctx, w.ref, types.JSONPatchType, body)
	return err
}

// settledFields are the field managers of an object as they are to be.
func settledFields(o *metav1.PartialObjectMetadata, leavesReplicas bool) ([]metav1.ManagedFieldsEntry, error) {
	o = o.DeepCopy()
	if err := csaupgrade.UpgradeManagedFields(o, sets.New(render.FieldManager), render.FieldManager); err != nil {
		return nil, err
	}
	if !leavesReplicas {
		return o.ManagedFields, nil
	}
	for i, entry := range o.ManagedFields {
		if entry.Manager != render.FieldManager || entry.Subresource != "" || entry.FieldsV1 == nil {
			continue
		}
		var set fieldpath.Set
		if err := set.FromJSON(entry.FieldsV1.GetRawReader()); err != nil {
			return nil, err
		}
		replicas := fieldpath.MakePathOrDie("spec", "replicas")
		if !set.Has(replicas) {
			continue
		}
		rest, err := set.Difference(fieldpath.NewSet(replicas)).ToJSON()
		if err != nil {
			return nil, err
		}
		o.ManagedFields[i].FieldsV1 = metav1.NewFieldsV1(string(rest))
	}
	return o.ManagedFields, nil
}
