package controllers

import (
	"fmt"
	"net/netip"
	"slices"
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
	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
)

func TestMergePages(t *testing.T) {
	leaking := scan.Result{Verdict: scan.Leaking, Result: leak.Result{Failures: 1, Findings: []leak.Finding{finding("stripe-access-token", "/app.js", "f1", leak.Critical)}}}
	moved := leaking
	moved.Findings = slices.Clone(leaking.Findings)
	moved.Findings[0].Place.Line = 99
	other := leaking
	other.Findings = []leak.Finding{finding("stripe-access-token", "/other.js", "f1", leak.Critical)}
	known := mergePages(hustingsv1alpha1.PagesVerdict{}, false, leaking)
	clean := hustingsv1alpha1.PagesVerdict{Verdict: hustingsv1alpha1.VerdictClean}
	incomplete := hustingsv1alpha1.PagesVerdict{Verdict: hustingsv1alpha1.VerdictIncomplete, Message: "a"}
	for name, test := range map[string]struct {
		known   hustingsv1alpha1.PagesVerdict
		same    bool
		seen    scan.Result
		verdict hustingsv1alpha1.ScanVerdict
		line    int32
		message string
	}{
		"a leak is one at once":                        {known: clean, same: true, seen: leaking, verdict: "Leaking", line: 3},
		"a leak is over when all was seen to be clean": {known: known, same: true, seen: scan.Result{Verdict: scan.Clean}, verdict: "Clean"},
		"not when half was seen":                       {known: known, same: true, seen: scan.Result{Verdict: scan.Incomplete}, verdict: "Leaking", line: 3},
		"not when nothing was seen":                    {known: known, same: true, seen: scan.Result{Verdict: scan.Error}, verdict: "Leaking", line: 3},
		"not by a rollout that could not be seen":      {known: known, seen: scan.Result{Verdict: scan.Error}, verdict: "Leaking", line: 3},
		"the same leak a line on is no news":           {known: known, same: true, seen: moved, verdict: "Leaking", line: 3},
		"another file is":                              {known: known, same: true, seen: other, verdict: "Leaking", line: 3},
		"clean turns to not wholly seen":               {known: clean, same: true, seen: scan.Result{Verdict: scan.Incomplete, Message: "b"}, verdict: "Incomplete", message: "b"},
		"the reason worded anew is no news":            {known: incomplete, same: true, seen: scan.Result{Verdict: scan.Incomplete, Message: "b"}, verdict: "Incomplete", message: "a"},
		"a look that failed leaves what was seen":      {known: clean, same: true, seen: scan.Result{Verdict: scan.Error}, verdict: "Clean"},
		"but not of another rollout":                   {known: clean, seen: scan.Result{Verdict: scan.Error, Message: "b"}, verdict: "Error", message: "b"},
		"a verdict that nobody knows is no clean one":  {known: clean, seen: scan.Result{Verdict: "Fine"}, verdict: "Error"},
	} {
		t.Run(name, func(t *testing.T) {
			got := mergePages(test.known, test.same, test.seen)
			var line int32
			if len(got.Findings) > 0 {
				line = got.Findings[0].Line
			}
			if got.Verdict != test.verdict || line != test.line || got.Message != test.message {
				t.Errorf("%+v", got)
			}
		})
	}
	if got := mergePages(known, true, other); got.Findings[0].File != "/other.js" {
		t.Errorf("the finding is in %s", got.Findings[0].File)
	}
}

