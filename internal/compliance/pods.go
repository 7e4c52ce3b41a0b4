package compliance

import (
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// podPath is where a Deployment holds the pod.
const podPath = "spec.template.spec"

// eachDeployment judges every Deployment of the site; without one the control fails.
func (in Input) eachDeployment(check func(child[*appsv1.Deployment]) []Finding) Outcome {
	v := in.objects()
	if out, bad := v.unreadable(kindDeployment); bad {
		return out
	}
	if len(v.deployments) == 0 {
		return judged([]Finding{missing(kindDeployment)})
	}
	var findings []Finding
	for _, d := range v.deployments {
		findings = append(findings, check(d)...)
	}
	return judged(findings)
}

// containerAt is a container with its place.
type containerAt struct {
	*corev1.Container
	path string
}

// containers are all containers of a pod: init containers run first, with the same powers.
func containers(pod *corev1.PodSpec) []containerAt {
	out := make([]containerAt, 0, len(pod.InitContainers)+len(pod.Containers))
	for i := range pod.InitContainers {
		out = append(out, containerAt{&pod.InitContainers[i], podPath + ".initContainers[" + strconv.Itoa(i) + "]"})
	}
	for i := range pod.Containers {
		out = append(out, containerAt{&pod.Containers[i], podPath + ".containers[" + strconv.Itoa(i) + "]"})
	}
	return out
}

// isFalse says whether a field is there and false: absent means true for those that are judged.
func isFalse(b *bool) bool { return b != nil && !*b }

func isTrue(b *bool) bool { return b != nil && *b }

func orZero[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
