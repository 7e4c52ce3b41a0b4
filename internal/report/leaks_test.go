package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/manifest"
	"github.com/hustings/hustings/internal/report"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/allow"
)

func leakAt(rule string, severity leak.Severity, n int, at leak.Place) leak.Finding {
	return leak.Finding{Rule: rule, Severity: severity, Place: at, Excerpt: "key=[32 bytes]", Fingerprint: fmt.Sprintf("%032x", n)}
}

// leaksOfAll is a scan that has something of everything.
func leaksOfAll(t *testing.T) report.Scan {
	t.Helper()
	const layer = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	entry := func(n int, day string) string {
		return fmt.Sprintf("- {fingerprint: %q, reason: an example, expires: %s}\n", fmt.Sprintf("%032x", n), day)
	}
	list, problems := allow.Read("allow.yaml", []byte("allow:\n"+entry(2, "2027-02-01")+entry(3, "2026-11-01")+entry(999, "2027-02-01")+entry(998, "2026-11-01")))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	seen := leak.Result{
		Failures: 9, Infos: 1, Files: 12, Bytes: 3_456_789,
		Findings: []leak.Finding{
			leakAt("stripe-access-token", leak.Critical, 1, leak.Place{File: "js/app #1.js", Line: 3, Column: 14}),
			leakAt("stripe-access-token", leak.Critical, 2, leak.Place{File: "js/allowed.js", Line: 1, Column: 1}),
			leakAt("github-token", leak.High, 3, leak.Place{File: "over.js", Line: 7, Column: 2}),
			leakAt("private-key", leak.High, 4, leak.Place{File: "site.tgz", Line: 2, Column: 3, Decoders: []string{"gzip", "tar:etc/\x1b[2Jkey\u202e"}}),
			leakAt("generic-api-key", leak.Medium, 5, leak.Place{Layer: layer, File: "srv/a:b\nc.html", Line: 1, Column: 9, Decoders: []string{"base64@12:40"}}),
			leakAt("password-hash", leak.Low, 6, leak.Place{Layer: "config", File: "config.Env[2]", Line: 1, Column: 5}),
			{Rule: leak.RulePeople, Severity: leak.Critical, Place: leak.Place{File: "donors.json"}, Count: 250, Excerpt: "[250 rows]", Fingerprint: fmt.Sprintf("%032x", 7)},
			leakAt("google-api-key", leak.Info, 8, leak.Place{File: "index.html", Line: 4, Column: 4}),
		},
		Gaps: []leak.Gap{{Place: leak.Place{File: "old.7z"}, Why: "7z: its kind is not undone here"}},
	}
	return report.Scan{
		Target: "dist", Folder: "dist", Looks: []report.Look{{Control: report.ControlFiles, Result: scan.Judge("v1-test", seen)}},
		Allow: list, Now: now, Elapsed: 1234 * time.Millisecond,
	}
}

func TestLeaksAreTheGoldenFiles(t *testing.T) {
	r := report.Leaks(leaksOfAll(t))
	for name, write := range map[string]func(b *bytes.Buffer) error{
		"leaks.txt":   func(b *bytes.Buffer) error { return r.Text(b, false, false) },
		"leaks.json":  func(b *bytes.Buffer) error { return r.JSON(b) },
		"leaks.sarif": func(b *bytes.Buffer) error { return r.SARIF(b, "scan-dir", "test") },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join("testdata", name), b.Bytes())
	}
}

func TestBriefTextHasOnlyWhatDecides(t *testing.T) {
	r := report.Leaks(leaksOfAll(t))
	var b bytes.Buffer
	if err := r.Text(&b, true, true); err != nil {
		t.Fatal(err)
	}
	for _, unwanted := range []string{"INFO", "waived", "leaks.allowance"} {
		if strings.Contains(b.String(), unwanted) {
			t.Errorf("%s is there:\n%s", unwanted, b.String())
		}
	}
	if !strings.Contains(b.String(), "\x1b[31mCRITICAL\x1b[0m stripe-access-token") {
		t.Error("no colour")
	}
}

