package manifest

import (
	"regexp"
	"strings"
	"sync"

	"github.com/hustings/hustings/internal/leak"
)

// withheld stands in the place of what may be a secret.
const withheld = "…"

// scanner is made once in a process, where something is wrong; it never changes.
var scanner = sync.OnceValue(func() *leak.Scanner { return leak.New(nil) })

// Shown is a name as messages may repeat it.
func Shown(name string) string {
	if mayHoldSecret(name) {
		return withheld
	}
	return scanner().Shown(name)
}

// mayHoldSecret says whether a text has the form of those in which passwords come that nothing else tells from words:
// NAME=value, name: value, user:password@host.
func mayHoldSecret(text string) bool {
	return strings.ContainsAny(text, "=@") || strings.Contains(text, ": ")
}

// shownPath is a path as far as messages may repeat it: keys are chosen by people.
func shownPath(path string) string {
	if wordsOnly.MatchString(path) {
		return path
	}
	all := steps(path)
	for i, s := range all {
		if Shown(s.key) != s.key {
			return render(append(all[:i:i], step{key: withheld, index: -1, bracketed: s.bracketed}))
		}
	}
	if len(all) > 1 && Shown(path) != path { // a secret with dots in it is several steps
		return render([]step{all[0], {key: withheld, index: -1}})
	}
	return path
}

// wordsOnly are paths of which no part can be a secret, as almost all are: short words, and numbers in brackets.
var wordsOnly = regexp.MustCompile(`^([A-Za-z]{1,24}(\[\d{1,6}\])*(\.|$))*$`)

// public are the fields whose values a message may repeat, because they help and are for everybody to see: names, addresses,
// ranges, folders, quantities, words of a list. No other value is ever repeated, for in it may be a secret.
var public = regexp.MustCompile(`^(metadata\.(name|generateName|namespace|annotations)|spec\.(` + strings.Join([]string{
	`image`, `className`, `hosts\[\d+\]`, `posture`, `resources\.(cpu|memory)`, `writablePaths\[\d+\]`, `health\.path`,
	`env\[\d+\]\.name`, `files\[\d+\]\.(mountPath|configMapName)`,
	`(network\.)?egress\[\d+\]\.(name|cidrs\[\d+\])`, `edge\.access\.(allow|deny)CIDRs\[\d+\]`, `edge\.request\.methods\[\d+\]`,
	`edge\.headers\.contentSecurityPolicy\.\w+\[\d+\]`,
	`accept\[\d+\]`, `enforcement`, `edge\.(driver|clusterIssuer|ingressClassName|clientIP\.source|required\[\d+\])`,
	`hosts\[\d+\]\.(namespaces|suffixes)\[\d+\]`, `images\.registries\[\d+\]`, `leaks\.(onServedLeak|rescanInterval|allow\[\d+\]\.(rule|expires))`,
	`network\.deniedCIDRs\[\d+\]`, `pods\.userNamespaces`, `posture\.(level|until|overlays\[\d+\]\.level)`,
	`control`, `expires`, `sites\[\d+\]\.(name|namespace)`,
}, "|") + `))$`)

// mostShown is how long a value may be that a message repeats.
const mostShown = 128

var digest = regexp.MustCompile(`@sha256:[a-f0-9]*$`)

// shows says whether a message about a field may repeat its value.
func shows(path, value string) bool {
	if value == "" || len(value) > mostShown || !public.MatchString(path) {
		return false
	}
	value = digest.ReplaceAllString(value, "") // which looks like a key
	return Shown(value) == value
}
