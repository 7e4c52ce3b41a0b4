package report

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/manifest"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/allow"
)

// The controls of what a scan finds. The catalogue has those of images and pages.
const (
	// ControlFiles: files on a disk hold no secret.
	ControlFiles hustingsv1alpha1.ControlID = "leaks.files"
	// ControlImage: the image holds no secret.
	ControlImage hustingsv1alpha1.ControlID = "leaks.image"
	// ControlServed: what a site serves holds no secret.
	ControlServed hustingsv1alpha1.ControlID = "leaks.served"
	// ControlExposed: a site serves no file that must not be served.
	ControlExposed hustingsv1alpha1.ControlID = "leaks.exposed-files"
	// ControlAllowance: an entry of an allow file is of no use.
	ControlAllowance hustingsv1alpha1.ControlID = "leaks.allowance"
)

// ResultInfo is the result of what is worth a look and fails nothing; only scans have it.
const ResultInfo hustingsv1alpha1.Result = "Info"

// configLayer is the layer of what an image's config, labels and manifests hold.
const configLayer = "config"

// severityInfo is the severity of such findings.
const severityInfo hustingsv1alpha1.Severity = "info"

// Leak is one place where a scan found something, or did not look.
type Leak struct {
	Finding
	// Rule that found it; empty where nothing was found but something else is to be said.
	Rule string `json:"rule,omitempty"`
	// Layer of the image, or config.
	Layer string `json:"layer,omitempty"`
	// Decoders are what was undone to see it. Line and column are those of the file as it is, and Path says where within
	// what was undone the finding is.
	Decoders []string `json:"decoders,omitempty"`
	Excerpt  string   `json:"excerpt,omitempty"`
	// Rows of a list of people.
	Rows int `json:"rows,omitempty"`

	// title of the rule.
	title string
	// label is the file as the scan names it.
	label string
}

// LeakSummary counts what a scan found.
type LeakSummary struct {
	// Result is Invalid, Fail, Incomplete or Pass, whichever of them comes first.
	Result string `json:"result"`
	// Target is what was scanned, Digest the image's, and Ruleset what was looked for.
	Target  string `json:"target"`
	Digest  string `json:"digest,omitempty"`
	Ruleset string `json:"ruleset"`
	Fail    int    `json:"fail"`
	Info    int    `json:"info"`
	// Waived findings are allowed by the allow file.
	Waived  int `json:"waived"`
	Unknown int `json:"unknown"`
	Invalid int `json:"invalid"`
	// NotListed of the failed ones are counted, and too many to be listed.
	NotListed int   `json:"notListed"`
	Files     int   `json:"files"`
	Bytes     int64 `json:"bytes"`
}

// LeakReport is the result of a scan.
type LeakReport struct {
	SchemaVersion string      `json:"schemaVersion"`
	Summary       LeakSummary `json:"summary"`
	Findings      []Leak      `json:"findings"`

	elapsed time.Duration
}

// Look is what a scan saw, and the control that it is about.
type Look struct {
	Control hustingsv1alpha1.ControlID
	Result  scan.Result
}

// Scan is a scan that was done, or could not be.
type Scan struct {
	// Target is what was scanned, as it was asked for.
	Target string
	// Folder is put before the names of files that are shown.
	Folder string
	Looks  []Look
	// Problems are why nothing was scanned, or not all of it.
	Problems []manifest.Problem
	Allow    allow.List
	Now      time.Time
	Elapsed  time.Duration
}

// Leaks reports a scan, the worst first.
func Leaks(s Scan) LeakReport {
	r := LeakReport{SchemaVersion: SchemaVersion, Summary: LeakSummary{Target: s.Target}, Findings: []Leak{}, elapsed: s.Elapsed}
	for _, problem := range s.Problems {
		r.problem(problem)
	}
	var all []leak.Finding
	for _, look := range s.Looks {
		all = append(all, look.Result.Findings...)
	}
	judged := s.Allow.Judge(all, s.Now)
	for _, look := range s.Looks {
		n := len(look.Result.Findings)
		r.look(look, s.Folder, judged.Allowed[:n], judged.Over[:n])
		judged.Allowed, judged.Over = judged.Allowed[n:], judged.Over[n:]
	}
	for _, entry := range judged.Unused {
		r.Findings = append(r.Findings, unused(entry, s.Now))
	}
	slices.SortStableFunc(r.Findings, func(a, b Leak) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(severityRank(a.Severity), severityRank(b.Severity)))
	})
	r.Summary.Result = r.Outcome().String()
	return r
}

// problem adds a problem, once: two looks at one site fail alike.
func (r *LeakReport) problem(p manifest.Problem) {
	f := fromProblem(p)
	if slices.ContainsFunc(r.Findings, func(l Leak) bool { return l.Finding == f }) {
		return
	}
	r.Summary.Invalid++
	r.Findings = append(r.Findings, Leak{Finding: f, label: p.File})
}

