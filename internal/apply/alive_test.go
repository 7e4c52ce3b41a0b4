package apply

import (
	"context"
	"errors"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/object"
)

// answers reads one thing: it gives the metadata or the error that it has, and counts how often it was asked.
type answers struct {
	client.Reader
	metadata metav1.ObjectMeta
	err      error
	asked    int
}

func (a *answers) Get(_ context.Context, _ client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	a.asked++
	if a.err == nil {
		into.(*metav1.PartialObjectMetadata).ObjectMeta = a.metadata
	}
	return a.err
}

func TestASiteThatIsGoneGetsNothingBack(t *testing.T) {
	gone := apierrors.NewNotFound(schema.GroupResource{Resource: "campaignsites"}, "vote")
	deleted := metav1.NewTime(time.Unix(1, 0))
	for name, test := range map[string]struct {
		live     answers
		conflict bool
		fails    bool
	}{
		"it is there":                     {live: answers{metadata: metav1.ObjectMeta{UID: "u"}}},
		"it is gone":                      {live: answers{err: gone}, conflict: true},
		"another has its name":            {live: answers{metadata: metav1.ObjectMeta{UID: "v"}}, conflict: true},
		"it is being deleted":             {live: answers{metadata: metav1.ObjectMeta{UID: "u", DeletionTimestamp: &deleted}}, conflict: true},
		"the API server does not say":     {live: answers{err: errors.New("connection refused")}, fails: true},
		"the API server is not asked now": {live: answers{err: apierrors.NewTooManyRequests("later", 1)}, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			site := &hustingsv1alpha1.CampaignSite{ObjectMeta: metav1.ObjectMeta{Namespace: "alice", Name: "vote", UID: types.UID("u")}}
			r := &run{Applier: &Applier{Live: &test.live}, site: site}
			err := r.checkSite(t.Context())
			if apierrors.IsConflict(err) != test.conflict || (err != nil) != (test.conflict || test.fails) {
				t.Errorf("%v", err)
			}
			if again := r.checkSite(t.Context()); (again == nil) != (err == nil) || err == nil && test.live.asked != 1 {
				t.Errorf("asked %d times, then %v", test.live.asked, again)
			}
		})
	}
}

func TestOnlyRoutesAndWhatWasMadeBeforeNeedTheSite(t *testing.T) {
	route := object.Ref{APIVersion: "networking.k8s.io/v1", Kind: "Ingress", Name: "vote"}
	policy := object.Ref{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy", Name: "vote-deny"}
	pods := object.Ref{APIVersion: "apps/v1", Kind: "Deployment", Name: "vote"}
	first, known := &run{}, &run{isKnown: true}
	if !first.needsSite(route) || !first.needsSite(pods) || first.needsSite(policy) || !known.needsSite(policy) {
		t.Error("not as it is said")
	}
}
