package compliance

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

func libraryResults(t *testing.T, f *fixture) []policy.CheckResult {
	t.Helper()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	latest := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	return evaluator.EvaluatePod(latest, &f.deployment.Spec.Template.ObjectMeta, f.pod())
}

func TestOrdinaryLiteralsAreNoSecrets(t *testing.T) {
	for name, value := range map[string]string{
		"GREETING": "hello", "TZ": "Europe/London", "PORT": "8080", "LOG_LEVEL": "debug", "SITE_URL": "https://alice.example.org/donate?ref=2026",
		"NODE_ENV": "production", "ELECTION_DAY": "2026-12-12T07:00:00Z", "FEATURES": "map,donate,events", "GOMAXPROCS": "2",
		"PWD": "/srv/site/current", "DB_PASSWORD_FILE": "/run/secrets/db", "SMTP_PASSWORD": "$(SMTP_PASSWORD_FROM_SECRET)", "ALLOW_PASSWORD": "true",
		"DATABASE_URL": "postgres://db.example.org:5432/site", "VERSION": "v1.27.3-rc.1", "COMMIT": "fix: greet people by name",
		"CACHE_MAX_AGE": "31536000", "PUBLIC_KEY_ID": "alice-2026", "MAIL_FROM": "team@alice.example.org", "EMPTY_PASSWORD": "",
	} {
		t.Run(name, func(t *testing.T) {
			f := good()
			says(name, value)(f)
			if out := leaksManifest(f.Input); out.Result != hustingsv1alpha1.ResultPass {
				t.Errorf("%s: %+v", out.Result, out.Findings)
			}
		})
	}
}

func TestNoVerdictHoldsASecret(t *testing.T) {
	secrets := []string{awsKey(), stripeKey(), random(), "hunter" + "two"}
	for _, m := range leakMutations() {
		f := good()
		m.breaks(f)
		said := fmt.Sprintf("%+v", Evaluate(f.Input))
		for i, secret := range secrets {
			if strings.Contains(said, secret) {
				t.Errorf("%s: the verdicts hold secret number %d", m.name, i)
			}
		}
	}
}

func TestASecretInSpecAndDeploymentIsOneFinding(t *testing.T) {
	f := good()
	says("PAYMENTS", stripeKey())(f)
	out := leaksManifest(f.Input)
	if len(out.Findings) != 1 || out.Findings[0].Cause != "spec.env[3].value" || out.Findings[0].Path != "spec.template.spec.containers[0].env[3].value" {
		t.Errorf("%+v", out.Findings)
	}
}

func TestSitesAreJudgedAtTheSameTime(t *testing.T) {
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 5 {
				f := good()
				says("PAYMENTS", stripeKey())(f)
				if out := leaksManifest(f.Input); len(out.Findings) != 1 {
					t.Errorf("%+v", out)
				}
			}
		})
	}
	all.Wait()
}

func BenchmarkLeaksOfThirtyVariables(b *testing.B) {
	f := good()
	for i := range 30 {
		says(fmt.Sprintf("SETTING_%d", i), fmt.Sprintf("https://alice.example.org/part/%d", i))(f)
	}
	leaksManifest(f.Input)
	b.ReportAllocs()
	for b.Loop() {
		leaksManifest(f.Input)
	}
}
