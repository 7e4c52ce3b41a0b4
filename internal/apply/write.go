package apply

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/hustings/hustings/internal/object"
	"github.com/hustings/hustings/internal/render"
)

// post makes a child that is not there: docs/design/0007-create-by-post.md. Where one of its name is there, the API server
// answers that it exists already, and changes nothing.
func (a *Applier) post(ctx context.Context, ref object.Ref, content map[string]any) (object.Object, error) {
	o, err := a.blank(ref)
	if err != nil {
		return nil, err
	}
	kind := o.GetObjectKind().GroupVersionKind()
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(content, o); err != nil {
		return nil, fmt.Errorf("encode %s: %w", ref, err)
	}
	// A field that the API server does not know would be dropped silently. Of the built-in kinds, which are sent as protocol
	// buffers, it is all the same: Apply compares what came of it.
	if err := a.Client.Create(ctx, o, client.FieldOwner(render.FieldManager), client.FieldValidation(metav1.FieldValidationStrict)); err != nil {
		return nil, err
	}
	return answered(o, kind), nil
}

// patch sends one patch and returns the object as it is then.
func (a *Applier) patch(ctx context.Context, ref object.Ref, kind types.PatchType, body []byte) (object.Object, error) {
	o, err := a.blank(ref)
	if err != nil {
		return nil, err
	}
	gvk := o.GetObjectKind().GroupVersionKind()
	options := []client.PatchOption{client.FieldOwner(render.FieldManager)}
	if kind == types.ApplyPatchType {
		// The API server refuses an apply with a field that it does not know. To validate fields is to parse it once more, for
		// fields that are there twice, and a map has none.
		options = append(options, client.ForceOwnership, client.FieldValidation(metav1.FieldValidationIgnore))
	}
	if err := a.Client.Patch(ctx, o, client.RawPatch(kind, body), options...); err != nil {
		return nil, err
	}
	return answered(o, gvk), nil
}

// answered is the answer to a write as the cache would have it: to decode what we own is as much work as all the rest of it.
func answered(o client.Object, kind schema.GroupVersionKind) client.Object {
	o.GetObjectKind().SetGroupVersionKind(kind)
	trimFields(o)
	return o
}
