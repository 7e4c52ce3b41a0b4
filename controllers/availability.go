package controllers

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// availability is what the Deployment says of its pods. Its messages hold no numbers that change while pods start: each
// new text would be a write.
type availability struct {
	// isAvailable: enough pods are.
	isAvailable bool
	// isRolling: pods of an earlier template are being replaced, or those wanted are being made.
	isRolling bool
	// isMixed: pods of an earlier template are there, or may be.
	isMixed bool
	// isStuck: the new pods do not start, and the Deployment has given up waiting.
	isStuck bool
	reason  string
	message string
}

// availabilityOf reads the status of a Deployment; nil, there is none. trouble is what is known of its pods.
func availabilityOf(d *appsv1.Deployment, trouble string) availability {
	if d == nil {
		return availability{reason: hustingsv1alpha1.ReasonPodsUnavailable, message: "there is no Deployment yet"}
	}
	available := condition(d, appsv1.DeploymentAvailable)
	isCurrent := d.Status.ObservedGeneration >= d.Generation
	a := availability{
		isAvailable: available != nil && available.Status == corev1.ConditionTrue,
		isMixed:     !isCurrent || d.Status.Replicas > d.Status.UpdatedReplicas,
	}
	a.isRolling = a.isMixed || d.Status.UpdatedReplicas < replicasOf(d)
	why := failureOf(d, trouble)
	a.isStuck = isCurrent && isDeadlineExceeded(d)
	switch {
	case a.isAvailable && a.isStuck:
		a.reason, a.message = hustingsv1alpha1.ReasonPodsAvailable, "enough pods are available, but the new ones do not start"+why
	case a.isAvailable:
		a.reason, a.message = hustingsv1alpha1.ReasonPodsAvailable, "enough pods are available"
		if trouble != "" {
			a.message += ", but not every pod runs: " + trouble
		}
	default:
		a.reason = hustingsv1alpha1.ReasonPodsUnavailable
		a.message = fmt.Sprintf("fewer than the %d wanted pods are available%s", replicasOf(d), why)
	}
	return a
}

// failureOf says why there are not enough pods, as far as they or their Deployment know.
func failureOf(d *appsv1.Deployment, trouble string) string {
	if trouble != "" {
		return ": " + trouble
	}
	if c := condition(d, appsv1.DeploymentReplicaFailure); c != nil && c.Status == corev1.ConditionTrue {
		return ": " + c.Message
	}
	if isDeadlineExceeded(d) {
		return fmt.Sprintf(": they did not become ready in time; `kubectl describe pod -n %s -l hustings.dev/site=%s` says why", d.Namespace, d.Name)
	}
	return ""
}

func isDeadlineExceeded(d *appsv1.Deployment) bool {
	c := condition(d, appsv1.DeploymentProgressing)
	return c != nil && c.Status == corev1.ConditionFalse && c.Reason == "ProgressDeadlineExceeded"
}

func condition(d *appsv1.Deployment, kind appsv1.DeploymentConditionType) *appsv1.DeploymentCondition {
	for i := range d.Status.Conditions {
		if d.Status.Conditions[i].Type == kind {
			return &d.Status.Conditions[i]
		}
	}
	return nil
}

// replicasOf is how many pods are wanted; the API server fills in 1.
func replicasOf(d *appsv1.Deployment) int32 {
	if d.Spec.Replicas == nil {
		return 1
	}
	return *d.Spec.Replicas
}
