package controllers

import (
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/scan/service"
)

// fakeScanner answers every question with the same, and counts them.
func fakeScanner(t *testing.T, status int, answer string) (*service.Client, *atomic.Int32) {
	t.Helper()
	asked := &atomic.Int32{}
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(answer))
	}))
	_ = server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
	return service.NewClient(socket), asked
}

// servedSite is a site with one pod that is ready, and its class.
func servedSite() []client.Object {
	owned := func(kind, version, name string, uid types.UID) []metav1.OwnerReference {
		return []metav1.OwnerReference{{APIVersion: version, Kind: kind, Name: name, UID: uid, Controller: new(true)}}
	}
	bySite := owned("CampaignSite", hustingsv1alpha1.GroupVersion.String(), "vote", "u")
	return []client.Object{
		&hustingsv1alpha1.SiteClass{ObjectMeta: metav1.ObjectMeta{Name: "standard", Annotations: map[string]string{hustingsv1alpha1.AnnotationDefaultClass: "true"}}},
		&hustingsv1alpha1.CampaignSite{ObjectMeta: metav1.ObjectMeta{Namespace: "alice", Name: "vote", UID: "u"}, Spec: hustingsv1alpha1.CampaignSiteSpec{Hosts: []hustingsv1alpha1.Host{"vote.example.org"}}},
		deployment(func(d *appsv1.Deployment) {
			d.OwnerReferences, d.Annotations = bySite, map[string]string{annotationRevision: "1"}
		}),
		&corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "alice", Name: "vote", UID: "s", OwnerReferences: bySite}},
		&discoveryv1.EndpointSlice{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: "alice", Name: "vote-x", OwnerReferences: owned("Service", "v1", "vote", "s"),
				Labels: map[string]string{discoveryv1.LabelServiceName: "vote", discoveryv1.LabelManagedBy: managedByEndpoints},
			},
			Ports: []discoveryv1.EndpointPort{{Port: new(int32(8080))}}, Endpoints: []discoveryv1.Endpoint{{Addresses: []string{"10.244.0.5"}}},
		},
	}
}

// TestNoEventEndsThePauseAfterALookThatFailed: the status that says so, and pods that come and go, are events as well.
func TestNoEventEndsThePauseAfterALookThatFailed(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		answer string
	}{
		"the scanner refuses the site": {http.StatusBadRequest, `{"message":"a host name of the target cannot be one"}`},
		"no page can be fetched":       {http.StatusOK, `{"state":"Done","served":{"ruleset":"v1","verdict":"Error"},"exposed":{"ruleset":"v1","verdict":"Error"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
			scanner, asked := fakeScanner(t, test.status, test.answer)
			r := &PagesReconciler{
				Client:  fake.NewClientBuilder().WithScheme(NewScheme()).WithObjects(servedSite()...).Build(),
				Scanner: scanner, Answers: NewAnswers(), Now: func() time.Time { return now },
				polls: newPauses(), retries: newPauses(), looks: &looks{bySite: map[types.NamespacedName]look{}},
			}
			at := ctrl.Request{NamespacedName: types.NamespacedName{Namespace: "alice", Name: "vote"}}
			for range 3 {
				result, err := r.Reconcile(t.Context(), at)
				if err != nil || result.RequeueAfter <= 0 || result.RequeueAfter > retrySoon {
					t.Errorf("again in %s, %v", result.RequeueAfter, err)
				}
			}
			if n := asked.Load(); n != 1 {
				t.Errorf("the scanner was asked %d times within the pause", n)
			}
			now = now.Add(retrySoon)
			if _, err := r.Reconcile(t.Context(), at); err != nil || asked.Load() != 2 {
				t.Errorf("after the pause it was asked %d times, %v", asked.Load(), err)
			}
		})
	}
}
