package apply

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/hustings/hustings/internal/object"
)

func TestSettledFields(t *testing.T) {
	entry := func(manager string, operation metav1.ManagedFieldsOperationType, subresource, fields string) metav1.ManagedFieldsEntry {
		return metav1.ManagedFieldsEntry{
			Manager: manager, Operation: operation, Subresource: subresource, APIVersion: "apps/v1",
			FieldsType: "FieldsV1", FieldsV1: metav1.NewFieldsV1(fields),
		}
	}
	const (
		update = metav1.ManagedFieldsOperationUpdate
		apply  = metav1.ManagedFieldsOperationApply
	)
	var (
		scaled  = entry("kube-controller-manager", update, "scale", `{"f:spec":{"f:replicas":{}}}`)
		status  = entry("kube-controller-manager", update, "status", `{"f:status":{"f:replicas":{}}}`)
		edited  = entry("kubectl-edit", update, "", `{"f:spec":{"f:paused":{}}}`)
		whole   = `{"f:spec":{"f:replicas":{},"f:selector":{}}}`
		without = `{"f:spec":{"f:selector":{}}}`
	)
	for name, c := range map[string]struct {
		before, after  []metav1.ManagedFieldsEntry
		leavesReplicas bool
	}{
		"what is ours since it was made becomes ours by apply": {
			before: []metav1.ManagedFieldsEntry{entry("hustings", update, "", whole), edited, status},
			after:  []metav1.ManagedFieldsEntry{entry("hustings", apply, "", whole), edited, status},
		},
		"so it does when some was applied already": {
			before: []metav1.ManagedFieldsEntry{entry("hustings", apply, "", `{"f:spec":{"f:template":{}}}`), entry("hustings", update, "", without)},
			after:  []metav1.ManagedFieldsEntry{entry("hustings", apply, "", `{"f:spec":{"f:selector":{},"f:template":{}}}`)},
		},
		"an autoscaler is left the number of pods that we made": {
			before:         []metav1.ManagedFieldsEntry{entry("hustings", update, "", whole), scaled, edited},
			after:          []metav1.ManagedFieldsEntry{entry("hustings", apply, "", without), scaled, edited},
			leavesReplicas: true,
		},
		"and the one that we applied": {
			before:         []metav1.ManagedFieldsEntry{entry("hustings", apply, "", whole), status},
			after:          []metav1.ManagedFieldsEntry{entry("hustings", apply, "", without), status},
			leavesReplicas: true,
		},
		"what is as it is to be stays": {
			before:         []metav1.ManagedFieldsEntry{entry("hustings", apply, "", without), scaled, status, edited},
			after:          []metav1.ManagedFieldsEntry{entry("hustings", apply, "", without), scaled, status, edited},
			leavesReplicas: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{ManagedFields: c.before}}
			got, err := settledFields(o, c.leavesReplicas)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.after, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	broken := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{ManagedFields: []metav1.ManagedFieldsEntry{entry("hustings", apply, "", `{"f:spec":`)}}}
	if _, err := settledFields(broken, true); err == nil {
		t.Error("fields that are no JSON are read")
	}
}

// conflicting is a client whose every patch conflicts.
type conflicting struct {
	client.Client
	patched int
}

func (c *conflicting) Scheme() *runtime.Scheme { return scheme.Scheme }

func (c *conflicting) Patch(context.Context, client.Object, client.Patch, ...client.PatchOption) error {
	c.patched++
	return apierrors.NewConflict(schema.GroupResource{Resource: "services"}, "vote", errors.New("it was changed"))
}

func TestWhatIsWrittenAllTheTimeIsAnErrorOfItsOwn(t *testing.T) {
	made := metav1.ObjectMeta{UID: "u", ResourceVersion: "7", ManagedFields: []metav1.ManagedFieldsEntry{
		{Manager: "hustings", Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "v1", FieldsType: "FieldsV1", FieldsV1: metav1.NewFieldsV1(`{"f:spec":{}}`)},
	}}
	c := &conflicting{}
	r := &run{Applier: &Applier{Client: c, Live: &answers{metadata: made}}, isKnown: true}
	w := wanted{ref: object.Ref{APIVersion: "v1", Kind: "Service", Namespace: "alice", Name: "vote"}}
	err := r.settleOwnership(t.Context(), w, &corev1.Service{ObjectMeta: made})
	if failure := (*Error)(nil); !errors.As(err, &failure) || failure.Class != Contended {
		t.Fatalf("err = %v", err)
	}
	if apierrors.IsConflict(err) {
		t.Error("it is passed over as a conflict that goes by itself")
	}
	if !r.goesOn(err) {
		t.Error("it ends the repair of all others")
	}
	if c.patched < 3 {
		t.Errorf("it was tried %d times", c.patched)
	}
}

func TestLeavesReplicas(t *testing.T) {
	for name, c := range map[string]struct {
		kind string
		spec map[string]any
		want bool
	}{
		"a Deployment with a number": {"Deployment", map[string]any{"replicas": int64(3)}, false},
		"a Deployment without":       {"Deployment", map[string]any{"paused": false}, true},
		"an object that has no such": {"Service", map[string]any{"type": "ClusterIP"}, false},
		"an object that has no spec": {"ServiceAccount", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := wanted{ref: object.Ref{Kind: c.kind}, content: map[string]any{"spec": c.spec}}
			if got := w.leavesReplicas(); got != c.want {
				t.Errorf("leavesReplicas() = %t", got)
			}
		})
	}
}
