package leak

import "bytes"

// keyRules are for private keys, for tokens that sign themselves, and for what frameworks sign with.
var keyRules = []rule{
	{
		id: "private-key", kind: token, level: critical, inside: true, open: true, needles: []string{"-----begin"},
		value: `-----BEGIN[ +A-Z0-9_-]{0,100}PRIVATE[ +]KEY(?:[ +]BLOCK)?-----`, verify: hasKeyMaterial,
		yes: []string{"-----BEGIN <empty>RSA PRIVATE KEY-----\n<b64:64>\n<b64:64>\n-----END RSA PRIVATE KEY-----", `"-----BEGIN <empty>PRIVATE KEY-----\n<b64:64>\n<b64:64>\n"`},
		no: []string{"-----BEGIN <empty>PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----", `pem.indexOf("-----BEGIN <empty>PRIVATE KEY-----")`,
			"such as -----BEGIN <empty>RSA PRIVATE KEY-----\nMIIEpQIBAAK<b64:53>\n.-----END RSA PRIVATE KEY-----"},
	},
	{
		id: "putty-private-key", kind: token, level: critical, inside: true, open: true, needles: []string{"putty-user-key-file-"},
		value: `PuTTY-User-Key-File-\d: [a-z0-9-]{5,30}(?:\r?\n|\\n)Encryption`,
		yes:   []string{"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none"}, no: []string{"PuTTY-User-Key-File-3: ssh-rsa, said the manual"},
	},
	{
		id: "json-web-key", kind: named, level: critical, needles: []string{`"d"`, `\"d\"`}, value: `[A-Za-z0-9_-]{40,700}`, entropy: 4, verify: isWebKey,
		yes: []string{`{"kty":"EC","crv":"P-256","d":"<mixed:43>","x":"<mixed:43>"}`}, no: []string{`{"d":"<mixed:43>"}`},
	},
	{
		id: "jwt", kind: token, level: high, needles: []string{"eyj"}, value: `eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]{20,})`, verify: isSecretToken,
		yes: []string{`"<jwt:service_role>"`, `Bearer <jwt:user>`}, no: []string{`"<jwt:anon>"`, `"eyJ<mixed:40>"`},
	},
	{
		id: "wordpress-key", kind: named, level: critical,
		needles: []string{"auth_key", "auth_salt", "logged_in_key", "logged_in_salt", "nonce_key", "nonce_salt"}, value: `.{48,120}`, entropy: 4.2, verify: isWordPress,
		yes: []string{`define('AUTH_KEY', '<ascii:64>');`}, no: []string{`define('AUTH_KEY', 'put your unique phrase here, and then some more of it, please');`},
	},
	{
		id: "django-secret-key", kind: named, level: critical, vague: true, needles: []string{"secret_key"}, name: `(?i)secret_key$`, value: `[^\s"'\x60<>]{40,100}`, entropy: 4, verify: hasDigit,
		yes: []string{`SECRET_KEY = 'django-insecure-<mixed:30>#(&!<mixed:15>'`}, no: []string{`SECRET_KEY = os.environ["SECRET_KEY"]`},
	},
	{
		id: "rails-secret-key-base", kind: named, level: critical, needles: []string{"secret_key_base", "secret_token"}, value: `[0-9a-f]{64,128}`, entropy: 3,
		yes: []string{`secret_key_base: <hex:128>`}, no: []string{`secret_key_base: <%= ENV["SECRET_KEY_BASE"] %>`},
	},
	{
		id: "laravel-app-key", kind: token, level: critical, needles: []string{"base64:"}, value: `base64:[A-Za-z0-9+/]{43}=`, entropy: 4, open: true,
		yes: []string{`APP_KEY=base64:<b64:43>=`}, no: []string{`base64:<b64:20>`},
	},
	{
		id: "session-secret", kind: named, level: critical, vague: true,
		needles: []string{"session_secret", "sessionsecret", "cookie_secret", "cookiesecret", "cookie_password", "jwt_secret", "jwtsecret", "nextauth_secret", "auth_secret", "app_secret", "appsecret", "signing_key", "signing_secret", "encryption_key", "hmac_key", "webhook_secret", "client_secret", "clientsecret", "consumer_secret", "secret_access"},
		name:    `(?i)(?:secret|key|password)(?:_base)?$`,
		value:   `[^\s"'\x60<>(){}]{16,256}`, entropy: 3, verify: isGenericKey,
		yes: []string{`NEXTAUTH_SECRET=<b64:43>=`, `clientSecret:"<mixed:40>"`}, no: []string{`clientSecret:e.clientSecret1`, `client_secret: ${CLIENT_SECRET}`},
	},
	{
		id: "google-recaptcha-secret", kind: named, level: high, needles: []string{"recaptcha", "captcha"}, name: `(?i)captcha.*(?:secret|private)`, value: `6L[A-Za-z0-9_-]{38}|0x[A-Za-z0-9_-]{30,60}`, entropy: 3.5,
		yes: []string{`RECAPTCHA_SECRET_KEY=6L<mixed:38>`}, no: []string{`data-recaptcha-sitekey="6L<mixed:38>"`},
	},
	{
		id: "password-hash", kind: token, level: high, inside: true, open: true, needles: []string{"$p$", "$2y$", "$2a$", "$2b$", "$argon2", "$apr1$", "$6$", "$5$", "$wp$"},
		value: `\$(?:P\$[./0-9A-Za-z]{31}|(?:wp\$)?2[aby]\$\d\d\$[./0-9A-Za-z]{53}|argon2(?:id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]{11,64}\$[A-Za-z0-9+/]{16,86}|apr1\$[./0-9A-Za-z]{1,8}\$[./0-9A-Za-z]{22}|[56]\$(?:rounds=\d+\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{43,86})`, entropy: 3.5,
		yes: []string{`INSERT INTO wp_users VALUES (1,'alice','$P$B<mixed:30>')`, `alice:$apr1$<mixed:8>$<mixed:22>`, `"$2y$10$<mixed:53>"`}, no: []string{`"$2y$10$"`, `$6$x`},
	},
}

// hasKeyMaterial says whether a key follows its heading, however its lines are folded or escaped. A key of RSA is long, and
// in manuals only its first line stands.
func hasKeyMaterial(c candidate) bool {
	const least, leastRSA, most = 64, 128, 400
	body := c.after
	n := 0
	for i := 0; i < len(body) && n < leastRSA && i < most; i++ {
		b := body[i]
		switch {
		case base64Byte[b] && b != '-':
			n++
		case isSpace(b) || bytes.IndexByte([]byte(`\="+,:&#;'%`), b) >= 0:
		default:
			return n >= least && !isRSA(body) && !isPublished(body)
		}
	}
	return n >= least && !isPublished(body)
}

// isRSA says whether a key begins as those of RSA do.
func isRSA(body []byte) bool {
	return bytes.HasPrefix(keyMaterial(body), []byte("MII"))
}

// isWebKey says whether a number d stands beside the other parts of a private JSON Web Key.
func isWebKey(c candidate) bool {
	return bytes.Contains(c.around, []byte(`kty`))
}

// isWordPress: the phrase that its sample file has is none.
func isWordPress(c candidate) bool {
	m := makeupOf(c.value)
	return m.digit > 2 && m.mark > 1 && !bytes.Contains(c.value, []byte("unique phrase"))
}
