package facts_test

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

func TestAmongManifestsTheFirstByNamespaceAndNameHoldsAHost(t *testing.T) {
	const host hustingsv1alpha1.Host = "vote.example.org"
	site := func(namespace, name string, created time.Time) *hustingsv1alpha1.CampaignSite {
		return &hustingsv1alpha1.CampaignSite{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, CreationTimestamp: metav1.NewTime(created)},
			Spec:       hustingsv1alpha1.CampaignSiteSpec{Hosts: []hustingsv1alpha1.Host{host}},
		}
	}
	early := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	late := early.Add(time.Hour)
	for name, sites := range map[string][]*hustingsv1alpha1.CampaignSite{
		"by namespace":                          {site("bob", "a", time.Time{}), site("alice", "b", time.Time{})},
		"by name":                               {site("alice", "c", time.Time{}), site("alice", "b", time.Time{})},
		"whichever was exported from a cluster": {site("bob", "a", time.Time{}), site("alice", "b", early)},
		"whichever was created first":           {site("bob", "a", early), site("alice", "b", late)},
	} {
		t.Run(name, func(t *testing.T) {
			if holder := facts.ClaimsAmong(sites).Holders[host]; holder.Namespace != "alice" || holder.Name != "b" {
				t.Errorf("%+v holds it", holder)
			}
		})
	}
}
