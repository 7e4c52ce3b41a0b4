package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/apply"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/object"
	"github.com/hustings/hustings/internal/plan"
	"github.com/hustings/hustings/internal/render"
	"github.com/hustings/hustings/test/cluster"
	"github.com/hustings/hustings/test/fixture"
)

// setUp makes the namespaces and a class that grants them their hosts.
func setUp(ctx context.Context, c *cluster.Cluster) error {
	class := fixture.Class()
	var names []string
	for round := range *rounds {
		for _, kind := range []string{"bare", "site"} {
			names = append(names, namespace(kind, round))
		}
	}
	class.Spec.Hosts = []hustingsv1alpha1.HostGrant{{Namespaces: names, Suffixes: []hustingsv1alpha1.Host{"example.org"}}}
	for _, name := range names {
		ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"pod-security.kubernetes.io/enforce": "restricted"}}}
		if err := c.Client.Create(ctx, ns); err != nil {
			return fmt.Errorf("make namespace %s: %w", name, err)
		}
	}
	if err := c.Client.Create(ctx, class); err != nil {
		return fmt.Errorf("make the class: %w", err)
	}
	return nil
}

// site is the n-th site of a namespace.
func site(namespace string, n int) *hustingsv1alpha1.CampaignSite {
	s := fixture.Site()
	s.Namespace, s.Name = namespace, fmt.Sprintf("site-%d", n)
	s.Spec.Files = nil // there is no such ConfigMap here
	s.Spec.Hosts = []hustingsv1alpha1.Host{hustingsv1alpha1.Host(fmt.Sprintf("s%d.%s.example.org", n, namespace))}
	return s
}

// planned are the objects of a site, as the operator would make them.
func planned(s *hustingsv1alpha1.CampaignSite) []object.Object {
	class := fixture.Class()
	class.Spec.Hosts = []hustingsv1alpha1.HostGrant{{Namespaces: []string{s.Namespace}, Suffixes: []hustingsv1alpha1.Host{"example.org"}}}
	return plan.Build(s, facts.Snapshot{
		Class: class, Claims: facts.ClaimsAmong([]*hustingsv1alpha1.CampaignSite{s}),
		Namespace: facts.Namespace{Name: s.Namespace, Known: true},
	}).Objects
}

func objectsPerSite() int { return len(planned(site("bench", 0))) }

// applyBare applies the objects of all sites, each site's in order, as the operator does, and says how long it took.
func applyBare(ctx context.Context, c *cluster.Cluster, namespace string) (time.Duration, error) {
	payloads := make([][]*unstructured.Unstructured, *sites)
	for n := range payloads {
		s := site(namespace, n)
		for _, o := range planned(s) {
			raw, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
			if err != nil {
				return 0, fmt.Errorf("convert %s: %w", object.RefOf(o), err)
			}
			delete(raw, "status")
			if raw, err = unlabelled(raw); err != nil {
				return 0, err
			}
			u := &unstructured.Unstructured{Object: raw}
			own(u, s)
			payloads[n] = append(payloads[n], u)
		}
	}
	begin := time.Now()
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	for _, objects := range payloads {
		g.Go(func() error {
			for _, o := range objects {
				body, err := json.Marshal(o)
				if err != nil {
					return fmt.Errorf("encode %s: %w", object.RefOf(o), err)
				}
				patch := client.RawPatch("application/apply-patch+yaml", body)
				if err := c.Client.Patch(ctx, o, patch, client.FieldOwner("bare"), client.ForceOwnership); err != nil {
					return fmt.Errorf("apply %s: %w", object.RefOf(o), err)
				}
			}
			return nil
		})
	}
	err := g.Wait()
	return time.Since(begin), err
}

// own gives an object what the operator adds to a plan's: the owner, though there is none here, and the digest.
func own(u *unstructured.Unstructured, s *hustingsv1alpha1.CampaignSite) {
	owner := metav1.NewControllerRef(s, hustingsv1alpha1.GroupVersion.WithKind("CampaignSite"))
	owner.UID = "00000000-0000-0000-0000-000000000000"
	u.SetOwnerReferences([]metav1.OwnerReference{*owner})
	annotations := u.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[apply.AnnotationDigest] = "0123456789abcdef0123456789abcdef"
	u.SetAnnotations(annotations)
}

// unlabelled is an object under a label of another name: objects with the operator's label would fill its cache.
func unlabelled(raw map[string]any) (map[string]any, error) {
	text, err := json.Marshal(raw)
	if err != nil {
		return nil, fmt.Errorf("encode an object: %w", err)
	}
	out := map[string]any{}
	return out, utiljson.Unmarshal(bytes.ReplaceAll(text, []byte(render.LabelSite), []byte("bench.test/site")), &out)
}

// createSites creates all sites and waits until each has its plan applied, by a watch.
func createSites(ctx context.Context, c *cluster.Cluster, namespace string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	watcher, err := c.Client.Watch(ctx, &hustingsv1alpha1.CampaignSiteList{}, client.InNamespace(namespace))
	if err != nil {
		return 0, fmt.Errorf("watch the sites: %w", err)
	}
	defer watcher.Stop()
	begin := time.Now()
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	g.Go(func() error {
		done := map[string]bool{}
		for event := range watcher.ResultChan() {
			s, ok := event.Object.(*hustingsv1alpha1.CampaignSite)
			if ok && s.Status.ObservedGeneration == s.Generation && s.Status.Plan.Digest != "" {
				done[s.Name] = true
			}
			if len(done) == *sites {
				return nil
			}
		}
		return fmt.Errorf("only %d of %d sites were applied in time", len(done), *sites)
	})
	for n := range *sites {
		g.Go(func() error { return c.Client.Create(gctx, site(namespace, n)) })
	}
	err = g.Wait()
	return time.Since(begin), err
}
