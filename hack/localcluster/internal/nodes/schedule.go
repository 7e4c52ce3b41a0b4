package nodes

import (
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// rotation hands out nodes in turn, for each owner of pods on its own: so the pods
// of one ReplicaSet are spread over nodes and zones, whatever others do.
type rotation struct {
	mu    sync.Mutex
	names []string
	next  map[types.UID]int
}

func newRotation(count int) *rotation {
	r := &rotation{next: map[types.UID]int{}}
	for n := range count {
		r.names = append(r.names, nodeName(n+1))
	}
	return r
}

// pick returns the node for pod, or nothing if it asks for one that is not ours.
func (r *rotation) pick(pod *corev1.Pod) string {
	if name, ok := requiredNode(pod); ok {
		if slices.Contains(r.names, name) {
			return name
		}
		return ""
	}
	var owner types.UID
	if ref := metav1.GetControllerOf(pod); ref != nil {
		owner = ref.UID
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	turn := r.next[owner]
	r.next[owner] = (turn + 1) % len(r.names)
	return r.names[turn]
}

// requiredNode finds the node that the DaemonSet controller wants for a pod.
func requiredNode(pod *corev1.Pod) (string, bool) {
	a := pod.Spec.Affinity
	if a == nil || a.NodeAffinity == nil || a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return "", false
	}
	for _, term := range a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
		for _, field := range term.MatchFields {
			if field.Key == metav1.ObjectNameField && len(field.Values) == 1 {
				return field.Values[0], true
			}
		}
	}
	return "", false
}
