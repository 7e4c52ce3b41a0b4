package controllers

import (
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/scan"
)

var (
	digestA = "sha256:" + strings.Repeat("aa", 32)
	digestB = "sha256:" + strings.Repeat("bb", 32)
)

func TestPinOf(t *testing.T) {
	const tag = "registry.example.org/alice/site:v1"
	for pinned, want := range map[string]string{
		tag + "@" + digestA: digestA, tag: "", tag + "0@" + digestA: "", "": "", digestA: "", tag + "@sha256:12": "",
		"registry.example.org/alice/site@" + digestA: "",
	} {
		if got := pinOf(tag, pinned); got != want {
			t.Errorf("%s is %q, wanted %q", pinned, got, want)
		}
	}
}

func TestWithoutTag(t *testing.T) {
	for image, want := range map[string]string{
		"r.example.org/a/b:v1@" + digestA:      "r.example.org/a/b@" + digestA,
		"r.example.org:5000/a/b:v1@" + digestA: "r.example.org:5000/a/b@" + digestA,
		"r.example.org:5000/a/b@" + digestA:    "r.example.org:5000/a/b@" + digestA,
		"r.example.org/a/b:v1":                 "r.example.org/a/b:v1",
	} {
		if got := withoutTag(image); got != want {
			t.Errorf("%s is %s, wanted %s", image, got, want)
		}
	}
}

func TestImageOf(t *testing.T) {
	const repository = "registry.example.org/site"
	clean, leaking := hustingsv1alpha1.VerdictClean, hustingsv1alpha1.VerdictLeaking
	for name, test := range map[string]struct {
		change func(*progress)
		want   hustingsv1alpha1.ImageStatus
	}{
		"what was let in runs": {
			change: func(p *progress) { p.isLetIn = true },
			want:   hustingsv1alpha1.ImageStatus{Running: repository + "@" + digestA, RunningVerdict: clean, LetInBy: hustingsv1alpha1.LetInByVerdict},
		},
		"what was let in without a clean verdict is an exception": {
			change: func(p *progress) { p.isLetIn, p.facts.Image.Scan.Verdict = true, leaking },
			want:   hustingsv1alpha1.ImageStatus{Running: repository + "@" + digestA, RunningVerdict: leaking, LetInBy: hustingsv1alpha1.LetInByException},
		},
		"an exception is none any more once the verdict is clean": {
			change: func(p *progress) {
				p.isLetIn = true
				p.site.Status.Image = hustingsv1alpha1.ImageStatus{Running: repository + "@" + digestA, LetInBy: hustingsv1alpha1.LetInByException}
			},
			want: hustingsv1alpha1.ImageStatus{Running: repository + "@" + digestA, RunningVerdict: clean, LetInBy: hustingsv1alpha1.LetInByVerdict},
		},
		"what new rules find in it does not make an exception of it": {
			change: func(p *progress) {
				p.isLetIn, p.facts.Image.Scan.Verdict = true, leaking
				p.site.Status.Image = hustingsv1alpha1.ImageStatus{Running: repository + "@" + digestA, LetInBy: hustingsv1alpha1.LetInByVerdict}
			},
			want: hustingsv1alpha1.ImageStatus{Running: repository + "@" + digestA, RunningVerdict: leaking, LetInBy: hustingsv1alpha1.LetInByVerdict},
		},
		"what was not let in does not, though the Deployment has it": {
			change: func(*progress) {},
			want:   hustingsv1alpha1.ImageStatus{Candidate: repository + "@" + digestA, CandidateVerdict: clean},
		},
		"a refused one is the candidate, and the one before runs": {
			change: func(p *progress) {
				p.site.Status.Image.Running, p.runningVerdict = repository+"@"+digestB, clean
				p.facts.Image.Scan.Verdict = leaking
			},
			want: hustingsv1alpha1.ImageStatus{Running: repository + "@" + digestB, RunningVerdict: clean, Candidate: repository + "@" + digestA, CandidateVerdict: leaking},
		},
		"a tag shows its pin": {
			change: func(p *progress) { p.site.Spec.Image = repository + ":v1" },
			want:   hustingsv1alpha1.ImageStatus{Candidate: repository + ":v1@" + digestA, CandidateVerdict: clean},
		},
		"where nobody has looked, what was known stays": {
			change: func(p *progress) {
				p.site.Spec.Image, p.isImageKnown, p.facts.Image, p.runningVerdict = repository+":v1", false, facts.Image{}, ""
				p.site.Status.Image = hustingsv1alpha1.ImageStatus{Running: repository + "@" + digestB, RunningVerdict: clean, Candidate: repository + ":v1@" + digestA, CandidateVerdict: leaking}
			},
			want: hustingsv1alpha1.ImageStatus{Running: repository + "@" + digestB, RunningVerdict: clean, Candidate: repository + ":v1@" + digestA, CandidateVerdict: leaking},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := progressOf(func(p *progress) {
				p.site.Spec.Image, p.isImageKnown = repository+"@"+digestA, true
				p.facts.Image = facts.Image{Digest: digestA, Scan: facts.Scan{Verdict: clean}}
				p.live[0] = deployment(func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = repository + "@" + digestA })
				test.change(p)
			})
			if got := imageOf(p); got != test.want {
				t.Errorf("%+v\nwanted %+v", got, test.want)
			}
		})
	}
}

