package controllers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr/funcr"
	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/mounted"
	"github.com/hustings/hustings/internal/scan/service"
)

// realScanner is a scanner that looks at ConfigMaps in earnest, and finds all pages clean.
func realScanner(t *testing.T) *service.Client {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	engine := leak.New(nil)
	clean := scan.Judge(engine.Ruleset(), leak.Result{})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- service.NewServer(service.Work{
			Pages: func(context.Context, service.PagesRequest) (scan.Result, scan.Result) { return clean, clean },
			Mounted: func(ctx context.Context, q service.PagesRequest) scan.Result {
				result, err := mounted.Look(ctx, engine, q.Mounted)
				if err != nil {
					return scan.Result{Verdict: scan.Error, Message: err.Error()}
				}
				return result
			},
		}).Serve(ctx, listener)
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return service.NewClient(socket)
}

// mountingWorld is a site that mounts ConfigMaps, and what looks at it.
type mountingWorld struct {
	*PagesReconciler
	site *hustingsv1alpha1.CampaignSite
	// live has the ConfigMaps; the cache has none, and none is asked for there.
	live client.Client
	// reads are those of ConfigMaps.
	reads []string
	// refuse is the error of every read; nil, there is none.
	refuse error
	log    bytes.Buffer
	now    time.Time
}

func newMountingWorld(t *testing.T, change func(*appsv1.Deployment), names ...string) *mountingWorld {
	t.Helper()
	w := &mountingWorld{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	objects := servedSite()
	for _, o := range objects {
		switch o := o.(type) {
		case *hustingsv1alpha1.CampaignSite:
			w.site = o
		case *appsv1.Deployment:
			o.Spec.Template.Spec.Volumes = volumesOf(names...)
			if change != nil {
				change(o)
			}
		}
	}
	w.live = fake.NewClientBuilder().WithScheme(NewScheme()).WithInterceptorFuncs(interceptor.Funcs{
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, o client.Object, options ...client.GetOption) error {
			w.reads = append(w.reads, key.String())
			if w.refuse != nil {
				return w.refuse
			}
			return c.Get(ctx, key, o, options...)
		},
	}).Build()
	w.PagesReconciler = &PagesReconciler{
		Client: fake.NewClientBuilder().WithScheme(NewScheme()).WithObjects(objects...).WithStatusSubresource(w.site).Build(), Live: w.live,
		Scanner: realScanner(t), Answers: NewAnswers(), Now: func() time.Time { return w.now },
		polls: newPauses(), retries: newPauses(), looks: &looks{bySite: map[types.NamespacedName]look{}},
	}
	return w
}

// volumesOf are volumes of ConfigMaps, and one that is none.
func volumesOf(names ...string) []corev1.Volume {
	volumes := []corev1.Volume{{Name: "tmp", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
	for _, name := range names {
		volumes = append(volumes, corev1.Volume{VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
			LocalObjectReference: corev1.LocalObjectReference{Name: name},
		}}})
	}
	return volumes
}

// config makes or replaces a ConfigMap.
func (w *mountingWorld) config(t *testing.T, name string, data map[string]string) {
	t.Helper()
	c := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "alice", Name: name}, Data: data}
	if err := w.live.Create(t.Context(), c); apierrors.IsAlreadyExists(err) {
		err = w.live.Update(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
	} else if err != nil {
		t.Fatal(err)
	}
}

// settle reconciles until nothing is due, and says what is known then.
func (w *mountingWorld) settle(t *testing.T) hustingsv1alpha1.LeakStatus {
	t.Helper()
	ctx := ctrl.LoggerInto(t.Context(), funcr.NewJSON(func(line string) { fmt.Fprintln(&w.log, line) }, funcr.Options{Verbosity: 10}))
	at := ctrl.Request{NamespacedName: client.ObjectKeyFromObject(w.site)}
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		result, err := w.Reconcile(ctx, at)
		if err != nil {
			t.Fatal(err)
		}
		select { // the site's reconciler, which is told of news
		case <-w.Answers.changed:
		default:
		}
		if w.looks.of(at.NamespacedName).key == "" && result.RequeueAfter != time.Second {
			return w.Answers.of(w.site)
		}
	}
	t.Fatal("the looks do not end")
	return hustingsv1alpha1.LeakStatus{}
}

