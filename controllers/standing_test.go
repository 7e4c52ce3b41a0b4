package controllers

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// The status must not change where the plan does not: the API server gives the spec back in an order of its own.
func TestStatusKeepsTheSpecOfAPlan(t *testing.T) {
	asStored := &runtime.RawExtension{Raw: []byte(`{"port":8080,"image":"one"}`)}
	for name, test := range map[string]struct {
		was  hustingsv1alpha1.PlanStatus
		want string
	}{
		"the same plan":                        {hustingsv1alpha1.PlanStatus{Digest: "now", Spec: asStored}, string(asStored.Raw)},
		"another plan":                         {hustingsv1alpha1.PlanStatus{Digest: "before", Spec: asStored}, `{"image":"two","hosts":null,"port":9090}`},
		"a plan from before specs were stored": {hustingsv1alpha1.PlanStatus{Digest: "now"}, `{"image":"two","hosts":null,"port":9090}`},
		"the first plan":                       {hustingsv1alpha1.PlanStatus{}, `{"image":"two","hosts":null,"port":9090}`},
	} {
		t.Run(name, func(t *testing.T) {
			site := &hustingsv1alpha1.CampaignSite{Spec: hustingsv1alpha1.CampaignSiteSpec{Image: "two", Port: 9090}}
			site.Status.Plan = test.was
			got, err := appliedOf(site, "now")
			if err != nil {
				t.Fatal(err)
			}
			want := hustingsv1alpha1.PlanStatus{Digest: "now", Spec: &runtime.RawExtension{Raw: []byte(test.want)}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
