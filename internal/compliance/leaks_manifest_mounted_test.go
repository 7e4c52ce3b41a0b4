package compliance

import (
	"strings"
	"testing"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
)

// mountsConfig has a site mount two ConfigMaps, and says what the last look at them saw.
func mountsConfig(f *fixture, seen facts.Scan) {
	f.spec().Files = []hustingsv1alpha1.FileMount{
		{MountPath: "/etc/other", ConfigMapName: "site"}, {MountPath: "/etc/site", ConfigMapName: "site-config"},
	}
	f.Facts.Mounted = seen
}

// leakyConfig is a look that found a key in one of them.
func leakyConfig() facts.Scan {
	seen := leakyScan()
	seen.Findings[0].Layer, seen.Findings[0].File = "", "site-config/settings.js"
	return seen
}

func mountedMutations() []mutation {
	unknown := hustingsv1alpha1.ResultUnknown
	mount := func(name string, result hustingsv1alpha1.Result, cause string, seen facts.Scan) mutation {
		return mutation{control: "leaks.manifest", name: name, result: result, cause: cause, live: true, breaks: func(f *fixture) { mountsConfig(f, seen) }}
	}
	unlisted, cut := leakyConfig(), leakyConfig()
	unlisted.Findings, unlisted.Total = nil, 3
	cut.Findings[0].File = "…/settings.js"
	return []mutation{
		mount("a key in a ConfigMap, by the scanner", "", "spec.files[1].configMapName", leakyConfig()),
		mount("a key in a place that is cut", "", "spec.files", cut),
		mount("more findings than are listed", "", "spec.files", unlisted),
		mount("nobody has looked at the ConfigMaps", unknown, "", facts.Scan{}),
		mount("a ConfigMap is not there", unknown, "", facts.Scan{Verdict: hustingsv1alpha1.VerdictIncomplete, Message: "site: there is no such ConfigMap"}),
		mount("the scanner broke off", unknown, "", facts.Scan{Verdict: hustingsv1alpha1.VerdictError}),
		{control: "leaks.manifest", name: "no scanner", result: unknown, live: true, breaks: func(f *fixture) {
			mountsConfig(f, facts.Scan{})
			f.Facts.Image.NoScanner = true
		}},
		{control: "leaks.manifest", name: "a key in a ConfigMap that the spec mounts no more", live: true, cause: "spec.files", breaks: func(f *fixture) {
			f.Facts.Mounted = leakyConfig()
		}},
		{control: "leaks.manifest", name: "a key in the environment, and nobody has looked at the ConfigMaps", live: true, breaks: func(f *fixture) {
			mountsConfig(f, facts.Scan{})
			f.service.Annotations["note"] = stripeKey()
		}},
	}
}

func TestALeakInAConfigMapNamesItAndItsKey(t *testing.T) {
	f := live()
	mountsConfig(f, leakyConfig())
	out := leaksManifest(f.Input)
	if len(out.Findings) != 1 {
		t.Fatalf("%s with %d findings", out.Result, len(out.Findings))
	}
	got := out.Findings[0]
	if got.Object.String() != "ConfigMap/site-config" || got.Path != "data[settings.js]" || got.Cause != "spec.files[1].configMapName" ||
		got.Message != "ConfigMap/site-config: stripe-access-token in settings.js:3:12" || !strings.HasPrefix(out.Message, got.Message) {
		t.Errorf("%+v %q", got, out.Message)
	}
}

// TestConfigMapsHoldUpNoPlan: they may come with their site, or after it, and only what runs is looked at.
func TestConfigMapsHoldUpNoPlan(t *testing.T) {
	for name, seen := range map[string]facts.Scan{"nobody has looked": {}, "a key was found": leakyConfig()} {
		f := good()
		mountsConfig(f, seen)
		if out := leaksManifest(f.Input); out.Result != hustingsv1alpha1.ResultPass || len(Blocking(Evaluate(f.Input))) > 0 {
			t.Errorf("%s: %s %q", name, out.Result, out.Message)
		}
	}
}

func TestAllowedFindingsInConfigMaps(t *testing.T) {
	for name, test := range map[string]struct {
		entry hustingsv1alpha1.AllowedLeak
		want  hustingsv1alpha1.Result
	}{
		"by its fingerprint":        {hustingsv1alpha1.AllowedLeak{Fingerprint: leakyConfig().Findings[0].Fingerprint}, hustingsv1alpha1.ResultPass},
		"by its rule and ConfigMap": {hustingsv1alpha1.AllowedLeak{Rule: "stripe-access-token", Path: "site-config/"}, hustingsv1alpha1.ResultPass},
		"by another ConfigMap":      {hustingsv1alpha1.AllowedLeak{Rule: "stripe-access-token", Path: "site/"}, hustingsv1alpha1.ResultFail},
	} {
		f := live()
		mountsConfig(f, leakyConfig())
		allow(f, test.entry)
		if out := leaksManifest(f.Input); out.Result != test.want || test.want == hustingsv1alpha1.ResultPass && out.Message != "the class allows 1 of the findings" {
			t.Errorf("%s: %s %q", name, out.Result, out.Message)
		}
	}
}
