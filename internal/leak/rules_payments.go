package leak

// paymentRules are for what takes donations.
var paymentRules = []rule{
	{
		id: "stripe-access-token", kind: token, level: critical, entropy: 2,
		needles: []string{"sk_live_", "sk_test_", "sk_prod_", "rk_live_", "rk_test_", "rk_prod_"},
		value:   `(?:sk|rk)_(?:test|live|prod)_[a-zA-Z0-9]{10,247}`, verify: notPlaceholder,
		yes: []string{`"sk_<empty>live_<mixed:24>"`, `\"rk_<empty>live_<mixed:99>\"`},
		no:  []string{`"sk_live_your_key_here"`, `task_live_<mixed:24>`},
	},
	{
		id: "stripe-webhook-secret", kind: token, level: critical, needles: []string{"whsec_"},
		value: `whsec_[a-zA-Z0-9+/=]{32,64}`, entropy: 3, open: true,
		yes: []string{`'whsec_<mixed:32>'`}, no: []string{`'whsec_...'`},
	},
	{
		id: "braintree-access-token", kind: token, level: critical, needles: []string{"access_token$production$", "access_token$sandbox$"},
		value: `access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}`,
		yes:   []string{`access_token$production$<alnum:16>$<hex:32>`}, no: []string{`access_token$production$id$key`},
	},
	{
		id: "braintree-private-key", kind: named, level: critical, needles: []string{"braintree", "privatekey", "private_key"},
		name: `(?i)(?:braintree.*)?private_?key`, value: `[0-9a-f]{32}`, entropy: 3,
		yes: []string{`BRAINTREE_PRIVATE_KEY=<hex:32>`, `privateKey:"<hex:32>"`}, no: []string{`BRAINTREE_MERCHANT_ID=<alnum:16>`},
	},
	{
		id: "paypal-client-secret", kind: named, level: critical, needles: []string{"paypal"},
		name: `(?i)paypal.*(?:secret|key|token|password|signature)`, value: `[A-Za-z0-9_-]{32,100}`, entropy: 3.5,
		yes: []string{`PAYPAL_CLIENT_SECRET=E<mixed:79>`}, no: []string{`PAYPAL_CLIENT_ID=A<mixed:79>`},
	},
	{
		id: "paypal-nvp-signature", kind: named, level: critical, needles: []string{"signature"},
		name: `(?i)(?:paypal|api|nvp)?_?signature$`, value: `A[A-Za-z0-9._-]{55}`, entropy: 4,
		yes: []string{`API_SIGNATURE='A<mixed:55>'`}, no: []string{`signature:"sha256-<mixed:43>="`},
	},
	{
		id: "gocardless-access-token", kind: token, level: critical, needles: []string{"live_", "sandbox_"},
		value: `(?:live|sandbox)_[A-Za-z0-9_-]{40}`, entropy: 3.5, verify: mixed,
		yes: []string{`"live_<mixed:40>"`}, no: []string{`"live_video_stream_of_the_rally_in_the_town_hall"`},
	},
	{
		id: "actblue-client-secret", kind: named, level: critical, needles: []string{"actblue"},
		name: `(?i)actblue.*(?:secret|key|token|pass|pw|auth)`, value: `[A-Za-z0-9_+/=.-]{16,128}`, entropy: 3, verify: hasDigit,
		yes: []string{`ACTBLUE_CLIENT_SECRET=<mixed:40>`}, no: []string{`ACTBLUE_FORM=https://secure.actblue.com/donate/vote-alice`},
	},
	{
		id: "winred-api-key", kind: named, level: critical, needles: []string{"winred"},
		name: `(?i)winred.*(?:secret|key|token|pass|auth)`, value: `[A-Za-z0-9_+/=.-]{16,128}`, entropy: 3, verify: hasDigit,
		yes: []string{`WINRED_API_KEY=<mixed:32>`}, no: []string{`winred_url="https://secure.winred.com/alice/donate"`},
	},
	{
		id: "raisely-api-key", kind: token, level: critical, needles: []string{"raisely-sk-", "raisely_sk_"},
		value: `raisely[-_]sk[-_][A-Za-z0-9_-]{20,64}`, entropy: 3,
		yes: []string{`"raisely-sk-<hex:32>"`}, no: []string{`"raisely-sk-your-key"`},
	},
	{
		id: "raisely-secret", kind: named, level: critical, needles: []string{"raisely"},
		name: `(?i)raisely.*(?:secret|key|token|pass|auth)`, value: `[A-Za-z0-9_+/=.-]{16,128}`, entropy: 3, verify: hasDigit,
		yes: []string{`RAISELY_API_KEY=<mixed:32>`}, no: []string{`raisely_profile="vote-alice-2029"`},
	},
	{
		id: "square-application-secret", kind: token, level: critical, needles: []string{"sq0csp-"},
		value: `sq0csp-[\w-]{43}`, yes: []string{`sq0csp-<mixed:43>`}, no: []string{`sq0csp-short`},
	},
	{
		id: "donation-processor-key", kind: named, level: critical, vague: true,
		needles: []string{"anedot", "donorbox", "classy", "givelively", "justgiving", "paystack", "adyen", "mollie", "worldpay", "authorizenet", "authorize_net", "plaid", "wepay", "crowdpac", "numero"},
		name:    `(?i)(?:secret|api_?key|token|passw|transaction_?key|private)`, value: `[A-Za-z0-9_+/=.-]{16,160}`, entropy: 3, verify: hasDigit,
		yes: []string{`ANEDOT_API_TOKEN=<mixed:32>`}, no: []string{`donorbox_campaign="vote-alice-2029-spring"`},
	},
	{
		id: "mollie-api-key", kind: token, level: critical, needles: []string{"live_", "test_"},
		value: `(?:live|test)_[A-Za-z0-9]{30}`, entropy: 3.5, verify: mixed,
		yes: []string{`"live_<mixed:30>"`}, no: []string{`"test_thatTheListOfDonorsIsEmptyyy"`},
	},
}
