package leak

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

var (
	// passwordName is the name of a password, and not of something about one.
	passwordName = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)(?:passw(?:or)?d|passphrase|pass|pwd|passwort|kennwort|mot[_.-]?de[_.-]?passe)\d?$`)
	})
	// givenName is the name of a password that configuration gives, such as DB_PASSWORD; what the texts of a form are called
	// is none.
	givenName = wordsOf(`\b\w+~(?:password|passwd|pwd|passwort|kennwort|mot~de~passe)\d?\b$`)
	formNames = wordsOf(`\b(?:confirm\w*|forgot\w*|reset|chang\w*|repeat\w*|verify|wrong|invalid|bad|weak|strong|missing|empty|enter|show|hide|lost|has|is|no|error|err|label|placeholder|type|input|update|choose|require[sd]?|with|login|grant)\b`)
	// serviceName is that of a password which is for a service and so never the text of a form, even without a digit.
	serviceName = wordsOf(`\b(?:db|database|mysql|mariadb|postgres(?:ql)?|pg|sql|mongo(?:db)?|redis|smtp|mail|imap|ftp|sftp|ldap|admin|root|rabbitmq|elastic|keystore|truststore)~\w*\b`)
)

// isGenericPassword says whether the value of a name such as DB_PASSWORD is one. People choose passwords, so their entropy
// says little; what they stand in says more.
func isGenericPassword(c candidate) bool {
	unguessed := isUnguessed(c.value)
	if !unguessed && !inShortLine(c) {
		return false // most of what is seen in minified code
	}
	if bytes.ContainsAny(c.value, " \t\r\n") || !passwordName().Match(c.name) || c.hasPlainName() || isPlaceholder(c.value) {
		return false
	}
	if bytes.HasPrefix(c.value, []byte("/")) && bytes.Count(c.value, []byte("/")) > 1 {
		return false // a path
	}
	if !c.quoted && (bytes.ContainsAny(c.value, "()[]{}") || isMember(c.value)) {
		return false
	}
	if bytes.HasSuffix(c.before, []byte(">=")) {
		return false // <pass>=range1, as options are described
	}
	if string(c.name) == "PASS" && bytes.HasSuffix(c.before, []byte("PASS: ")) {
		return false // what test suites say
	}
	if isOption(c.name) && isSaying(c.value) {
		return false // --password PASSWORD1, as options are described
	}
	if !c.quoted && (!isConfiguration(c) || isVariable(c.value)) {
		return false
	}
	return unguessed || isGiven(c)
}

// isVariable says whether a value without quotation marks is a variable, such as $db_password.
func isVariable(value []byte) bool {
	return value[0] == '$' && bytes.IndexByte(value, '_') > 0 && !bytes.ContainsFunc(value[1:], func(r rune) bool { return r >= utf8.RuneSelf || !isWord(byte(r)) })
}

// isUnguessed says whether a value is one that nobody has by accident.
func isUnguessed(value []byte) bool {
	const shortest, least = 8, 2.5
	m := makeupOf(value)
	if m.digit == 0 || m.lower+m.upper == 0 || m.upper+m.mark == 0 && m.digit < 3 {
		return false
	}
	return len(value) >= shortest && entropy(value) > least
}

// isGiven says whether configuration gives a password, however simple it is. It stands in a short line.
func isGiven(c candidate) bool {
	name := spaced(c.name)
	if !givenName().Match(name) && !isOption(c.name) || formNames().Match(name) || isSaying(c.value) {
		return false
	}
	m := makeupOf(c.value)
	switch {
	case m.lower+m.upper == 0:
		return false
	case c.quoted:
		return m.digit > 0 || bytes.ContainsAny(c.value, "!?#$%&*+@=^~") || serviceName().Match(name)
	}
	return m.digit > 0 && !bytes.HasPrefix(c.value, []byte("0x")) && !bytes.ContainsAny(c.value, "$`/\\") && isGivenBare(c, name)
}

// isGivenBare says whether a value without quotation marks can be no name of code: it is that of an environment variable, of
// an option, or of YAML.
func isGivenBare(c candidate, name []byte) bool {
	return isUpper(c.name) || isOption(c.name) || serviceName().Match(name) && bytes.HasSuffix(c.before, append(slices.Clone(c.name), ": "...))
}

// isSaying says whether a value says what is to be there, or where it is.
func isSaying(value []byte) bool {
	text := strings.ToLower(string(value))
	for _, word := range []string{"passwor", "passwd", "kennwort", "passe", "pwd", "secret", "geheim", "xxx", "default", "://"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	switch text {
	case "none", "null", "true", "false", "empty", "undefined":
		return true
	}
	switch text[0] {
	case '/', '.', '@', '&', '(', '[', '$', '`':
		return true
	}
	return manualPasswords[text] || isMember(value)
}

// inShortLine says whether a value stands in a line as people write them: that of minified code is long.
func inShortLine(c candidate) bool {
	const longestBefore, longestAfter = 100, 60
	before, after := c.before[max(0, len(c.before)-longestBefore):], c.after[:min(len(c.after), longestAfter)]
	return (len(before) < longestBefore || bytes.IndexByte(before, '\n') >= 0) && (len(after) < longestAfter || bytes.IndexByte(after, '\n') >= 0)
}
