package controllers

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/event"
)

// podWith is a pod of a site with one container in a state.
func podWith(ready bool, now corev1.ContainerState, last *corev1.ContainerStateTerminated) corev1.Pod {
	return corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "alice", Name: "vote-1", Labels: map[string]string{"hustings.dev/site": "vote"}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "site"}}},
		Status: corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{{
			Name: "site", Ready: ready, State: now, LastTerminationState: corev1.ContainerState{Terminated: last},
		}}},
	}
}

func waiting(reason, message string) corev1.ContainerState {
	return corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}
}

func running() corev1.ContainerState {
	return corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}
}

func unschedulable(message string) corev1.Pod {
	return corev1.Pod{Status: corev1.PodStatus{Conditions: []corev1.PodCondition{{
		Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: corev1.PodReasonUnschedulable, Message: message,
	}}}}
}

func TestTroubleIsSaidInWords(t *testing.T) {
	ended := &corev1.ContainerStateTerminated{ExitCode: 3, Reason: "Error"}
	killed := &corev1.ContainerStateTerminated{ExitCode: 137, Reason: "OOMKilled"}
	deleted := podWith(false, waiting("CrashLoopBackOff", "back-off 10s"), ended)
	deleted.DeletionTimestamp = new(metav1.Now())
	for name, test := range map[string]struct {
		pods []corev1.Pod
		want string // "", no trouble
	}{
		"no pods":                          {nil, ""},
		"one that runs":                    {[]corev1.Pod{podWith(true, running(), nil)}, ""},
		"one that runs after it had ended": {[]corev1.Pod{podWith(true, running(), ended)}, ""},
		"one that is being made":           {[]corev1.Pod{podWith(false, waiting("ContainerCreating", ""), nil)}, ""},
		"one that starts":                  {[]corev1.Pod{podWith(false, running(), nil)}, ""},
		"one that has just ended":          {[]corev1.Pod{podWith(false, corev1.ContainerState{Terminated: ended}, nil)}, "ends by itself, with exit code 3"},
		"one that crashes":                 {[]corev1.Pod{podWith(false, waiting("CrashLoopBackOff", "back-off 10s"), ended)}, "ends by itself, with exit code 3"},
		"one out of memory":                {[]corev1.Pod{podWith(false, waiting("CrashLoopBackOff", "back-off 10s"), killed)}, "spec.resources.memory"},
		"an image that cannot be pulled":   {[]corev1.Pod{podWith(false, waiting("ImagePullBackOff", "Back-off 10s"), nil)}, "cannot pull the image"},
		"a Secret that is missing":         {[]corev1.Pod{podWith(false, waiting("CreateContainerConfigError", `secret "api" not found`), nil)}, `secret "api" not found`},
		"no node":                          {[]corev1.Pod{unschedulable("0/3 nodes are available")}, "no node takes a pod: 0/3 nodes are available"},
		"one that is going":                {[]corev1.Pod{deleted}, ""},
		"several, each once": {
			[]corev1.Pod{podWith(false, waiting("ErrImagePull", "x"), nil), unschedulable("none"), podWith(false, waiting("ImagePullBackOff", "y"), nil)},
			"a node cannot pull the image: is it in the registry, and may the nodes pull it?; no node takes a pod: none",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := troubleOf(test.pods)
			if (test.want == "") != (got == "") || !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			for i := range test.pods {
				trimmed, err := trimPod(test.pods[i].DeepCopy())
				if err != nil {
					t.Fatal(err)
				}
				if after := troubleIn(trimmed.(*corev1.Pod)); after != troubleIn(&test.pods[i]) {
					t.Errorf("the cache has another word: %q", after)
				}
			}
		})
	}
}

// A crash loop goes through these states again and again, and none of them must be a write.
func TestAPodInTroubleIsNewsOnce(t *testing.T) {
	ended := &corev1.ContainerStateTerminated{ExitCode: 1}
	healthy := podWith(true, running(), nil)
	loop := []corev1.Pod{
		podWith(false, corev1.ContainerState{Terminated: ended}, nil),
		podWith(false, running(), ended),
		podWith(false, corev1.ContainerState{Terminated: ended}, ended),
		podWith(false, waiting("CrashLoopBackOff", "back-off 10s restarting"), ended),
		podWith(false, running(), ended),
		podWith(false, waiting("CrashLoopBackOff", "back-off 20s restarting"), ended),
	}
	before := healthy
	for i, after := range loop {
		isNews := troubleChanged.Update(event.UpdateEvent{ObjectOld: &before, ObjectNew: &after})
		if isNews != (i == 0) {
			t.Errorf("step %d: news = %v", i, isNews)
		}
		before = after
	}
	if !troubleChanged.Update(event.UpdateEvent{ObjectOld: &before, ObjectNew: &healthy}) {
		t.Error("coming out of it is no news")
	}
	if troubleChanged.Create(event.CreateEvent{Object: &healthy}) || !troubleChanged.Delete(event.DeleteEvent{Object: &before}) {
		t.Error("a new pod is news, or the end of one in trouble is none")
	}
}
