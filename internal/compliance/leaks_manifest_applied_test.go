package compliance

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// TestWhatWasLastAppliedIsLookedAt: a secret that was moved out of the spec is still in the annotation of kubectl apply, and one
// that is in both is one finding.
func TestWhatWasLastAppliedIsLookedAt(t *testing.T) {
	const path = "metadata.annotations[" + corev1.LastAppliedConfigAnnotation + "]"
	asApplied := func(name, value string) string {
		return `{"apiVersion":"hustings.dev/v1alpha1","kind":"CampaignSite","metadata":{"name":"vote"},"spec":{"env":[{"name":"` + name + `","value":"` + value + `"}]}}`
	}
	for name, test := range map[string]struct {
		text  string
		also  func(*fixture)
		paths []string
		says  string
	}{
		"a key that the spec no longer has":      {asApplied("PAYMENTS", stripeKey()), nil, []string{path}, "stripe-access-token"},
		"a password that only its name tells":    {asApplied("DB_PASSWORD", "hunter"+"two"), nil, []string{path}, rulePassword},
		"a key that the spec has as well":        {asApplied("PAYMENTS", stripeKey()), says("PAYMENTS", stripeKey()), []string{"spec.template.spec.containers[0].env[3].value"}, "stripe-access-token"},
		"another key than the spec has":          {asApplied("PAYMENTS", awsKey()), says("PAYMENTS", stripeKey()), []string{"spec.template.spec.containers[0].env[3].value", path}, "stripe-access-token"},
		"a key in what is no object":             {"[" + stripeKey(), nil, []string{path}, "stripe-access-token"},
		"nothing that is a secret":               {asApplied("LANG", "en"), nil, nil, ""},
		"a value that has become a secretKeyRef": {`{"spec":{"env":[{"name":"DB_PASSWORD","valueFrom":{"secretKeyRef":{"name":"db","key":"password"}}}]}}`, nil, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := good()
			f.Site.Annotations = map[string]string{corev1.LastAppliedConfigAnnotation: test.text}
			if test.also != nil {
				test.also(f)
			}
			out := leaksManifest(f.Input)
			var paths []string
			for _, found := range out.Findings {
				paths = append(paths, found.Path)
			}
			if strings.Join(paths, " ") != strings.Join(test.paths, " ") || len(paths) > 0 && !strings.Contains(out.Findings[0].Message, test.says) {
				t.Errorf("%s: got %+v, want findings at %q", out.Result, out.Findings, test.paths)
			}
		})
	}
}
