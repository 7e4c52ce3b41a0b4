package leak

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The key of Go's own test server is in every program that imports httptest, and in Go's source.
func TestTheKeysThatLibrariesTestWithAreNoFinding(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skipf("Go is not here: %v", err)
	}
	source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "src", "net", "http", "internal", "testcert", "testcert.go"))
	if err != nil {
		t.Skipf("Go's source is not here: %v", err)
	}
	text := strings.ReplaceAll(string(source), "TESTING"+" KEY", "PRIVATE"+" KEY")
	for spelling, said := range map[string]string{"plain": text, "escaped": strings.ReplaceAll(text, "\n", `\n`), "folded for Windows": strings.ReplaceAll(text, "\n", "\r\n")} {
		if r := scan(t, "server", said); r.Failures > 0 {
			t.Errorf("%s: %+v", spelling, r.Findings)
		}
	}
}

func TestAnotherKeyIsNotTakenForAPublishedOne(t *testing.T) {
	key := filled("-----BEGIN <empty>PRIVATE KEY-----\n<b64:64>\n<b64:64>\n<b64:40>\n-----END PRIVATE KEY-----", 3)
	if r := scan(t, "a", key); r.Failures != 1 {
		t.Errorf("%+v", r.Findings)
	}
}

func TestWhatManualsShowIsNoFinding(t *testing.T) {
	// RFC 6749 and RFC 6750 are quoted in many libraries.
	for _, text := range []string{
		`{"access_token":"2YotnFZFEjr1zCsicMWpAA"}`, "Authorization: Bearer mF_9.B5f-4" + ".1JqM", `AWS_ACCESS_KEY_ID=AKIAIOSFODNN7` + `EXAMPLE`,
	} {
		if r := scan(t, "README", text); r.Failures > 0 {
			t.Errorf("%s: %+v", text, r.Findings)
		}
	}
}
