package nodes

import (
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

func TestPodsOfOneOwnerAreSpreadEvenly(t *testing.T) {
	r := newRotation(3)
	counts := map[string]int{}
	for range 6 {
		counts[r.pick(podOf("a"))]++
		r.pick(podOf("b"))
	}
	for n := range 3 {
		if got := counts[nodeName(n+1)]; got != 2 {
			t.Errorf("%s has %d pods, want 2", nodeName(n+1), got)
		}
	}
}

func TestAPodOfADaemonSetGoesWhereItBelongs(t *testing.T) {
	pod := podOf("a")
	wanted := func(node string) {
		pod.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
				MatchFields: []corev1.NodeSelectorRequirement{{Key: metav1.ObjectNameField, Values: []string{node}}},
			}}},
		}}
	}
	r := newRotation(3)
	wanted("node-2")
	if got := r.pick(pod); got != "node-2" {
		t.Errorf("got %q", got)
	}
	wanted("elsewhere")
	if got := r.pick(pod); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestNoTwoPodsHaveOneAddress(t *testing.T) {
	a := newAddresses()
	a.keep("old", "10.244.0.1")
	a.keep("thief", "10.244.0.1")
	a.keep("stranger", "192.0.2.1")
	seen := map[string]types.UID{}
	for _, pod := range []types.UID{"new", "old", "thief", "stranger"} {
		ip, err := a.of(pod)
		if err != nil {
			t.Fatal(err)
		}
		if other, taken := seen[ip]; taken {
			t.Errorf("%s and %s both have %s", other, pod, ip)
		}
		seen[ip] = pod
	}
	if seen["10.244.0.1"] != "old" {
		t.Errorf("addresses %v: the one in use was given away", seen)
	}
	a.release("old")
	a.keep("heir", "10.244.0.1")
	if got, _ := a.of("heir"); got != "10.244.0.1" {
		t.Errorf("a free address is not given again: %s", got)
	}
}

func TestAPodThatRunsIsReportedOnce(t *testing.T) {
	pod := podOf("a")
	pod.Spec.Containers = []corev1.Container{{Name: "c", Image: "example.org/site:1"}}
	first := metav1.NewTime(time.Unix(1000, 0))
	pod.Status = status(pod, "10.244.0.1", "10.0.0.11", NeverReadyImage, first)
	if pod.Status.Phase != corev1.PodRunning || !pod.Status.ContainerStatuses[0].Ready || pod.Status.ContainerStatuses[0].ImageID == "" {
		t.Errorf("status %+v", pod.Status)
	}
	later := status(pod, "10.244.0.1", "10.0.0.11", NeverReadyImage, metav1.NewTime(time.Unix(2000, 0)))
	if !equality.Semantic.DeepEqual(later, pod.Status) {
		t.Error("a second report differs")
	}
}

func TestAnImageCanBeNeverReady(t *testing.T) {
	pod := podOf("a")
	pod.Spec.Containers = []corev1.Container{{Name: "c", Image: fmt.Sprintf("registry.%s@sha256:00", NeverReadyImage)}}
	got := status(pod, "10.244.0.1", "10.0.0.11", NeverReadyImage, metav1.Now())
	waiting := got.ContainerStatuses[0].State.Waiting
	if got.Phase != corev1.PodPending || waiting == nil || waiting.Reason != "ImagePullBackOff" {
		t.Errorf("status %+v", got)
	}
	for _, c := range got.Conditions {
		if c.Type == corev1.PodReady && c.Status != corev1.ConditionFalse {
			t.Errorf("condition %+v", c)
		}
	}
}

func TestNodesAreInTwoZonesAndKnowTheirAddress(t *testing.T) {
	for number, zone := range map[int]string{1: "zone-a", 2: "zone-b", 3: "zone-a"} {
		if got := nodeZone(number); got != zone {
			t.Errorf("node %d is in %s, want %s", number, got, zone)
		}
	}
	if got, err := hostIP("node-300"); err != nil || got != "10.0.1.54" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := hostIP("other"); err == nil {
		t.Error("a stranger's node has an address")
	}
}

func podOf(owner types.UID) *corev1.Pod {
	is := true
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		UID:             "pod",
		OwnerReferences: []metav1.OwnerReference{{UID: owner, Controller: &is}},
	}}
}
