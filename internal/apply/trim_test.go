package apply

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
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
	trimmer := NewTrimmer()
	for _, o := range append(children, site) {
		if _, ok := o.(*unstructured.Unstructured); ok {
			continue // the cache has a Go type for every kind
		}
		before := decoded(t, o)
		in := decoded(t, o)
		in.SetManagedFields([]metav1.ManagedFieldsEntry{{Manager: "hustings"}})
		in.SetAnnotations(map[string]string{corev1.LastAppliedConfigAnnotation: "{}"})
		before.SetAnnotations(map[string]string{})
		for name, trim := range map[string]func(any) (any, error){"Child": trimmer.Child, "Other": trimmer.Other} {
			for _, time := range []string{"first", "second"} { // the second is made of parts of the first
				after, err := trim(in.DeepCopyObject())
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(any(before), after, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s of the %s %s (-before +after):\n%s", name, time, object.RefOf(o), diff)
				}
			}
		}
	}
}

func TestTrimSharesWhatObjectsSayAlike(t *testing.T) {
	trimmer := NewTrimmer()
	made := func() *appsv1.Deployment {
		d := &appsv1.Deployment{}
		d.Labels = map[string]string{"a-label": "a-value"}
		d.Spec.Template.Spec.Containers = []corev1.Container{{Image: "an-image"}}
		out, err := trimmer.Child(decoded(t, d))
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

func TestTrimSharesWholePartsThatAreEqual(t *testing.T) {
	trimmer := NewTrimmer()
	made := func(memory string) *appsv1.Deployment {
		d := &appsv1.Deployment{}
		d.Labels = map[string]string{"a-label": "a-value"}
		d.OwnerReferences = []metav1.OwnerReference{{Name: "a-site", UID: "a-uid", Controller: new(true)}}
		d.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"a-label": "a-value"}}
		d.Spec.Template.Spec.Containers = []corev1.Container{{
			SecurityContext: &corev1.SecurityContext{RunAsNonRoot: new(true)},
			Resources:       corev1.ResourceRequirements{Limits: corev1.ResourceList{"memory": resource.MustParse(memory)}},
		}}
		out, err := trimmer.Child(decoded(t, d))
		if err != nil {
			t.Fatal(err)
		}
		return out.(*appsv1.Deployment)
	}
	a, b, c := made("64Mi"), made("64Mi"), made("96Mi")
	for what, part := range map[string]func(*appsv1.Deployment) any{
		"the labels":           func(d *appsv1.Deployment) any { return d.Labels },
		"the owners":           func(d *appsv1.Deployment) any { return d.OwnerReferences },
		"the selector":         func(d *appsv1.Deployment) any { return d.Spec.Selector },
		"its labels":           func(d *appsv1.Deployment) any { return d.Spec.Selector.MatchLabels },
		"the security context": func(d *appsv1.Deployment) any { return d.Spec.Template.Spec.Containers[0].SecurityContext },
		"the limits":           func(d *appsv1.Deployment) any { return d.Spec.Template.Spec.Containers[0].Resources.Limits },
	} {
		at := func(d *appsv1.Deployment) unsafe.Pointer { return reflect.ValueOf(part(d)).UnsafePointer() }
		if at(a) != at(b) {
			t.Errorf("%s are there twice", what)
		}
		if isLimits := what == "the limits"; (at(a) == at(c)) == isLimits {
			t.Errorf("%s of two that differ in their limits: the same is %t", what, isLimits)
		}
	}
	if got := c.Spec.Template.Spec.Containers[0].Resources.Limits.Memory().String(); got != "96Mi" {
		t.Errorf("the other limit is %s", got)
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

func TestWhatTrimLeavesOfOurFieldsIsNotGrownByOthers(t *testing.T) {
	made := func() metav1.Object {
		d := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{ManagedFields: slices.Clone(madeByUs)}}
		if _, err := NewTrimmer().Child(d); err != nil {
			t.Fatal(err)
		}
		return d
	}
	a, b := made(), made()
	a.SetManagedFields(append(a.GetManagedFields(), metav1.ManagedFieldsEntry{Manager: "kubectl-edit"}))
	if got := append(b.GetManagedFields(), metav1.ManagedFieldsEntry{Manager: "kubectl-scale"}); a.GetManagedFields()[1].Manager != "kubectl-edit" || got[1].Manager != "kubectl-scale" {
		t.Errorf("they share what was added: %v, %v", a.GetManagedFields(), got)
	}
}

func TestTrimKeepsOfOurFieldsOnlyThatWeMadeTheObject(t *testing.T) {
	fields := metav1.NewFieldsV1(`{"f:spec":{}}`)
	d := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{ManagedFields: []metav1.ManagedFieldsEntry{
		{Manager: "hustings", Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "apps/v1", FieldsV1: fields},
		{Manager: "hustings", Operation: metav1.ManagedFieldsOperationApply, APIVersion: "apps/v1", FieldsV1: fields},
		{Manager: "kubectl-edit", Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "apps/v1", FieldsV1: fields},
		{Manager: "kube-controller-manager", Operation: metav1.ManagedFieldsOperationUpdate, Subresource: "status", FieldsV1: fields},
	}}}
	out, err := NewTrimmer().Child(d)
	if err != nil {
		t.Fatal(err)
	}
	want := []metav1.ManagedFieldsEntry{
		{Manager: "kubectl-edit", Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "apps/v1", FieldsV1: fields},
		{Manager: "hustings", Operation: metav1.ManagedFieldsOperationUpdate},
	}
	if diff := cmp.Diff(want, out.(*appsv1.Deployment).ManagedFields); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
