package controllers

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/hustings/hustings/internal/apply"
)

// Kinds knows which of the kinds of the sites' objects the cluster has. Kinds that are not built in may come and go
// with their CustomResourceDefinition; nothing waits for one that is not there.
type Kinds struct {
	mgr   ctrl.Manager
	owned []schema.GroupVersionKind
	// sites is the controller to which a kind's watch is added.
	sites controller.Controller
	// changed tells the sites that a kind came or went.
	changed chan event.GenericEvent

	mu      sync.RWMutex
	present map[schema.GroupVersionKind]bool

	// indexed and watched are what was begun and must not begin again, whether or not the cache could be filled. Only Reconcile
	// uses them, which has one worker.
	indexed, watched map[schema.GroupVersionKind]bool
}

// NewKinds asks the API server once which kinds it has.
func NewKinds(mgr ctrl.Manager, owned []schema.GroupVersionKind) (*Kinds, error) {
	k := &Kinds{
		mgr: mgr, owned: owned, changed: make(chan event.GenericEvent, 1),
		present: map[schema.GroupVersionKind]bool{}, indexed: map[schema.GroupVersionKind]bool{}, watched: map[schema.GroupVersionKind]bool{},
	}
	for _, kind := range owned {
		has, err := k.isKnown(kind)
		if err != nil {
			return nil, err
		}
		k.present[kind], k.indexed[kind], k.watched[kind] = has, has, has
	}
	return k, nil
}

// Available says whether the cluster has a kind.
func (k *Kinds) Available(kind schema.GroupVersionKind) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.present[kind]
}

// isKnown asks the API server's discovery for a kind.
func (k *Kinds) isKnown(kind schema.GroupVersionKind) (bool, error) {
	_, err := k.mgr.GetRESTMapper().RESTMapping(kind.GroupKind(), kind.Version)
	if meta.IsNoMatchError(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("ask for kind %s: %w", kind.Kind, err)
	}
	return true, nil
}

// isServed asks the API server for objects of a kind. What discovery said once is remembered, also when the kind went
// and came back.
func (k *Kinds) isServed(ctx context.Context, kind schema.GroupVersionKind) (bool, error) {
	if isKnown, err := k.isKnown(kind); !isKnown || err != nil {
		return false, err
	}
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(kind.GroupVersion().WithKind(kind.Kind + "List"))
	err := k.mgr.GetAPIReader().List(ctx, list, client.Limit(1))
	if apierrors.IsNotFound(err) || meta.IsNoMatchError(err) {
		return false, nil
	}
	return err == nil, err
}

// SetupWithManager watches the definitions of the kinds that may come and go.
func (k *Kinds) SetupWithManager(mgr ctrl.Manager, sites controller.Controller) error {
	k.sites = sites
	return ctrl.NewControllerManagedBy(mgr).
		Named("kinds").
		WatchesRawSource(source.Kind[client.Object](mgr.GetCache(), definitionMetadata(),
			handler.EnqueueRequestsFromMapFunc(func(_ context.Context, o client.Object) []ctrl.Request {
				if len(k.definedBy(o.GetName())) == 0 {
					return nil
				}
				return []ctrl.Request{{NamespacedName: client.ObjectKeyFromObject(o)}}
			}))).
		WithOptions(controller.Options{RateLimiter: rateLimiter()}).
		Complete(k)
}

// Reconcile follows one CustomResourceDefinition.
func (k *Kinds) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	definition := definitionMetadata()
	err := k.mgr.GetClient().Get(ctx, request.NamespacedName, definition)
	if client.IgnoreNotFound(err) != nil {
		return ctrl.Result{}, fmt.Errorf("read the definition: %w", err)
	}
	exists := !apierrors.IsNotFound(err) && definition.DeletionTimestamp.IsZero()
	for _, kind := range k.definedBy(request.Name) {
		if !exists {
			k.set(ctx, kind, false)
			continue
		}
		isServed, err := k.isServed(ctx, kind)
		if err != nil {
			return ctrl.Result{}, err
		}
		if !isServed {
			return ctrl.Result{RequeueAfter: time.Second}, nil // it is not established yet
		}
		if err := k.watch(ctx, kind); err != nil {
			return ctrl.Result{}, err
		}
		k.set(ctx, kind, true)
	}
	return ctrl.Result{}, nil
}

// watch starts the watch of a kind that came. It goes on when the kind goes: a cache that is dropped would leave reads
// waiting for it, and one that is kept fills again by itself when the kind comes back.
func (k *Kinds) watch(ctx context.Context, kind schema.GroupVersionKind) error {
	child, err := k.blank(kind)
	if err != nil {
		return err
	}
	if !k.indexed[kind] {
		if err := addOwnerIndex(ctx, k.mgr.GetFieldIndexer(), kind, child); err != nil {
			return err
		}
		k.indexed[kind] = true
	}
	if !k.watched[kind] {
		if err := k.sites.Watch(source.Kind(k.mgr.GetCache(), child, ownerHandler(), onUpdate(childChanged))); err != nil {
			return fmt.Errorf("watch %s: %w", kind.Kind, err)
		}
		k.watched[kind] = true
	}
	if _, err := k.mgr.GetCache().GetInformer(ctx, child); err != nil { // waits until it is filled
		return fmt.Errorf("watch %s: %w", kind.Kind, err)
	}
	return nil
}

// set remembers whether a kind is there, and tells the sites if that changed.
func (k *Kinds) set(ctx context.Context, kind schema.GroupVersionKind, present bool) {
	k.mu.Lock()
	hasChanged := k.present[kind] != present
	k.present[kind] = present
	k.mu.Unlock()
	if !hasChanged {
		return
	}
	ctrl.LoggerFrom(ctx).Info("A kind of the edge came or went", "kind", kind.Kind, "present", present)
	select {
	case k.changed <- event.GenericEvent{Object: definitionMetadata()}:
	default: // the sites are about to be told already
	}
}

// definedBy are the kinds that a CustomResourceDefinition of that name defines.
func (k *Kinds) definedBy(name string) []schema.GroupVersionKind {
	return slices.DeleteFunc(slices.Clone(k.owned), func(kind schema.GroupVersionKind) bool {
		resource, _ := meta.UnsafeGuessKindToResource(kind)
		return resource.Resource+"."+resource.Group != name
	})
}

// blank makes an empty object of a kind.
func (k *Kinds) blank(kind schema.GroupVersionKind) (client.Object, error) {
	made, err := k.mgr.GetScheme().New(kind)
	if err != nil {
		return nil, fmt.Errorf("make %s: %w", kind.Kind, err)
	}
	o, ok := made.(client.Object)
	if !ok {
		return nil, fmt.Errorf("make %s: it has no metadata", kind.Kind)
	}
	return o, nil
}

// ownerHandler reconciles the site that controls an object. controller-runtime's own handler asks the REST mapper at every
// event whether sites have a namespace.
func ownerHandler() handler.EventHandler {
	return handler.EnqueueRequestsFromMapFunc(func(_ context.Context, o client.Object) []ctrl.Request {
		site := apply.SiteOf(o)
		if site == nil {
			return nil
		}
		return []ctrl.Request{{NamespacedName: client.ObjectKey{Namespace: o.GetNamespace(), Name: site.Name}}}
	})
}

// definitionMetadata is how CustomResourceDefinitions are cached: without all but their metadata.
func definitionMetadata() *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "apiextensions.k8s.io/v1", Kind: "CustomResourceDefinition"}}
}
