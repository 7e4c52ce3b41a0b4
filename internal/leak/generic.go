package leak

import (
	"bytes"
	"strings"
	"sync"
)

// The generic rules know a value by its name only, and by what values of that name look like.
const (
	ruleGenericKey      = "generic-api-key"
	ruleGenericPassword = "generic-password"
)

func isGeneric(r *rule) bool { return r.id == ruleGenericKey || r.id == ruleGenericPassword }

// vagueness orders rules by how little they know of a value.
func vagueness(r *rule) int {
	switch {
	case r.id == ruleGenericKey:
		return 3
	case r.id == ruleGenericPassword:
		return 2
	case r.vague:
		return 1
	}
	return 0
}

var genericRules = []rule{
	{
		id: ruleGenericKey, kind: named, level: high, entropy: 3.5,
		needles: []string{"access", "auth", "api", "cred", "key", "secret", "token", "salt", "geheim", "jeton", "cle_api"},
		value:   `[\w.=+/~:-]{10,200}`,
		verify:  isGenericKey,
		yes:     []string{`apiKey:"<mixed:32>"`, `SITE_SECRET=<hex:40>`, `<api_token><mixed:32></api_token>`, `?access_token=<hex:64>&page=1`},
		no: []string{`publicKey:"<mixed:32>"`, `data-sitekey="<mixed:40>"`, `apiKey:"your-api-key-goes-here1"`, `key:"ArrowDown"`, `csrf_token:"<mixed:32>"`, `licenseKey:"hftrial-<hex:5>-<hex:5>-<hex:5>"`,
			`<releaseManagerKey><hexup:40></releaseManagerKey>`, `let b:keymap_name = "croatian-cp1250"`,
			`key:"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE<b64:86>=="`, `secret: "arn:aws:secretsmanager:us-west-2:<digit:12>:secret:Test-<mixed:6>"`, "In function 'XmuLookupKey':\n    KeysymStr.c:128:13: warning"},
	},
	{
		id: ruleGenericPassword, kind: named, level: high,
		needles: []string{"pass", "pwd", "kennwort"},
		value:   `\S{6,128}`,
		verify:  isGenericPassword,
		yes:     []string{"DB_PASSWORD=<mixed:14>", `$mail->Password = '<mixed:9>!<digit:2>';`, `{"smtp_pass":"<mixed:7>#<digit:2>%x"}`},
		no: []string{`password:"Passwort vergessen?"`, `DB_PASSWORD=${DB_PASSWORD}`, `password:e.password1`, `passwordInput:"input-field-12"`, `bypass:"abc-12345"`,
			"PASS: gdb.base/array4.exp", "-fenable-[tree|rtl]-<pass>=range1+range2"},
	},
}

// stops finds the words that no random value holds.
var stops = sync.OnceValue(func() *automaton { return newAutomaton(stopWords) })

func hasStopWord(value []byte) bool {
	has := false
	stops().find(value, func(int, int) { has = true })
	return has
}

// isGenericKey says whether the value of a name such as apiKey is one.
func isGenericKey(c candidate) bool {
	m := makeupOf(c.value)
	if isPublicShape(c.value) || isFileName(c.value) || m.digit == 0 || m.lower+m.upper == 0 || c.hasPlainName() || isPlaceholder(c.value) {
		return false
	}
	if bytes.Contains(c.value, []byte("://")) || bytes.HasPrefix(c.value, []byte("/")) || bytes.HasPrefix(c.value, []byte("./")) {
		return false
	}
	if !c.quoted && isCode(c, m) || isKeyFingerprint(c.value) {
		return false
	}
	if isDoubtfulName(c.name) {
		return isRandom(c.value) && (m.upper > 1 && m.lower > 1 || !bytes.ContainsAny(c.value, "/."))
	}
	return isRandom(c.value) || !hasStopWord(c.value)
}

// isKeyFingerprint knows those of OpenPGP's public keys: 40 hexadecimal digits in capital letters.
func isKeyFingerprint(value []byte) bool {
	const width = 40
	for _, c := range value {
		if !isHex(c) || c >= 'a' {
			return false
		}
	}
	return len(value) == width
}

