package corpus

// Unlisted are types that no rule should be written for: they measure how well secrets are known by their names alone,
// as those of next year's services have to be. A rule for one of them makes the measure worthless; replace the type then.
func Unlisted() []Type {
	return []Type{
		named("bandwidth", "BANDWIDTH_API_SECRET", "{a30}"),
		named("hustle", "HUSTLE_CLIENT_SECRET", "{a44}"),
		named("callhub", "CALLHUB_API_KEY", "{x40}"),
		named("impact-stack", "IMPACT_STACK_SECRET_KEY", "{x64}"),
		named("civicrm-site", "CIVICRM_SITE_KEY", "{a32}"),
		named("civicrm-credentials", "CIVICRM_CRED_KEYS", "aes-cbc:hkdf-sha256:{b43}"),
		named("drupal-salt", "HASH_SALT", "{w74}"),
		named("joomla", "JOOMLA_SECRET", "{a16}"),
		named("ghost-admin", "GHOST_ADMIN_API_KEY", "{x24}:{x64}"),
		named("stream", "STREAM_API_SECRET", "{l64}"),
		named("zoom", "ZOOM_CLIENT_SECRET", "{a32}"),
		named("mux", "MUX_TOKEN_SECRET", "{b75}"),
		named("auth0", "AUTH0_CLIENT_SECRET", "{w64}"),
		named("okta", "OKTA_API_TOKEN", "00{w40}"),
		named("upstash", "UPSTASH_REDIS_REST_TOKEN", "A{a80}="),
		named("bunny", "BUNNY_STORAGE_PASSWORD", "{x8}-{x4}-{x4}-{x12}-{x4}-{x4}"),
		named("minio", "MINIO_SECRET_KEY", "{a40}"),
		named("smtp2go", "SMTP2GO_API_KEY", "api-{X32}"),
		named("matomo", "MATOMO_TOKEN_AUTH", "{x32}"),
		named("ftp-password", "FTP_PASS", "{a10}"),
		named("postgres-password", "POSTGRES_PASSWORD", "{L6}_{L5}_{d2}"),
		named("nats-url", "NATS_URL", "nats://svc:{a22}@nats.fieldteam.net:4222"),
		named("ldap-password", "LDAP_BIND_PASSWORD", "{p14}"),
		named("csrf", "CSRF_SECRET", "{a32}"),
		named("hmac", "HMAC_KEY", "{x64}"),
		named("sftp-url", "BACKUP_TARGET", "sftp://backup:{a16}@files.fieldteam.net/site"),
	}
}
