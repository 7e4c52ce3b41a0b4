package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// stripeKey is a payment provider's key that nobody has, made anew so that no scanner trips over this file.
func stripeKey(seed uint64) string {
	const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	random := rand.New(rand.NewPCG(seed, 7))
	out := []byte("sk_" + "live_")
	for range 24 {
		out = append(out, alphabet[random.IntN(len(alphabet))])
	}
	return string(out)
}

// publicKey is one that is public by design.
func publicKey() string { return strings.Replace(stripeKey(99), "sk_", "pk_", 1) }

// folderOf makes a folder of files.
func folderOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// sourceMap has a source in which a key stands.
func sourceMap(t *testing.T, key string) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{
		"version": 3, "sources": []string{"pay.ts"}, "mappings": "AAAA",
		"sourcesContent": []string{"// pay\nconst stripe = \"" + key + "\";\n"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// packed is a file that nobody here can unpack.
const packed = "7z\xbc\xaf\x27\x1c\x00\x04packed"

// silentRun fails if a run tells one of the keys of the tests.
func silentRun(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	code, stdout, stderr = runWith("", args...)
	for seed := range uint64(20) {
		if key := stripeKey(seed)[8:]; strings.Contains(stdout+stderr, key) {
			t.Error("the output tells a secret")
			stdout, stderr = strings.ReplaceAll(stdout, key, "…"), strings.ReplaceAll(stderr, key, "…")
		}
	}
	return code, stdout, stderr
}

func TestScanDirExitCodesAreFrozen(t *testing.T) {
	key := stripeKey(1)
	clean := map[string]string{"index.html": "<p>Vote</p>"}
	with := func(name, text string) map[string]string {
		return map[string]string{"index.html": "<p>Vote</p>", name: text}
	}
	pipe := folderOf(t, clean)
	link := filepath.Join(pipe, "only-links")
	if err := os.Mkdir(link, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../index.html", filepath.Join(link, "a")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path string
		args       string
		want       int
		says       string
	}{
		{"a clean folder", folderOf(t, clean), "", 0, "Pass: 0 leaks; 1 file, 11 bytes"},
		{"one clean file", filepath.Join(folderOf(t, clean), "index.html"), "", 0, "Pass: 0 leaks; 1 file"},
		{"a key in a source map", folderOf(t, with("js/app.js.map", sourceMap(t, key))), "", 1, "CRITICAL stripe-access-token  A secret"},
		{"a key as JSON", folderOf(t, with("a.js", key)), "-o json", 1, `"result": "Fail"`},
		{"a key as SARIF", folderOf(t, with("a.js", key)), "-o sarif", 1, `"ruleId": "stripe-access-token"`},
		{"a public key", folderOf(t, with("a.js", "k='"+publicKey()+"'")), "", 0, "INFO"},
		{"a public key, quietly", folderOf(t, with("a.js", "k='"+publicKey()+"'")), "--quiet", 0, "Pass: 0 leaks, 1 info"},
		{"what cannot be unpacked", folderOf(t, with("a.7z", packed)), "", 4, "unknown: not looked at"},
		{"what cannot be unpacked as JSON", folderOf(t, with("a.7z", packed)), "-o json", 4, `"result": "Unknown"`},
		{"a key and what cannot be unpacked", folderOf(t, map[string]string{"a": key, "b.7z": packed}), "", 1, "1 leak, 1 not looked at"},
		{"an empty folder", t.TempDir(), "", 3, "there is no file in it"},
		{"a folder of links", link, "", 3, "links are not followed"},
		{"an empty folder as JSON", t.TempDir(), "-o json", 3, `"control": "input.invalid"`},
		{"a path that is not there", "nowhere", "", 3, "nowhere: CRITICAL input.invalid  there is no such file"},
		{"a device", os.DevNull, "", 3, "neither a folder nor a regular file"},
		{"an unknown format", folderOf(t, clean), "-o yaml", 2, ""},
		{"an unknown flag", folderOf(t, clean), "--frobnicate", 2, ""},
		{"an allow file that is not there", folderOf(t, clean), "--allow nowhere.yaml", 3, "nowhere.yaml: CRITICAL input.invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := silentRun(t, append([]string{"scan", "dir", c.path}, strings.Fields(c.args)...)...)
			if code != c.want || !strings.Contains(stdout, c.says) {
				t.Errorf("exit code %d, want %d and %q\n%s%s", code, c.want, c.says, stdout, stderr)
			}
			if code == exitUsage && (stdout != "" || stderr == "") || code != exitUsage && stderr != "" {
				t.Errorf("stdout %q, stderr %q", stdout, stderr)
			}
		})
	}
}

func TestScanUsage(t *testing.T) {
	for _, args := range []string{
		"scan", "scan everything", "scan dir", "scan dir a b", "scan image", "scan pages", "scan pages ftp://localhost/",
		"scan pages localhost", "scan pages http:///path", "scan pages http://localhost/ --pages 0", "scan pages http://[",
	} {
		if code, stdout, stderr := runWith("", strings.Fields(args)...); code != exitUsage || stdout != "" || !strings.Contains(stderr, "hustings: ") {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", args, code, stdout, stderr)
		}
	}
}

func TestScanHelpNamesTheExitCodes(t *testing.T) {
	for _, args := range []string{"scan --help", "scan dir --help", "scan image --help", "scan pages --help"} {
		_, stdout, _ := runWith("", strings.Fields(args)...)
		if !strings.Contains(stdout, exitCodesHelp) || !strings.Contains(stdout, "Examples:") {
			t.Errorf("%s:\n%s", args, stdout)
		}
		if strings.HasSuffix(args, "image --help") || strings.HasSuffix(args, "pages --help") {
			if !strings.Contains(stdout, "metadata and link-local addresses never") {
				t.Errorf("%s does not say what is never asked", args)
			}
		}
	}
}

func TestScanCompletesPathsButNoURLs(t *testing.T) {
	for args, want := range map[string]string{"dir": ":0", "image": ":0", "pages": ":4"} {
		if _, stdout, _ := runWith("", "__complete", "scan", args, ""); !strings.Contains(stdout, want+"\n") {
			t.Errorf("%s: got %q, want %s", args, stdout, want)
		}
	}
	if _, stdout, _ := runWith("", "__complete", "scan", "dir", "-o", ""); !strings.Contains(stdout, "sarif") {
		t.Error(stdout)
	}
}

// leakJSON is what readers of the JSON depend on.
type leakJSON struct {
	SchemaVersion string
	Summary       struct {
		Result, Target, Digest, Ruleset      string
		Fail, Info, Waived, Unknown, Invalid int
		Files                                int
		Bytes                                int64
	}
	Findings []struct {
		Control, Severity, Result, File, Path, Message, Remediation, Fingerprint string
		Line, Column                                                             int
		Object                                                                   map[string]string
		Rule, Layer, Excerpt                                                     string
		Decoders                                                                 []string
		Rows                                                                     int
	}
}

func leaksIn(t *testing.T, stdout string) leakJSON {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(stdout))
	var l leakJSON
	if err := decoder.Decode(&l); err != nil {
		t.Fatal(err, stdout)
	}
	if l.SchemaVersion != "1" {
		t.Errorf("schema version %q", l.SchemaVersion)
	}
	return l
}