func TestUntilDue(t *testing.T) {
	start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	class := &hustingsv1alpha1.SiteClass{}
	class.Spec.Leaks = &hustingsv1alpha1.ClassLeaks{RescanInterval: "10m"}
	rolling := func(d *appsv1.Deployment) { d.Status.UpdatedReplicas = 1 }
	for name, test := range map[string]struct {
		known   string // rollout that the status knows
		at      look
		after   time.Duration // since the start
		change  func(*appsv1.Deployment)
		between [2]time.Duration
	}{
		"a rollout that nobody has looked at":                  {},
		"another Deployment of the same number":                {known: "7-5e0a11c4"},
		"another rollout":                                      {known: "6-3c7b5d20"},
		"one after a look":                                     {known: "7-3c7b5d20", at: look{pages: moment{rollout: "6-3c7b5d20", at: start}}},
		"one that is still under way":                          {known: "6-3c7b5d20", change: rolling, between: [2]time.Duration{0, 10 * time.Minute}},
		"a restart spreads over the interval":                  {known: "7-3c7b5d20", between: [2]time.Duration{time.Second, 10 * time.Minute}},
		"after a look it is about the interval":                {known: "7-3c7b5d20", at: look{pages: moment{rollout: "7-3c7b5d20", at: start}}, between: [2]time.Duration{9 * time.Minute, 11 * time.Minute}},
		"half-way it is half":                                  {known: "7-3c7b5d20", at: look{pages: moment{rollout: "7-3c7b5d20", at: start}}, after: 5 * time.Minute, between: [2]time.Duration{4 * time.Minute, 6 * time.Minute}},
		"what is over-due is due":                              {known: "7-3c7b5d20", at: look{pages: moment{rollout: "7-3c7b5d20", at: start}}, after: time.Hour},
		"a look that failed is paused after, whatever happens": {known: "6-3c7b5d20", at: look{notBefore: start.Add(time.Minute)}, between: [2]time.Duration{time.Minute, time.Minute}},
		"but not longer":                                       {known: "6-3c7b5d20", at: look{notBefore: start.Add(time.Minute)}, after: time.Minute},
		"a rollout that gets nowhere is looked at":             {known: "6-3c7b5d20", at: look{pages: moment{rollout: "6-3c7b5d20", at: start}}, after: time.Hour, change: rolling},
	} {
		t.Run(name, func(t *testing.T) {
			r := &PagesReconciler{started: start, Now: func() time.Time { return start.Add(test.after) }}
			site := &hustingsv1alpha1.CampaignSite{ObjectMeta: metav1.ObjectMeta{UID: "u"}}
			site.Status.Leaks.Rollout = test.known
			d := deployment(func(d *appsv1.Deployment) {
				d.Annotations = map[string]string{annotationRevision: "7"}
				if test.change != nil {
					test.change(d)
				}
			})
			if got := r.untilDue(site, class, d, test.at); got < test.between[0] || got > test.between[1] {
				t.Errorf("due in %s, wanted between %s and %s", got, test.between[0], test.between[1])
			}
		})
	}
}