// canary has the shape of a key, and opens nothing.
func canary() string { return "sk" + "_live_" + strings.Repeat("4eC39HqLyjWDarjt", 2)[:24] }

func TestWhatASiteMountsIsLookedAtWithItsPages(t *testing.T) {
	w := newMountingWorld(t, nil, "site-config", "other", "site-config")
	w.config(t, "site-config", map[string]string{"settings.js": "stripe = '" + canary() + "'"})
	w.config(t, "other", map[string]string{"motd": "hello"})
	seen := w.settle(t)
	if seen.Mounted.Verdict != hustingsv1alpha1.VerdictLeaking || seen.Mounted.Findings[0].File != "site-config/settings.js" || seen.MountedRollout != "1-3c7b5d20" ||
		seen.Served.Verdict != hustingsv1alpha1.VerdictClean || seen.Rollout != "1-3c7b5d20" {
		t.Errorf("%+v", seen)
	}
	if want := []string{"alice/site-config", "alice/other"}; !slices.Equal(w.reads, want) {
		t.Errorf("read %v, wanted each once", w.reads)
	}

	// Nothing is due, and so nothing is read.
	if again := w.settle(t); len(w.reads) != 2 || !cmp.Equal(again, seen) {
		t.Errorf("%v read, %+v", w.reads, again)
	}
	w.now = w.now.Add(20 * time.Minute)
	if again := w.settle(t); len(w.reads) != 4 || !cmp.Equal(again, seen) {
		t.Errorf("at the next look: %v read, %+v", w.reads, again)
	}
	w.config(t, "site-config", map[string]string{"settings.js": "stripe = ''"})
	w.now = w.now.Add(20 * time.Minute)
	if mended := w.settle(t); mended.Mounted.Verdict != hustingsv1alpha1.VerdictClean || len(mended.Mounted.Findings) > 0 {
		t.Errorf("mended: %+v", mended.Mounted)
	}
	told, err := json.Marshal(seen)
	if err != nil || strings.Contains(string(told)+w.log.String(), canary()) {
		t.Errorf("the key is told, or %v", err)
	}
}

func TestWhatASiteMountsIsLookedAtThoughNoPodComesUp(t *testing.T) {
	for name, change := range map[string]func(*appsv1.Deployment){
		"no pod is available":                func(d *appsv1.Deployment) { d.Status.Conditions = nil },
		"the new pods of a rollout wait":     func(d *appsv1.Deployment) { d.Status.UpdatedReplicas = 0 },
		"there are no pods and no addresses": func(d *appsv1.Deployment) { d.Status = appsv1.DeploymentStatus{} },
	} {
		t.Run(name, func(t *testing.T) {
			w := newMountingWorld(t, change, "site-config")
			w.site.Status.Leaks = hustingsv1alpha1.LeakStatus{Rollout: "0", Served: hustingsv1alpha1.PagesVerdict{Verdict: hustingsv1alpha1.VerdictClean}}
			if err := w.Client.Status().Update(t.Context(), w.site); err != nil {
				t.Fatal(err)
			}
			if w.settle(t); len(w.reads) > 0 {
				t.Error("the pods have no time to come up")
			}
			w.now = w.now.Add(mountedPause)
			seen := w.settle(t)
			want := w.site.Status.Leaks
			want.MountedRollout = "1-3c7b5d20"
			want.Mounted = hustingsv1alpha1.PagesVerdict{Verdict: hustingsv1alpha1.VerdictIncomplete, Message: "site-config: there is no such ConfigMap"}
			if diff := cmp.Diff(want, seen); diff != "" {
				t.Error(diff)
			}
			w.config(t, "site-config", map[string]string{"motd": "hello"})
			w.now = w.now.Add(20 * time.Minute)
			if seen = w.settle(t); seen.Mounted.Verdict != hustingsv1alpha1.VerdictClean {
				t.Errorf("once it is there: %+v", seen.Mounted)
			}
		})
	}
}

func TestASiteThatMountsNothingCostsNoRead(t *testing.T) {
	w := newMountingWorld(t, nil)
	if seen := w.settle(t); len(w.reads) > 0 || seen.MountedRollout != "" || seen.Mounted.Verdict != "" || seen.Served.Verdict != hustingsv1alpha1.VerdictClean {
		t.Errorf("%v read, %+v", w.reads, seen)
	}
}

