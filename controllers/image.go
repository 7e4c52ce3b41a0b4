package controllers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/apply"
	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/render"
	"github.com/hustings/hustings/internal/scan/service"
)

const (
	// resolveTimeout is how long a registry may take to say what a tag means.
	resolveTimeout = 10 * time.Second
	// resolvePause is when a tag that could not be resolved is asked for again.
	resolvePause = 15 * time.Second
)

// gatherImage reads what is known of the image of the spec: its digest, whether it runs already, and its verdict.
//
// That it runs is what the operator wrote down when it applied it, not what the Deployment says: whoever can edit the
// Deployment must not be able to let an image in.
func (r *CampaignSiteReconciler) gatherImage(ctx context.Context, p *progress) error {
	image := facts.Image{NoScanner: r.Scanner == nil}
	digest, err := r.digestOf(ctx, p)
	if err != nil {
		return err
	}
	running := facts.DigestOf(p.site.Status.Image.Running)
	runs := digest != "" && digest == running
	image.Digest, image.LetIn = digest, runs && p.site.Status.Image.LetInBy == hustingsv1alpha1.LetInByVerdict
	if image.Scan, err = r.scanOf(ctx, digest, runs); err != nil {
		return err
	}
	p.facts.Image, p.runningVerdict = image, image.Scan.Verdict
	if running != digest {
		scan, err := r.scanOf(ctx, running, true)
		if err != nil {
			return err
		}
		p.runningVerdict = scan.Verdict
	}
	p.isImageKnown = true
	return nil
}

// digestOf is the digest of the spec's image. A tag is resolved once: from then on it is what was applied, or is to be, or
// what the Deployment has where the status was lost. A registry that the class does not allow is not asked.
func (r *CampaignSiteReconciler) digestOf(ctx context.Context, p *progress) (string, error) {
	image := p.site.Spec.Image
	if digest := facts.DigestOf(image); digest != "" {
		return digest, nil
	}
	for _, known := range []string{p.site.Status.Image.Running, p.site.Status.Image.Candidate} {
		if digest := pinOf(image, known); digest != "" {
			return digest, nil
		}
	}
	deployment, err := deploymentOf(ctx, r.Client, p.site)
	if err != nil {
		return "", err
	}
	if digest := pinOf(image, imageIn(deployment)); digest != "" {
		return digest, nil
	}
	if r.Scanner == nil || p.site.Spec.Suspend || compliance.RefuseImage(image, p.facts.Class.Spec.Images.Registries) != "" {
		return "", nil
	}
	return r.resolve(ctx, p)
}

// pinOf is the digest that an image was pinned by, if it is the same one with a digest added.
func pinOf(image, pinned string) string {
	rest, same := strings.CutPrefix(pinned, image)
	if !same || !strings.HasPrefix(rest, "@") {
		return ""
	}
	return facts.DigestOf(pinned)
}

// resolve asks what a tag means. That nobody says is no obstacle here: the image has no verdict then.
func (r *CampaignSiteReconciler) resolve(ctx context.Context, p *progress) (string, error) {
	limited, cancel := context.WithTimeout(ctx, resolveTimeout)
	defer cancel()
	answer, err := r.Scanner.Resolve(limited, service.ResolveRequest{Namespace: p.site.Namespace, Image: p.site.Spec.Image})
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err == nil && facts.DigestOf(p.site.Spec.Image+"@"+answer.Digest) == "" {
		err = errors.New("the registry's answer is no digest")
	}
	if err != nil {
		ctrl.LoggerFrom(ctx).Info("A tag could not be resolved and is tried again", "reason", err.Error())
		p.soonest(resolvePause)
		return "", nil
	}
	return answer.Digest, nil
}

// scanOf is the verdict on a digest by the current rules. Where there is none yet, an image that runs has the newest one
// of earlier rules: new rules are no reason to call it unknown.
func (r *CampaignSiteReconciler) scanOf(ctx context.Context, digest string, runs bool) (facts.Scan, error) {
	if digest == "" {
		return facts.Scan{}, nil
	}
	current, older, err := scansOf(ctx, r.Client, digest, r.Ruleset)
	if err != nil {
		return facts.Scan{}, err
	}
	var out facts.Scan
	if current != nil {
		out = scanFact(current)
	}
	if !runs || !out.Pending() {
		return out, nil
	}
	var newest *hustingsv1alpha1.ImageScan
	for i := range older {
		if isFinal(older[i].Status.Verdict) && (newest == nil || newest.CreationTimestamp.Before(&older[i].CreationTimestamp)) {
			newest = &older[i]
		}
	}
	if newest != nil {
		out = scanFact(newest)
		out.Outdated = true
	}
	return out, nil
}

func scanFact(s *hustingsv1alpha1.ImageScan) facts.Scan {
	return facts.Scan{
		Verdict: s.Status.Verdict, Message: s.Status.Message, Findings: s.Status.Findings, Total: s.Status.FindingsTotal,
	}
}

// deploymentOf is the site's own Deployment as the cache has it, not to be changed; nil, there is none.
func deploymentOf(ctx context.Context, reader client.Reader, site *hustingsv1alpha1.CampaignSite) (*appsv1.Deployment, error) {
	d := &appsv1.Deployment{}
	err := reader.Get(ctx, client.ObjectKey{Namespace: site.Namespace, Name: render.BaseName(site.Namespace, site.Name)}, d, client.UnsafeDisableDeepCopy)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the Deployment: %w", err)
	}
	if owners := apply.OwnerUIDs(d); len(owners) == 0 || owners[0] != string(site.UID) {
		return nil, nil
	}
	return d, nil
}

// imageIn is the image of a Deployment; empty, there is none.
func imageIn(d *appsv1.Deployment) string {
	if d == nil || len(d.Spec.Template.Spec.Containers) == 0 {
		return ""
	}
	return d.Spec.Template.Spec.Containers[0].Image
}