// TestALookDuringARolloutIsNoneAtItsPods: who answers may be a pod of the rollout before.
func TestALookDuringARolloutIsNoneAtItsPods(t *testing.T) {
	w := newMountingWorld(t, nil)
	if seen := w.settle(t); seen.Rollout != "1-3c7b5d20" {
		t.Fatalf("%+v", seen)
	}
	d := &appsv1.Deployment{}
	edit := func(change func()) {
		t.Helper()
		if err := w.Client.Get(t.Context(), client.ObjectKey{Namespace: "alice", Name: "vote"}, d); err != nil {
			t.Fatal(err)
		}
		change()
		status := d.Status
		if err := w.Client.Update(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		d.Status = status
		if err := w.Client.Status().Update(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}

	edit(func() { // the new pods hang, those of before go on
		d.Annotations[annotationRevision] = "2"
		d.Status.UpdatedReplicas, d.Status.Replicas = 1, 4
	})
	w.now = w.now.Add(time.Hour)
	before := w.looks.of(client.ObjectKeyFromObject(w.site)).pages.at
	seen := w.settle(t)
	if at := w.looks.of(client.ObjectKeyFromObject(w.site)).pages.at; !at.After(before) {
		t.Fatal("nobody has looked")
	}
	if seen.Rollout != "1-3c7b5d20" {
		t.Errorf("what the pods of before serve is taken for what those of rollout %s do", seen.Rollout)
	}

	edit(func() { d.Status.UpdatedReplicas, d.Status.Replicas = 3, 3 })
	if seen := w.settle(t); seen.Rollout != "2-3c7b5d20" {
		t.Errorf("nobody has looked at the new pods, but at rollout %s", seen.Rollout)
	}
}

func TestAProcessThatHasWaitedSpreadsItsFirstLooks(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	r := &PagesReconciler{
		Client: fake.NewClientBuilder().WithScheme(NewScheme()).Build(), Answers: NewAnswers(), Now: func() time.Time { return now },
		polls: newPauses(), retries: newPauses(), looks: &looks{bySite: map[types.NamespacedName]look{}},
	}
	now = now.Add(7 * 24 * time.Hour)
	for range 2 {
		if _, err := r.Reconcile(t.Context(), ctrl.Request{NamespacedName: types.NamespacedName{Namespace: "a", Name: "b"}}); err != nil {
			t.Fatal(err)
		}
		if !r.started.Equal(time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)) {
			t.Errorf("it counts from %s", r.started)
		}
		now = now.Add(time.Hour)
	}
}

func TestLooksAreSpread(t *testing.T) {
	const sites, interval = 500, 15 * time.Minute
	busiest := map[int]int{}
	for i := range sites {
		busiest[int(spread(fmt.Sprint("uid-", i), interval)/time.Minute)]++
	}
	for minute, n := range busiest {
		if n > 3*sites/15 {
			t.Errorf("%d of %d sites are due in minute %d", n, sites, minute)
		}
	}
	if len(busiest) != 15 {
		t.Errorf("only %d of 15 minutes are used", len(busiest))
	}
}

func TestSlotsAreTheSameAfterARestart(t *testing.T) {
	const window = 24 * time.Hour
	from := time.Date(2026, 11, 23, 12, 34, 0, 0, time.UTC)
	for _, digest := range []string{"sha256:aa", "sha256:bb", "sha256:cc"} {
		first := slot(digest, from, window)
		if first.Before(from) || first.Sub(from) > window {
			t.Errorf("%s is due %s after the start", digest, first.Sub(from))
		}
		if again := slot(digest, from.Add(first.Sub(from)/2), window); !again.Equal(first) {
			t.Errorf("%s was due at %s, and at %s after a restart", digest, first, again)
		}
	}
}

func TestPausesGrow(t *testing.T) {
	p := newPauses()
	var got []time.Duration
	for range 6 {
		got = append(got, p.next("a", pollSoon, pollLate))
	}
	want := []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second, 5 * time.Second}
	if !slices.Equal(got, want) || p.times("a") != 6 || p.next("b", pollSoon, pollLate) != pollSoon {
		t.Errorf("%v after %d", got, p.times("a"))
	}
	p.forget("a")
	if p.times("a") != 0 || p.next("a", pollSoon, pollLate) != pollSoon {
		t.Error("what is forgotten is not")
	}
}

