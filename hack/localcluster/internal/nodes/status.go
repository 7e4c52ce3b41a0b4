package nodes

import (
	"crypto/sha256"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// NeverReadyImage in an image's name keeps its container from starting: tests of
// roll-outs that get stuck use it.
const NeverReadyImage = "hustings.test/never-ready"

// status is what a kubelet would report of the pod once it runs. It is the pod's own
// status when there is nothing new to report.
func status(pod *corev1.Pod, podIP, hostIP, neverReady string, now metav1.Time) corev1.PodStatus {
	out := *pod.Status.DeepCopy()
	out.HostIP, out.HostIPs = hostIP, []corev1.HostIP{{IP: hostIP}}
	out.PodIP, out.PodIPs = podIP, []corev1.PodIP{{IP: podIP}}
	if out.StartTime == nil {
		out.StartTime = &now
	}
	since := *out.StartTime
	ready := true
	out.InitContainerStatuses, out.ContainerStatuses = nil, nil
	for _, c := range pod.Spec.InitContainers {
		s := containerStatus(pod, c, neverReady, since)
		if sidecar := c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways; s.Ready && !sidecar {
			s.State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
				Reason: "Completed", StartedAt: since, FinishedAt: since, ContainerID: s.ContainerID,
			}}
		}
		ready = ready && s.Ready
		out.InitContainerStatuses = append(out.InitContainerStatuses, s)
	}
	for _, c := range pod.Spec.Containers {
		s := containerStatus(pod, c, neverReady, since)
		ready = ready && s.Ready
		out.ContainerStatuses = append(out.ContainerStatuses, s)
	}
	out.Phase = corev1.PodRunning
	if !ready {
		out.Phase = corev1.PodPending
	}
	setCondition(&out, corev1.PodScheduled, true, now)
	setCondition(&out, corev1.PodReadyToStartContainers, true, now)
	setCondition(&out, corev1.PodInitialized, true, now)
	setCondition(&out, corev1.ContainersReady, ready, now)
	setCondition(&out, corev1.PodReady, ready, now)
	return out
}

func containerStatus(pod *corev1.Pod, c corev1.Container, neverReady string, since metav1.Time) corev1.ContainerStatus {
	s := corev1.ContainerStatus{Name: c.Name, Image: c.Image}
	started := !strings.Contains(c.Image, neverReady)
	s.Ready, s.Started = started, &started
	if !started {
		s.State.Waiting = &corev1.ContainerStateWaiting{
			Reason: "ImagePullBackOff", Message: "simulated: this image is never pulled",
		}
		return s
	}
	s.ImageID = imageID(c.Image)
	s.ContainerID = fmt.Sprintf("simulated://%s/%s", pod.UID, c.Name)
	s.State.Running = &corev1.ContainerStateRunning{StartedAt: since}
	return s
}

// imageID is the image by digest: its own, or one made of its name.
func imageID(image string) string {
	if strings.Contains(image, "@sha256:") {
		return image
	}
	return fmt.Sprintf("%s@sha256:%x", image, sha256.Sum256([]byte(image)))
}

// setCondition moves the transition time only when the status changes.
func setCondition(s *corev1.PodStatus, kind corev1.PodConditionType, is bool, now metav1.Time) {
	wanted := corev1.PodCondition{Type: kind, Status: corev1.ConditionTrue, LastTransitionTime: now}
	if !is {
		wanted.Status, wanted.Reason = corev1.ConditionFalse, "ContainersNotReady"
	}
	for i, c := range s.Conditions {
		if c.Type != kind {
			continue
		}
		if c.Status != wanted.Status {
			wanted.ObservedGeneration = c.ObservedGeneration
			s.Conditions[i] = wanted
		}
		return
	}
	s.Conditions = append(s.Conditions, wanted)
}
