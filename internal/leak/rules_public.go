package leak

// publicRules are for keys that are made to be public. They are no failures, but whoever has one can spend what it is
// allowed to: it is worth restricting.
var publicRules = []rule{
	{
		id: "google-api-key", kind: token, level: info, needles: []string{"aiza"}, value: `AIza[\w-]{35}`, entropy: 3,
		yes: []string{`apiKey:"AIza<mixed:35>"`}, no: []string{`AIzaSyShort`},
	},
	{
		id: "stripe-publishable-key", kind: token, level: info, needles: []string{"pk_live_", "pk_test_"}, value: `pk_(?:live|test)_[A-Za-z0-9]{10,247}`,
		yes: []string{`Stripe("pk_<empty>live_<mixed:24>")`}, no: []string{`pk_live_`},
	},
	{
		id: "mapbox-public-token", kind: token, level: info, needles: []string{"pk.eyj"}, value: `pk\.eyJ[A-Za-z0-9_-]{20,400}\.[A-Za-z0-9_-]{20,50}`,
		yes: []string{`mapboxgl.accessToken="pk.eyJ<mixed:60>.<mixed:22>"`}, no: []string{`pk.eyJ`},
	},
	{
		id: "anonymous-jwt", kind: token, level: info, needles: []string{"eyj"}, value: `eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]{20,})`, verify: isAnonymousToken,
		yes: []string{`supabaseKey:"<jwt:anon>"`}, no: []string{`"<jwt:service_role>"`},
	},
	{
		id: "sentry-dsn", kind: token, level: info, inside: true, open: true, needles: []string{"://"}, value: `://[0-9a-f]{32}@[a-z0-9.-]+/\d{1,20}`,
		yes: []string{`dsn:"https://<hex:32>@o<digit:6>.ingest.sentry.io/<digit:7>"`}, no: []string{`https://sentry.io/1`},
	},
	{
		id: "posthog-project-key", kind: token, level: info, needles: []string{"phc_"}, value: `phc_[A-Za-z0-9]{30,50}`,
		yes: []string{`posthog.init("phc_<mixed:43>")`}, no: []string{`phc_`},
	},
	{
		id: "public-site-key", kind: named, level: info, needles: []string{"sitekey", "site_key", "site-key", "recaptcha"}, name: `(?i)site[_-]?key|recaptcha.*public`, value: `(?:6L|0x|1000)[A-Za-z0-9_-]{18,60}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`,
		yes: []string{`data-sitekey="6L<mixed:38>"`}, no: []string{`data-sitekey="none"`},
	},
	{
		id: "algolia-search-key", kind: named, level: info, needles: []string{"algolia"}, name: `(?i)algolia.*search.*key`, value: `[a-f0-9]{32}`,
		yes: []string{`ALGOLIA_SEARCH_KEY=<hex:32>`}, no: []string{`ALGOLIA_ADMIN_KEY=<hex:32>`},
	},
}
