package corpus

// hosting are the keys of what sites run on.
func hosting() []Type {
	return []Type{
		bare("google-oauth-secret", "GOOGLE_CLIENT_SECRET", "GOCSPX-{w28}"),
		bare("google-refresh-token", "GOOGLE_REFRESH_TOKEN", "1//0{w99}"),
		bare("google-access-token", "GOOGLE_ACCESS_TOKEN", "ya29.a0A{w180}"),
		made("gcp-service-account", "GOOGLE_APPLICATION_CREDENTIALS_JSON", serviceAccount),
		bare("firebase-fcm-server-key", "FCM_SERVER_KEY", "AAAA{w7}:APA91b{w134}"),
		made("mapbox-secret-token", "MAPBOX_SECRET_TOKEN", mapbox("sk")),
		bare("sentry-user-token", "SENTRY_AUTH_TOKEN", "sntryu_{x64}"),
		made("sentry-org-token", "SENTRY_AUTH_TOKEN", sentryOrg),
		named("sentry-old-token", "SENTRY_AUTH_TOKEN", "{x64}"),
		named("cloudflare-api-token", "CLOUDFLARE_API_TOKEN", "{w40}"),
		named("cloudflare-global-key", "CLOUDFLARE_API_KEY", "{x37}"),
		bare("cloudflare-origin-ca-key", "CLOUDFLARE_ORIGIN_CA_KEY", "v1.0-{x24}-{x146}"),
		bare("netlify-token", "NETLIFY_AUTH_TOKEN", "nfp_{a36}"),
		named("netlify-old-token", "NETLIFY_AUTH_TOKEN", "{w43}"),
		named("vercel-token", "VERCEL_TOKEN", "{a24}"),
		bare("vercel-blob-token", "BLOB_READ_WRITE_TOKEN", "vercel_blob_rw_{a16}_{a30}"),
		named("heroku-api-key", "HEROKU_API_KEY", "{U}"),
		bare("heroku-token", "HEROKU_API_KEY", "HRKU-AA{w58}"),
		bare("digitalocean-token", "DIGITALOCEAN_TOKEN", "dop_v1_{x64}"),
		bare("digitalocean-oauth", "DIGITALOCEAN_ACCESS_TOKEN", "doo_v1_{x64}"),
		named("digitalocean-spaces-secret", "SPACES_SECRET_ACCESS_KEY", "{b43}"),
		bare("aws-access-key-id", "AWS_ACCESS_KEY_ID", "AKIA{216}"),
		named("aws-secret-access-key", "AWS_SECRET_ACCESS_KEY", "{b40}"),
		bare("azure-client-secret", "AZURE_CLIENT_SECRET", "{a3}8Q~{w34}"),
		named("azure-storage-key", "AZURE_STORAGE_KEY", "{b86}=="),
		bare("azure-storage-connection", "AZURE_STORAGE_CONNECTION_STRING",
			"DefaultEndpointsProtocol=https;AccountName={N}{d3};AccountKey={b86}==;EndpointSuffix=core.windows.net"),
		bare("azure-service-bus", "AZURE_SERVICEBUS_CONNECTION_STRING",
			"Endpoint=sb://{N}.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey={b43}="),
		bare("supabase-secret-key", "SUPABASE_SECRET_KEY", "sb_secret_{w22}_{w8}"),
		bare("supabase-access-token", "SUPABASE_ACCESS_TOKEN", "sbp_{x40}"),
		made("supabase-service-role", "SUPABASE_SERVICE_ROLE_KEY", claims(supabaseClaims("service_role"))),
		bare("planetscale-password", "PLANETSCALE_PASSWORD", "pscale_pw_{w43}"),
		bare("fly-token", "FLY_API_TOKEN", "fo1_{w43}"),
		bare("render-api-key", "RENDER_API_KEY", "rnd_{a28}"),
		named("linode-token", "LINODE_TOKEN", "{x64}"),
		named("hetzner-token", "HCLOUD_TOKEN", "{a64}"),
		named("fastly-token", "FASTLY_API_TOKEN", "{w32}"),
	}
}

// operations are the keys of what watches and builds sites.
func operations() []Type {
	return []Type{
		bare("vault-token", "VAULT_TOKEN", "hvs.CAES{w91}"),
		bare("doppler-token", "DOPPLER_TOKEN", "dp.pt.{a43}"),
		bare("pulumi-token", "PULUMI_ACCESS_TOKEN", "pul-{x40}"),
		bare("terraform-cloud-token", "TFE_TOKEN", "{a14}.atlasv1.{w67}"),
		named("datadog-api-key", "DATADOG_API_KEY", "{x32}"),
		named("datadog-app-key", "DATADOG_APP_KEY", "{x40}"),
		bare("newrelic-user-key", "NEW_RELIC_API_KEY", "NRAK-{u27}"),
		made("grafana-token", "GRAFANA_TOKEN", grafana),
		bare("dynatrace-token", "DYNATRACE_TOKEN", "dt0c01.{u24}.{u64}"),
		named("rollbar-token", "ROLLBAR_SERVER_TOKEN", "{x32}"),
		bare("databricks-token", "DATABRICKS_TOKEN", "dapi{x32}"),
		named("snyk-token", "SNYK_TOKEN", "{U}"),
		bare("sonar-token", "SONAR_TOKEN", "squ_{x40}"),
		bare("circleci-token", "CIRCLECI_TOKEN", "CCIPAT_{a22}_{x40}"),
		bare("age-secret-key", "AGE_SECRET_KEY", "AGE-SECRET-KEY-1{258}"),
	}
}

