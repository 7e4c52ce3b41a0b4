package leak

// glued are the tokens that are known where other text stands directly before and after them, as in the tables of strings that
// compilers write into programs: by rule, the expression of exactly the token. Only what has a beginning that no word has, and
// a length, is here; what may begin anywhere is found there anyway.
var glued = map[string]string{ //nolint:gosec // expressions, and no secrets
	"aws-access-token":              `(?:AKIA|ASIA)[A-Z2-7]{16}`,
	"anthropic-admin-api-key":       `sk-ant-admin01-[a-zA-Z0-9_\-]{93}AA`,
	"anthropic-api-key":             `sk-ant-api03-[a-zA-Z0-9_\-]{93}AA`,
	"age-key":                       `AGE-SECRET-KEY-1[A-Z0-9]{58}`,
	"bitbucket-app-password":        `ATBB[A-Za-z0-9]{24}[0-9A-F]{8}`,
	"braintree-access-token":        `access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}`,
	"circleci-token":                `CCIP(?:AT|PR)_[A-Za-z0-9]{22}_[0-9a-f]{40}`,
	"databricks-api-token":          `dapi[a-f0-9]{32}`,
	"digitalocean-access-token":     `doo_v1_[a-f0-9]{64}`,
	"digitalocean-pat":              `dop_v1_[a-f0-9]{64}`,
	"digitalocean-refresh-token":    `dor_v1_[a-f0-9]{64}`,
	"docker-hub-token":              `dckr_[po]at_[A-Za-z0-9_-]{27}`,
	"google-api-key":                `AIza[\w-]{35}`,
	"google-oauth-client-secret":    `GOCSPX-[A-Za-z0-9_-]{28}`,
	"grafana-service-account-token": `glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}`,
	"groq-key":                      `gsk_[A-Za-z0-9]{52}`,
	"huggingface-token":             `hf_[A-Za-z0-9]{34}`,
	"jwt":                           `eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}`,
	"npm-access-token":              `npm_[A-Za-z0-9]{36}`,
	"pulumi-api-token":              `pul-[a-f0-9]{40}`,
	"rubygems-api-token":            `rubygems_[a-f0-9]{48}`,
	"sendgrid-api-token":            `SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}`,
	"sendinblue-api-token":          `xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}`,
	"sentry-user-token":             `sntryu_[a-f0-9]{64}`,
	"shippo-api-token":              `shippo_live_[a-fA-F0-9]{40}`,
	"square-application-secret":     `sq0csp-[\w-]{43}`,
	"stripe-access-token":           `(?:sk|rk)_(?:test|live)_(?:51[A-Za-z0-9]{97,99}|[A-Za-z0-9]{24})`,
	"stripe-webhook-secret":         `whsec_[a-zA-Z0-9]{32}`,
	"supabase-secret-key":           `sbp_[a-f0-9]{40}`,
	"vercel-token":                  `vcp_[A-Za-z0-9]{56}`,
}

// glued judges a token that stands within other text of a program.
func (p *pass) glued(u *use, start int) {
	if !p.binary || u.glued == nil {
		return
	}
	match := u.glued().FindIndex(p.data[start:min(len(p.data), start+longestToken)])
	if match == nil {
		return
	}
	f := found{start: start, end: start + match[1], nameStart: start, nameEnd: start}
	value := p.data[f.start:f.end]
	if isMade(value) && !isBlob(p.data, f.start, f.end) {
		p.judge(u.pattern, f, value)
	}
}

// isMade says whether a token was made by chance: names that are written without anything between them have few digits.
func isMade(token []byte) bool {
	const fewDigits = 2
	m := makeupOf(token)
	if m.lower == 0 {
		return m.digit > 0
	}
	return m.digit >= fewDigits && entropy(token) > 3
}
