package controllers

import (
	"errors"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/intent"
	"github.com/hustings/hustings/internal/object"
	"github.com/hustings/hustings/internal/plan"
)

func deployment(change func(*appsv1.Deployment)) *appsv1.Deployment {
	d := &appsv1.Deployment{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "alice", Name: "vote", UID: "3c7b5d20-3f0b-4b8f-9c7d-0a1b2c3d4e5f", Generation: 2},
		Spec:       appsv1.DeploymentSpec{Replicas: new(int32(3))},
		Status: appsv1.DeploymentStatus{
			ObservedGeneration: 2, Replicas: 3, UpdatedReplicas: 3, AvailableReplicas: 3,
			Conditions: []appsv1.DeploymentCondition{{Type: appsv1.DeploymentAvailable, Status: corev1.ConditionTrue}},
		},
	}
	d.Spec.Template.Spec.Containers = []corev1.Container{{Image: "registry.example.org/site@sha256:1"}}
	change(d)
	return d
}

func unavailable(d *appsv1.Deployment) { d.Status.Conditions[0].Status = corev1.ConditionFalse }

func deadlineExceeded(d *appsv1.Deployment) {
	d.Status.UpdatedReplicas = 1
	d.Status.Conditions = append(d.Status.Conditions, appsv1.DeploymentCondition{
		Type: appsv1.DeploymentProgressing, Status: corev1.ConditionFalse, Reason: "ProgressDeadlineExceeded",
	})
}

func route() *networkingv1.Ingress {
	return &networkingv1.Ingress{Spec: networkingv1.IngressSpec{Rules: []networkingv1.IngressRule{{Host: "vote.example.org"}}}}
}

func verdict(group compliance.Group, result hustingsv1alpha1.Result) compliance.Verdict {
	return compliance.Verdict{
		Control: compliance.Control{ID: hustingsv1alpha1.ControlID(group + ".x"), Group: group},
		Outcome: compliance.Outcome{Result: result},
	}
}

// progressOf is a site that is as it should be, changed.
func progressOf(change func(*progress)) *progress {
	site := &hustingsv1alpha1.CampaignSite{ObjectMeta: metav1.ObjectMeta{Namespace: "alice", Name: "vote", UID: "u", Generation: 7}}
	site.Spec.Hosts = []hustingsv1alpha1.Host{"vote.example.org"}
	site.Spec.Image = "registry.example.org/site@sha256:1"
	p := &progress{
		site: site, applied: hustingsv1alpha1.PlanStatus{Digest: "sha256:1"},
		plan: plan.Plan{
			Site:    intent.Site{Hosts: []string{"vote.example.org"}},
			Objects: []object.Object{route()},
		},
		live: []object.Object{deployment(func(*appsv1.Deployment) {}), route()},
	}
	for _, g := range groupConditions {
		p.verdicts = append(p.verdicts, verdict(g.groups[0], hustingsv1alpha1.ResultPass))
	}
	change(p)
	return p
}

