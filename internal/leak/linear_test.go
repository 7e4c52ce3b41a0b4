package leak

import (
	"strings"
	"testing"
	"time"
)

// What is made to be slow takes no longer a byte than what is not: a needle everywhere, a beginning without an end, an
// escape in every byte.
func TestTimeIsLinear(t *testing.T) {
	units := []string{
		"key", "key=", "key:\"", "password=", "secret,", "token(", "auth\n", "api_key=a1", "://", "://a:b", "://a:b@", ":\\/\\/a:b@c ", "-----BEGIN ",
		"-----BEGIN A PRIVATE" + " KEY-----", "eyJ", "eyJh.", "%22", "%41", "%41%42%43%44", `\x41`, `\u0041\u0042\u0043\u0044`, "&#65;", "&quot;", `\\\"`, "sk_live" + "_",
		"AKIA", "A", "a1", "QUJD", "QUJDREVGR0g=\n", "ghp" + "_", "xoxb-", "value=", "name:\nvalue:\n", "<key>", "<password>a", "$2y$10$", "1234567890:AA",
		"a@b.co,", "AC0123456789abcdef", "0123456789abcdef-", `"d":"`, "Bearer ", "authorization: basic ", "sig=", "Q~", "base64:", "PuTTY-User-Key-File-3: ", "key\\u0022:\\u0022",
		"aws_secret_access_key = ", "define('AUTH_KEY', '", "?key=a1b2&", "mailchimp-us1", "\x1f\x8b", "PK\x03\x04", "\x00", "\xff\xfe", "jsforce", "salesforce.login('", "jsforce.login('a@b.c', '", "nationbuilder.com ", "nationbuilder.com 0123456789abcdef", "algoliasearch(",
		"curl ", "curl -u a:b1c2d3 ", "curl -u ", " -p", " -p1a2b3", "mysql -p", "mysql -p1a2b3 ", "password '", "create user a password 'a1b2", "identified by ", "requirepass ", "requirepass\t\t\t\t", "\"value\": \"", "\"sensitive\": true,     ",
		"ENV key ", "--key ", "<key>key</key>", "<key>key</key>   ", "variable \"key\" {", "key: string", "key: string|", "key: |\n", "key b", "key:b\"", "${key:-", "key:{", `a\u005f`, `_\x5fa`, "a%5f", "&#95;a", `sk\u005flive `, "DB_PASSWORD='a1b2c3'\n", "DB_PASSWORD=a1b2c3\n", "apiKeyPublic", "key=\"\"\"",
		"twilio", "twilio AC0123456789abcdef0123456789abcdef ", "%", "\\", "&", "'", `"`, "\n", "-", "_",
	}
	for _, unit := range units {
		t.Run(unit, func(t *testing.T) {
			// A machine is as slow as it is, and slower at times: only the shape says something, and the best of a few tries.
			const size, times, tries, most = 32 << 10, 8, 4, 3 * 8
			var ratio float64
			for range tries {
				small, large := scanTime(t, unit, size), scanTime(t, unit, size*times)
				if ratio = large.Seconds() / max(small.Seconds(), 1e-3); ratio < most {
					return
				}
			}
			t.Errorf("%d times the bytes take %.0f times as long", times, ratio)
		})
	}
}

// scanTime is how long it takes to scan a unit again and again, up to a size.
func scanTime(t *testing.T, unit string, size int) time.Duration {
	t.Helper()
	text := strings.Repeat(unit, size/len(unit))
	begin := time.Now()
	j := New(nil).Job(DefaultLimits())
	if err := j.Scan(Place{File: "app.js"}, strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	return time.Since(begin)
}
