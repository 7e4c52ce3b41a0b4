package pages_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/pages"
)

func TestWhatMustNotBeServedIsFound(t *testing.T) {
	t.Parallel()
	private := "-----BEGIN OPENSSH " + "PRIVATE KEY-----\n"
	for path, c := range map[string]struct{ body, rule string }{
		"/.git/HEAD":                   {"ref: refs/heads/main\n", "exposed-git"},
		"/.git/config":                 {"[core]\n\tbare = false\n", "exposed-git"},
		"/.git/index":                  {"DIRC\x00\x00\x00\x02", "exposed-git"},
		"/.git/logs/HEAD":              {strings.Repeat("0", 40) + " " + strings.Repeat("a", 40) + " A <a@example.org>", "exposed-git"},
		"/.svn/wc.db":                  {"SQLite format 3\x00", "exposed-repository"},
		"/.hg/requires":                {"dotencode\nfncache\nrevlogv1\n", "exposed-repository"},
		"/.env":                        {"# settings\nAPP_NAME=vote\n", "exposed-env"},
		"/.env.production":             {"export APP_NAME=vote\n", "exposed-env"},
		"/.env~":                       {"APP_NAME = vote", "exposed-env"},
		"/wp-config.php.bak":           {"<?php\ndefine('DB_NAME', 'wp');", "exposed-config"},
		"/wp-config.php~":              {`<?php define( "DB_USER", "wp" );`, "exposed-config"},
		"/.wp-config.php.swp":          {"b0VIM 8.2\x00", "exposed-config"},
		"/.npmrc":                      {"registry=https://npm.example.org/\n", "exposed-config"},
		"/docker-compose.yml":          {"services:\n  web: {}\n", "exposed-config"},
		"/.htpasswd":                   {"ann:$apr1$x$y\n", "exposed-key"},
		"/.aws/credentials":            {"[default]\naws_access_key_id = x\n", "exposed-key"},
		"/id_rsa":                      {private, "exposed-key"},
		"/backup.zip":                  {"PK\x03\x04" + strings.Repeat("\x00", 40), "exposed-backup"},
		"/backup.tar":                  {strings.Repeat("a", 257) + "ustar\x0000" + strings.Repeat("\x00", 300), "exposed-backup"},
		"/db.sql.gz":                   {string(encoded("gzip", []byte("CREATE TABLE donors"))), "exposed-backup"},
		"/dump.sql":                    {"-- MySQL dump 10\nINSERT INTO `donors`", "exposed-backup"},
		"/vote.example.org.sql":        {"DROP TABLE IF EXISTS donors;", "exposed-backup"},
		"/vote.example.org.zip":        {"PK\x03\x04" + strings.Repeat("\x00", 40), "exposed-backup"},
		"/server-status":               {"<h1>Apache Server Status for x</h1><dt>Server uptime: 1</dt>", "exposed-status"},
		"/nginx_status":                {"Active connections: 2 \n", "exposed-status"},
		"/metrics":                     {"# HELP go_goroutines x\n# TYPE go_goroutines gauge\n", "exposed-status"},
		"/actuator":                    {`{"_links":{"self":{"href":"http://x/actuator"}}}`, "exposed-status"},
		"/actuator/env":                {`{"activeProfiles":[],"propertySources":[]}`, "exposed-debug-page"},
		"/actuator/heapdump":           {"JAVA PROFILE 1.0.2\x00" + strings.Repeat("x", 200<<10), "exposed-debug-page"},
		"/debug/pprof/":                {"<title>/debug/pprof/</title><a href=goroutine?debug=1>goroutine</a> heap", "exposed-debug-page"},
		"/debug/vars":                  {`{"cmdline":["x"],"memstats": {"Alloc":1}}`, "exposed-debug-page"},
		"/console":                     {"<title>Interactive Console</title><script>var EVALEX = true</script>", "exposed-debug-page"},
		"/phpinfo.php":                 {"<title>phpinfo()</title><h1>PHP Version 8</h1>System", "exposed-phpinfo"},
		"/adminer.php":                 {"<title>Login - Adminer</title><select name='auth[driver]'>", "exposed-admin"},
		"/storage/logs/laravel.log":    {"[2026-01-01 10:00:00] production.ERROR: x", "exposed-log"},
		"/.DS_Store":                   {"\x00\x00\x00\x01Bud1\x00", "exposed-file"},
		"/.well-known/../.git/HEAD":    {"ref: refs/heads/main\n", ""},
		"/elsewhere/that-is-not-asked": {"ref: refs/heads/main\n", ""},
	} {
		t.Run("at "+path, func(t *testing.T) {
			t.Parallel()
			_, exposed := lookAt(t, func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/":
					_, _ = io.WriteString(w, "<p>")
				case path:
					_, _ = io.WriteString(w, c.body)
				default:
					http.NotFound(w, r)
				}
			})
			if c.rule == "" {
				expect(t, exposed, scan.Clean, "")
				return
			}
			expect(t, exposed, scan.Leaking, "")
			if got := places(exposed); len(got) != 1 || got[0] != c.rule+" "+path {
				t.Fatalf("found %v", got)
			}
			if f := exposed.Findings[0]; len(f.Fingerprint) != 32 || f.Excerpt != "" || f.Severity == leak.Info {
				t.Errorf("got %+v", f)
			}
		})
	}
}

