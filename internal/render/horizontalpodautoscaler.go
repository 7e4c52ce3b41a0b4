package render

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/hustings/hustings/internal/intent"
)

const (
	// targetUtilization leaves room for the time that new pods take to start.
	targetUtilization = 70
	// scaleDownSeconds keeps pods between the waves of an attack.
	scaleDownSeconds = 600
)

// HorizontalPodAutoscaler scales on processor time; nil where nothing is to scale.
func HorizontalPodAutoscaler(s intent.Site) *autoscalingv2.HorizontalPodAutoscaler {
	if s.Replicas.Max <= s.Replicas.Min {
		return nil
	}
	return &autoscalingv2.HorizontalPodAutoscaler{
		TypeMeta:   typeMeta(autoscalingv2.SchemeGroupVersion, "HorizontalPodAutoscaler"),
		ObjectMeta: meta(s, ""),
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{
				APIVersion: "apps/v1", Kind: "Deployment", Name: BaseName(s.Namespace, s.Name),
			},
			MinReplicas: ptr.To(s.Replicas.Min),
			MaxReplicas: s.Replicas.Max,
			Metrics: []autoscalingv2.MetricSpec{{
				Type: autoscalingv2.ResourceMetricSourceType,
				Resource: &autoscalingv2.ResourceMetricSource{
					Name: corev1.ResourceCPU,
					Target: autoscalingv2.MetricTarget{
						Type: autoscalingv2.UtilizationMetricType, AverageUtilization: ptr.To[int32](targetUtilization),
					},
				},
			}},
			Behavior: &autoscalingv2.HorizontalPodAutoscalerBehavior{
				ScaleDown: &autoscalingv2.HPAScalingRules{StabilizationWindowSeconds: ptr.To[int32](scaleDownSeconds)},
			},
		},
	}
}