// keysOf are the names of the fields of the first finding.
func keysOf(t *testing.T, stdout string) []string {
	t.Helper()
	var r struct{ Findings []map[string]any }
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || len(r.Findings) == 0 {
		t.Fatal(err, stdout)
	}
	var keys []string
	for key := range r.Findings[0] {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func TestScanHasAllFieldsOfValidate(t *testing.T) {
	_, validated, _ := runWith(classYAML+badSite, "validate", "-f", "-", "-o", "json")
	_, scanned, _ := silentRun(t, "scan", "dir", folderOf(t, map[string]string{"a": stripeKey(1)}), "-o", "json")
	have := keysOf(t, scanned)
	for _, key := range keysOf(t, validated) {
		if !slices.Contains(have, key) {
			t.Errorf("%s is missing in %v", key, have)
		}
	}
}

func TestScanDirSaysWhereAndWhatToDo(t *testing.T) {
	dir := folderOf(t, map[string]string{"dist/js/app.js.map": sourceMap(t, stripeKey(1)), "dist/a.js": "k='" + publicKey() + "'"})
	t.Chdir(dir)
	for _, path := range []string{"dist", "dist/", "./dist", filepath.Join(dir, "dist")} {
		code, stdout, _ := silentRun(t, "scan", "dir", path, "-o", "json")
		l := leaksIn(t, stdout)
		if code != exitFindings || l.Summary.Result != "Fail" || l.Summary.Fail != 1 || l.Summary.Info != 1 || l.Summary.Files != 2 || l.Summary.Bytes == 0 || l.Summary.Ruleset == "" || l.Summary.Target != "dist" {
			t.Errorf("%s: exit code %d, %+v", path, code, l.Summary)
		}
		if len(l.Findings) != 2 {
			t.Fatalf("%d findings", len(l.Findings))
		}
		worst := l.Findings[0]
		if worst.File != "dist/js/app.js.map" || worst.Line != 1 || worst.Column < 50 || worst.Control != "leaks.files" || worst.Severity != "critical" ||
			worst.Result != "Fail" || worst.Rule != "stripe-access-token" || worst.Remediation == "" || worst.Fingerprint == "" || worst.Excerpt == "" {
			t.Errorf("%s: %+v", path, worst)
		}
		if info := l.Findings[1]; info.Result != "Info" || info.Severity != "info" || info.File != "dist/a.js" || info.Remediation == "" {
			t.Errorf("%s: %+v", path, info)
		}
	}
	_, stdout, _ := silentRun(t, "scan", "dir", "dist/a.js")
	if !strings.HasPrefix(stdout, "dist/a.js:1:4: INFO stripe-publishable-key") {
		t.Error(stdout)
	}
}

func TestScanOfTheSameIsTheSame(t *testing.T) {
	files := map[string]string{}
	for n := range uint64(20) {
		files[fmt.Sprintf("d%d/a.js", n)] = "\n x = '" + stripeKey(n) + "'"
	}
	dir := folderOf(t, files)
	_, first, _ := silentRun(t, "scan", "dir", dir, "-o", "json")
	for range 5 {
		if _, again, _ := silentRun(t, "scan", "dir", dir, "-o", "json"); again != first {
			t.Fatal("the order changes")
		}
	}
}

func TestNamesOfFilesMoveNoCursor(t *testing.T) {
	dir := folderOf(t, map[string]string{"a\x1b[31m\n\u202eb.js": stripeKey(1)})
	for _, format := range []string{"text", "json", "sarif"} {
		_, stdout, _ := silentRun(t, "scan", "dir", dir, "-o", format)
		if strings.ContainsAny(stdout, "\x1b\u202e") {
			t.Errorf("%s: %q", format, stdout)
		}
	}
}

func TestAPasswordInAnArgumentIsNotTold(t *testing.T) {
	password := stripeKey(5)
	for _, args := range [][]string{
		{"image", "jo:" + password + "@registry.example.org/site:v1"},
		{"pages", "https://jo:" + password + "@localhost/"}, {"pages", "https://jo:" + password + "@local host/"},
		{"pages", "http://127.0.0.1:1/?token=" + password},
	} {
		if code, stdout, stderr := silentRun(t, append([]string{"scan"}, args...)...); code == exitOK {
			t.Errorf("exit code 0\n%s%s", stdout, stderr)
		}
	}
}

func TestAnInterruptedScanIsNotClean(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{{"scan", "dir", folderOf(t, map[string]string{"a": "b"})}, {"scan", "pages", "http://127.0.0.1:1/"}} {
		var out, errs bytes.Buffer
		root := newRoot(streams{strings.NewReader(""), &out, &errs})
		root.SetArgs(args)
		err := root.ExecuteContext(ctx)
		if codeOf(err) != exitIncomplete || out.Len() > 0 || !strings.Contains(err.Error(), "interrupted") {
			t.Errorf("%v: %v, stdout %q", args, err, &out)
		}
	}
}

func TestAScanIntoAClosedPipeIsCleanAndIntoAFullDiskIsNot(t *testing.T) {
	dir := folderOf(t, map[string]string{"a": "b"})
	for _, format := range []string{"text", "json", "sarif"} {
		for err, want := range map[error]int{syscall.EPIPE: exitOK, syscall.ENOSPC: exitIncomplete} {
			var stderr bytes.Buffer
			code := run([]string{"scan", "dir", dir, "-o", format}, strings.NewReader(""), brokenWriter{err}, &stderr)
			if code != want || (want == exitOK) != (stderr.Len() == 0) {
				t.Errorf("%s, %v: exit code %d, stderr %s", format, err, code, &stderr)
			}
		}
	}
}