// ai are the keys of language models.
func ai() []Type {
	return []Type{
		bare("openai-project-key", "OPENAI_API_KEY", "sk-proj-{w74}T3BlbkFJ{w74}"),
		bare("openai-key", "OPENAI_API_KEY", "sk-{a20}T3BlbkFJ{a20}"),
		bare("anthropic-key", "ANTHROPIC_API_KEY", "sk-ant-api03-{w93}AA"),
		bare("huggingface-token", "HF_TOKEN", "hf_{a34}"),
		bare("groq-key", "GROQ_API_KEY", "gsk_{a52}"),
		bare("replicate-token", "REPLICATE_API_TOKEN", "r8_{a37}"),
		bare("perplexity-key", "PERPLEXITY_API_KEY", "pplx-{a48}"),
		named("mistral-key", "MISTRAL_API_KEY", "{a32}"),
	}
}

// code are the keys of where code lives.
func code() []Type {
	return []Type{
		made("github-pat", "GITHUB_TOKEN", checked("ghp_")),
		made("github-app-token", "GH_TOKEN", checked("ghs_")),
		made("github-oauth", "GITHUB_OAUTH_TOKEN", checked("gho_")),
		bare("github-fine-grained", "GITHUB_PAT", "github_pat_11{u9}0{a10}_{a59}"),
		bare("gitlab-pat", "GITLAB_TOKEN", "glpat-{w20}"),
		bare("gitlab-deploy-token", "GITLAB_DEPLOY_TOKEN", "gldt-{w20}"),
		bare("bitbucket-app-password", "BITBUCKET_APP_PASSWORD", "ATBB{a24}{X8}"),
		made("atlassian-token", "ATLASSIAN_API_TOKEN", atlassian),
		made("npm-token", "NPM_TOKEN", checked("npm_")),
		bare("pypi-token", "PYPI_TOKEN", "pypi-AgEIcHlwaS5vcmc{w150}"),
		bare("rubygems-key", "RUBYGEMS_API_KEY", "rubygems_{x48}"),
		bare("docker-hub-token", "DOCKERHUB_TOKEN", "dckr_pat_{w27}"),
		bare("nuget-key", "NUGET_API_KEY", "oy2{L43}"),
	}
}

// social are the keys of chats and networks.
func social() []Type {
	return []Type{
		bare("telegram-bot-token", "TELEGRAM_BOT_TOKEN", "7{d9}:AA{w33}"),
		bare("telegram-url", "TELEGRAM_URL", "https://api.telegram.org/bot6{d9}:AA{w33}/sendMessage"),
		bare("slack-bot-token", "SLACK_BOT_TOKEN", "xoxb-{d12}-{d13}-{a24}"),
		bare("slack-user-token", "SLACK_USER_TOKEN", "xoxp-{d12}-{d12}-{d13}-{x32}"),
		bare("slack-app-token", "SLACK_APP_TOKEN", "xapp-1-A{u10}-{d13}-{x64}"),
		bare("slack-webhook", "SLACK_WEBHOOK_URL", "https://hooks.slack.com/services/T{u10}/B{u10}/{a24}"),
		bare("teams-webhook", "TEAMS_WEBHOOK_URL",
			"https://fieldteam.webhook.office.com/webhookb2/{U}@{U}/IncomingWebhook/{x32}/{U}"),
		made("discord-bot-token", "DISCORD_BOT_TOKEN", discordBot),
		bare("discord-webhook", "DISCORD_WEBHOOK_URL", "https://discord.com/api/webhooks/1{d18}/{w68}"),
		bare("facebook-access-token", "FACEBOOK_ACCESS_TOKEN", "EAA{a12}BA{a160}ZD"),
		named("facebook-app-secret", "FACEBOOK_APP_SECRET", "{x32}"),
		bare("x-bearer-token", "TWITTER_BEARER_TOKEN", "AAAAAAAAAAAAAAAAAAAAA{a5}AAAAAA{a8}%2B{a18}%3D{a50}"),
		named("x-api-secret", "TWITTER_API_SECRET", "{a50}"),
		named("x-access-token-secret", "TWITTER_ACCESS_TOKEN_SECRET", "{a45}"),
		named("instagram-token", "INSTAGRAM_ACCESS_TOKEN", "IGQV{w160}"),
		named("linkedin-client-secret", "LINKEDIN_CLIENT_SECRET", "WPL_AP1.{a16}.{a6}=="),
	}
}
