package controllers

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/leak"
)

// The bounds of the API, in bytes, and of all rows of one object together.
const (
	maxRule    = 128
	maxFile    = 256
	maxExcerpt = 160
	maxRows    = 40 << 10
)

// ellipsis stands where something was cut.
const ellipsis = "…"

// leakRows are the worst of a result's findings, one row for each secret with its first place, and the number of all
// places. What is public by design is no finding here.
func leakRows(result leak.Result, most int) ([]hustingsv1alpha1.LeakFinding, int32) {
	var rows []hustingsv1alpha1.LeakFinding
	at := map[string]int{}
	failures, size := 0, 0
	for _, f := range result.Findings {
		if f.Severity == leak.Info {
			continue
		}
		failures++
		// Findings of one secret have one fingerprint; one without is a secret of its own.
		if i, known := at[f.Fingerprint]; known && f.Fingerprint != "" {
			if i >= 0 {
				rows[i].Places = max(1, rows[i].Places) + 1
			}
			continue
		}
		if len(rows) == most || size > maxRows {
			at[f.Fingerprint] = -1
			continue
		}
		row := leakRow(f)
		size += sizeOf(row)
		at[f.Fingerprint] = len(rows)
		rows = append(rows, row)
	}
	return rows, int32(max(failures, result.Failures))
}

func leakRow(f leak.Finding) hustingsv1alpha1.LeakFinding {
	return hustingsv1alpha1.LeakFinding{
		Rule: bounded(f.Rule, maxRule), Severity: hustingsv1alpha1.LeakSeverity(f.Severity.String()),
		Layer: bounded(f.Place.Layer, maxRule), File: boundedPath(f.Place.File), Decoders: bounded(strings.Join(f.Place.Decoders, "!"), maxRule),
		Line: int32(f.Place.Line), Column: int32(f.Place.Column),
		Excerpt: bounded(f.Excerpt, maxExcerpt), Rows: int32(f.Count), Fingerprint: bounded(f.Fingerprint, maxRule),
	}
}

// sizeOf is how large a row is as the API server keeps it.
func sizeOf(row hustingsv1alpha1.LeakFinding) int {
	encoded, err := json.Marshal(row)
	if err != nil {
		return maxRows // our own type: it cannot happen, and then the row is left out
	}
	return len(encoded)
}

// printable replaces what a terminal would obey instead of showing it: names of files and pages are made by strangers. The
// scanner has done so; what it says has hostile bytes at its other end.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return utf8.RuneError
	}, text)
}

// bounded cuts a text to that many bytes, at its end.
func bounded(text string, most int) string {
	text = printable(text)
	if len(text) <= most {
		return text
	}
	end := most - len(ellipsis)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + ellipsis
}

// boundedPath cuts a path at its beginning: its end says more.
func boundedPath(path string) string { return boundedFront(path, maxFile) }

func boundedFront(path string, most int) string {
	path = printable(path)
	if len(path) <= most {
		return path
	}
	begin := len(path) - most + len(ellipsis)
	for begin < len(path) && !utf8.RuneStart(path[begin]) {
		begin++
	}
	return ellipsis + path[begin:]
}
