package render

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/hustings/hustings/internal/intent"
)

// mebibytesPerPath bounds each writable path, and mebibytesForLogs what a container may log and write besides.
const (
	mebibytesPerPath = 64
	mebibytesForLogs = 64
)

func container(s intent.Site) corev1.Container {
	_, volumeMounts := mounts(s)
	amounts := resources(s)
	return corev1.Container{
		Name:         "site",
		Image:        s.Image,
		Args:         s.Args,
		Ports:        []corev1.ContainerPort{{Name: portName, ContainerPort: s.Port, Protocol: corev1.ProtocolTCP}},
		Env:          env(s),
		Resources:    corev1.ResourceRequirements{Requests: amounts, Limits: amounts.DeepCopy()},
		VolumeMounts: volumeMounts,
		// A digest never changes what it names; a tag may, and then the node must not run an old one.
		ImagePullPolicy: corev1.PullIfNotPresent,
		StartupProbe:    probe(s, 2, 30),
		ReadinessProbe:  probe(s, 5, 2),
		LivenessProbe:   probe(s, 10, 6),
		Lifecycle: &corev1.Lifecycle{
			PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: drainSeconds}},
		},
		SecurityContext: &corev1.SecurityContext{
			AllowPrivilegeEscalation: ptr.To(false),
			Privileged:               ptr.To(false),
			ReadOnlyRootFilesystem:   ptr.To(true),
			RunAsNonRoot:             ptr.To(true),
			Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
			SeccompProfile:           &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		},
	}
}

// probe asks the health path every period; it gives up after that many failures.
func probe(s intent.Site, periodSeconds, failures int32) *corev1.Probe {
	return &corev1.Probe{
		ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{
			Path: s.Health, Port: intstr.FromString(portName), Scheme: corev1.URISchemeHTTP,
		}},
		PeriodSeconds: periodSeconds, TimeoutSeconds: 2, FailureThreshold: failures, SuccessThreshold: 1,
	}
}

func resources(s intent.Site) corev1.ResourceList {
	ephemeral := int64(mebibytesForLogs + mebibytesPerPath*len(s.WritablePaths))
	return corev1.ResourceList{
		corev1.ResourceCPU:              s.Resources.CPU.DeepCopy(),
		corev1.ResourceMemory:           s.Resources.Memory.DeepCopy(),
		corev1.ResourceEphemeralStorage: *resource.NewQuantity(ephemeral<<20, resource.BinarySI),
	}
}

func env(s intent.Site) []corev1.EnvVar {
	out := make([]corev1.EnvVar, 0, len(s.Env))
	for _, e := range s.Env {
		v := corev1.EnvVar{Name: e.Name, Value: ptr.Deref(e.Value, "")}
		if e.SecretKeyRef != nil {
			v.ValueFrom = &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
				LocalObjectReference: corev1.LocalObjectReference{Name: string(e.SecretKeyRef.Name)}, Key: e.SecretKeyRef.Key,
			}}
		}
		out = append(out, v)
	}
	return out
}

// mounts are the writable paths, sized, and the files, read-only. Volumes are numbered: a name made from a path could
// be that of another.
func mounts(s intent.Site) ([]corev1.Volume, []corev1.VolumeMount) {
	var volumes []corev1.Volume
	var volumeMounts []corev1.VolumeMount
	for i, path := range s.WritablePaths {
		name := fmt.Sprintf("writable-%d", i)
		volumes = append(volumes, corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
			EmptyDir: &corev1.EmptyDirVolumeSource{SizeLimit: resource.NewQuantity(mebibytesPerPath<<20, resource.BinarySI)},
		}})
		volumeMounts = append(volumeMounts, corev1.VolumeMount{Name: name, MountPath: path})
	}
	for i, f := range s.Files {
		name := fmt.Sprintf("files-%d", i)
		volumes = append(volumes, corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
			ConfigMap: &corev1.ConfigMapVolumeSource{
				LocalObjectReference: corev1.LocalObjectReference{Name: string(f.ConfigMapName)},
				DefaultMode:          ptr.To[int32](0o444),
			},
		}})
		volumeMounts = append(volumeMounts, corev1.VolumeMount{Name: name, MountPath: string(f.MountPath), ReadOnly: true})
	}
	return volumes, volumeMounts
}