func TestTheWorstOfAScanDecides(t *testing.T) {
	gap := []leak.Gap{{Place: leak.Place{File: "a"}, Why: "damaged"}}
	info := []leak.Finding{leakAt("google-api-key", leak.Info, 1, leak.Place{File: "a"})}
	for name, c := range map[string]struct {
		result   leak.Result
		verdict  scan.Verdict
		problems []manifest.Problem
		want     report.Outcome
	}{
		"nothing":                         {want: report.Passed},
		"info":                            {result: leak.Result{Infos: 1, Findings: info}, want: report.Passed},
		"a gap":                           {result: leak.Result{Gaps: gap, Infos: 1, Findings: info}, want: report.Incomplete},
		"a leak that is not listed":       {result: leak.Result{Failures: 1}, want: report.Failed},
		"a leak and a gap":                {result: leak.Result{Failures: 1, Gaps: gap}, want: report.Failed},
		"what could not be scanned":       {result: leak.Result{Gaps: gap}, verdict: scan.Error, want: report.Invalid},
		"a problem and nothing looked at": {problems: []manifest.Problem{{File: "a", Message: "b"}}, want: report.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			s := report.Scan{Problems: c.problems, Looks: []report.Look{{Control: report.ControlImage, Result: scan.Judge("v1", c.result)}}}
			if c.verdict != "" {
				s.Looks[0].Result.Verdict = c.verdict
			}
			r := report.Leaks(s)
			if r.Outcome() != c.want || r.Summary.Result != c.want.String() {
				t.Errorf("got %s, want %s", r.Outcome(), c.want)
			}
			hasFinding := len(r.Findings) > 0
			if !hasFinding && c.want != report.Passed && r.Summary.NotListed == 0 {
				t.Error("nothing says why")
			}
		})
	}
}

// sarifDocument is what must be in SARIF, as its schema and GitHub say.
type sarifDocument struct {
	Schema  string `json:"$schema"`
	Version string
	Runs    []struct {
		Tool struct {
			Driver struct {
				Name  string
				Rules []struct {
					ID               string
					ShortDescription struct{ Text string }
					Help             struct{ Text string }
					Properties       map[string]any
				}
			}
		}
		Invocations []struct {
			ExecutionSuccessful        *bool
			ToolExecutionNotifications []struct{ Message struct{ Text string } }
		}
		Results []struct {
			RuleID              string
			RuleIndex           int
			Level               string
			Message             struct{ Text string }
			PartialFingerprints map[string]string
			Locations           []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           *struct{ StartLine, StartColumn int }
				}
			}
		}
	}
}

func sarifOf(t *testing.T, r report.LeakReport) (raw string, d sarifDocument) {
	t.Helper()
	var b bytes.Buffer
	if err := r.SARIF(&b, "scan-dir", "test"); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	if d.Version != "2.1.0" || d.Schema == "" || len(d.Runs) != 1 || len(d.Runs[0].Invocations) != 1 || d.Runs[0].Invocations[0].ExecutionSuccessful == nil {
		t.Fatalf("got %.500s", b.String())
	}
	return b.String(), d
}

