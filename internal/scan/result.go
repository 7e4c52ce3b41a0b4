// Package scan holds what scans of images, pages and folders have in common. The packages below it do the looking; what
// is a secret is leak's.
package scan

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"

	"github.com/hustings/hustings/internal/leak"
)

// Verdict is what a scan comes to.
type Verdict string

// The verdicts.
const (
	// Clean: all was looked at, and nothing worse than Info was found.
	Clean Verdict = "Clean"
	// Leaking: something was found, whether or not all was looked at.
	Leaking Verdict = "Leaking"
	// Incomplete: nothing was found in what was looked at, but a budget ended the scan or something could not be read.
	Incomplete Verdict = "Incomplete"
	// Error: the scan could not be done, or not to its end, such as when the registry does not answer or time runs out; it is
	// worth trying again. What was found until then is in the result, and counts.
	Error Verdict = "Error"
)

// Result is what a scan saw. No secret is in it.
type Result struct {
	// Digest of the image's manifest as it was asked for; empty for what is no image.
	Digest string `json:"digest,omitempty"`
	// Ruleset that was applied.
	Ruleset string  `json:"ruleset"`
	Verdict Verdict `json:"verdict"`
	// Message says why a verdict is Incomplete or Error, for people.
	Message string `json:"message,omitempty"`
	// Whole are the marks of the files that were looked at wholly, where there are others: what was found in one of them
	// earlier and is not found now is gone.
	Whole []string `json:"whole,omitempty"`
	// Result is what was found, and what was not looked at.
	leak.Result
}

// Saw says whether a file is one of Whole.
func (r *Result) Saw(file string) bool { return slices.Contains(r.Whole, MarkOf(file)) }

// MarkOf is a short word for the name of a file, which may be long.
func MarkOf(file string) string {
	const enough = 8
	sum := sha256.Sum256([]byte(file))
	return base64.RawURLEncoding.EncodeToString(sum[:enough])
}

// Judge is the result of a job that was done: all but verdict Error.
func Judge(ruleset string, seen leak.Result) Result {
	r := Result{Ruleset: ruleset, Verdict: Clean, Result: seen}
	if len(seen.Gaps) > 0 {
		r.Verdict, r.Message = Incomplete, seen.Gaps[0].Place.String()+": "+seen.Gaps[0].Why
	}
	if seen.Failures > 0 {
		r.Verdict = Leaking
	}
	return r
}
