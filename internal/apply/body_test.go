package apply

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func TestWantSendsNothingThatWeDoNotDecide(t *testing.T) {
	site := &hustingsv1alpha1.CampaignSite{ObjectMeta: metav1.ObjectMeta{Name: "vote", UID: "u"}}
	planned := &appsv1.Deployment{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "alice", Name: "vote"},
	}
	before := planned.DeepCopy()
	w, err := want(site, planned, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, planned); diff != "" {
		t.Errorf("the plan was changed (-before +after):\n%s", diff)
	}
	body, err := w.updateOnly("v")
	if err != nil {
		t.Fatal(err)
	}
	var sent struct {
		Status   any `json:"status"`
		Metadata map[string]any
	}
	if err := json.Unmarshal(body, &sent); err != nil {
		t.Fatal(err)
	}
	wantMetadata := map[string]any{
		"name": "vote", "namespace": "alice", "uid": "v",
		"annotations": map[string]any{AnnotationDigest: w.digest},
		"ownerReferences": []any{map[string]any{
			"apiVersion": "hustings.dev/v1alpha1", "kind": "CampaignSite", "name": "vote", "uid": "u",
			"controller": true, "blockOwnerDeletion": true,
		}},
	}
	if diff := cmp.Diff(wantMetadata, sent.Metadata); diff != "" {
		t.Errorf("metadata (-want +got):\n%s", diff)
	}
	if sent.Status != nil {
		t.Errorf("status = %v", sent.Status)
	}
}

func TestWantHasTheSameDigestForTheSameObjectOfAnySite(t *testing.T) {
	planned := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "vote"}}
	digest := func(uid types.UID) string {
		w, err := want(&hustingsv1alpha1.CampaignSite{ObjectMeta: metav1.ObjectMeta{UID: uid}}, planned, nil)
		if err != nil {
			t.Fatal(err)
		}
		return w.digest
	}
	if a, b := digest("a"), digest("b"); a != b || a == "" {
		t.Errorf("digests %q and %q", a, b)
	}
}
