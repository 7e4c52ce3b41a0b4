package nodes

import (
	"context"
	"fmt"
	"runtime"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

const zones = 2

// nodeName counts from 1: node-1 is in zone-a, node-2 in zone-b, node-3 in zone-a.
func nodeName(number int) string { return fmt.Sprintf("node-%d", number) }

func nodeZone(number int) string { return "zone-" + string(rune('a'+(number-1)%zones)) }

// nodeAddress is unlike any pod's or service's: 10.0.0.11, 10.0.0.12, ...
func nodeAddress(number int) string {
	const first = 10
	return fmt.Sprintf("10.0.%d.%d", (number+first)/256, (number+first)%256)
}

func node(number int, now metav1.Time) *corev1.Node {
	name := nodeName(number)
	capacity := corev1.ResourceList{
		corev1.ResourceCPU:    resource.MustParse("1000"),
		corev1.ResourceMemory: resource.MustParse("4000Gi"),
		corev1.ResourcePods:   resource.MustParse("100000"),
	}
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
			corev1.LabelHostname:     name,
			corev1.LabelTopologyZone: nodeZone(number),
			corev1.LabelOSStable:     "linux",
			corev1.LabelArchStable:   runtime.GOARCH,
		}},
		Status: corev1.NodeStatus{
			Capacity:    capacity,
			Allocatable: capacity,
			Addresses: []corev1.NodeAddress{
				{Type: corev1.NodeInternalIP, Address: nodeAddress(number)},
				{Type: corev1.NodeHostName, Address: name},
			},
			Conditions: []corev1.NodeCondition{{
				Type: corev1.NodeReady, Status: corev1.ConditionTrue,
				Reason: "Simulated", Message: "no container runs here",
				LastHeartbeatTime: now, LastTransitionTime: now,
			}},
		},
	}
}

// ensureNode makes the node, and takes away the taint that admission puts on every
// new node: the controller that would do so is off, since it would miss heartbeats.
func ensureNode(ctx context.Context, client kubernetes.Interface, number int) error {
	wanted := node(number, metav1.Now())
	api := client.CoreV1().Nodes()
	got, err := api.Create(ctx, wanted, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		got, err = api.Get(ctx, wanted.Name, metav1.GetOptions{})
	}
	if err != nil {
		return fmt.Errorf("make node: %w", err)
	}
	if len(got.Spec.Taints) > 0 {
		got.Spec.Taints = nil
		if got, err = api.Update(ctx, got, metav1.UpdateOptions{}); err != nil {
			return fmt.Errorf("untaint node: %w", err)
		}
	}
	got.Status = wanted.Status
	if _, err = api.UpdateStatus(ctx, got, metav1.UpdateOptions{}); err != nil {
		return fmt.Errorf("report node: %w", err)
	}
	return nil
}
