package controllers

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

// gather reads what is known of the world around a site, all of it from the cache.
func (r *CampaignSiteReconciler) gather(ctx context.Context, p *progress) error {
	p.facts.Now = r.Now()
	if err := r.gatherServed(ctx, p); err != nil {
		return err
	}
	waivers := &hustingsv1alpha1.WaiverList{}
	if err := r.Client.List(ctx, waivers, client.UnsafeDisableDeepCopy); err != nil {
		return fmt.Errorf("read waivers: %w", err)
	}
	p.facts.Waivers = waivers.Items
	if err := r.gatherNamespace(ctx, p); err != nil {
		return err
	}
	class, err := r.class(ctx, p.site)
	var none *facts.ClassError
	if errors.As(err, &none) {
		return &obstacle{reason: none.Reason, message: none.Message, stalled: true, stands: true}
	}
	p.facts.Class = class
	return err
}

// class reads the class of a site; a facts.ClassError says why it has none.
func (r *CampaignSiteReconciler) class(ctx context.Context, site *hustingsv1alpha1.CampaignSite) (*hustingsv1alpha1.SiteClass, error) {
	classes := &hustingsv1alpha1.SiteClassList{}
	if err := r.Client.List(ctx, classes, client.UnsafeDisableDeepCopy); err != nil {
		return nil, fmt.Errorf("read classes: %w", err)
	}
	return facts.SelectClass(site, classes.Items)
}

// gatherServed reads what was last seen of what the site serves and mounts. Of a rollout that nobody has looked at nothing is known, but
// that the one before leaked: that stands until a look finds it gone.
func (r *CampaignSiteReconciler) gatherServed(ctx context.Context, p *progress) error {
	p.facts.Served = facts.Served{Secrets: pagesFact(p.leaks.Served), Files: pagesFact(p.leaks.Exposed)}
	p.facts.Mounted = pagesFact(p.leaks.Mounted)
	deployment, err := deploymentOf(ctx, r.Client, p.site)
	if err != nil || deployment == nil {
		return err
	}
	rollout := rolloutOf(deployment)
	if rollout != p.leaks.Rollout {
		forgetAllButLeaks(&p.facts.Served.Secrets, &p.facts.Served.Files)
	}
	if rollout != p.leaks.MountedRollout {
		forgetAllButLeaks(&p.facts.Mounted)
	}
	return nil
}

func forgetAllButLeaks(scans ...*facts.Scan) {
	for _, known := range scans {
		if known.Verdict != hustingsv1alpha1.VerdictLeaking {
			*known = facts.Scan{}
		}
	}
}

// gatherNamespace reads the labels of the site's namespace. In one that is being deleted nothing can be made.
func (r *CampaignSiteReconciler) gatherNamespace(ctx context.Context, p *progress) error {
	namespace, err := r.namespace(ctx, p.site.Namespace)
	if err != nil {
		return err
	}
	p.facts.Namespace = namespaceFacts(namespace)
	if !namespace.DeletionTimestamp.IsZero() {
		return &obstacle{reason: hustingsv1alpha1.ReasonTerminating, message: "the namespace is being deleted"}
	}
	return nil
}

// namespace reads the metadata of a namespace.
func (r *CampaignSiteReconciler) namespace(ctx context.Context, name string) (*metav1.PartialObjectMetadata, error) {
	namespace := namespaceMetadata()
	err := r.Client.Get(ctx, client.ObjectKey{Name: name}, namespace)
	if apierrors.IsNotFound(err) {
		// The cache lags, or it is gone and the site with it. Nothing is said before that is known: a site that is judged
		// without the grants of its namespace is refused for a moment, and what deploys it takes that for a failure.
		return nil, apierrors.NewConflict(corev1.Resource("namespaces"), name, errors.New("it is not in the cache yet"))
	}
	if err != nil {
		return nil, fmt.Errorf("read the namespace: %w", err)
	}
	return namespace, nil
}

func namespaceFacts(namespace *metav1.PartialObjectMetadata) facts.Namespace {
	return facts.Namespace{Name: namespace.Name, Known: true, Labels: namespace.Labels}
}

// namespaceMetadata is how namespaces are cached: without all but their metadata.
func namespaceMetadata() *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: corev1.SchemeGroupVersion.String(), Kind: "Namespace"}}
}
