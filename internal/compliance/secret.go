package compliance

import (
	"slices"
	"strings"
	"sync"

	"github.com/hustings/hustings/internal/leak"
)

// rulePassword: a variable named as a password has a value. Passwords that people choose have too little entropy for
// any rule that looks at values.
const rulePassword = "password-in-environment"

// scanner is made once in a process; it never changes.
var scanner = sync.OnceValue(func() *leak.Scanner { return leak.New(nil) })

// secretRules are the rules by which a literal is a secret, sorted and joined; empty, it is none.
func secretRules(l literal) string {
	rules := scanner().Literal(l.name, l.value)
	if l.env && namesPassword(l.name) && !isPlaceholder(l.value) {
		rules = append(rules, rulePassword)
	}
	slices.Sort(rules)
	return strings.Join(rules, ", ")
}

// namesPassword says whether a variable is named as a password; PWD alone is the working directory.
func namesPassword(name string) bool {
	name = strings.ToUpper(name)
	return slices.ContainsFunc([]string{"PASSWORD", "PASSWD", "PASSPHRASE", "_PWD"}, func(s string) bool { return strings.HasSuffix(name, s) })
}

// isPlaceholder says whether a value speaks of a password without being one: a file, a reference, a switch.
func isPlaceholder(value string) bool {
	switch strings.ToLower(strings.TrimSpace(value)) {
	case "", "true", "false", "yes", "no", "on", "off", "none", "null", "0", "1":
		return true
	}
	return strings.HasPrefix(value, "/") || strings.HasPrefix(value, "$(") || strings.HasPrefix(value, "${")
}
