package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAllowFile(t *testing.T) {
	dir := folderOf(t, map[string]string{"js/app.js": "\nx = '" + stripeKey(1) + "'"})
	_, stdout, _ := silentRun(t, "scan", "dir", dir, "-o", "json")
	fingerprint := leaksIn(t, stdout).Findings[0].Fingerprint
	entry := func(what, reason, expires string) string {
		return fmt.Sprintf("allow:\n- {%s, reason: %q, expires: %s}\n", what, reason, expires)
	}
	const good = "2999-01-01"
	for _, c := range []struct {
		name, text string
		want       int
		says       string
	}{
		{"by fingerprint", entry("fingerprint: "+fingerprint, "an example", good), 0, "Pass: 0 leaks, 1 allowed"},
		{"by rule and file", entry("rule: stripe-access-token, path: js/app.js", "an example", good), 0, "(allowed by allow.yaml:2 until 2999-01-01)"},
		{"by rule and folder", entry("rule: stripe-access-token, path: js/", "an example", good), 0, "waived: A secret"},
		{"another path", entry("rule: stripe-access-token, path: css/", "an example", good), 1, "allow.yaml:2:3: INFO leaks.allowance  the entry matches nothing"},
		{"over", entry("fingerprint: "+fingerprint, "an example", "2020-01-01"), 1, "(allow.yaml:2 allowed it until 2020-01-01)"},
		{"without a reason", entry("fingerprint: "+fingerprint, "", good), 3, "allow.yaml:2:59: CRITICAL input.invalid  allow[0].reason: missing"},
		{"without an end", "allow:\n- {fingerprint: " + fingerprint + ", reason: a}\n", 3, "allow[0].expires: missing"},
		{"with a field that nobody knows", entry("fingerprint: "+fingerprint+", note: a", "a", good), 3, "allow[0].note: unknown field"},
		{"with a day that is none", entry("fingerprint: "+fingerprint, "a", "2999-13-01"), 3, "allow[0].expires: is no date"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(folderOf(t, map[string]string{"allow.yaml": c.text}))
			code, stdout, stderr := silentRun(t, "scan", "dir", dir, "--allow", "allow.yaml")
			if code != c.want || !strings.Contains(stdout, c.says) || stderr != "" {
				t.Errorf("exit code %d, want %d and %q\n%s%s", code, c.want, c.says, stdout, stderr)
			}
			code, structured, _ := silentRun(t, "scan", "dir", dir, "--allow", "allow.yaml", "-o", "json")
			if l := leaksIn(t, structured); code != c.want || len(l.Findings) == 0 {
				t.Errorf("as JSON: exit code %d, want %d\n%s", code, c.want, structured)
			}
		})
	}
}

func TestWrittenEntriesAllowOnceTheyHaveAReason(t *testing.T) {
	dir := folderOf(t, map[string]string{"b.js": stripeKey(1), "a.js": stripeKey(2), "c.js": "k='" + publicKey() + "'"})
	t.Chdir(t.TempDir())
	code, stdout, stderr := silentRun(t, "scan", "dir", dir, "--write-allow", "allow.yaml")
	if code != exitFindings || !strings.Contains(stdout, "Fail: 2 leaks") || !strings.Contains(stderr, "write a reason") {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	first := readFile(t, "allow.yaml")
	expires := time.Now().UTC().AddDate(0, 0, 90).Format(time.DateOnly)
	if strings.Count(first, "fingerprint:") != 2 || strings.Count(first, `reason: ""`) != 2 || strings.Count(first, "expires: "+expires) != 2 ||
		strings.Index(first, "a.js") > strings.Index(first, "b.js") || strings.Contains(first, "c.js") {
		t.Error(first)
	}
	if code, stdout, _ := silentRun(t, "scan", "dir", dir, "--allow", "allow.yaml"); code != exitInvalid {
		t.Errorf("exit code %d without reasons\n%s", code, stdout)
	}
	filled := strings.ReplaceAll(first, `reason: ""`, "reason: the vendor's example")
	if err := os.WriteFile("allow.yaml", []byte(filled), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stdout, _ := silentRun(t, "scan", "dir", dir, "--allow", "allow.yaml"); code != exitOK || !strings.Contains(stdout, "2 allowed") {
		t.Errorf("exit code %d with reasons\n%s", code, stdout)
	}
	if err := os.WriteFile(filepath.Join(dir, "d.js"), []byte(stripeKey(3)), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, _ = silentRun(t, "scan", "dir", dir, "--allow", "allow.yaml", "--write-allow", "allow.yaml", "-o", "json")
	if l := leaksIn(t, stdout); code != exitFindings || l.Summary.Fail != 1 || l.Summary.Waived != 2 {
		t.Errorf("exit code %d, %+v", code, l.Summary)
	}
	if merged := readFile(t, "allow.yaml"); !strings.HasPrefix(merged, filled) || strings.Count(merged, `reason: ""`) != 1 {
		t.Errorf("got\n%s", merged)
	}
	if left, _ := filepath.Glob(".hustings-*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestWriteAllowThatCannotBeWrittenIsNoSuccess(t *testing.T) {
	dir := folderOf(t, map[string]string{"a.js": stripeKey(1)})
	file := filepath.Join(t.TempDir(), "nowhere", "allow.yaml")
	if code, stdout, stderr := silentRun(t, "scan", "dir", dir, "--write-allow", file); code != exitIncomplete || !strings.Contains(stdout, "Fail: 1 leak") || !strings.Contains(stderr, "write the allow file") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
