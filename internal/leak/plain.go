package leak

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
)

// Names are looked at word by word: public is a word of PUBLIC_KEY and none of REPUBLICAN_API_KEY.

// spaced is a name in lower case, with a _ around each of its words: apiKey, API_KEY and api-key are _api_key_.
func spaced(name []byte) []byte {
	out := append(make([]byte, 0, 2*len(name)+2), '_')
	for i, c := range name {
		switch {
		case !isAlnum(c):
			c = '_'
		case isCapital(c):
			if i > 0 && (!isCapital(name[i-1]) || i+1 < len(name) && isSmall(name[i+1])) {
				out = append(out, '_')
			}
			c += 'a' - 'A'
		}
		if c != '_' || out[len(out)-1] != '_' {
			out = append(out, c)
		}
	}
	if out[len(out)-1] != '_' {
		out = append(out, '_')
	}
	return bytes.ReplaceAll(out, []byte("__"), []byte("_"))
}

func isCapital(c byte) bool { return c >= 'A' && c <= 'Z' }

func isSmall(c byte) bool { return c >= 'a' && c <= 'z' }

// The words of an expression for names: \b is the end of a word, ~ may be one.
func wordsOf(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(strings.NewReplacer(`\b`, `_`, `~`, `_?`).Replace(expression))
	})
}

var (
	// plainNames are names that hold no secret though they have a needle in them: gitleaks' list (generic-api-key, its first
	// allowlist), and names of what is public by design.
	plainNames = wordsOf(`\baccess~id\b|\brandom~access\b|\bapi~(?:id|name|version)\b|\bauthentication~results\b|\bcredentials?~id\b|\bwith~credentials\b|` +
		`\b(?:bucket|foreign|hot|idx|natural|pub|public|schema|sequence|cache|sort|partition|row|item|translation|i18n|chunk|react|enum|route|style|css)~keys?\d*\b|` +
		`\bkey~(?:alias|down|up|length|map|name|pair|path|press|ring|selector|signature|size|stone|store|storetype|tab|vault|left|right|arn|serial|hash)s?\d*\b|` +
		`\bkey~(?:board|code|frame|id|mesh|word)\w*\b|\brecv~keys?\b|` +
		`\bsecret~(?:length|name|size|ref)\b|\b(?:csrf|xsrf|authenticity|nonce|integrity)\b|csrf~token\b|xsrf~token\b|\b(?:api|credentials?|token)~(?:endpoint|ur[il])s?\b|` +
		`\b(?:key|token)~(?:file|type|kind|count)s?\b|\b\w*pub(?:lic)?(?:key|api)s?\b|\b(?:public|publishable)\b|\bsite~key\d*\b|` +
		`\bsearch~(?:only~)?(?:api~)?key\b|\bwrite~key\b|\bclient~id\b|\bvapid~(?:pub|public|key)\b|\bclear~key\b|\b(?:change|request|next|continuation|page|action|sync|cancel|idempotency|term)~tokens?\b|` +
		`\bauth~type\b|\bsalt~(?:length|len|rounds|size)\b|\b(?:md5|sha\d+)~hash\b|\bsentry~key\b|\blicen[cs]e~key\b|\bapplication~server\b|\b(?:anon|anonymous|measurement|tracking)\b|` +
		`\bbuild~id\b|\bpassword~(?:field|input|label|hint|rules?|reset|strength)\b|pass(?:es|e)?\b$`)
	// doubtfulNames are names of secrets and of much else: their values have to be random.
	doubtfulNames = wordsOf(`\b(?:primary|query|storage|data|object|map|s3|client|result|lookup|registry)~keys?\d*\b|\b(?:keys|tokens)\b$`)
	// pluralNames are the doubtful ones that are of secrets.
	pluralNames = wordsOf(`\b(?:api|auth|access|secret|private|admin|service|deploy|refresh|bearer|bot)~(?:keys|tokens)\b$`)
	// secretWords are what makes a name that of a secret; where only innocentWords have them, it is none.
	secretWords   = wordsOf(`access|auth|api|cred|key|secret|token|salt|pass|pwd|kennwort|geheim|jeton|\bcle`)
	innocentWords = wordsOf(`^(?:\w*access(?:ibility|ors?)|rapid(?:ly)?|capital\w*|(?:co)?author(?:s|ed|ity|ities|ing|name)?|turkeys?|keying|keyed|(?:mon|don|hoc|joc|whis)keys?|` +
		`tokeni[sz]\w*|passive\w*|passthrough|passing|passed|passages?|passengers?|passports?|compass\w*|bypass\w*)$`)
)

// keptNames are names that plainNames would drop, and that do name secrets: those that end in the word for one, whatever
// stands before it. What NEXT_PUBLIC_API_SECRET has is in the page of every visitor.
var keptNames = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:^|[_.-]|[a-z])(?:db|smtp|mail|mysql|user|ftp|admin|root|redis|pg|sql|auth|login|http|proxy|basic)[_.-]?pass$|_pass$|^-*pass$|` +
		`[_.-](?:secret|secret[_.-]key|password|passwort|kennwort)$|(?:key|trust)store[_.-]?password$|mot[_.-]?de[_.-]?passe$|^(?:[a-z]+[_.-])?public[_.-].*(?:admin|api)[_.-]token$`)
})

// hasPlainName says whether a value's name is one of no secret. Code has the same names again and again.
func (c candidate) hasPlainName() bool {
	const most = 1024
	is, known := c.plain[string(c.name)]
	if !known {
		is = isPlainName(c.name)
		if len(c.plain) < most {
			c.plain[string(c.name)] = is
		}
	}
	return is
}

func isPlainName(name []byte) bool {
	if keptNames().Match(name) {
		return false
	}
	words := spaced(name)
	return plainNames().Match(words) || !secretWords().Match(withoutInnocent(words))
}

// isDoubtfulName says whether a value has to be random to be a secret of the name.
func isDoubtfulName(name []byte) bool {
	words := spaced(name)
	return doubtfulNames().Match(words) && !pluralNames().Match(words)
}

// withoutInnocent is a spaced name without the words that only look like secrets'.
func withoutInnocent(words []byte) []byte {
	out := []byte{'_'}
	for word := range bytes.SplitSeq(bytes.Trim(words, "_"), []byte("_")) {
		if !innocentWords().Match(word) {
			out = append(append(out, word...), '_')
		}
	}
	return out
}
