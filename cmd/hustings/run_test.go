package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"sigs.k8s.io/yaml"
)

const goodSite = `---
apiVersion: hustings.dev/v1alpha1
kind: CampaignSite
metadata: {name: vote-alice, namespace: alice}
spec:
  image: registry.example.org/alice/site@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
  hosts: [alice.example.org]
  port: 8080
  tls: {secretName: alice-tls}
`

// badSite fails image.digest-pinned, which is critical.
var badSite = strings.Replace(strings.Replace(goodSite, "vote-alice", "bad", 1), "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", ":v1", 1)

// otherClass is a site of a class that is not there.
var otherClass = strings.Replace(strings.Replace(goodSite, "vote-alice", "other", 1), "spec:", "spec:\n  className: gold", 1)

const waiver = `---
apiVersion: hustings.dev/v1alpha1
kind: Waiver
metadata: {name: w}
spec:
  control: image.digest-pinned
  sites: [{namespace: alice, name: bad}]
  reason: the build cannot pin yet
  approver: jo@example.org
  ticket: OPS-12
  expires: "2029-05-03T07:00:00Z"
`

const invalid = "---\napiVersion: hustings.dev/v1alpha1\nkind: CampaignSite\nmetadata: {name: invalid}\nspec: {}\n"

func runWith(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = run(args, strings.NewReader(stdin), &out, &err)
	return code, out.String(), err.String()
}

// Pipelines depend on these: a change here breaks them.
func TestExitCodesAreFrozen(t *testing.T) {
	for _, c := range []struct {
		name, in string
		args     string
		want     int
	}{
		{"a site that passes", classYAML + goodSite, "validate -f -", 0},
		{"other kinds are not judged", classYAML + goodSite + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\n", "validate -f -", 0},
		{"a finding", classYAML + badSite, "validate -f -", 1},
		{"a finding as JSON", classYAML + badSite, "validate -f - -o json", 1},
		{"a finding at the threshold", classYAML + badSite, "validate -f - --fail-on critical", 1},
		{"a finding that is only shown", classYAML + badSite, "validate -f - --fail-on never", 0},
		{"a waived finding", classYAML + badSite + waiver, "validate -f - --at 2029-05-03T06:59:59Z", 0},
		{"a waiver that has expired", classYAML + badSite + waiver, "validate -f - --at 2029-05-03T07:00:00Z", 1},
		{"no input", "", "validate", 2},
		{"no command", "", "", 2},
		{"an unknown command", "", "frobnicate", 2},
		{"an unknown flag", "", "validate --frobnicate", 2},
		{"an unknown format", classYAML + goodSite, "validate -f - -o xml", 2},
		{"an unknown format of render", classYAML + goodSite, "render -f - -o text", 2},
		{"an unknown severity", classYAML + goodSite, "validate -f - --fail-on grave", 2},
		{"a time that is none", classYAML + goodSite, "validate -f - --at tomorrow", 2},
		{"an argument of controls", "", "controls pod", 2},
		{"nothing in the input", "", "validate -f -", 3},
		{"no site in the input", classYAML, "validate -f -", 3},
		{"a file that is not there", "", "validate nowhere.yaml", 3},
		{"an input that is not YAML", "a: b: c", "validate -f -", 3},
		{"a site that the schema refuses", classYAML + goodSite + invalid, "validate -f -", 3},
		{"an unknown kind of the group", classYAML + goodSite + "---\napiVersion: hustings.dev/v1alpha1\nkind: Site\n", "validate -f -", 3},
		{"a template", classYAML + goodSite + "---\n{{ if .Values.a }}\n", "validate -f -", 3},
		{"a class that is not there", classYAML + otherClass, "validate -f -", 4},
		{"no class at all", goodSite, "validate -f - --fail-on never", 4},
		{"a namespace that is not there", strings.Split(classYAML, "---\n")[0] + goodSite, "validate -f -", 4},
		{"invalid comes before findings", classYAML + badSite + invalid, "validate -f -", 3},
		{"invalid comes before incomplete", classYAML + otherClass + invalid, "validate -f -", 3},
		{"findings come before incomplete", classYAML + badSite + otherClass, "validate -f -", 1},
		{"render", classYAML + badSite, "render -f -", 0},
		{"render an invalid site", classYAML + goodSite + invalid, "render -f -", 3},
		{"render without a class", goodSite, "render -f -", 4},
		{"render nothing", classYAML, "render -f -", 3},
		{"controls", "", "controls", 0},
		{"controls as JSON", "", "controls -o json", 0},
		{"version", "", "version", 0},
		{"help", "", "validate --help", 0},
		{"completion", "", "completion bash", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := runWith(c.in, strings.Fields(c.args)...)
			if code != c.want {
				t.Errorf("exit code %d, want %d\n%s%s", code, c.want, stdout, stderr)
			}
			if code == exitUsage && (stdout != "" || stderr == "") {
				t.Errorf("wrong usage belongs on stderr; stdout %q", stdout)
			}
			if strings.Contains(stderr, "panic") {
				t.Error(stderr)
			}
		})
	}
}