func TestConditions(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*progress)
		want   map[string]string // type: status and reason; empty, the condition is not there
	}{
		"a site that is as it should be": {
			change: func(*progress) {},
			want:   map[string]string{"Ready": "True Ready", "Compliant": "True ControlsPassed", "Available": "True PodsAvailable", "Reconciling": "", "Stalled": ""},
		},
		"pods that start are work under way": {
			change: func(p *progress) { p.live[0] = deployment(unavailable) },
			want:   map[string]string{"Ready": "False Progressing", "Available": "False PodsUnavailable", "Reconciling": "True Progressing", "Stalled": ""},
		},
		"no Deployment is no pods": {
			change: func(p *progress) { p.live = p.live[1:] },
			want:   map[string]string{"Ready": "False Progressing", "Available": "False PodsUnavailable", "Reconciling": "True Progressing"},
		},
		"a rollout that old pods bridge keeps the site ready": {
			change: func(p *progress) {
				p.live[0] = deployment(func(d *appsv1.Deployment) { d.Status.UpdatedReplicas = 1 })
			},
			want: map[string]string{"Ready": "True Ready", "Reconciling": "True Progressing", "Stalled": ""},
		},
		"a Deployment whose controller has not looked yet is rolling": {
			change: func(p *progress) { p.live[0] = deployment(func(d *appsv1.Deployment) { d.Generation = 3 }) },
			want:   map[string]string{"Ready": "True Ready", "Reconciling": "True Progressing"},
		},
		"a rollout that gets nowhere stalls, though old pods serve": {
			change: func(p *progress) { p.live[0] = deployment(deadlineExceeded) },
			want:   map[string]string{"Ready": "False PodsUnavailable", "Available": "True PodsAvailable", "Stalled": "True PodsUnavailable", "Reconciling": ""},
		},
		"a failed control makes the site incompliant and not unready": {
			change: func(p *progress) { p.verdicts[0].Result = hustingsv1alpha1.ResultFail },
			want:   map[string]string{"Ready": "True Ready", "Compliant": "False ControlsFailed", "PodHardened": "False ControlsFailed", "NetworkIsolated": "True ControlsPassed"},
		},
		"what was not judged is never green": {
			change: func(p *progress) { p.verdicts = p.verdicts[1:] },
			want:   map[string]string{"PodHardened": "Unknown NotEvaluated"},
		},
		"no verdict at all is never green": {
			change: func(p *progress) { p.verdicts = nil },
			want:   map[string]string{"Compliant": "Unknown NotEvaluated", "SecretsClean": "Unknown NotEvaluated"},
		},
		"an Unknown holds compliance back": {
			change: func(p *progress) { p.verdicts[1].Result = hustingsv1alpha1.ResultUnknown },
			want:   map[string]string{"Compliant": "Unknown NotEvaluated", "NetworkIsolated": "Unknown NotEvaluated"},
		},
		"a site without a route is not ready": {
			change: func(p *progress) { p.live = p.live[:1] },
			want:   map[string]string{"Ready": "False EdgeInsufficient"},
		},
		"a host that another site holds": {
			change: func(p *progress) {
				p.plan.Site.Hosts = nil
				p.facts.Claims.Holders = heldBy("vote.example.org", "bob", "thief")
			},
			want: map[string]string{"Ready": "False HostConflict"},
		},
		"a stalled obstacle": {
			change: func(p *progress) { p.obstacle = &obstacle{reason: "Collision", message: "x", stalled: true} },
			want:   map[string]string{"Ready": "False Collision", "Stalled": "True Collision", "Reconciling": "", "Available": "True PodsAvailable"},
		},
		"an error that is tried again": {
			change: func(p *progress) { p.obstacle = transient("Service/vote", errors.New("dial tcp 10.0.0.1:43210")) },
			want:   map[string]string{"Ready": "False TransientError", "Reconciling": "True Progressing", "Stalled": ""},
		},
		"an image that is being scanned is work under way": {
			change: func(p *progress) { p.obstacle = &obstacle{reason: hustingsv1alpha1.ReasonScanning, message: "x"} },
			want:   map[string]string{"Ready": "False Scanning", "Reconciling": "True Progressing", "Stalled": "", "Available": "True PodsAvailable"},
		},
		"a site that is withdrawn waits for somebody": {
			change: func(p *progress) { p.plan.Site.Withdrawn, p.plan.Site.Hosts, p.live = true, nil, p.live[:1] },
			want:   map[string]string{"Ready": "False Withdrawn", "Stalled": "True Withdrawn", "Reconciling": ""},
		},
		"a suspended site is neither ready nor in trouble": {
			change: func(p *progress) { p.obstacle = &obstacle{reason: hustingsv1alpha1.ReasonSuspended} },
			want:   map[string]string{"Ready": "Unknown Suspended", "Reconciling": "", "Stalled": ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := progressOf(test.change)
			conditions := conditionsOf(p)
			for kind, want := range test.want {
				got := ""
				if c := meta.FindStatusCondition(conditions, kind); c != nil {
					got = string(c.Status) + " " + c.Reason
				}
				if got != want {
					t.Errorf("%s = %q, want %q", kind, got, want)
				}
			}
			checkInvariants(t, p, conditions)
		})
	}
}

