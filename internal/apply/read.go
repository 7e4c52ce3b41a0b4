package apply

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
	"github.com/hustings/hustings/internal/render"
)

// Owned are all objects that a site controls and that have a site's label, as the cache has them, sorted: its children, also those
// that an operator before this one called otherwise. Without the label an object is somebody's who has it go with the site.
func (a *Applier) Owned(ctx context.Context, site *hustingsv1alpha1.CampaignSite) ([]object.Object, error) {
	owned, err := a.OwnedBy(ctx, site.Namespace, site.UID)
	return slices.DeleteFunc(owned, func(o object.Object) bool { return o.GetLabels()[render.LabelSite] == "" }), err
}

// OwnedBy are all objects of a namespace that the site of that UID controls, as the cache has them, sorted. The site
// need not exist any more. They share their memory with the cache, for nobody changes them: to copy them would be a good
// part of what a reconcile that finds nothing to do costs.
func (a *Applier) OwnedBy(ctx context.Context, namespace string, uid types.UID) ([]object.Object, error) {
	var out []object.Object
	for _, kind := range a.Kinds {
		if !a.Available(kind) {
			continue
		}
		list, err := a.list(kind)
		if err != nil {
			return nil, err
		}
		options := []client.ListOption{
			client.InNamespace(namespace), client.MatchingFields{IndexOwner: string(uid)}, client.UnsafeDisableDeepCopy,
		}
		if !IsRoute(object.Ref{APIVersion: kind.GroupVersion().String(), Kind: kind.Kind}) {
			// To wait for what other workers write just now is worth it for routes only: a route that is not seen is one
			// whose host could be given away. Planned children are read one by one, and wait for their own writes.
			options = append(options, client.DisableReadYourWritesConsistency)
		}
		if err := a.Client.List(ctx, list, options...); err != nil {
			return nil, fmt.Errorf("list %s: %w", kind.Kind, err)
		}
		if err := meta.EachListItem(list, func(item runtime.Object) error {
			if o, ok := item.(object.Object); ok {
				o.GetObjectKind().SetGroupVersionKind(kind) // the item of the list is its own, what it points to is not
				out = append(out, o)
			}
			return nil
		}); err != nil {
			return nil, fmt.Errorf("list %s: %w", kind.Kind, err)
		}
	}
	slices.SortFunc(out, func(x, y object.Object) int { return object.RefOf(x).Compare(object.RefOf(y)) })
	return out, nil
}

// list makes an empty list of a kind.
func (a *Applier) list(kind schema.GroupVersionKind) (client.ObjectList, error) {
	made, err := a.Client.Scheme().New(kind.GroupVersion().WithKind(kind.Kind + "List"))
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", kind.Kind, err)
	}
	list, ok := made.(client.ObjectList)
	if !ok {
		return nil, fmt.Errorf("list %s: it is no list of objects", kind.Kind)
	}
	return list, nil
}

// blank makes an empty object of a reference.
func (a *Applier) blank(ref object.Ref) (client.Object, error) {
	kind := schema.FromAPIVersionAndKind(ref.APIVersion, ref.Kind)
	made, err := a.Client.Scheme().New(kind)
	if err != nil {
		return nil, fmt.Errorf("make %s: %w", ref, err)
	}
	o, ok := made.(client.Object)
	if !ok {
		return nil, fmt.Errorf("make %s: it has no metadata", ref)
	}
	o.GetObjectKind().SetGroupVersionKind(kind)
	o.SetNamespace(ref.Namespace)
	o.SetName(ref.Name)
	return o, nil
}

// read gets one object, which shares its memory with the cache where it comes from one.
func (a *Applier) read(ctx context.Context, from client.Reader, ref object.Ref) (object.Object, error) {
	o, err := a.blank(ref)
	if err != nil {
		return nil, err
	}
	kind := o.GetObjectKind().GroupVersionKind()
	if err := from.Get(ctx, client.ObjectKeyFromObject(o), o, client.UnsafeDisableDeepCopy); err != nil {
		return nil, err
	}
	o.GetObjectKind().SetGroupVersionKind(kind)
	return o, nil
}
