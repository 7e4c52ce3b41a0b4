package compliance

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/viper"
	"github.com/zricethezav/gitleaks/v8/config"
	"github.com/zricethezav/gitleaks/v8/detect"
)

// Rules of our own, for what the library does not look for.
const (
	// rulePassword: a variable named as a password has a value. Passwords that people choose have too little entropy for
	// any rule that looks at values.
	rulePassword = "password-in-environment"
	// ruleURL: a URL holds a password, such as the address of a database.
	ruleURL = "password-in-url"
)

// urlPassword never changes: a compiled expression is a constant that Go cannot spell as one.
var urlPassword = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@]*:[^\s/@$]+@`)

// detector is the library's own rules, compiled once in a process: it takes as long as a thousand sites. It is the one
// variable of the pure core that is not a constant, and it may be one: it never changes after it is made. DetectString
// (v8.30.1, detect/detect.go) reads the rules and the trie, makes all else anew in every call, and writes only a
// counter, atomically; so calls may run at the same time.
//
// It is not made by detect.NewDetectorDefaultConfig, which goes through viper's global state.
var detector = sync.OnceValues(func() (*detect.Detector, error) {
	reader := viper.New()
	reader.SetConfigType("toml")
	if err := reader.ReadConfig(strings.NewReader(config.DefaultConfig)); err != nil {
		return nil, fmt.Errorf("read the rules for secrets: %w", err)
	}
	var raw config.ViperConfig
	if err := reader.Unmarshal(&raw); err != nil {
		return nil, fmt.Errorf("read the rules for secrets: %w", err)
	}
	rules, err := raw.Translate()
	if err != nil {
		return nil, fmt.Errorf("compile the rules for secrets: %w", err)
	}
	d := detect.NewDetector(rules)
	// Whoever writes a secret into a manifest could write the comment that silences the rule beside it.
	d.IgnoreGitleaksAllow = true
	// A secret in base64 is no less one.
	d.MaxDecodeDepth = 1
	return d, nil
})

// secretRules are the rules by which a literal is a secret, sorted and joined; empty, it is none.
func secretRules(l literal) (string, error) {
	var rules []string
	if l.env && namesPassword(l.name) && !isPlaceholder(l.value) {
		rules = append(rules, rulePassword)
	}
	if strings.Contains(l.value, "://") && urlPassword.MatchString(l.value) {
		rules = append(rules, ruleURL)
	}
	if maySecret(l.value) {
		d, err := detector()
		if err != nil {
			return "", err
		}
		for _, finding := range d.DetectString(l.text()) {
			rules = append(rules, finding.RuleID)
		}
	}
	slices.Sort(rules)
	return strings.Join(slices.Compact(rules), ", "), nil
}

// maySecret is a cheap test before the library's dear one. What it leaves out is short, or has no digit and no long
// word: no rule of the library finds a secret in that, but a few of letters only, which are long.
func maySecret(s string) bool {
	const shortest, longWord = 8, 20
	if len(s) < shortest {
		return false
	}
	digits, others, word, longest := 0, 0, 0, 0
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			digits++
			word++
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c == '+':
			others++
			word++
		default:
			word = 0
		}
		longest = max(longest, word)
	}
	return others > 0 && (digits > 0 || longest >= longWord)
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