// checkInvariants checks what is true of every status.
func checkInvariants(t *testing.T, p *progress, conditions []metav1.Condition) {
	t.Helper()
	for _, c := range conditions {
		if c.ObservedGeneration != p.site.Generation {
			t.Errorf("%s has observedGeneration %d", c.Type, c.ObservedGeneration)
		}
		if c.Reason == "" || len([]rune(c.Message)) > maxMessage || strings.Contains(c.Message, "43210") {
			t.Errorf("%s has reason %q and message %q", c.Type, c.Reason, c.Message)
		}
	}
	always := []string{"Ready", "Compliant", "PodHardened", "NetworkIsolated", "SecretsClean", "RateLimited", "ImageTrusted", "Available"}
	for _, kind := range always {
		if meta.FindStatusCondition(conditions, kind) == nil {
			t.Errorf("%s is missing", kind)
		}
	}
	if meta.IsStatusConditionTrue(conditions, "Stalled") && meta.IsStatusConditionTrue(conditions, "Reconciling") {
		t.Error("both Stalled and Reconciling")
	}
}

func TestStatusIsTheSameForTheSameWorld(t *testing.T) {
	p := progressOf(func(p *progress) { p.live[0] = deployment(deadlineExceeded) })
	p.site.Status = statusOf(p)
	before := p.site.Status.DeepCopy()
	for i := range before.Conditions {
		past := metav1.NewTime(time.Unix(1000, 0))
		before.Conditions[i].LastTransitionTime, p.site.Status.Conditions[i].LastTransitionTime = past, past
	}
	after := statusOf(p)
	if len(after.Conditions) != len(before.Conditions) {
		t.Fatalf("conditions %v, want %v", after.Conditions, before.Conditions)
	}
	for i := range after.Conditions {
		if after.Conditions[i] != before.Conditions[i] {
			t.Errorf("condition %v, want %v", after.Conditions[i], before.Conditions[i])
		}
	}
}

func TestStatusKeepsTheDigestOfThePlanThatWasApplied(t *testing.T) {
	p := progressOf(func(p *progress) {
		p.applied = hustingsv1alpha1.PlanStatus{}
		p.site.Status.Plan.Digest = "sha256:earlier"
		p.site.Status.Image.Running = "registry.example.org/site@sha256:1"
		p.site.Spec.Image = "registry.example.org/site@sha256:2"
	})
	s := statusOf(p)
	if s.Plan.Digest != "sha256:earlier" {
		t.Errorf("digest = %s", s.Plan.Digest)
	}
	if s.Image.Running != "registry.example.org/site@sha256:1" || s.Image.Candidate != "registry.example.org/site@sha256:2" {
		t.Errorf("image = %+v", s.Image)
	}
}

func TestControlsAreBounded(t *testing.T) {
	p := progressOf(func(p *progress) {
		v := verdict(compliance.GroupPod, hustingsv1alpha1.ResultFail)
		v.Message = strings.Repeat("ä", 3000)
		for range 9 {
			v.Findings = append(v.Findings, compliance.Finding{Message: strings.Repeat("x", 3000), Cause: "spec.env[0].value"})
		}
		p.verdicts = []compliance.Verdict{v}
	})
	c := statusOf(p).Controls[0]
	if len([]rune(c.Message)) != maxMessage || len(c.Findings) != maxFindings || c.FindingsTotal != 9 {
		t.Errorf("message of %d characters, %d of %d findings", len([]rune(c.Message)), len(c.Findings), c.FindingsTotal)
	}
	if f := c.Findings[0]; f.Object != "CampaignSite/vote" || f.Path != "spec.env[0].value" || len([]rune(f.Message)) != maxFinding {
		t.Errorf("finding at %s %s", f.Object, f.Path)
	}
}