// scansIn is a cluster with those ImageScans and sites, and the indexes of the operator's cache.
func scansIn(objects ...client.Object) client.Client {
	b := fake.NewClientBuilder().WithScheme(NewScheme()).WithObjects(objects...).WithStatusSubresource(&hustingsv1alpha1.ImageScan{})
	b = b.WithIndex(&hustingsv1alpha1.ImageScan{}, indexDigest, digestsNamedBy)
	return b.WithIndex(&hustingsv1alpha1.CampaignSite{}, indexDigest, digestsNamedBy).Build()
}

func imageScan(digest, ruleset string, verdict hustingsv1alpha1.ScanVerdict, made int64) *hustingsv1alpha1.ImageScan {
	return &hustingsv1alpha1.ImageScan{
		ObjectMeta: metav1.ObjectMeta{Name: scanName(digest, ruleset), UID: "uid", CreationTimestamp: metav1.Unix(made, 0)},
		Spec:       hustingsv1alpha1.ImageScanSpec{Digest: digest, Ruleset: ruleset},
		Status:     hustingsv1alpha1.ImageScanStatus{Verdict: verdict},
	}
}

func TestScanOf(t *testing.T) {
	forged := imageScan(digestA, "v2", hustingsv1alpha1.VerdictClean, 9)
	forged.Name = "another-name"
	collides := imageScan(digestA, "v2", hustingsv1alpha1.VerdictClean, 9)
	collides.Spec.Digest = digestB
	for name, test := range map[string]struct {
		scans    []client.Object
		runs     bool
		verdict  hustingsv1alpha1.ScanVerdict
		outdated bool
	}{
		"there is none":                          {runs: true},
		"the current rules' counts":              {scans: []client.Object{imageScan(digestA, "v2", "Clean", 2)}, verdict: "Clean"},
		"earlier rules do not let an image in":   {scans: []client.Object{imageScan(digestA, "v1", "Clean", 1)}},
		"they keep one that runs":                {scans: []client.Object{imageScan(digestA, "v1", "Clean", 1)}, runs: true, verdict: "Clean", outdated: true},
		"while the new scan is under way":        {scans: []client.Object{imageScan(digestA, "v1", "Clean", 1), imageScan(digestA, "v2", "", 2)}, runs: true, verdict: "Clean", outdated: true},
		"or goes wrong":                          {scans: []client.Object{imageScan(digestA, "v1", "Clean", 1), imageScan(digestA, "v2", "Error", 2)}, runs: true, verdict: "Clean", outdated: true},
		"until it has a verdict":                 {scans: []client.Object{imageScan(digestA, "v1", "Clean", 1), imageScan(digestA, "v2", "Leaking", 2)}, runs: true, verdict: "Leaking"},
		"the newest of earlier ones counts":      {scans: []client.Object{imageScan(digestA, "v0", "Clean", 1), imageScan(digestA, "v1", "Leaking", 2)}, runs: true, verdict: "Leaking", outdated: true},
		"an earlier one without a verdict not":   {scans: []client.Object{imageScan(digestA, "v0", "Clean", 1), imageScan(digestA, "v1", "Error", 2)}, runs: true, verdict: "Clean", outdated: true},
		"another digest's does not count":        {scans: []client.Object{imageScan(digestB, "v2", "Clean", 2)}, runs: true},
		"one of another name does not count":     {scans: []client.Object{forged}},
		"one of the name but another digest not": {scans: []client.Object{collides}},
	} {
		t.Run(name, func(t *testing.T) {
			r := &CampaignSiteReconciler{Client: scansIn(test.scans...), Ruleset: "v2"}
			got, err := r.scanOf(t.Context(), digestA, test.runs)
			if err != nil || got.Verdict != test.verdict || got.Outdated != test.outdated {
				t.Errorf("%+v (%v), wanted %s, outdated %t", got, err, test.verdict, test.outdated)
			}
		})
	}
}

func TestCheckedTrustsOnlyWhatIsAboutTheDigest(t *testing.T) {
	r := &ImageScanReconciler{Ruleset: "v2"}
	for name, test := range map[string]struct {
		result scan.Result
		want   scan.Verdict
	}{
		"about the digest by the rules": {scan.Result{Digest: digestA, Ruleset: "v2", Verdict: scan.Clean}, scan.Clean},
		"about another digest":          {scan.Result{Digest: digestB, Ruleset: "v2", Verdict: scan.Clean}, scan.Error},
		"about none":                    {scan.Result{Ruleset: "v2", Verdict: scan.Clean}, scan.Error},
		"by other rules":                {scan.Result{Digest: digestA, Ruleset: "v1", Verdict: scan.Clean}, scan.Error},
		"an error needs neither":        {scan.Result{Verdict: scan.Error}, scan.Error},
	} {
		t.Run(name, func(t *testing.T) {
			if got := r.checked(test.result, digestA).Verdict; got != test.want {
				t.Errorf("%s, wanted %s", got, test.want)
			}
		})
	}
}

