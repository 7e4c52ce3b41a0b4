package report

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/leak"
)

// mostSARIF is how many results code scanning of GitHub shows.
const mostSARIF = 5000

// SARIF 2.1.0, as much of it as code scanning of GitHub reads.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Details     sarifDetails      `json:"automationDetails"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
		ColumnKind  string            `json:"columnKind"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifDetails struct {
		ID string `json:"id"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifRule struct {
		ID         string         `json:"id"`
		Short      sarifText      `json:"shortDescription"`
		Full       sarifText      `json:"fullDescription"`
		Help       sarifText      `json:"help"`
		Default    sarifLevel     `json:"defaultConfiguration"`
		Properties sarifRuleProps `json:"properties"`
	}
	sarifLevel struct {
		Level string `json:"level"`
	}
	sarifRuleProps struct {
		Tags []string `json:"tags"`
		// Severity is what GitHub makes its badge of; absent, it shows the level.
		Severity string `json:"security-severity,omitempty"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		// Region is absent where no line is known: line 1 would be a lie.
		Region *sarifRegion `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
	}
)

// SARIF writes the report for code scanning. The category keeps scans of several things apart; the version is the tool's.
// What the allow file allows is left out: GitHub would show it as open.
func (r *LeakReport) SARIF(w io.Writer, category, version string) error {
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: "hustings", Version: version, Rules: []sarifRule{}}},
		Details:     sarifDetails{"hustings/" + category + "/"},
		Invocations: []sarifInvocation{{Successful: r.Summary.Invalid == 0}},
		Results:     []sarifResult{},
		// Columns are counted in bytes: the same, but for lines that are not all ASCII.
		ColumnKind: "utf16CodeUnits",
	}
	rules := map[string]int{}
	left := r.Summary.NotListed
	for i := range r.Findings {
		l := &r.Findings[i]
		switch {
		case l.Result == hustingsv1alpha1.ResultWaived:
			continue
		case len(run.Results) == mostSARIF:
			left++
			continue
		}
		rule := l.sarifRule()
		index, known := rules[rule.ID]
		if !known {
			index = len(run.Tool.Driver.Rules)
			rules[rule.ID] = index
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, rule)
		}
		run.Results = append(run.Results, l.sarif(rule, index, r.Summary.Target))
	}
	if left > 0 {
		run.Invocations[0].Notifications = []sarifNotification{{"warning", sarifText{
			fmt.Sprintf("The worst %d findings are listed here; there are %d more.", len(run.Results), left),
		}}}
	}
	return writeJSON(w, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

// sarifRule is the rule that a finding is of: that of the scan, or its control.
func (l *Leak) sarifRule() sarifRule {
	id, title, fix := l.Rule, l.title, l.Remediation
	switch {
	case id != "":
		_, fix = leak.Advice(id)
	case l.Result == hustingsv1alpha1.ResultUnknown:
		id = string(l.Control) + ".not-looked-at"
	default:
		id = string(l.Control)
	}
	title = cmp.Or(title, "Something that cannot be scanned")
	fix = cmp.Or(fix, "Mend the input; until then nobody knows what is in it.")
	severities := map[hustingsv1alpha1.Severity]string{
		hustingsv1alpha1.SeverityCritical: "9.5", hustingsv1alpha1.SeverityHigh: "8.0",
		hustingsv1alpha1.SeverityMedium: "5.5", hustingsv1alpha1.SeverityLow: "2.0",
	}
	return sarifRule{
		ID: id, Short: sarifText{title}, Full: sarifText{title + ". " + fix}, Help: sarifText{fix},
		Default:    sarifLevel{l.level()},
		Properties: sarifRuleProps{[]string{"security", string(l.Control)}, severities[l.Severity]},
	}
}

func (l *Leak) level() string {
	switch l.Severity {
	case hustingsv1alpha1.SeverityCritical, hustingsv1alpha1.SeverityHigh:
		return "error"
	case hustingsv1alpha1.SeverityMedium:
		return "warning"
	default:
		return "note"
	}
}

func (l *Leak) sarif(rule sarifRule, index int, target string) sarifResult {
	file := cmp.Or(l.File, target)
	if path.IsAbs(file) && l.label != "" {
		file = l.label // a URI must be relative: below the folder that was scanned
	}
	at := sarifPhysical{Artifact: sarifArtifact{uri(file)}}
	if l.Line > 0 {
		at.Region = &sarifRegion{l.Line, l.Column}
	}
	out := sarifResult{
		RuleID: rule.ID, RuleIndex: index, Level: l.level(),
		Message:   sarifText{Escape(strings.TrimSuffix(l.Message+l.inside()+". "+l.Remediation, ". "))},
		Locations: []sarifLocation{{at}},
	}
	if l.Fingerprint != "" {
		// GitHub knows an alert again by the first; others look for the second.
		out.Fingerprints = map[string]string{"primaryLocationLineHash": l.Fingerprint + ":1", "hustings/v1": l.Fingerprint}
	}
	return out
}

// uri is a relative URI of a file: with slashes, without what leads out of the repository, escaped.
func uri(file string) string {
	segments := strings.Split(file, "/")
	segments = slices.DeleteFunc(segments, func(s string) bool { return s == "" || s == "." || s == ".." })
	if len(segments) == 0 {
		return "."
	}
	return (&url.URL{Path: strings.Join(segments, "/")}).String()
}
