package controllers

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
)

func finding(rule, file, fingerprint string, severity leak.Severity) leak.Finding {
	return leak.Finding{
		Rule: rule, Severity: severity, Fingerprint: fingerprint, Excerpt: "key = ***",
		Place: leak.Place{Layer: "sha256:" + strings.Repeat("1a", 32), File: file, Line: 3, Column: 12},
	}
}

func TestLeakRowsAreOneForEachSecret(t *testing.T) {
	result := leak.Result{Failures: 9, Findings: []leak.Finding{
		finding("stripe-access-token", "a.js", "f1", leak.Critical), finding("aws-access-token", "b.js", "f2", leak.High),
		finding("stripe-access-token", "c.js", "f1", leak.Critical), finding("stripe-publishable-key", "d.js", "f3", leak.Info),
		finding("private-key", "e", "", leak.High), finding("private-key", "f", "", leak.High), finding("aws-access-token", "g.js", "f2", leak.High),
	}}
	rows, total := leakRows(result, 32)
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprintf("%s %s %s %d", r.Rule, r.File, r.Severity, r.Places))
	}
	want := "stripe-access-token a.js critical 2, aws-access-token b.js high 2, private-key e high 0, private-key f high 0"
	if strings.Join(got, ", ") != want || total != 9 {
		t.Errorf("%s of %d, wanted %s of 9", strings.Join(got, ", "), total, want)
	}
	if rows, total := leakRows(result, 1); len(rows) != 1 || rows[0].Places != 2 || total != 9 {
		t.Errorf("with room for one: %+v of %d", rows, total)
	}
}

// TestAnImageScanIsNeverLargerThan64KiB: whatever an image holds, etcd does not feel it.
func TestAnImageScanIsNeverLargerThan64KiB(t *testing.T) {
	for name, text := range map[string]string{
		"long": strings.Repeat("x", 5000), "wide": strings.Repeat("ä", 5000), "escaped": strings.Repeat("<", 5000), "broken": strings.Repeat("\xff", 5000),
		"controls": strings.Repeat("\x1b[31m\u202e", 5000),
	} {
		t.Run(name, func(t *testing.T) {
			result := scan.Result{Digest: "sha256:" + strings.Repeat("ab", 32), Verdict: scan.Leaking, Message: text, Result: leak.Result{Failures: 1000}}
			for i := range 1000 {
				result.Findings = append(result.Findings, leak.Finding{
					Rule: text, Excerpt: text, Fingerprint: fmt.Sprint(i, text), Place: leak.Place{Layer: text, File: text, Decoders: []string{text}, Line: 1 << 30, Column: 1 << 30},
				})
			}
			o := hustingsv1alpha1.ImageScan{ObjectMeta: metav1.ObjectMeta{Name: scanName(result.Digest, "v1")}, Status: scanStatus(result, "r.example.org/"+text+"@"+result.Digest)}
			raw, err := json.Marshal(o)
			if err != nil {
				t.Fatal(err)
			}
			if len(raw) > 64<<10 || len(o.Status.Findings) < 5 || len(o.Status.Findings) > maxScanFindings || o.Status.FindingsTotal != 1000 {
				t.Errorf("%d bytes, %d of %d findings", len(raw), len(o.Status.Findings), o.Status.FindingsTotal)
			}
			for field, bound := range map[string]struct {
				text string
				most int
			}{
				"worst": {o.Status.Worst, 64}, "image": {o.Status.Image, 64}, "message": {o.Status.Message, 1024},
				"file": {o.Status.Findings[0].File, 256}, "rule": {o.Status.Findings[0].Rule, 128}, "excerpt": {o.Status.Findings[0].Excerpt, 160},
			} {
				if strings.ContainsAny(bound.text, "\x1b\u202e") {
					t.Errorf("%s has what a terminal obeys: %q", field, bound.text)
				}
				if len([]rune(bound.text)) > bound.most || bound.text == "" {
					t.Errorf("%s has %d characters, the API takes %d", field, len([]rune(bound.text)), bound.most)
				}
			}
		})
	}
}

func TestAnImageScanReadsWell(t *testing.T) {
	digest := "sha256:" + strings.Repeat("9c", 32)
	result := scan.Result{Verdict: scan.Leaking, Result: leak.Result{Failures: 1, Files: 812, Bytes: 1 << 20, Findings: []leak.Finding{finding("stripe-access-token", "app/.env", "f1", leak.Critical)}}}
	s := scanStatus(result, "registry.example.org/alice/site@"+digest)
	if s.Worst != "stripe-access-token in layer 1a1a… app/.env:3:12" {
		t.Errorf("the worst is %q", s.Worst)
	}
	if s.Image != "registry.example.org/alice/site@9c9c9c9c9c9c" || s.Files != 812 || s.Bytes != 1<<20 {
		t.Errorf("the image is %q, %d files", s.Image, s.Files)
	}
	long := finding("a-rule-of-a-long-name-that-fills-the-line", "usr/share/nginx/html/static/js/main.4f2a.js.map", "f", leak.High)
	if w := worst(leakRow(long)); len([]rune(w)) > maxWorst || !strings.HasSuffix(w, ".js.map:3:12") {
		t.Errorf("a long one is %q", w)
	}
	if name := scanName(digest, "v1-12345678"); len(name) != 25 || !strings.HasPrefix(name, "9c9c9c9c-") || name == scanName(digest, "v2-12345678") {
		t.Errorf("the name is %s", name)
	}
}

func TestAVerdictThatNobodyKnowsIsAnError(t *testing.T) {
	for given, want := range map[scan.Verdict]hustingsv1alpha1.ScanVerdict{
		scan.Clean: "Clean", scan.Leaking: "Leaking", scan.Incomplete: "Incomplete", scan.Error: "Error", "": "Error", "clean": "Error",
	} {
		if got := verdictOf(given); got != want {
			t.Errorf("%q is %s, wanted %s", given, got, want)
		}
	}
}
