package pages

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/hustings/hustings/internal/leak"
)

// probe is a path that must not be served, and how its content is known.
type probe struct {
	path     string
	rule     string
	severity leak.Severity
	// shows says whether a body begins as what is meant does.
	shows func(head string) bool
	// headOnly: it may be huge, and its beginning is enough.
	headOnly bool
}

// The rules of what is exposed.
const (
	ruleGit     = "exposed-git"
	ruleVCS     = "exposed-repository"
	ruleEnv     = "exposed-env"
	ruleConfig  = "exposed-config"
	ruleKey     = "exposed-key"
	ruleBackup  = "exposed-backup"
	ruleLog     = "exposed-log"
	ruleStatus  = "exposed-status"
	ruleDebug   = "exposed-debug-page"
	rulePHPInfo = "exposed-phpinfo"
	ruleAdmin   = "exposed-admin"
	ruleFile    = "exposed-file"
	ruleListing = "directory-listing"
	ruleTrace   = "stack-trace"
)

// begins, has and matches make signs. What is no page is never one: a site may answer every path with its own.
func begins(prefixes ...string) func(string) bool {
	return func(head string) bool {
		for _, p := range prefixes {
			if strings.HasPrefix(head, p) {
				return true
			}
		}
		return false
	}
}

// has wants all words.
func has(words ...string) func(string) bool {
	return func(head string) bool {
		for _, w := range words {
			if !strings.Contains(head, w) {
				return false
			}
		}
		return true
	}
}

// file wants an expression in what is no markup.
func file(expression string) func(string) bool {
	e := regexp.MustCompile(expression)
	return func(head string) bool {
		return !strings.HasPrefix(strings.TrimLeft(head, "\ufeff \t\r\n"), "<!") && !isMarkup(head) && e.MatchString(head)
	}
}

func isMarkup(head string) bool {
	begin := strings.ToLower(head[:min(len(head), 1024)])
	return strings.Contains(begin, "<html") || strings.Contains(begin, "<!doctype") || strings.Contains(begin, "<head")
}

func either(signs ...func(string) bool) func(string) bool {
	return func(head string) bool {
		for _, s := range signs {
			if s(head) {
				return true
			}
		}
		return false
	}
}

// mostSign is how much of a body signs are looked for in.
const mostSign = 256 << 10

// isExposed says whether a probe's answer is what must not be served.
func (l *look) isExposed(v *visit, a *answer) bool {
	if v.probe == nil || a.status != http.StatusOK && a.status != http.StatusPartialContent {
		return false
	}
	return v.probe.shows(string(a.head[:min(len(a.head), mostSign)]))
}

// expose notes what an answer shows that was not meant for visitors.
func (l *look) expose(v *visit, a *answer) {
	if v.probe != nil {
		l.exposed.result.Files++
	}
	if l.isExposed(v, a) {
		l.exposed.expose(v.probe.rule, v.probe.severity, v.label)
		return
	}
	for _, s := range signsOf(v, a) {
		// An error page that says too much says it wherever there is no page: once is enough.
		if !v.isExtra() || !l.exposed.exposed[s.rule] {
			l.exposed.expose(s.rule, s.severity, v.label)
		}
	}
}
