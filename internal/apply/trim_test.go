package apply

import (
	"encoding/json"
	"reflect"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/object"
	"github.com/hustings/hustings/internal/plan"
	"github.com/hustings/hustings/test/fixture"
)

func TestTrimChangesNothingButWhatNobodyLooksAt(t *testing.T) {
	site := fixture.Site()
	children := plan.Build(site, facts.Snapshot{Class: fixture.Class(), Namespace: facts.Namespace{Name: site.Namespace, Known: true}}).Objects
	if len(children) < 8 {
		t.Fatalf("only %d children", len(children))
	}
	for _, o := range append(children, site) {
		if _, ok := o.(*unstructured.Unstructured); ok {
			continue // the cache has a Go type for every kind
		}
		before := decoded(t, o)
		in := decoded(t, o)
		in.SetManagedFields([]metav1.ManagedFieldsEntry{{Manager: "hustings"}})
		in.SetAnnotations(map[string]string{corev1.LastAppliedConfigAnnotation: "{}"})
		before.SetAnnotations(map[string]string{})
		for name, trim := range map[string]func(any) (any, error){"Trim": Trim, "TrimAll": TrimAll} {
			after, err := trim(in.DeepCopyObject())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(any(before), after, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s of %s (-before +after):\n%s", name, object.RefOf(o), diff)
			}
		}
	}
}

func TestTrimSharesWhatObjectsSayAlike(t *testing.T) {
	made := func() *appsv1.Deployment {
		d := &appsv1.Deployment{}
		d.Labels = map[string]string{"a-label": "a-value"}
		d.Spec.Template.Spec.Containers = []corev1.Container{{Image: "an-image"}}
		out, err := Trim(decoded(t, d))
		if err != nil {
			t.Fatal(err)
		}
		return out.(*appsv1.Deployment)
	}
	a, b := made(), made()
	for what, texts := range map[string][2]string{
		"a label":  {a.Labels["a-label"], b.Labels["a-label"]},
		"an image": {a.Spec.Template.Spec.Containers[0].Image, b.Spec.Template.Spec.Containers[0].Image},
	} {
		if texts[0] == "" || unsafe.StringData(texts[0]) != unsafe.StringData(texts[1]) {
			t.Errorf("%s is there twice", what)
		}
	}
}

// decoded is an object as it comes: with memory of its own.
func decoded(t *testing.T, o object.Object) object.Object {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	out, ok := reflect.New(reflect.TypeOf(o).Elem()).Interface().(object.Object)
	if !ok {
		t.Fatalf("%T is no object", o)
	}
	if err := json.Unmarshal(text, out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTrimKeepsOfOurFieldsOnlyThatWeMadeTheObject(t *testing.T) {
	fields := metav1.NewFieldsV1(`{"f:spec":{}}`)
	d := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{ManagedFields: []metav1.ManagedFieldsEntry{
		{Manager: "hustings", Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "apps/v1", FieldsV1: fields},
		{Manager: "hustings", Operation: metav1.ManagedFieldsOperationApply, APIVersion: "apps/v1", FieldsV1: fields},
		{Manager: "kubectl-edit", Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "apps/v1", FieldsV1: fields},
		{Manager: "kube-controller-manager", Operation: metav1.ManagedFieldsOperationUpdate, Subresource: "status", FieldsV1: fields},
	}}}
	out, err := Trim(d)
	if err != nil {
		t.Fatal(err)
	}
	want := []metav1.ManagedFieldsEntry{
		{Manager: "hustings", Operation: metav1.ManagedFieldsOperationUpdate},
		{Manager: "kubectl-edit", Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "apps/v1", FieldsV1: fields},
	}
	if diff := cmp.Diff(want, out.(*appsv1.Deployment).ManagedFields); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
