package compliance

import (
	"fmt"
	"strings"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/leak"
)

// scanned judges a scan that has a verdict, with what the class allows taken away. where is what a person must mend.
func scanned(in Input, scan facts.Scan, where string) Outcome {
	return scannedAt(in, scan, where, func(f hustingsv1alpha1.LeakFinding) Finding {
		return Finding{Path: where, Cause: where, Message: describeLeak(f)}
	})
}

// scannedAt is scanned, where each finding has a place of its own.
func scannedAt(in Input, scan facts.Scan, where string, place func(hustingsv1alpha1.LeakFinding) Finding) Outcome {
	left := facts.LeaksOf(scan, in.Facts.Class, in.Facts.Now)
	switch scan.Verdict {
	case hustingsv1alpha1.VerdictClean:
		return Outcome{Result: hustingsv1alpha1.ResultPass, Message: allowances(in, left)}
	case hustingsv1alpha1.VerdictLeaking:
		if left.Total == 0 && scan.Message != "" {
			return Outcome{Result: hustingsv1alpha1.ResultUnknown, Message: "what was found is allowed, but not all was looked at" + because(scan.Message)}
		}
		if left.Total == 0 {
			return Outcome{Result: hustingsv1alpha1.ResultPass, Message: allowances(in, left)}
		}
		return leaking(in, left, where, place)
	case hustingsv1alpha1.VerdictIncomplete:
		return Outcome{Result: hustingsv1alpha1.ResultUnknown, Message: "nothing was found, but not all was looked at" + because(scan.Message)}
	case hustingsv1alpha1.VerdictError:
		return brokenOff(in, scan, left, where, place)
	}
	return Outcome{Result: hustingsv1alpha1.ResultUnknown, Message: "it has no verdict"}
}

// brokenOff is the outcome of a scan that did not come to its end. What it found until then counts.
func brokenOff(in Input, scan facts.Scan, left facts.Leaks, where string, place func(hustingsv1alpha1.LeakFinding) Finding) Outcome {
	why := "the scan could not be done and is tried again" + because(scan.Message)
	if left.Total == 0 {
		return Outcome{Result: hustingsv1alpha1.ResultUnknown, Message: why}
	}
	out := leaking(in, left, where, place)
	out.Message += "; " + why
	return out
}

// leaking is the outcome of what is left. Where none of it is listed, the number alone is known.
func leaking(in Input, left facts.Leaks, where string, place func(hustingsv1alpha1.LeakFinding) Finding) Outcome {
	findings := make([]Finding, 0, len(left.Left))
	for _, f := range left.Left {
		findings = append(findings, place(f).apart(f.Fingerprint))
	}
	if len(findings) == 0 {
		findings = append(findings, Finding{Path: where, Cause: where, Message: "there are more findings than are listed, and not all of them are allowed"})
	}
	out := judged(findings)
	out.Message = findings[0].Message
	if others := left.Total - firstPlaces(left); others > 0 {
		out.Message += fmt.Sprintf(", and %d more", others)
	}
	if note := allowances(in, left); note != "" {
		out.Message += "; " + note
	}
	return out
}

// firstPlaces is how many places the first finding speaks of.
func firstPlaces(left facts.Leaks) int32 {
	if len(left.Left) == 0 {
		return left.Total
	}
	return max(1, left.Left[0].Places)
}

// describeLeak says what was found where, never the secret.
func describeLeak(f hustingsv1alpha1.LeakFinding) string {
	place := leak.Place{Layer: f.Layer, File: f.File, Line: int(f.Line), Column: int(f.Column)}
	if f.Decoders != "" {
		place.Decoders = strings.Split(f.Decoders, "!")
	}
	text := f.Rule + " in " + place.String()
	if f.Rows > 0 {
		text += fmt.Sprintf(" (%d rows)", f.Rows)
	}
	if f.Places > 1 {
		text += fmt.Sprintf(" and %d more places", f.Places-1)
	}
	return text
}

// allowances says what the class's list of allowed leaks did, and what of it is of no use here.
func allowances(in Input, left facts.Leaks) string {
	var parts []string
	if left.Allowed > 0 {
		parts = append(parts, fmt.Sprintf("the class allows %d of the findings", left.Allowed))
	}
	if len(left.Expired) > 0 {
		parts = append(parts, fmt.Sprintf("it no longer allows what expired on %s", left.Expired[0].Expires.UTC().Format("2006-01-02")))
	}
	if left.Unused > 0 && len(parts) > 0 {
		parts = append(parts, fmt.Sprintf("%d of its %d entries match nothing here", left.Unused, len(in.Facts.Class.Spec.Leaks.Allow)))
	}
	return strings.Join(parts, ", ")
}

func because(message string) string {
	if message == "" {
		return ""
	}
	return ": " + message
}
