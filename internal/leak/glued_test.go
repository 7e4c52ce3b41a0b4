package leak

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// program is what a program holds: a heading, and strings without anything between them.
func program(token string) string {
	words := []string{"runtime", "MarshalText", "unsupported", "ClientHelloInfo", "PrivateKey", "reflect", "InvalidOperation", "SLOVAKIA", "value", "Interface"}
	random := rand.New(rand.NewPCG(8, 8))
	var before, after strings.Builder
	for before.Len() < 3000 {
		before.WriteString(words[random.IntN(len(words))])
		after.WriteString(words[random.IntN(len(words))])
	}
	return "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 40) + before.String() + token + after.String()
}

// gluedTokens are tokens by their rules.
var gluedTokens = map[string]string{
	"aws-access-token": "AKIA<upper27:16>", "github-token": "gh<empty>p_<mixed:36>", "stripe-access-token": "sk_<empty>live_<mixed:24>", "slack-bot-token": "xoxb-<digit:12>-<digit:12>-<mixed:24>",
	"sendgrid-api-token": "SG.<mixed:22>.<mixed:43>", "gitlab-pat": "glpat-<mixed:20>", "google-api-key": "AIza<mixed:35>", "npm-access-token": "npm_<mixed:36>", "digitalocean-pat": "dop_v1_<hex:64>",
	"jwt": "<jwt:service_role>", "huggingface-token": "hf_<mixed:34>", "shopify-token": "shpat_<hex:32>", "private-key": "-----BEGIN <empty>RSA PRIVATE KEY-----\nMII<b64:61>\n<b64:64>\n<b64:64>\n-----END",
	"google-oauth-client-secret": "GOCSPX-<mixed:28>", "square-application-secret": "sq0csp-<mixed:43>",
}

func TestATokenInATableOfStringsIsFound(t *testing.T) {
	const rounds = 20
	for id, example := range gluedTokens {
		missed := 0
		for seed := range uint64(rounds) {
			if r := scan(t, "site", program(filled(example, seed))); !slices.Contains(rulesOf(r), id) {
				missed++
			}
		}
		if missed > rounds/10 {
			t.Errorf("%s: %d of %d missed", id, missed, rounds)
		}
	}
}

func TestATableOfStringsHasNoToken(t *testing.T) {
	for _, text := range []string{"", "SLOVAKIASLOVENIASOLOMONISLANDS", "task_live_" + "YourSecretKeyGoesHereNowPlease", "chf_transferEnabledForEveryModelAndEveryUser", "npm_" + "configRegistryOfTheNodePackageManagerXYZ"} {
		if r := scan(t, "site", program(text)); r.Failures+r.Infos > 0 {
			t.Errorf("%s: %+v", text, r.Findings)
		}
	}
}

func TestInTextATokenStillHasABeginning(t *testing.T) {
	if r := scan(t, "a.js", filled("sometask_<empty>live_<mixed:24>andMore", 1)); r.Failures > 0 {
		t.Errorf("%+v", r.Findings)
	}
}