func TestASiteWithoutAClassIsToldWhichToPass(t *testing.T) {
	_, stdout, _ := runWith(classYAML+otherClass, "validate", "-f", "-")
	if !strings.Contains(stdout, `pass the SiteClass "gold" along with -f`) {
		t.Error(stdout)
	}
}

func TestRenderPrintsObjectsAndNothingElse(t *testing.T) {
	_, stream, stderr := runWith(classYAML+goodSite, "render", "-f", "-")
	var kinds []string
	for _, document := range strings.Split(strings.TrimPrefix(stream, "---\n"), "\n---\n") {
		var o map[string]any
		if err := yaml.UnmarshalStrict([]byte(document), &o); err != nil {
			t.Fatal(err)
		}
		if o["status"] != nil || strings.Contains(document, "creationTimestamp") {
			t.Errorf("what is never applied is printed:\n%s", document)
		}
		kinds = append(kinds, o["kind"].(string))
	}
	_, list, _ := runWith(classYAML+goodSite, "render", "-f", "-", "-o", "json")
	var l struct {
		APIVersion, Kind string
		Items            []struct{ Kind string }
	}
	if err := json.Unmarshal([]byte(list), &l); err != nil {
		t.Fatal(err)
	}
	if l.APIVersion != "v1" || l.Kind != "List" || len(l.Items) != len(kinds) || len(kinds) < 5 || kinds[0] != "NetworkPolicy" || l.Items[0].Kind != kinds[0] || stderr != "" {
		t.Errorf("YAML %v, JSON %v, stderr %q", kinds, l, stderr)
	}
	if _, stdout, stderr := runWith(classYAML+goodSite+invalid, "render", "-f", "-"); stdout != "" || !strings.Contains(stderr, "<stdin>:") {
		t.Errorf("half of the input was rendered, or no place was named: %s%s", stdout, stderr)
	}
}

// Nothing but the arguments counts: the run has no home, no kubeconfig, and a proxy that nobody could reach.
func TestTheEnvironmentDoesNotCount(t *testing.T) {
	want, _, _ := runWith(classYAML+goodSite, "validate", "-f", "-")
	for _, name := range []string{"HOME", "KUBECONFIG", "KUBERNETES_SERVICE_HOST", "XDG_CONFIG_HOME"} {
		t.Setenv(name, "") // restores it afterwards
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY"} {
		t.Setenv(name, "http://192.0.2.1:1")
	}
	if code, stdout, stderr := runWith(classYAML+goodSite, "validate", "-f", "-"); code != want || code != exitOK {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}

func TestPathsAndFlagsReadTheSame(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"class.yaml": classYAML, "site.yaml": goodSite} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{dir}, {"-f", dir}, {"-f", filepath.Join(dir, "class.yaml"), filepath.Join(dir, "site.yaml")}} {
		if code, stdout, stderr := runWith("", append([]string{"validate"}, args...)...); code != exitOK {
			t.Errorf("%v: exit code %d\n%s%s", args, code, stdout, stderr)
		}
	}
}

type brokenWriter struct{ err error }

func (b brokenWriter) Write([]byte) (int, error) { return 0, b.err }

func TestAClosedPipeIsCleanAndAFullDiskIsNot(t *testing.T) {
	for _, args := range []string{"validate -f -", "validate -f - -o json", "render -f -", "render -f - -o json", "controls", "version"} {
		for err, want := range map[error]int{syscall.EPIPE: exitOK, syscall.ENOSPC: exitIncomplete} {
			var stderr bytes.Buffer
			code := run(strings.Fields(args), strings.NewReader(classYAML+goodSite), brokenWriter{err}, &stderr)
			if code != want || want == exitOK && stderr.Len() > 0 {
				t.Errorf("%s, %v: exit code %d, stderr %s", args, err, code, &stderr)
			}
		}
	}
}

func TestHelpNamesTheExitCodes(t *testing.T) {
	for _, args := range []string{"--help", "validate --help", "render --help"} {
		if _, stdout, _ := runWith("", strings.Fields(args)...); !strings.Contains(stdout, exitCodesHelp) || !strings.Contains(stdout, "Examples:") {
			t.Errorf("%s:\n%s", args, stdout)
		}
	}
}
