package main

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/hustings/hustings/test/cluster"
)

// repair deletes one child of every kind, of several sites, and measures until it is back, by a watch.
func repair(ctx context.Context, c *cluster.Cluster) error {
	progress("deleting children")
	var milliseconds []float64
	slowest := 0.0
	for n := range 5 {
		for _, o := range planned(site(namespace("site", 0), n*97%*sites)) {
			took, err := deleteAndWait(ctx, c, o)
			if err != nil {
				return err
			}
			ms := float64(took.Microseconds()) / 1000
			milliseconds = append(milliseconds, ms)
			slowest = max(slowest, ms)
		}
	}
	figure("a deleted child is back, median", median(milliseconds), "ms", "<= 150")
	figure("a deleted child is back, slowest", slowest, "ms", "<= 1000")
	return nil
}

func deleteAndWait(ctx context.Context, c *cluster.Cluster, o client.Object) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	list := &unstructured.UnstructuredList{}
	gvk := o.GetObjectKind().GroupVersionKind()
	list.SetGroupVersionKind(gvk.GroupVersion().WithKind(gvk.Kind + "List"))
	watcher, err := c.Client.Watch(ctx, list, client.InNamespace(o.GetNamespace()), client.MatchingFields{"metadata.name": o.GetName()})
	if err != nil {
		return 0, fmt.Errorf("watch %s: %w", gvk.Kind, err)
	}
	defer watcher.Stop()
	doomed := &unstructured.Unstructured{}
	doomed.SetGroupVersionKind(gvk)
	doomed.SetNamespace(o.GetNamespace())
	doomed.SetName(o.GetName())
	begin := time.Now()
	if err := c.Client.Delete(ctx, doomed); err != nil {
		return 0, fmt.Errorf("delete %s %s: %w", gvk.Kind, o.GetName(), err)
	}
	gone := false
	for event := range watcher.ResultChan() {
		switch {
		case event.Type == watch.Deleted:
			gone = true
		case gone && event.Type == watch.Added:
			return time.Since(begin), nil
		}
	}
	return 0, fmt.Errorf("%s %s/%s did not come back in 30 s", gvk.Kind, o.GetNamespace(), o.GetName())
}
