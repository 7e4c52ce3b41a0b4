package corpus

// connections are what a site reaches its databases with.
func connections() []Type {
	return []Type{
		bare("postgres-url", "DATABASE_URL", "postgres://{N}:{a16}@{H}:5432/{N}"),
		bare("mysql-url", "MYSQL_URL", "mysql://{N}:{a14}@{H}:3306/{N}"),
		bare("mongodb-url", "MONGODB_URI", "mongodb+srv://{N}:{a16}@cluster0.{l5}.mongodb.net/{N}?retryWrites=true"),
		bare("redis-url", "REDIS_URL", "redis://:{a32}@{H}:6379/0"),
		bare("amqp-url", "AMQP_URL", "amqps://{N}:{w32}@{N}.lmq.cloudamqp.com/{N}"),
		bare("smtp-url", "MAILER_DSN", "smtp://{N}%40voteforus.org:{a18}@{H}:587"),
		bare("mssql-connection", "SQL_CONNECTION_STRING",
			"Server=tcp:{H},1433;Initial Catalog={N};User ID={N};Password={a18};Encrypt=True"),
		bare("jdbc-url", "JDBC_URL", "jdbc:postgresql://{H}:5432/{N}?user={N}&password={a18}"),
		bare("basic-auth-url", "UPSTREAM_URL", "https://{N}:{a16}@api.fieldteam.net/v1/people"),
		bare("git-url", "GIT_REMOTE", "https://{N}-deploy:{a20}@git.fieldteam.net/{N}/site.git"),
		made("authorization-basic", "AUTHORIZATION", basic),
		bare("authorization-bearer", "AUTHORIZATION", "Bearer {a48}"),
		named("db-password-plain", "DB_PASSWORD", "{a16}"),
		named("db-password-symbols", "DB_PASSWORD", "{p6}!{p4}#{p4}7%"),
		named("mail-password", "MAIL_PASSWORD", "{a14}"),
		named("smtp-password", "SMTP_PASSWORD", "{a12}*{d2}"),
		named("admin-password", "ADMIN_PASSWORD", "{L5}-{L4}{d3}-{L6}"),
		named("redis-password", "REDIS_PASSWORD", "{a32}"),
	}
}

// frameworks are the keys that frameworks sign and encrypt with.
func frameworks() []Type {
	return []Type{
		named("wordpress-auth-key", "AUTH_KEY", "{p20}|{p20} {p22}"),
		named("wordpress-nonce-salt", "NONCE_SALT", "{p30}~{p33}"),
		bare("laravel-app-key", "APP_KEY", "base64:{b43}="),
		named("django-secret-key", "DJANGO_SECRET_KEY", "{p25}&{p24}"),
		named("flask-secret-key", "FLASK_SECRET_KEY", "{x48}"),
		named("rails-secret-key-base", "SECRET_KEY_BASE", "{x128}"),
		named("rails-master-key", "RAILS_MASTER_KEY", "{x32}"),
		named("symfony-app-secret", "APP_SECRET", "{x32}"),
		named("session-secret", "SESSION_SECRET", "{x64}"),
		named("jwt-secret", "JWT_SECRET", "{w43}"),
		named("nextauth-secret", "NEXTAUTH_SECRET", "{b43}="),
		named("cookie-secret", "COOKIE_SECRET", "{a32}"),
		named("encryption-key", "ENCRYPTION_KEY", "{x64}"),
		named("internal-api-key", "INTERNAL_API_KEY", "{a32}"),
		named("webhook-secret", "WEBHOOK_SECRET", "{a40}"),
		made("jwt-user", "ADMIN_TOKEN", claims(userClaims)),
	}
}

// keys are private keys.
func keys() []Type {
	return []Type{
		made("private-key-rsa", "JWT_PRIVATE_KEY", rsaKey()),
		made("private-key-ec", "SIGNING_KEY", ecKey()),
		made("private-key-pkcs8", "PRIVATE_KEY", pkcs8Key()),
		made("private-key-openssh", "DEPLOY_KEY", openSSHKey),
		made("private-key-pgp", "GPG_PRIVATE_KEY", pgpKey),
	}
}

// Public are values that are meant to be seen: alarms about them are false.
func Public() []Type {
	return []Type{
		bare("stripe-publishable", "STRIPE_PUBLISHABLE_KEY", "pk_live_51{a99}"),
		bare("stripe-publishable-test", "STRIPE_PUBLIC_KEY", "pk_test_{a24}"),
		bare("firebase-web-key", "API_KEY", "AIzaSy{w33}"),
		bare("google-maps-browser-key", "GOOGLE_MAPS_API_KEY", "AIzaSy{w33}"),
		made("mapbox-public-token", "MAPBOX_ACCESS_TOKEN", mapbox("pk")),
		bare("recaptcha-site-key", "RECAPTCHA_SITE_KEY", "6L{a6}AAAAA{w27}"),
		named("hcaptcha-site-key", "HCAPTCHA_SITEKEY", "{U}"),
		named("turnstile-site-key", "TURNSTILE_SITE_KEY", "0x4AAAAAAA{w14}"),
		bare("sentry-dsn", "SENTRY_DSN", "https://{x32}@o{d6}.ingest.us.sentry.io/{d16}"),
		named("algolia-search-key", "ALGOLIA_SEARCH_KEY", "{x32}"),
		made("supabase-anon", "SUPABASE_ANON_KEY", claims(supabaseClaims("anon"))),
		bare("posthog-project-key", "POSTHOG_KEY", "phc_{a43}"),
		named("segment-write-key", "SEGMENT_WRITE_KEY", "{a32}"),
		named("vapid-public-key", "VAPID_PUBLIC_KEY", "B{w86}"),
		named("google-client-id", "GOOGLE_CLIENT_ID", "{d12}-{l32}.apps.googleusercontent.com"),
		named("paypal-client-id", "PAYPAL_CLIENT_ID", "A{w79}"),
		bare("supabase-publishable", "SUPABASE_PUBLISHABLE_KEY", "sb_publishable_{w22}_{w8}"),
		named("facebook-app-id", "FACEBOOK_APP_ID", "{d16}"),
	}
}
