package nodes

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"
)

// sync moves one pod one step on; what that changes brings it back here.
func (s *simulator) sync(ctx context.Context, name cache.ObjectName) error {
	pod, err := s.pods.Pods(name.Namespace).Get(name.Name)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	switch {
	case pod.DeletionTimestamp != nil:
		err = s.remove(ctx, pod)
	case pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed:
	case pod.Spec.NodeName == "":
		err = s.bind(ctx, pod)
	case slices.Contains(s.rotation.names, pod.Spec.NodeName):
		err = s.report(ctx, pod)
	}
	if apierrors.IsNotFound(err) {
		return nil // gone meanwhile
	}
	return err
}

func (s *simulator) remove(ctx context.Context, pod *corev1.Pod) error {
	now := int64(0)
	err := s.client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{
		GracePeriodSeconds: &now,
		Preconditions:      metav1.NewUIDPreconditions(string(pod.UID)),
	})
	if apierrors.IsConflict(err) {
		return nil // another pod has the name: its own event comes
	}
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("remove pod: %w", err)
	}
	return err
}

func (s *simulator) bind(ctx context.Context, pod *corev1.Pod) error {
	if len(pod.Spec.SchedulingGates) > 0 {
		return nil
	}
	node := s.rotation.pick(pod)
	if node == "" {
		return nil
	}
	err := s.client.CoreV1().Pods(pod.Namespace).Bind(ctx, &corev1.Binding{
		ObjectMeta: metav1.ObjectMeta{Namespace: pod.Namespace, Name: pod.Name, UID: pod.UID},
		Target:     corev1.ObjectReference{Kind: "Node", Name: node},
	}, metav1.CreateOptions{})
	if apierrors.IsConflict(err) {
		return nil // bound already: its event comes
	}
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("bind pod: %w", err)
	}
	return err
}

func (s *simulator) report(ctx context.Context, pod *corev1.Pod) error {
	host, err := hostIP(pod.Spec.NodeName)
	if err != nil {
		return err
	}
	address := host
	if !pod.Spec.HostNetwork {
		if address, err = s.addresses.of(pod.UID); err != nil {
			return err
		}
	}
	wanted := status(pod, address, host, s.options.NeverReadyImage, metav1.Now())
	if equality.Semantic.DeepEqual(wanted, pod.Status) {
		return nil
	}
	pod = pod.DeepCopy()
	pod.Status = wanted
	_, err = s.client.CoreV1().Pods(pod.Namespace).UpdateStatus(ctx, pod, metav1.UpdateOptions{})
	if err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err) {
		return fmt.Errorf("report pod: %w", err)
	}
	return err
}