func TestConfigMapsThatCannotBeRead(t *testing.T) {
	configMaps := schema.GroupResource{Resource: "configmaps"}
	w := newMountingWorld(t, nil, "site-config")
	w.refuse = apierrors.NewForbidden(configMaps, "site-config", errors.New("no"))
	if seen := w.settle(t); seen.Mounted.Verdict != hustingsv1alpha1.VerdictIncomplete || !strings.Contains(seen.Mounted.Message, "may not read it") || seen.Served.Verdict != hustingsv1alpha1.VerdictClean {
		t.Errorf("%+v", seen)
	}
	// What goes over is no verdict: it is tried again.
	w = newMountingWorld(t, nil, "site-config")
	w.refuse = apierrors.NewInternalError(errors.New("etcd is away"))
	at := ctrl.Request{NamespacedName: client.ObjectKeyFromObject(w.site)}
	if _, err := w.Reconcile(t.Context(), at); !errors.Is(err, errUnread) || w.Answers.of(w.site).Mounted.Verdict != "" {
		t.Errorf("%v, %+v", err, w.Answers.of(w.site))
	}
	w.refuse = nil
	w.config(t, "site-config", nil)
	if seen := w.settle(t); seen.Mounted.Verdict != hustingsv1alpha1.VerdictClean {
		t.Errorf("%+v", seen)
	}
}

