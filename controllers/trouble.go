package controllers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/hustings/hustings/internal/render"
)

// Reasons of a container that waits, as the kubelet gives them (k8s.io/kubernetes/pkg/kubelet/images/types.go and
// kuberuntime/kuberuntime_container.go). There are no constants for them in the API.
var (
	waitsForImage  = []string{"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable"}
	waitsForConfig = []string{"CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreCreateHookError"}
)

const outOfMemory = "OOMKilled"

// troubleOf says in words why pods of a site do not run; "", they do, or have not had the time. A pod that fails goes
// from state to state all the time: the words are the same in all of them, for each new text would be a write.
func troubleOf(pods []corev1.Pod) string {
	var said []string
	for i := range pods {
		if words := troubleIn(&pods[i]); words != "" && !slices.Contains(said, words) {
			said = append(said, words)
		}
	}
	slices.Sort(said)
	return strings.Join(said, "; ")
}

// troubleIn says why one pod does not run.
func troubleIn(p *corev1.Pod) string {
	if !p.DeletionTimestamp.IsZero() {
		return ""
	}
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse && c.Reason == corev1.PodReasonUnschedulable {
			return "no node takes a pod: " + c.Message
		}
	}
	for i := range p.Status.ContainerStatuses {
		if words := containerTrouble(&p.Status.ContainerStatuses[i], p); words != "" {
			return words
		}
	}
	return ""
}

func containerTrouble(c *corev1.ContainerStatus, p *corev1.Pod) string {
	if c.Ready {
		return ""
	}
	if w := c.State.Waiting; w != nil {
		switch {
		case slices.Contains(waitsForImage, w.Reason):
			return "a node cannot pull the image: is it in the registry, and may the nodes pull it?"
		case slices.Contains(waitsForConfig, w.Reason):
			return "a container cannot be made: " + w.Message
		}
	}
	ended := c.State.Terminated
	if ended == nil {
		ended = c.LastTerminationState.Terminated
	}
	if ended == nil {
		return ""
	}
	logs := fmt.Sprintf("`kubectl logs -n %s -l %s=%s --previous` shows its last words", p.Namespace, render.LabelSite, p.Labels[render.LabelSite])
	if ended.Reason == outOfMemory {
		return "a container runs out of memory and is killed: raise spec.resources.memory, or make it need less; " + logs
	}
	return fmt.Sprintf("a container ends by itself, with exit code %d; %s", ended.ExitCode, logs)
}

// gatherTrouble reads why pods of the site do not run.
func (r *CampaignSiteReconciler) gatherTrouble(ctx context.Context, p *progress) error {
	list := &corev1.PodList{}
	err := r.Client.List(ctx, list, client.InNamespace(p.site.Namespace),
		client.MatchingLabels{render.LabelSite: render.BaseName(p.site.Namespace, p.site.Name)},
		&client.ListOptions{UnsafeDisableDeepCopy: new(true)})
	if err != nil {
		return fmt.Errorf("read the pods: %w", err)
	}
	p.trouble = troubleOf(list.Items)
	return nil
}

// troubleChanged passes pods that fall into trouble and those that come out of it, and no others: pods change all the time.
var troubleChanged = predicate.Funcs{
	CreateFunc: func(e event.CreateEvent) bool { return troubleInObject(e.Object) != "" },
	DeleteFunc: func(e event.DeleteEvent) bool { return troubleInObject(e.Object) != "" },
	UpdateFunc: func(e event.UpdateEvent) bool {
		return troubleInObject(e.ObjectOld) != troubleInObject(e.ObjectNew)
	},
	GenericFunc: func(event.GenericEvent) bool { return false },
}

func troubleInObject(o client.Object) string {
	pod, ok := o.(*corev1.Pod)
	if !ok {
		return ""
	}
	return troubleIn(pod)
}

// sitesOfPod is the site whose label a pod has.
func (r *CampaignSiteReconciler) sitesOfPod(ctx context.Context, pod client.Object) []types.NamespacedName {
	return slices.DeleteFunc(r.sites(ctx, client.InNamespace(pod.GetNamespace())), func(site types.NamespacedName) bool {
		return render.BaseName(site.Namespace, site.Name) != pod.GetLabels()[render.LabelSite]
	})
}

// trimPod leaves of a pod what troubleIn looks at: there are many, and their specs are long.
func trimPod(in any) (any, error) {
	if o, err := meta.Accessor(in); err == nil {
		o.SetManagedFields(nil)
		o.SetAnnotations(nil)
		o.SetOwnerReferences(nil)
	}
	p, ok := in.(*corev1.Pod)
	if !ok {
		return in, nil
	}
	status := corev1.PodStatus{}
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse {
			status.Conditions = append(status.Conditions, c)
		}
	}
	for _, c := range p.Status.ContainerStatuses {
		status.ContainerStatuses = append(status.ContainerStatuses, corev1.ContainerStatus{
			Name: c.Name, Ready: c.Ready, State: c.State, LastTerminationState: c.LastTerminationState,
		})
	}
	p.Spec, p.Status = corev1.PodSpec{}, status
	return p, nil
}

// readyMessage of a site that is ready, of whose pods some are in trouble.
func readyMessage(trouble string) string {
	const all = "the site is protected, routed and has its pods"
	if trouble == "" {
		return all
	}
	return all + ", but not every pod runs: " + trouble
}
