package controllers

import (
	"fmt"
	"strings"
	"unicode/utf8"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/facts"
	"github.com/hustings/hustings/internal/scan"
)

const (
	// maxScanFindings are listed in one ImageScan.
	maxScanFindings = 32
	// maxWorst keeps `kubectl get imagescans` within 120 columns.
	maxWorst = 49
	maxShort = 64
	// shortDigits of a digest are what people compare.
	shortDigits = 12
)

// scanStatus is what an ImageScan shows of a result; image is the one that was scanned.
func scanStatus(result scan.Result, image string) hustingsv1alpha1.ImageScanStatus {
	s := hustingsv1alpha1.ImageScanStatus{
		Verdict: verdictOf(result.Verdict), Image: shortImage(image), Message: bounded(result.Message, maxMessage),
		Files: int64(result.Files), Bytes: result.Bytes,
	}
	s.Findings, s.FindingsTotal = leakRows(result.Result, maxScanFindings)
	if len(s.Findings) > 0 {
		s.Worst = worst(s.Findings[0])
	}
	return s
}

// verdictOf is a scan's verdict as the API spells it. One that nobody knows is an Error.
func verdictOf(v scan.Verdict) hustingsv1alpha1.ScanVerdict {
	switch v {
	case scan.Clean:
		return hustingsv1alpha1.VerdictClean
	case scan.Leaking:
		return hustingsv1alpha1.VerdictLeaking
	case scan.Incomplete:
		return hustingsv1alpha1.VerdictIncomplete
	case scan.Error:
	}
	return hustingsv1alpha1.VerdictError
}

// worst is a finding in as few words as a table has room for; the end of a long rule and the beginning of a long path give
// way.
func worst(f hustingsv1alpha1.LeakFinding) string {
	const digits, least, between = 4, 16, " in "
	layer, line := "", ""
	if hex, ok := strings.CutPrefix(f.Layer, "sha256:"); ok && len(hex) > digits {
		layer = "layer " + hex[:digits] + "… "
	} else if f.Layer != "" {
		layer = bounded(f.Layer, least) + " "
	}
	if f.Line > 0 {
		line = fmt.Sprintf(":%d:%d", f.Line, f.Column)
	}
	room := maxWorst - len(between) - utf8.RuneCountInString(layer) - len(line)
	rule := bounded(f.Rule, max(least/2, room-min(len(f.File), least)))
	return rule + between + layer + boundedFront(f.File, max(least/2, room-len(rule))) + line
}

// shortImage is an image's last folders and the first digits of its digest.
func shortImage(image string) string {
	repository, _, _ := strings.Cut(image, "@")
	digest := strings.TrimPrefix(facts.DigestOf(image), "sha256:")
	return boundedFront(repository+"@"+digest[:min(shortDigits, len(digest))], maxShort)
}