func TestWhatIsMountedNoMoreIsForgotten(t *testing.T) {
	w := newMountingWorld(t, nil, "site-config")
	w.config(t, "site-config", map[string]string{"settings.js": "stripe = '" + canary() + "'"})
	if seen := w.settle(t); seen.Mounted.Verdict != hustingsv1alpha1.VerdictLeaking {
		t.Fatalf("%+v", seen)
	}
	d, err := deploymentOf(t.Context(), w.Client, w.site)
	if err != nil {
		t.Fatal(err)
	}
	d.Spec.Template.Spec.Volumes = volumesOf()
	if err := w.Client.Update(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if seen := w.settle(t); seen.Mounted.Verdict != "" || seen.MountedRollout != "" || seen.Served.Verdict != hustingsv1alpha1.VerdictClean {
		t.Errorf("%+v", seen)
	}
}

// A spec that is refused mounts nothing.
func TestWhatIsMountedIsWhatThePodsMount(t *testing.T) {
	w := newMountingWorld(t, nil, "earlier")
	w.site.Spec.Files = []hustingsv1alpha1.FileMount{{MountPath: "/etc/site", ConfigMapName: "later"}}
	if err := w.Client.Update(t.Context(), w.site); err != nil {
		t.Fatal(err)
	}
	w.config(t, "earlier", map[string]string{"motd": "hello"})
	w.config(t, "later", map[string]string{"settings.js": "stripe = '" + canary() + "'"})
	if seen := w.settle(t); seen.Mounted.Verdict != hustingsv1alpha1.VerdictClean || !slices.Equal(w.reads, []string{"alice/earlier"}) {
		t.Errorf("%v read, %+v", w.reads, seen.Mounted)
	}
}

func TestMergeMounted(t *testing.T) {
	found := func(files ...string) []leak.Finding {
		var out []leak.Finding
		for _, file := range files {
			out = append(out, finding("stripe-access-token", file, "of "+file, leak.Critical))
		}
		return out
	}
	judge := func(gap string, whole []string, findings ...leak.Finding) scan.Result {
		seen := leak.Result{Findings: findings, Failures: len(findings)}
		if gap != "" {
			seen.Gaps = []leak.Gap{{Place: leak.Place{File: gap}, Why: "why"}}
		}
		result := scan.Judge("v1", seen)
		for _, name := range whole {
			result.Whole = append(result.Whole, scan.MarkOf(name))
		}
		return result
	}
	leaking := func(files ...string) hustingsv1alpha1.PagesVerdict {
		return mergePages(hustingsv1alpha1.PagesVerdict{}, false, judge("", nil, found(files...)...))
	}
	missing := hustingsv1alpha1.PagesVerdict{Verdict: hustingsv1alpha1.VerdictIncomplete, Message: "a: why"}
	clean := hustingsv1alpha1.PagesVerdict{Verdict: hustingsv1alpha1.VerdictClean}
	for name, test := range map[string]struct {
		known   hustingsv1alpha1.PagesVerdict
		rollout string
		seen    scan.Result
		verdict hustingsv1alpha1.ScanVerdict
		files   string
		message string
	}{
		"a leak is over when all was seen":              {known: leaking("a/x"), seen: judge("", []string{"a", "b"}), verdict: "Clean"},
		"its ConfigMap is not there":                    {known: leaking("a/x"), seen: judge("a", []string{"b"}), verdict: "Leaking", files: "a/x"},
		"its key is not there, and another is missing":  {known: leaking("a/x"), seen: judge("b", []string{"a"}), verdict: "Incomplete", message: "b: why"},
		"it is mounted no more, and another is missing": {known: leaking("former/x"), seen: judge("b", []string{"a"}), verdict: "Incomplete", message: "b: why"},
		"its place is cut, and another is missing":      {known: leaking("…former/x"), seen: judge("b", []string{"a"}), verdict: "Leaking", files: "…former/x"},
		"another leak beside it":                        {known: leaking("a/x"), seen: judge("a", []string{"b"}, found("b/y")...), verdict: "Leaking", files: "b/y a/x", message: "a: why"},
		"the scanner could not do it":                   {known: leaking("a/x"), seen: scan.Result{Verdict: scan.Error, Message: "m"}, verdict: "Leaking", files: "a/x"},
		"nor by another rollout":                        {known: leaking("a/x"), rollout: "2", seen: scan.Result{Verdict: scan.Error, Message: "m"}, verdict: "Leaking", files: "a/x"},
		"what was clean stays so when a look fails":     {known: clean, seen: scan.Result{Verdict: scan.Error}, verdict: "Clean"},
		"but not of another rollout":                    {known: clean, rollout: "2", seen: scan.Result{Verdict: scan.Error, Message: "m"}, verdict: "Error", message: "m"},
		"another ConfigMap is missing now":              {known: missing, seen: judge("b", []string{"a"}), verdict: "Incomplete", message: "b: why"},
	} {
		t.Run(name, func(t *testing.T) {
			rollout := "1"
			if test.rollout != "" {
				rollout = test.rollout
			}
			for range 2 { // and the next look, which sees the same, changes nothing
				got := mergeMounted([]string{"a", "b"}, hustingsv1alpha1.LeakStatus{Mounted: test.known, MountedRollout: "1"}, rollout, test.seen)
				var files []string
				for _, f := range got.Findings {
					files = append(files, f.File)
				}
				if got.Verdict != test.verdict || strings.Join(files, " ") != test.files || got.Message != test.message {
					t.Errorf("%s %v %q", got.Verdict, files, got.Message)
				}
				test.known = got
			}
		})
	}
}

// TestAVerdictOnWhatIsMountedIsOfItsRollout: what a new rollout mounts nobody has looked at, but a leak stands.
func TestAVerdictOnWhatIsMountedIsOfItsRollout(t *testing.T) {
	clean, leaking := hustingsv1alpha1.VerdictClean, hustingsv1alpha1.VerdictLeaking
	for _, test := range []struct {
		known   hustingsv1alpha1.ScanVerdict
		rollout string
		want    hustingsv1alpha1.ScanVerdict
	}{{clean, "1-3c7b5d20", clean}, {clean, "0-3c7b5d20", ""}, {leaking, "0-3c7b5d20", leaking}, {clean, "1-5e0a11c4", ""}} {
		objects := servedSite()
		r := &CampaignSiteReconciler{Client: fake.NewClientBuilder().WithScheme(NewScheme()).WithObjects(objects...).Build()}
		p := &progress{site: objects[1].(*hustingsv1alpha1.CampaignSite), leaks: hustingsv1alpha1.LeakStatus{
			Rollout: "1-3c7b5d20", Served: hustingsv1alpha1.PagesVerdict{Verdict: clean},
			Mounted: hustingsv1alpha1.PagesVerdict{Verdict: test.known}, MountedRollout: test.rollout,
		}}
		if err := r.gatherServed(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		if p.facts.Mounted.Verdict != test.want || p.facts.Served.Secrets.Verdict != clean {
			t.Errorf("%s of rollout %s is %q; served is %q", test.known, test.rollout, p.facts.Mounted.Verdict, p.facts.Served.Secrets.Verdict)
		}
	}
}