func TestVerdictsAreDroppedGently(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	other := &hustingsv1alpha1.CampaignSite{ObjectMeta: metav1.ObjectMeta{Namespace: "bob", Name: "other"}}
	other.Spec.Image = "r.example.org/site@" + digestB
	r := &ImageScanReconciler{
		Client: scansIn(imageScan(digestA, "v1", "Clean", 1), imageScan(digestA, "v2", "Clean", 2), other), Ruleset: "v2",
		Now: func() time.Time { return now }, polls: newPauses(), retries: newPauses(), unused: newUnusedDigests(),
	}
	step := func(after time.Duration) (left int, next time.Duration) {
		t.Helper()
		now = now.Add(after)
		current, older, err := scansOf(t.Context(), r.Client, digestA, "v2")
		if err != nil {
			t.Fatal(err)
		}
		result, err := r.retire(t.Context(), digestA, current, older)
		if err != nil {
			t.Fatal(err)
		}
		list := &hustingsv1alpha1.ImageScanList{}
		if err := r.Client.List(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		return len(list.Items), result.RequeueAfter
	}
	for _, s := range []struct {
		after time.Duration
		left  int
		next  time.Duration
	}{
		{0, 2, unusedFor}, {unusedFor - time.Second, 2, time.Second}, {time.Second, 1, dropPause}, {time.Second, 1, dropPause - time.Second}, {dropPause, 0, dropPause},
	} {
		if left, next := step(s.after); left != s.left || next != s.next {
			t.Errorf("%d are left, again after %s; wanted %d, %s", left, next, s.left, s.next)
		}
	}
}

func TestNothingIsDroppedWhereNoSiteIsSeenAtAll(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	r := &ImageScanReconciler{
		Client: scansIn(imageScan(digestA, "v1", "Clean", 1)), Ruleset: "v2",
		Now: func() time.Time { return now }, polls: newPauses(), retries: newPauses(), unused: newUnusedDigests(),
	}
	for range 3 {
		_, older, err := scansOf(t.Context(), r.Client, digestA, "v2")
		if err != nil || len(older) != 1 {
			t.Fatalf("%d are left (%v)", len(older), err)
		}
		if _, err := r.retire(t.Context(), digestA, nil, older); err != nil {
			t.Fatal(err)
		}
		now = now.Add(2 * unusedFor)
	}
}

func TestWanters(t *testing.T) {
	site := func(namespace, name, running string, change func(*hustingsv1alpha1.CampaignSite)) *hustingsv1alpha1.CampaignSite {
		s := &hustingsv1alpha1.CampaignSite{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
		s.Spec.ClassName, s.Spec.Image, s.Status.Image.Running = "standard", "r.example.org/"+namespace+"/site@"+digestA, running
		if change != nil {
			change(s)
		}
		return s
	}
	class := &hustingsv1alpha1.SiteClass{ObjectMeta: metav1.ObjectMeta{Name: "standard"}}
	class.Spec.Images.Registries = []string{"r.example.org"}
	r := &ImageScanReconciler{Client: scansIn(class,
		site("alice", "runs", "r.example.org/alice/site:v1@"+digestA, nil),
		site("carol", "waits", "", nil),
		site("bob", "waits-too", "r.example.org/bob/site@"+digestB, nil),
		site("dave", "elsewhere", "", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = "evil.example.net/site@" + digestA }),
		site("erin", "classless", "", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.ClassName = "none" }),
		site("frank", "other", "", func(s *hustingsv1alpha1.CampaignSite) { s.Spec.Image = "r.example.org/site@" + digestB }),
		site("grace", "by-tag", "", func(s *hustingsv1alpha1.CampaignSite) {
			s.Spec.Image, s.Status.Image.Candidate = "r.example.org/site:v1", "r.example.org/site:v1@"+digestA
		}),
	)}
	wanted, err := r.wanters(t.Context(), digestA)
	if err != nil {
		t.Fatal(err)
	}
	for digest, want := range map[string]bool{digestA: true, digestB: true, "sha256:" + strings.Repeat("cc", 32): false} {
		if named, err := r.isNamed(t.Context(), digest); err != nil || named != want {
			t.Errorf("%s is named: %t, %v", digest, named, err)
		}
	}
	var got []string
	for _, w := range wanted {
		got = append(got, w.namespace+" "+strings.TrimSuffix(w.image, digestA))
		if w.waits != (w.namespace != "alice") {
			t.Errorf("%s waits: %t", w.namespace, w.waits)
		}
	}
	want := "bob r.example.org/bob/site@, carol r.example.org/carol/site@, grace r.example.org/site@, alice r.example.org/alice/site@"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s\nwanted %s", strings.Join(got, ", "), want)
	}
}
