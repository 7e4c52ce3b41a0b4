package render

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/hustings/hustings/internal/intent"
)

const (
	// drainSeconds is how long a pod that is going away still serves: the time in which edges and kube-proxy learn of
	// it. Traefik applies changes at most every 2 s.
	drainSeconds = 10
	// graceSeconds is drainSeconds and as much again for requests under way.
	graceSeconds = 30
	// progressSeconds is when a rollout that gets nowhere is called failed.
	progressSeconds = 120
	// revisions is how many former ReplicaSets are kept to roll back to.
	revisions = 3
)

// Deployment of the site's pods. It says nothing of replicas where an autoscaler decides them.
func Deployment(s intent.Site) *appsv1.Deployment {
	base := BaseName(s.Namespace, s.Name)
	d := &appsv1.Deployment{
		TypeMeta:   typeMeta(appsv1.SchemeGroupVersion, "Deployment"),
		ObjectMeta: meta(s, ""),
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: Selector(base)},
			Strategy: appsv1.DeploymentStrategy{
				Type: appsv1.RollingUpdateDeploymentStrategyType,
				RollingUpdate: &appsv1.RollingUpdateDeployment{
					MaxUnavailable: ptr.To(intstr.FromInt32(0)),
					MaxSurge:       ptr.To(intstr.FromInt32(1)),
				},
			},
			ProgressDeadlineSeconds: ptr.To[int32](progressSeconds),
			RevisionHistoryLimit:    ptr.To[int32](revisions),
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: Labels(base)},
				Spec:       podSpec(s),
			},
		},
	}
	if s.Replicas.Max <= s.Replicas.Min {
		d.Spec.Replicas = ptr.To(s.Replicas.Min)
	}
	return d
}

func podSpec(s intent.Site) corev1.PodSpec {
	volumes, _ := mounts(s)
	pod := corev1.PodSpec{
		ServiceAccountName:            BaseName(s.Namespace, s.Name),
		AutomountServiceAccountToken:  ptr.To(false),
		EnableServiceLinks:            ptr.To(false),
		TerminationGracePeriodSeconds: ptr.To[int64](graceSeconds),
		RestartPolicy:                 corev1.RestartPolicyAlways,
		SecurityContext: &corev1.PodSecurityContext{
			RunAsNonRoot:        ptr.To(true),
			RunAsUser:           ptr.To(s.RunAsUser),
			RunAsGroup:          ptr.To(s.RunAsUser),
			FSGroup:             ptr.To(s.RunAsUser),
			FSGroupChangePolicy: ptr.To(corev1.FSGroupChangeOnRootMismatch),
			SeccompProfile:      &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		},
		TopologySpreadConstraints: []corev1.TopologySpreadConstraint{
			spread(s, corev1.LabelHostname), spread(s, corev1.LabelTopologyZone),
		},
		Containers: []corev1.Container{container(s)},
		Volumes:    volumes,
	}
	if s.UserNamespace {
		pod.HostUsers = ptr.To(false)
	}
	return pod
}

// spread keeps pods apart where it can. It never keeps one from running: a site on one node beats a site that waits.
func spread(s intent.Site, key string) corev1.TopologySpreadConstraint {
	selector := podSelector(s)
	return corev1.TopologySpreadConstraint{
		MaxSkew: 1, TopologyKey: key, WhenUnsatisfiable: corev1.ScheduleAnyway, LabelSelector: &selector,
		MatchLabelKeys: []string{appsv1.DefaultDeploymentUniqueLabelKey},
	}
}
