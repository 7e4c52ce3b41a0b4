package report_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/config/crd"
	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/manifest"
	"github.com/hustings/hustings/internal/report"
)

var update = flag.Bool("update", false, "write the golden files")

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func validate(t *testing.T, file string, data []byte) report.Report {
	t.Helper()
	bases, err := crd.Bases()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := manifest.NewSchemas(bases)
	if err != nil {
		t.Fatal(err)
	}
	documents, problems := manifest.Parse(file, data)
	collection := schemas.Collect(t.Context(), documents)
	collection.Problems = append(problems, collection.Problems...)
	return report.Validate(collection, now, hustingsv1alpha1.SeverityMedium)
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s: (-want +got)\n%s\nrun with -update and review the difference as code", path, diff)
	}
}

// Every testdata/<name>.yaml has its <name>.txt and <name>.json, and no others are there.
func TestReportsAreTheGoldenFiles(t *testing.T) {
	inputs, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(inputs) == 0 {
		t.Fatalf("no inputs: %v", err)
	}
	expected := map[string]bool{}
	for _, other := range []string{"controls.txt", "leaks.txt", "leaks.json", "leaks.sarif"} {
		expected[filepath.Join("testdata", other)] = true
	}
	for _, input := range inputs {
		base := strings.TrimSuffix(input, ".yaml")
		expected[input], expected[base+".txt"], expected[base+".json"] = true, true, true
		t.Run(filepath.Base(base), func(t *testing.T) {
			data, err := os.ReadFile(input)
			if err != nil {
				t.Fatal(err)
			}
			r := validate(t, filepath.Base(input), data)
			var text, structured bytes.Buffer
			if err := r.Text(&text, false); err != nil {
				t.Fatal(err)
			}
			if err := r.JSON(&structured); err != nil {
				t.Fatal(err)
			}
			golden(t, base+".txt", text.Bytes())
			golden(t, base+".json", structured.Bytes())
		})
	}
	files, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !expected[file] {
			t.Errorf("%s belongs to no input", file)
		}
	}
}

func TestControlsAreATableThatFits(t *testing.T) {
	catalogue := []compliance.Control{
		{ID: "pod.restricted", Group: compliance.GroupPod, Severity: "critical", Blocking: true, Title: "The pod is restricted", Remediation: "Undo it."},
		{
			ID: "availability.disruption-budget", Group: compliance.GroupAvailability, Severity: "low",
			Title:       "A title that is long enough to need a second line, which begins below the first letter of the first line",
			Remediation: "A remediation that is also long: it goes on and on, past the edge of any terminal, until the last word of it is written, and that is here. " + strings.Repeat("https://example.org/", 8),
		},
	}
	var b bytes.Buffer
	if err := report.ControlsText(&b, catalogue); err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join("testdata", "controls.txt"), b.Bytes())
	for _, line := range strings.Split(b.String(), "\n") {
		if len([]rune(line)) > 120 {
			t.Errorf("%d columns: %s", len([]rune(line)), line)
		}
	}
}
