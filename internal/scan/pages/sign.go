package pages

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/hustings/hustings/internal/leak"
)

// sign is what any page may show that was not meant for visitors.
type sign struct {
	rule     string
	severity leak.Severity
	shows    func(head string) bool
}

// Frames of stack traces, as languages write them. One may be quoted in a text; three in a row are a trace.
var (
	javaFrame  = regexp.MustCompile(`\bat [\w.$/]+\.[\w$<>]+\(\w+\.(?:java|kt|scala|groovy):\d+\)`)
	nodeFrame  = regexp.MustCompile(`\bat (?:[\w.<>\[\] ]+\()?(?:file://)?(?:/[^\s:()<>]+\.[cm]?[jt]s|node:[\w/]+):\d+:\d+\)?`)
	rubyFrame  = regexp.MustCompile("[\\w/.-]+\\.rb:\\d+:in [`'‘]")
	pythonLine = regexp.MustCompile(`File "[^"\n]+", line \d+`)
	goFrame    = regexp.MustCompile(`/[\w./@-]+\.go:\d+ \+0x`)
	netFrame   = regexp.MustCompile(`\bat [\w.<>\x60]+\([^)\n]*\) in [^\n]+:line \d+`)
	phpFrame   = regexp.MustCompile(`#\d+ /[^\s(]+\.php\(\d+\): `)
	phpFault   = regexp.MustCompile(`(?:Fatal error|Parse error|Warning|Notice|Deprecated)(?:</b>)?:\s[^\n]+? in (?:<b>)?/[^\s<]+\.(?:php|phtml|inc)(?:</b>)? on line (?:<b>)?\d+`)
	listed     = regexp.MustCompile(`(?i)<title>\s*(?:index of /|directory listing for /|directory: /|index of \S*/\s*</title>)`)
	goListing  = regexp.MustCompile(`(?i)^(?:<!doctype html>\s*)?(?:<meta name="viewport"[^>]*>\s*)?<pre>\s*<a href="`)
)

func isPHPInfo(head string) bool {
	return strings.Contains(head, "phpinfo()") && strings.Contains(head, "PHP Version") && strings.Contains(head, "System")
}

func isListing(head string) bool {
	isTitled := (strings.Contains(head, "ndex of ") || strings.Contains(head, "irectory")) && listed.MatchString(head)
	return isTitled && strings.Contains(strings.ToLower(head), "<a href=") || goListing.MatchString(head) ||
		strings.Contains(head, "[To Parent Directory]</A>")
}

// traces are the frames of languages, each with what is in all of them: expressions are slow, and most pages have no trace.
var traces = []struct {
	frame   *regexp.Regexp
	needles []string
}{
	{javaFrame, []string{".java:", ".kt:", ".scala:", ".groovy:"}},
	{nodeFrame, []string{"js:", "ts:", "node:"}},
	{rubyFrame, []string{".rb:"}},
	{goFrame, []string{".go:"}},
	{netFrame, []string{":line "}},
	{phpFrame, []string{".php("}},
}

// isTrace looks for traces in text as it is read, whatever it is spelled in.
func isTrace(head string) bool {
	const frames = 3
	if strings.Contains(head, " on line ") && phpFault.MatchString(head) {
		return true
	}
	plain := sync.OnceValue(func() string {
		return html.UnescapeString(strings.ReplaceAll(strings.ReplaceAll(head, `\"`, `"`), `\/`, "/"))
	})
	for _, t := range traces {
		isLikely := slices.ContainsFunc(t.needles, func(n string) bool { return strings.Contains(head, n) })
		if isLikely && len(t.frame.FindAllStringIndex(plain(), frames)) >= frames {
			return true
		}
	}
	return strings.Contains(head, "Traceback (most recent call last)") && pythonLine.MatchString(plain())
}

// debugPages are what frameworks show to those who write a site.
func debugPages() []sign {
	return []sign{
		{ruleDebug, leak.Critical, has("EVALEX = true", "CONSOLE_MODE")},
		{ruleDebug, leak.High, has("seeing this error because you have <code>DEBUG = True</code>")},
		{ruleDebug, leak.High, either(has("window.ignite("), has("shareableReport", "ignition"), has("Whoops container"))},
		{ruleDebug, leak.High, has("sf-dump", "exception-summary")},
		{ruleDebug, leak.High, has("Action Controller: Exception caught")},
		{ruleDebug, leak.High, has("Rails.root: ")},
		{ruleDebug, leak.High, has("Server Error in '", "Stack Trace:")},
		{ruleDebug, leak.High, has("An unhandled exception occurred while processing the request.", "titleerror")},
		{rulePHPInfo, leak.High, isPHPInfo},
	}
}

// signsOf is what an answer shows.
func signsOf(v *visit, a *answer) (shown []sign) {
	if v.role != page || len(a.head) == 0 || isMediaType(a.header) {
		return nil
	}
	kind := mediaType(a.header)
	if strings.Contains(kind, "javascript") || strings.Contains(kind, "css") {
		return nil // a bundle may hold what a debugger looks for
	}
	head := string(a.head[:min(len(a.head), mostSign)])
	for _, s := range debugPages() {
		if s.shows(head) {
			shown = append(shown, s)
			break // one page, one finding
		}
	}
	if a.status == http.StatusOK && isListing(head) {
		shown = append(shown, sign{rule: ruleListing, severity: leak.Medium})
	}
	if isTrace(head) {
		shown = append(shown, sign{rule: ruleTrace, severity: leak.Medium})
	}
	return shown
}
