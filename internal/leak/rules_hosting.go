package leak

// hostingRules are for where sites are kept, and for what they are made of.
var hostingRules = []rule{
	{
		id: "google-oauth-client-secret", kind: token, level: critical, needles: []string{"gocspx-"}, value: `GOCSPX-[A-Za-z0-9_-]{28}`,
		yes: []string{`"GOCSPX-<mixed:28>"`}, no: []string{`GOCSPX-your-secret`},
	},
	{
		id: "google-oauth-token", kind: token, level: critical, needles: []string{"ya29."}, value: `ya29\.[A-Za-z0-9_-]{40,}`, entropy: 4, open: true,
		yes: []string{`"ya29.<mixed:180>"`}, no: []string{`ya29.`},
	},
	{
		id: "firebase-cloud-messaging-key", kind: token, level: critical, inside: true, needles: []string{":apa91b"}, value: `:APA91b[A-Za-z0-9_-]{130,150}`, back: backMessagingID,
		yes: []string{`"AAAA<mixed:7>:APA91b<mixed:134>"`}, no: []string{`"<mixed:11>:APA91b<mixed:134>"`},
	},
	{
		id: "mapbox-secret-token", kind: token, level: critical, needles: []string{"sk.eyj"}, value: `sk\.eyJ[A-Za-z0-9_-]{20,400}\.[A-Za-z0-9_-]{20,50}`,
		yes: []string{`mapboxgl.accessToken='sk.eyJ<mixed:60>.<mixed:22>'`}, no: []string{`'sk.eyJ'`},
	},
	{
		id: "algolia-admin-key", kind: named, level: critical, needles: []string{"algolia"}, name: `(?i)algolia.*(?:admin|secret|write|monitor|usage|key|token)`, value: `[a-f0-9]{32}`, verify: notAlgoliaSearch,
		yes: []string{`ALGOLIA_ADMIN_KEY=<hex:32>`}, no: []string{`ALGOLIA_SEARCH_KEY=<hex:32>`, `algoliaSearchApiKey:"<hex:32>"`},
	},
	{
		id: "algolia-key-in-code", kind: near, level: critical, needles: []string{"algoliasearch("},
		value: `algoliasearch\(\s*\\?["'\x60][A-Z0-9]{10}\\?["'\x60]\s*,\s*\\?["'\x60]([a-f0-9]{32})`, entropy: 3,
		yes: []string{`algoliasearch('<upper:10>','<hex:32>')`}, no: []string{`algoliasearch(appId, searchKey)`},
	},
	{
		id: "cloudflare-token", kind: named, level: critical, needles: []string{"cloudflare", "cf_", "x-auth-key"}, name: `(?i)(?:cloudflare|^cf_).*(?:key|token|secret)|x-auth-key`,
		value: `(?:[A-Za-z0-9_-]{40}|[a-f0-9]{37})`, entropy: 3,
		yes: []string{`CF_API_TOKEN=<mixed:40>`, `"X-Auth-Key": "<hex:37>"`}, no: []string{`cf_zone="<hex:32>"`},
	},
	{
		id: "netlify-token", kind: token, level: critical, needles: []string{"nfp_", "nfc_", "nfo_", "nfb_", "nfu_"}, value: `nf[pcobu]_[A-Za-z0-9_-]{36,50}`, entropy: 3,
		yes: []string{`"nfp_<mixed:36>"`}, no: []string{`"nfp_"`},
	},
	{
		id: "netlify-access-token", kind: named, level: critical, needles: []string{"netlify"}, name: `(?i)netlify.*(?:token|key|secret)`, value: `[A-Za-z0-9_=-]{36,46}`, entropy: 3, verify: hasDigit,
		yes: []string{`NETLIFY_AUTH_TOKEN=<mixed:43>`}, no: []string{`netlify_site="vote-alice-2029-production-site-name-x"`},
	},
	{
		id: "vercel-token", kind: token, level: critical, needles: []string{"vercel_blob_rw_", "vcp_", "vci_", "vca_", "vcr_", "vck_"},
		value: `(?:vercel_blob_rw_[A-Za-z0-9_]{30,64}|vc[piark]_[A-Za-z0-9]{24,64})`, entropy: 3,
		yes: []string{`"vercel_blob_rw_<mixed:46>"`}, no: []string{`vercel_blob_rw_token`},
	},
	{
		id: "vercel-access-token", kind: named, level: critical, needles: []string{"vercel", "now_token"}, name: `(?i)(?:vercel|now).*(?:token|secret|key)`, value: `[A-Za-z0-9]{24}`, entropy: 3, verify: hasDigit,
		yes: []string{`VERCEL_TOKEN=<mixed:24>`}, no: []string{`VERCEL_ORG_ID=team_<mixed:24>`},
	},
	{
		id: "heroku-key", kind: named, level: critical, needles: []string{"heroku"}, name: `(?i)heroku.*(?:key|token|secret)`,
		value: `(?i)(?:HRKU-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`, entropy: 3,
		yes: []string{`HEROKU_API_KEY=<hex:8>-<hex:4>-<hex:4>-<hex:4>-<hex:12>`}, no: []string{`heroku_app="vote-alice-1234-5678"`},
	},
	{
		id: "aws-secret-access-key", kind: named, level: critical, needles: []string{"secret", "aws_"}, name: `(?i)(?:aws.*(?:secret|key)|secret_?access_?key|secretkey)`,
		value: `[A-Za-z0-9/+]{40}`, entropy: 4, verify: notHexDigest,
		yes: []string{`aws_secret_access_key = <b64:40>`, `secretAccessKey:"<b64:40>"`}, no: []string{`aws_secret_access_key = <hex:40>`},
	},
	{
		id: "azure-client-secret", kind: token, level: critical, inside: true, needles: []string{"q~"}, value: `Q~[a-zA-Z0-9_~.-]{31,34}`, back: backAzure, entropy: 3,
		yes: []string{`"<mixed:3>8Q~<mixed:34>"`}, no: []string{`q~`},
	},
	{
		id: "azure-storage-key", kind: named, level: critical, needles: []string{"accountkey", "sharedaccesskey", "azure"}, name: `(?i)(?:accountkey|sharedaccesskey|azure.*(?:key|secret|token|password|sas))`,
		value: `[A-Za-z0-9+/]{43,86}={1,2}`, entropy: 4,
		yes: []string{`AccountName=alice;AccountKey=<b64:86>==;`}, no: []string{`AZURE_REGION=westeurope`},
	},
	{
		id: "azure-sas-signature", kind: token, level: high, needles: []string{"sig="}, value: `sig=([A-Za-z0-9%+/]{40,90}(?:%3D|=))`, entropy: 4, open: true, inside: true, verify: isSharedAccess,
		yes: []string{`?sv=2029-01-01&se=2029-05-03&sp=r&sig=<mixed:43>%3D`}, no: []string{`?sig=<mixed:43>%3D`},
	},
	{
		id: "gcp-service-account-key", kind: named, level: critical, needles: []string{"private_key_id"}, value: `[0-9a-f]{40}`,
		yes: []string{`"private_key_id": "<hex:40>"`}, no: []string{`"private_key_id": "id"`},
	},
	{
		id: "openai-api-key", kind: token, level: critical, inside: true, needles: []string{"t3blbkfj"}, value: `T3BlbkFJ[A-Za-z0-9_-]{20,74}`, back: backOpenAI, entropy: 3,
		yes: []string{`"sk-proj-<mixed:74>T3BlbkFJ<mixed:74>"`, `"sk-<mixed:20>T3BlbkFJ<mixed:20>"`}, no: []string{`T3BlbkFJ`},
	},
	{
		id: "terraform-token", kind: token, level: critical, inside: true, needles: []string{".atlasv1."}, value: `\.atlasv1\.[A-Za-z0-9\-_=]{60,70}`, back: backAlnum14, entropy: 3.5,
		yes: []string{`"<mixed:14>.atlasv1.<mixed:67>"`}, no: []string{`.atlasv1.`},
	},
	{
		id: "vault-service-token", kind: token, level: critical, needles: []string{"hvs."}, value: `hvs\.[\w-]{90,120}`, entropy: 3.5,
		yes: []string{`"hvs.<mixed:95>"`}, no: []string{`hvs.token`},
	},
	{
		id: "github-token", kind: token, level: critical, needles: []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_"}, inside: true, open: true, value: `gh[pousr]_[0-9a-zA-Z]{36,255}`, entropy: 3,
		yes: []string{`ghp_<mixed:36>`}, no: []string{`ghp_short`},
	},
	{
		id: "shopify-token", kind: token, level: critical, needles: []string{"shpat_", "shpca_", "shppa_", "shpss_"}, inside: true, open: true, value: `shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}`,
		yes: []string{`shpat_<hex:32>`}, no: []string{`shpat_token`},
	},
	{
		id: "sonar-token", kind: token, level: high, needles: []string{"squ_", "sqp_", "sqa_"}, value: `sq[upa]_[a-f0-9]{40}`,
		yes: []string{`squ_<hex:40>`}, no: []string{`squ_token`},
	},
	{
		id: "sourcegraph-access-token", kind: token, level: high, needles: []string{"sgp_"}, value: `sgp_(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40}`,
		yes: []string{`sgp_<hex:40>`}, no: []string{`sgp_local`},
	},
	{
		id: "atlassian-api-token", kind: token, level: high, needles: []string{"atatt3"}, value: `ATATT3[A-Za-z0-9_\-=]{150,200}`, entropy: 3.5, open: true,
		yes: []string{`ATATT3<mixed:186>`}, no: []string{`ATATT3`},
	},
	{
		id: "atlassian-token", kind: named, level: high, needles: []string{"atlassian", "confluence", "jira", "bitbucket"}, name: `(?i)(?:atlassian|confluence|jira|bitbucket).*(?:token|key|secret|pass)`, value: `[A-Za-z0-9]{20,40}`, entropy: 3.5, verify: hasDigit,
		yes: []string{`JIRA_API_TOKEN=<mixed:24>`}, no: []string{`jira_project="ALICE"`},
	},
	{
		id: "contentful-token", kind: token, level: high, needles: []string{"cfpat-"}, value: `CFPAT-[A-Za-z0-9_-]{40,64}`, entropy: 3,
		yes: []string{`CFPAT-<mixed:43>`}, no: []string{`CFPAT-token`},
	},
	{
		id: "supabase-secret-key", kind: token, level: critical, needles: []string{"sb_secret_", "sbp_"}, value: `(?:sb_secret_[A-Za-z0-9_-]{20,64}|sbp_[a-f0-9]{40})`, entropy: 3,
		yes: []string{`sb_secret_<mixed:31>`}, no: []string{`sb_secret_key`},
	},
}
