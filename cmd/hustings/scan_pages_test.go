package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestScanPagesLooksAtWhatIsServed(t *testing.T) {
	mux := http.NewServeMux()
	serve := func(path, kind, text string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = io.WriteString(w, text)
		})
	}
	serve("/{$}", "text/html", "<p>Vote</p><script src=/app.js></script>")
	serve("/app.js", "text/javascript", "let a = 1\nlet k = '"+stripeKey(1)+"'\n")
	serve("/.git/HEAD", "text/plain", "ref: refs/heads/main\n")
	server := httptest.NewServer(mux)
	defer server.Close()
	code, stdout, stderr := silentRun(t, "scan", "pages", server.URL+"/?token="+stripeKey(3), "-o", "json")
	l := leaksIn(t, stdout)
	if code != exitFindings || l.Summary.Target != server.URL+"/" {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	seen := map[string]bool{}
	for _, f := range l.Findings {
		seen[f.Control+" "+f.File] = true
	}
	if !seen["leaks.served /app.js"] || !seen["leaks.exposed-files /.git/HEAD"] {
		t.Errorf("got %v", seen)
	}
	_, raw, _ := silentRun(t, "scan", "pages", server.URL, "-o", "sarif")
	if !strings.Contains(raw, `"uri": "app.js"`) {
		t.Error(raw)
	}
}

func TestScanPagesOfNobodyIsNotClean(t *testing.T) {
	// The port of a server that has ended may be another test's by now. Port 1 is given to nobody by chance.
	for _, url := range []string{"http://127.0.0.1:1", "http://169.254.169.254/latest/meta-data/"} {
		code, stdout, stderr := silentRun(t, "scan", "pages", url)
		if code != exitInvalid || strings.Count(stdout, "input.invalid") != 1 {
			t.Errorf("%s: exit code %d\n%s%s", url, code, stdout, stderr)
		}
	}
}
