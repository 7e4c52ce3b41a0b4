package leak

import (
	"bytes"
	"regexp"
	"sync"
)

// givers are what stands before a name that is given a value, where values have no quotation marks.
var givers = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[\s"'#(])(?:export|ENV|ARG|env|set|setx|(?i:SetEnv)|\w+_param|-e|--env|--build-arg|config:set)\s*$|(?:\bEnvironment=|--env=|--build-arg=|\$\{|\benv\[|\$env:)$`)
})

// isConfiguration says whether a value stands in a line of its own, in a query or in an element, where values have no
// quotation marks. In code such a value would be a name.
func isConfiguration(c candidate) bool {
	at := bytes.LastIndex(c.before, c.name)
	if at < 0 || len(c.name) == 0 {
		return false
	}
	prefix, between := c.before[:at], c.before[at+len(c.name):]
	if isBetween(between, c.after) || isOption(c.name) {
		return true
	}
	before := bytes.TrimRight(prefix, " \t")
	if len(before) == 0 {
		return true
	}
	switch last := before[len(before)-1]; last {
	case '\n', '\r':
		return len(c.after) == 0 || isSpace(c.after[0]) || c.after[0] == '\\'
	case '?', '&', '<', '-', '\\', ';':
		return true
	case '"', '\'':
		return string(between) == "=" && len(c.after) > 0 && (c.after[0] == last || c.after[0] == '\\')
	}
	if bytes.LastIndex(before, []byte("<!--")) > bytes.LastIndex(before, []byte("-->")) {
		return true
	}
	return before[len(before)-1] < ' ' || isPair(c, prefix, between) || givers().Match(prefix[max(0, len(prefix)-longestGiver):])
}

// longestGiver is the most that is looked at before a name.
const longestGiver = 24

// isBetween says whether what stands between a name and its value is that of configuration: a list of names and values, a
// block of YAML, an element.
func isBetween(between, after []byte) bool {
	if bytes.IndexByte(between, '\n') >= 0 && (bytes.IndexByte(between, '|') >= 0 || bytes.IndexByte(between, '>') >= 0 || bytes.Contains(between, []byte("value:"))) {
		return true
	}
	return bytes.HasSuffix(between, []byte(">")) && bytes.HasPrefix(after, []byte("</"))
}

// isOption says whether a name is that of an option.
func isOption(name []byte) bool { return bytes.HasPrefix(name, []byte("--")) }

// isPair says whether a value is given as in KEY=value other: the name is that of an environment variable.
func isPair(c candidate, prefix, between []byte) bool {
	if string(between) != "=" || !isUpper(c.name) || !isSpace(prefix[len(prefix)-1]) {
		return false
	}
	return len(c.after) == 0 || isSpace(c.after[0]) || c.after[0] == '"' || c.after[0] == '\'' || c.after[0] == '\\'
}