// isRandom says whether digits stand here and there in a long value, as they do not in words.
func isRandom(value []byte) bool {
	const long, many = 20, 4
	groups, inside := 0, false
	for _, c := range value {
		if isDigit(c) && !inside {
			groups++
		}
		inside = isDigit(c)
	}
	return len(value) >= long && groups >= many
}

// isFileName says whether a value names a file that sites are made of.
func isFileName(value []byte) bool {
	for _, end := range []string{".js", ".ts", ".tsx", ".jsx", ".mjs", ".map", ".json", ".html", ".css", ".png", ".svg", ".jpg", ".vue", ".md", ".php", ".py", ".pem", ".crt", ".key", ".pub"} {
		if bytes.HasSuffix(value, []byte(end)) {
			return true
		}
	}
	return isSourceLine(value)
}

// isSourceLine knows how compilers name a line: main.c:12.
func isSourceLine(value []byte) bool {
	at := bytes.IndexByte(value, ':')
	if at < 0 || at+1 == len(value) || !isDigit(value[at+1]) {
		return false
	}
	switch string(value[max(0, bytes.LastIndexByte(value[:at], '.')):at]) {
	case ".c", ".h", ".cc", ".cpp", ".hpp", ".go", ".py", ".js", ".ts", ".rs", ".java":
		return true
	}
	return false
}

// isPublicShape knows values that rules for what is public by design have found already.
func isPublicShape(value []byte) bool {
	for _, begin := range []string{"AIza", "pk_live_", "pk_test_", "pk.eyJ", "phc_", "sb_publishable_", "https://", "http://", "arn:aws",
		// Public keys of P-256, P-384, Ed25519 and RSA.
		"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE", "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE", "MCowBQYDK2VwAyEA", "MIIBIjANBgkqhkiG9w0BAQEF", "MIICIjANBgkqhkiG9w0BAQEF"} {
		if bytes.HasPrefix(value, []byte(begin)) {
			return true
		}
	}
	return isPublicToken(value)
}

// isCode says whether a value without quotation marks is code: a name has few digits, and is an argument or is called.
func isCode(c candidate, m makeup) bool {
	const fewDigits = 2
	if !isRandom(c.value) && !isConfiguration(c) {
		return true
	}
	if m.digit < fewDigits || bytes.HasSuffix(bytes.TrimRight(c.before, " \t"), []byte(",")) {
		return true
	}
	return isMember(c.value) || len(c.after) > 0 && (c.after[0] == '(' || c.after[0] == '[')
}

// isMember says whether a value is code that names a value, such as e.password1.
func isMember(value []byte) bool {
	for _, c := range value {
		if !isWord(c) && c != '.' && c != '$' {
			return false
		}
	}
	return bytes.IndexByte(value, '.') > 0 && !isDigit(value[0])
}

// placeholders are what people write where a secret is to come.
var placeholders = []string{
	"example", "sample", "changeme", "change_me", "change-me", "placeholder", "your_", "your-", "yourpass", "yourkey", "xxxx", "****", "....", "dummy",
	"redacted", "insert_", "replace", "todo", "foobar", "undefined", "process.env", "os.environ", "getenv", "secretkeyref", "test_test", "abcdef", "123456",
}

// isPlaceholder says whether a value only stands for one.
func isPlaceholder(value []byte) bool {
	if len(value) == 0 {
		return true
	}
	switch value[0] {
	case '$', '<', '{', '%', '#':
		if len(value) > 1 && (value[1] == '{' || value[1] == '(' || value[0] == '<' || value[0] == '$' && isUpper(value[1:]) || value[0] == '%' && value[len(value)-1] == '%') {
			return true
		}
	}
	text := strings.ToLower(string(value))
	for _, p := range placeholders {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}

// isUpper says whether bytes are the name of an environment variable.
func isUpper(value []byte) bool {
	for _, c := range value {
		if (c < 'A' || c > 'Z') && c != '_' && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