func TestASecretInWhatIsExposedIsServedToo(t *testing.T) {
	t.Parallel()
	secret := key(20)
	served, exposed := lookAt(t, files(map[string]string{"/": "<p>", "/.env": "STRIPE_KEY=" + secret + "\n"}))
	expect(t, served, scan.Leaking, "")
	expect(t, exposed, scan.Leaking, "")
	silent(t, secret, served, exposed)
	if got := places(served); len(got) != 1 || got[0] != "stripe-access-token /.env:1:12" {
		t.Errorf("found %v", got)
	}
}

func TestASiteThatAnswersEverythingWithAPageExposesNothing(t *testing.T) {
	t.Parallel()
	secret := key(21)
	for name, body := range map[string]string{
		"an application":     "<!doctype html><html><head><title>Vote</title></head><script>let KEY_ID = 1; services: 2</script><div id=app></div>",
		"what repeats paths": "<html><p>There is no %s here: PK\x03\x04 [core] APP_NAME=vote",
		"bare text":          "not found: %s",
		"nothing":            "",
		"JSON":               `{"error":"not found","path":"%s"}`,
		"a number":           "1",
		"a word":             "OK",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, exposed := lookAt(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, strings.ReplaceAll(body, "%s", r.URL.Path))
			})
			expect(t, exposed, scan.Clean, "")
		})
	}
	every := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "<html><p>%s<p>%d: let k = '%s'", r.URL.Path, len(r.URL.Path), secret)
		if r.URL.Path == "/sw.js" {
			_, _ = fmt.Fprintf(w, ", k = '%s'", key(22))
		}
	})
	for _, scanner := range []*leak.Scanner{leak.New(nil), leak.New([]byte("installation"))} {
		served, exposed, err := pages.Look(context.Background(), scanner, every.target(), quick())
		if err != nil {
			t.Fatal(err)
		}
		expect(t, exposed, scan.Clean, "")
		if got := places(served); len(got) != 2 || !strings.Contains(got[1], " /sw.js:") {
			t.Errorf("a secret that is on every page that is none, and one that is on one only: found %v", got)
		}
	}
}

