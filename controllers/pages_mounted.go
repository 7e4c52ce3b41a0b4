package controllers

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/mounted"
	"github.com/hustings/hustings/internal/scan/service"
)

// mountedTimeout is how long the ConfigMaps of a site may take to be read.
const mountedTimeout = 10 * time.Second

// ask asks the scanner how far a look is, and has it begin the look where it knows of none. What a site mounts is read and
// sent once, when its look begins, and kept nowhere here.
func (r *PagesReconciler) ask(ctx context.Context, site *hustingsv1alpha1.CampaignSite, at look, addresses []netip.AddrPort, mounts []string) (service.PagesAnswer, error) {
	q := service.PagesRequest{Key: at.key, Namespace: site.Namespace, Site: site.Name}
	if !at.onlyMounted {
		q.Addresses, q.Entry = addresses, entries(site)
		for _, host := range site.Spec.Hosts {
			q.Hosts = append(q.Hosts, string(host))
		}
	}
	if len(mounts) == 0 {
		return r.Scanner.Pages(ctx, q)
	}
	q.Begun = true
	answer, err := r.Scanner.Pages(ctx, q)
	if err != nil || answer.State != service.Forgotten {
		return answer, err
	}
	if q.Mounted, err = r.mounted(ctx, site.Namespace, mounts); err != nil {
		return answer, fmt.Errorf("%w: %w", errUnread, err)
	}
	q.Begun = false
	return r.Scanner.Pages(ctx, q)
}

// errUnread is wrapped by the error of a request that is tried again: the API server does not say what a ConfigMap holds.
var errUnread = errors.New("read what the site mounts")

// mountsOf are the ConfigMaps that the pods of a Deployment mount, each once. That is what can leak: not what a spec asks for that
// is refused, and what was applied before as long as it runs.
func mountsOf(d *appsv1.Deployment) []string {
	if d == nil {
		return nil
	}
	var names []string
	for _, v := range d.Spec.Template.Spec.Volumes {
		if v.ConfigMap != nil && !slices.Contains(names, v.ConfigMap.Name) {
			names = append(names, v.ConfigMap.Name)
		}
	}
	return names
}

// mounted reads ConfigMaps. What is not there, or may not be read, is said to be missed.
func (r *PagesReconciler) mounted(ctx context.Context, namespace string, names []string) ([]mounted.ConfigMap, error) {
	timed, cancel := context.WithTimeout(ctx, mountedTimeout)
	defer cancel()
	intake := &mounted.Intake{}
	for _, name := range names {
		read := &corev1.ConfigMap{}
		switch err := r.Live.Get(timed, client.ObjectKey{Namespace: namespace, Name: name}, read); {
		case apierrors.IsNotFound(err):
			intake.Miss(name, "there is no such ConfigMap")
		case apierrors.IsForbidden(err):
			intake.Miss(name, "the operator may not read it: its ClusterRole lacks get on configmaps")
		case err != nil:
			return nil, err
		default:
			intake.Take(name, read.Data, read.BinaryData)
		}
	}
	return intake.ConfigMaps(), nil
}

// unmount forgets what was found in ConfigMaps once the pods mount none any more.
func (r *PagesReconciler) unmount(ctx context.Context, site *hustingsv1alpha1.CampaignSite, mounts []string) {
	known := r.Answers.of(site)
	if len(mounts) > 0 || known.MountedRollout == "" {
		return
	}
	known.Mounted, known.MountedRollout = hustingsv1alpha1.PagesVerdict{}, ""
	r.Answers.put(ctx, site, known)
}

// mergeMounted is what a new look makes of what was known of the ConfigMaps that a site mounts. A leak is gone as well where
// its ConfigMap was seen wholly, though the key is there no more, or is mounted no more. Why a look was not complete is said anew:
// unlike pages, a ConfigMap says the same each time.
func mergeMounted(mounts []string, known hustingsv1alpha1.LeakStatus, rollout string, result scan.Result) hustingsv1alpha1.PagesVerdict {
	saw := func(file string) bool {
		name, _, isPlace := strings.Cut(file, "/")
		return isPlace && !strings.HasPrefix(name, ellipsis) && (!slices.Contains(mounts, name) || result.Saw(name))
	}
	merged := merge(known.Mounted, known.MountedRollout == rollout, result, saw)
	if result.Verdict != scan.Error && merged.Verdict == verdictOf(result.Verdict) {
		merged.Message = bounded(result.Message, maxFinding)
	}
	return merged
}