func (r *LeakReport) look(look Look, folder string, allowed, over []*allow.Entry) {
	s, result := &r.Summary, look.Result
	s.Digest, s.Ruleset = cmp.Or(s.Digest, result.Digest), cmp.Or(s.Ruleset, result.Ruleset)
	s.Files += result.Files
	s.Bytes += result.Bytes
	s.Fail += result.Failures
	s.Info += result.Infos
	s.NotListed += result.Failures
	for i, f := range result.Findings {
		isFailure := f.Severity != leak.Info
		if isFailure {
			s.NotListed--
		}
		if allowed[i] != nil {
			s.Waived++
			if isFailure {
				s.Fail--
			} else {
				s.Info--
			}
		}
		r.Findings = append(r.Findings, found(look.Control, f, folder, allowed[i], over[i]))
	}
	for _, gap := range result.Gaps {
		if result.Verdict == scan.Error && result.Message == gap.Place.String()+": "+gap.Why {
			continue // it is said below
		}
		s.Unknown++
		r.Findings = append(r.Findings, notSeen(look.Control, gap, folder))
	}
	if result.Verdict == scan.Error {
		r.problem(manifest.Problem{File: s.Target, Message: "it cannot be scanned: " + result.Message})
	}
}

// found is what a scan found in one place.
func found(control hustingsv1alpha1.ControlID, f leak.Finding, folder string, by, over *allow.Entry) Leak {
	title, remediation := leak.Advice(f.Rule)
	out := seenAt(f.Place, folder)
	out.Control, out.Severity, out.Result = control, hustingsv1alpha1.Severity(f.Severity.String()), hustingsv1alpha1.ResultFail
	out.Rule, out.Excerpt, out.Rows, out.Fingerprint = f.Rule, f.Excerpt, f.Count, f.Fingerprint
	out.title, out.Remediation = title, remediation
	out.Message = strings.TrimSuffix(title, " ("+f.Rule+")") // the rule stands beside it
	if f.Excerpt != "" {
		out.Message += ": " + f.Excerpt
	}
	switch {
	case f.Severity == leak.Info:
		out.Result = ResultInfo
	case f.Place.Layer == configLayer:
		out.Remediation += " Build the image anew without it."
	case f.Place.Layer != "":
		out.Remediation += " Build the image anew without it: what a later layer deletes is still in the image."
	}
	if by != nil {
		out.Result = hustingsv1alpha1.ResultWaived
		out.Message += fmt.Sprintf(" (allowed by %s:%d until %s)", by.File, by.Line, date(by))
	}
	if over != nil {
		out.Message += fmt.Sprintf(" (%s:%d allowed it until %s)", over.File, over.Line, date(over))
	}
	return out
}

// notSeen is what a scan did not look at.
func notSeen(control hustingsv1alpha1.ControlID, gap leak.Gap, folder string) Leak {
	out := seenAt(gap.Place, folder)
	out.Control, out.Severity, out.Result = control, hustingsv1alpha1.SeverityMedium, hustingsv1alpha1.ResultUnknown
	out.title = "Something that was not looked at"
	out.Message = "not looked at, or not wholly: " + gap.Why
	out.Remediation = "Unpack or mend it, or take it away from what is shipped: nobody knows what is in it."
	return out
}

func unused(entry *allow.Entry, now time.Time) Leak {
	out := Leak{label: entry.File, title: "An entry that matches nothing", Finding: Finding{
		Control: ControlAllowance, Severity: severityInfo, Result: ResultInfo, File: entry.File, Line: entry.Line, Column: entry.Column,
		Message:     "the entry matches nothing that was found",
		Remediation: "Take it out; a path is that of the file in what is scanned.",
	}}
	if !entry.Expires.After(now) {
		out.Message += ", and was over on " + date(entry)
	}
	return out
}

func date(e *allow.Entry) string { return e.Expires.UTC().Format(time.DateOnly) }

// position is the end of a decoder that undoes a spelling: where in the text around it it begins.
var position = regexp.MustCompile(`@(\d+):(\d+)$`)

// seenAt is an empty finding at a place of a scan.
func seenAt(p leak.Place, folder string) Leak {
	out := Leak{Finding: Finding{File: path.Join(folder, p.File)}, Layer: p.Layer, Decoders: p.Decoders, label: p.File}
	if folder == "" {
		out.File = p.File
	}
	if len(p.Decoders) == 0 {
		out.Line, out.Column = p.Line, p.Column
		return out
	}
	out.Path = strings.Join(p.Decoders, "!")
	if p.Line > 0 {
		out.Path += fmt.Sprintf(":%d:%d", p.Line, p.Column)
	}
	if in := position.FindStringSubmatch(p.Decoders[0]); in != nil {
		out.Line, _ = strconv.Atoi(in[1]) // only digits match; too many are no line
		out.Column, _ = strconv.Atoi(in[2])
	}
	return out
}

// rank orders findings by what they do to the outcome.
func (l *Leak) rank() int {
	order := []hustingsv1alpha1.Result{hustingsv1alpha1.ResultError, hustingsv1alpha1.ResultFail, hustingsv1alpha1.ResultUnknown, ResultInfo, hustingsv1alpha1.ResultWaived}
	return slices.Index(order, l.Result)
}

func severityRank(s hustingsv1alpha1.Severity) int {
	return slices.Index([]hustingsv1alpha1.Severity{hustingsv1alpha1.SeverityCritical, hustingsv1alpha1.SeverityHigh,
		hustingsv1alpha1.SeverityMedium, hustingsv1alpha1.SeverityLow, severityInfo}, s)
}

// Outcome is what the scan comes to.
func (r *LeakReport) Outcome() Outcome {
	switch {
	case r.Summary.Invalid > 0:
		return Invalid
	case r.Summary.Fail > 0:
		return Failed
	case r.Summary.Unknown > 0:
		return Incomplete
	}
	return Passed
}