// TestAddresses: only what Kubernetes says of the site's own Service is connected to.
func TestAddresses(t *testing.T) {
	controller := func(kind, name string, uid types.UID) []metav1.OwnerReference {
		version := "v1"
		if kind == "CampaignSite" {
			version = hustingsv1alpha1.GroupVersion.String()
		}
		return []metav1.OwnerReference{{APIVersion: version, Kind: kind, Name: name, UID: uid, Controller: new(true)}}
	}
	site := &hustingsv1alpha1.CampaignSite{ObjectMeta: metav1.ObjectMeta{Namespace: "alice", Name: "vote", UID: "u"}}
	for name, test := range map[string]struct {
		change func(*corev1.Service, *discoveryv1.EndpointSlice)
		want   []string
	}{
		"what is ready, sorted and once": {want: []string{"10.244.0.5:8080", "10.244.0.9:8080"}, change: func(_ *corev1.Service, s *discoveryv1.EndpointSlice) {
			s.Endpoints = append(s.Endpoints, s.Endpoints[0])
		}},
		"not what is not ready": {want: []string{"10.244.0.5:8080"}, change: func(_ *corev1.Service, s *discoveryv1.EndpointSlice) {
			s.Endpoints[0].Conditions.Ready = new(false)
		}},
		"IPv6": {want: []string{"10.244.0.5:8080", "[fd00::7]:8080"}, change: func(_ *corev1.Service, s *discoveryv1.EndpointSlice) {
			s.Endpoints[0].Addresses = []string{"fd00::7"}
		}},
		"not a name": {want: []string{"10.244.0.5:8080"}, change: func(_ *corev1.Service, s *discoveryv1.EndpointSlice) {
			s.Endpoints[0].Addresses = []string{"metadata.internal"}
		}},
		"not a slice of another owner": {change: func(_ *corev1.Service, s *discoveryv1.EndpointSlice) {
			s.OwnerReferences = controller("Service", "vote", "former")
		}},
		"not a slice without an owner": {change: func(_ *corev1.Service, s *discoveryv1.EndpointSlice) { s.OwnerReferences = nil }},
		"not a slice that somebody made": {change: func(_ *corev1.Service, s *discoveryv1.EndpointSlice) {
			delete(s.Labels, discoveryv1.LabelManagedBy)
		}},
		"not a slice of another Service": {change: func(_ *corev1.Service, s *discoveryv1.EndpointSlice) { s.Labels[discoveryv1.LabelServiceName] = "db" }},
		"not a Service of another site": {change: func(s *corev1.Service, _ *discoveryv1.EndpointSlice) {
			s.OwnerReferences = controller("CampaignSite", "vote", "former")
		}},
		"not a port without a number": {change: func(_ *corev1.Service, s *discoveryv1.EndpointSlice) { s.Ports[0].Port = nil }},
		"not UDP":                     {change: func(_ *corev1.Service, s *discoveryv1.EndpointSlice) { s.Ports[0].Protocol = new(corev1.ProtocolUDP) }},
	} {
		t.Run(name, func(t *testing.T) {
			service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "alice", Name: "vote", UID: "s", OwnerReferences: controller("CampaignSite", "vote", "u")}}
			slice := &discoveryv1.EndpointSlice{
				ObjectMeta: metav1.ObjectMeta{
					Namespace: "alice", Name: "vote-x", OwnerReferences: controller("Service", "vote", "s"),
					Labels: map[string]string{discoveryv1.LabelServiceName: "vote", discoveryv1.LabelManagedBy: managedByEndpoints},
				},
				Ports:     []discoveryv1.EndpointPort{{Port: new(int32(8080))}},
				Endpoints: []discoveryv1.Endpoint{{Addresses: []string{"10.244.0.9"}, Conditions: discoveryv1.EndpointConditions{Ready: new(true)}}, {Addresses: []string{"10.244.0.5"}}},
			}
			test.change(service, slice)
			c := fake.NewClientBuilder().WithScheme(NewScheme()).WithObjects([]client.Object{service, slice}...).Build()
			got, err := addressesOf(t.Context(), c, site)
			if err != nil {
				t.Fatal(err)
			}
			want := make([]netip.AddrPort, 0, len(test.want))
			for _, address := range test.want {
				want = append(want, netip.MustParseAddrPort(address))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%v, wanted %v", got, want)
			}
		})
	}
}

func TestTrimKeepsWhatIsLookedAt(t *testing.T) {
	s := &discoveryv1.EndpointSlice{Endpoints: []discoveryv1.Endpoint{{
		Addresses: []string{"10.244.0.9"}, Conditions: discoveryv1.EndpointConditions{Ready: new(true), Serving: new(true)},
		TargetRef: &corev1.ObjectReference{Name: "pod"}, NodeName: new("node"),
	}}, Ports: []discoveryv1.EndpointPort{{Port: new(int32(8080))}}}
	out, err := trimEndpoints(s)
	if err != nil {
		t.Fatal(err)
	}
	trimmed, ok := out.(*discoveryv1.EndpointSlice)
	if !ok || trimmed.Endpoints[0].TargetRef != nil || trimmed.Endpoints[0].NodeName != nil || len(readyIn(trimmed)) != 1 {
		t.Errorf("%+v", out)
	}
}