func TestPagesThatAreNotMeantForVisitorsAreFound(t *testing.T) {
	t.Parallel()
	frame := func(format string) string {
		return fmt.Sprintf(strings.Repeat(format+"\n", 4), 1, 2, 3, 4)
	}
	for name, c := range map[string]struct {
		body, rule string
		status     int
	}{
		"nginx's listing":         {"<html><head><title>Index of /files/</title></head><h1>Index of /files/</h1><a href=\"../\">../</a>", "directory-listing", 200},
		"Python's listing":        {"<title>Directory listing for /</title><li><a href=\"x\">x</a>", "directory-listing", 200},
		"Go's listing":            {"<!doctype html>\n<meta name=\"viewport\" content=\"width=device-width\">\n<pre>\n<a href=\"x\">x</a>", "directory-listing", 200},
		"IIS's listing":           {`<A HREF="/">[To Parent Directory]</A><br>`, "directory-listing", 200},
		"Django":                  {"<p>You’re seeing this error because you have <code>DEBUG = True</code> in your settings", "exposed-debug-page", 500},
		"Laravel":                 {"<script>window.ignite({})</script>", "exposed-debug-page", 500},
		"Rails":                   {"<title>Action Controller: Exception caught</title>", "exposed-debug-page", 500},
		"Werkzeug":                {"<script>var CONSOLE_MODE = false, EVALEX = true,", "exposed-debug-page", 500},
		"Symfony":                 {`<div class="exception-summary"><pre class="sf-dump">`, "exposed-debug-page", 500},
		"ASP.NET":                 {"<h1>Server Error in '/' Application.</h1><b>Stack Trace:</b>", "exposed-debug-page", 500},
		"phpinfo":                 {"<title>PHP 8 - phpinfo()</title><h1>PHP Version 8</h1>System", "exposed-phpinfo", 200},
		"PHP's fault":             {"<b>Fatal error</b>:  Uncaught Error: x in <b>/var/www/a.php</b> on line <b>3</b>", "stack-trace", 200},
		"PHP's frames":            {"<pre>" + frame("#%d /var/www/a.php(12): f()"), "stack-trace", 500},
		"Java":                    {"<pre>java.lang.E\n" + frame("\tat org.example.A$B.run(A.java:%d)"), "stack-trace", 500},
		"Node":                    {"<pre>Error: x<br> &nbsp; " + frame("at f (/app/src/a.js:%d:7)"), "stack-trace", 500},
		"Node in JSON":            {`{"stack":"Error: x\n    ` + strings.ReplaceAll(frame("at async f (/app/src/a.ts:%d:7)"), "\n", `\n    `) + `"}`, "stack-trace", 500},
		"Python":                  {"Traceback (most recent call last):\n  File &quot;/app/a.py&quot;, line 3", "stack-trace", 500},
		"Ruby":                    {frame("/app/a.rb:%d:in `call'"), "stack-trace", 500},
		"Go":                      {"goroutine 1 [running]:\n" + frame("\t/app/main.go:%d +0x1d"), "stack-trace", 500},
		".NET":                    {frame("   at App.Controller.Get(String id) in /src/C.cs:line %d"), "stack-trace", 500},
		"a page about traces":     {"<p>Java writes at org.example.A.run(A.java:1) where it fails.", "", 200},
		"a page about an index":   {"<title>Index of donors</title><a href=x>", "", 200},
		"a page about phpinfo":    {"<p>Never leave phpinfo() on a server.", "", 200},
		"a page about Django":     {"<p>Set DEBUG = False.", "", 200},
		"a warning in prose":      {"<p>Warning: the office is closed in May.", "", 200},
		"a page with a long list": {"<pre>a</pre><a href=x>", "", 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, exposed := lookAt(t, func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/":
					_, _ = io.WriteString(w, "<a href=/page>")
				case "/page":
					w.Header().Set("Content-Type", "text/html")
					w.WriteHeader(c.status)
					_, _ = io.WriteString(w, c.body)
				default:
					http.NotFound(w, r)
				}
			})
			got := places(exposed)
			if c.rule == "" && len(got) != 0 || c.rule != "" && (len(got) != 1 || got[0] != c.rule+" /page") {
				t.Errorf("found %v, want %q", got, c.rule)
			}
		})
	}
}

func TestAnErrorPageThatSaysTooMuchIsReportedOnce(t *testing.T) {
	t.Parallel()
	_, exposed := lookAt(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			_, _ = io.WriteString(w, "<a href=/linked>")
			return
		}
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "<html>You're seeing this error because you have <code>DEBUG = True</code> in "+r.URL.Path)
	})
	if got := strings.Join(places(exposed), ", "); got != "exposed-debug-page /no-such-page, exposed-debug-page /linked" {
		t.Errorf("found %s", got)
	}
}
