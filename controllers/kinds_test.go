package controllers

import (
	"context"
	"errors"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// lateManager is of a cluster that has a kind.
type lateManager struct {
	ctrl.Manager
	kind  schema.GroupVersionKind
	cache *lateCache
}

func (m *lateManager) GetClient() client.Client             { return there{} }
func (m *lateManager) GetAPIReader() client.Reader          { return there{} }
func (m *lateManager) GetCache() cache.Cache                { return m.cache }
func (m *lateManager) GetFieldIndexer() client.FieldIndexer { return m.cache }
func (m *lateManager) GetScheme() *runtime.Scheme           { return NewScheme() }

func (m *lateManager) GetRESTMapper() meta.RESTMapper {
	mapper := meta.NewDefaultRESTMapper(nil)
	mapper.Add(m.kind, meta.RESTScopeNamespace)
	return mapper
}

// there finds whatever is asked for.
type there struct{ client.Client }

func (there) Get(context.Context, client.ObjectKey, client.Object, ...client.GetOption) error {
	return nil
}
func (there) List(context.Context, client.ObjectList, ...client.ListOption) error { return nil }

// lateCache cannot be filled a few times.
type lateCache struct {
	cache.Cache
	failures, indexed int
}

// IndexField refuses what is there, as client-go does.
func (c *lateCache) IndexField(context.Context, client.Object, string, client.IndexerFunc) error {
	if c.indexed++; c.indexed > 1 {
		return errors.New("indexer conflict")
	}
	return nil
}

func (c *lateCache) GetInformer(context.Context, client.Object, ...cache.InformerGetOption) (cache.Informer, error) {
	if c.failures--; c.failures >= 0 {
		return nil, errors.New("it did not fill in time")
	}
	return nil, nil
}

// watches counts them.
type watches struct {
	controller.Controller
	begun int
}

func (w *watches) Watch(source.Source) error {
	w.begun++
	return nil
}

// TestAKindWhoseCacheFillsLateIsThereThen: to index it again is refused, and to watch it again is to reconcile twice.
func TestAKindWhoseCacheFillsLateIsThereThen(t *testing.T) {
	kind := schema.GroupVersionKind{Group: "traefik.io", Version: "v1alpha1", Kind: "Middleware"}
	late, begun := &lateCache{failures: 2}, &watches{}
	k := &Kinds{
		mgr: &lateManager{kind: kind, cache: late}, sites: begun, owned: []schema.GroupVersionKind{kind}, changed: make(chan event.GenericEvent, 1),
		present: map[schema.GroupVersionKind]bool{}, indexed: map[schema.GroupVersionKind]bool{}, watched: map[schema.GroupVersionKind]bool{},
	}
	request := ctrl.Request{NamespacedName: types.NamespacedName{Name: "middlewares.traefik.io"}}
	for range 2 {
		if _, err := k.Reconcile(t.Context(), request); err == nil || k.Available(kind) {
			t.Fatalf("it is there though its cache is not filled: %v", err)
		}
	}
	if _, err := k.Reconcile(t.Context(), request); err != nil || !k.Available(kind) {
		t.Errorf("it is not there: %v", err)
	}
	if late.indexed != 1 || begun.begun != 1 {
		t.Errorf("it was indexed %d times and watched %d times", late.indexed, begun.begun)
	}
}