func TestSARIFIsWhatCodeScanningTakes(t *testing.T) {
	_, d := sarifOf(t, report.Leaks(leaksOfAll(t)))
	rules := d.Runs[0].Tool.Driver.Rules
	ids := map[string]bool{}
	for _, rule := range rules {
		if ids[rule.ID] || rule.ShortDescription.Text == "" || rule.Help.Text == "" {
			t.Errorf("%+v", rule)
		}
		ids[rule.ID] = true
	}
	for _, result := range d.Runs[0].Results {
		if rules[result.RuleIndex].ID != result.RuleID || result.Message.Text == "" || len(result.Locations) != 1 {
			t.Errorf("%+v", result)
		}
		if !strings.Contains("error warning note", result.Level) {
			t.Errorf("level %s", result.Level)
		}
		at := result.Locations[0].PhysicalLocation
		if uri := at.ArtifactLocation.URI; uri == "" || strings.HasPrefix(uri, "/") || strings.ContainsAny(uri, "\\ #\n") || strings.Contains(strings.Split(uri, "/")[0], ":") {
			t.Errorf("URI %q", uri)
		}
		if at.Region != nil && at.Region.StartLine < 1 {
			t.Errorf("%+v", at.Region)
		}
		if strings.Contains(at.ArtifactLocation.URI, "site.tgz") && at.Region != nil {
			t.Error("the line of what was unpacked is shown as that of the archive")
		}
		if strings.Contains(at.ArtifactLocation.URI, "allowed") {
			t.Error("what is allowed is shown")
		}
	}
	for id, want := range map[string]any{"stripe-access-token": "9.5", "generic-api-key": "5.5", "google-api-key": nil, "leaks.files.not-looked-at": "5.5"} {
		got := "missing"
		for _, rule := range rules {
			if rule.ID == id {
				got = fmt.Sprint(rule.Properties["security-severity"])
			}
		}
		if got != fmt.Sprint(want) {
			t.Errorf("%s: security-severity %s, want %v", id, got, want)
		}
	}
}

func TestSARIFOfNothingHasResults(t *testing.T) {
	raw, d := sarifOf(t, report.Leaks(report.Scan{Target: "dist", Looks: []report.Look{{Control: report.ControlFiles, Result: scan.Judge("v1", leak.Result{Files: 1})}}}))
	if !strings.Contains(raw, `"results": []`) || !strings.Contains(raw, `"rules": []`) || !*d.Runs[0].Invocations[0].ExecutionSuccessful {
		t.Error(raw)
	}
}

// An empty result would close every alert that there was.
func TestSARIFOfWhatCouldNotBeScannedIsNotEmpty(t *testing.T) {
	for _, target := range []string{"localhost:5000/site:v1", "/abs/dist", "../dist", ""} {
		r := report.Leaks(report.Scan{Target: target, Problems: []manifest.Problem{{File: target, Message: "it is not there"}}})
		_, d := sarifOf(t, r)
		if *d.Runs[0].Invocations[0].ExecutionSuccessful || len(d.Runs[0].Results) != 1 {
			t.Fatalf("%+v", d)
		}
		uri := d.Runs[0].Results[0].Locations[0].PhysicalLocation.ArtifactLocation.URI
		if uri == "" || strings.HasPrefix(uri, "/") || strings.HasPrefix(uri, "..") || strings.HasPrefix(uri, "localhost:") {
			t.Errorf("%q: URI %q", target, uri)
		}
	}
}

func TestSARIFListsTheWorstAndCountsTheRest(t *testing.T) {
	var seen leak.Result
	for n := range 6000 {
		severity := leak.Low
		if n >= 5500 {
			severity = leak.Critical
		}
		seen.Findings = append(seen.Findings, leakAt(fmt.Sprint("rule-", severity), severity, n, leak.Place{File: "a", Line: n + 1, Column: 1}))
	}
	seen.Failures = 6100
	_, d := sarifOf(t, report.Leaks(report.Scan{Looks: []report.Look{{Control: report.ControlFiles, Result: scan.Judge("v1", seen)}}}))
	run := d.Runs[0]
	if len(run.Results) != 5000 || run.Results[499].RuleID != "rule-critical" || run.Results[500].RuleID != "rule-low" {
		t.Errorf("%d results", len(run.Results))
	}
	if notes := run.Invocations[0].ToolExecutionNotifications; len(notes) != 1 || !strings.Contains(notes[0].Message.Text, "1100 more") {
		t.Errorf("%+v", notes)
	}
}

func TestControlsOfScansAreThoseOfTheCatalogue(t *testing.T) {
	known := map[hustingsv1alpha1.ControlID]bool{}
	for _, c := range compliance.Catalogue() {
		known[c.ID] = true
	}
	for _, id := range []hustingsv1alpha1.ControlID{report.ControlImage, report.ControlServed, report.ControlExposed} {
		if !known[id] {
			t.Errorf("%s is in no catalogue", id)
		}
	}
}
