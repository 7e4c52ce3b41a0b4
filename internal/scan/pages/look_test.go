package pages_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/pages"
)

func TestACleanSiteIsClean(t *testing.T) {
	t.Parallel()
	s := serve(t, files(map[string]string{
		"/": `<!doctype html><title>Vote</title><a href="/about">about</a><script src="/app.js"></script>`, "/about": "<p>us", "/app.js": "let a = 1",
	}))
	served, exposed := look(t, s.target(), quick())
	expect(t, served, scan.Clean, "")
	expect(t, exposed, scan.Clean, "")
	if served.Files < 4 || served.Bytes == 0 || served.Ruleset == "" || exposed.Files < 50 {
		t.Errorf("served %+v, exposed %+v", served, exposed)
	}
	if len(s.credentials) > 0 {
		t.Error("credentials were sent")
	}
}

// wide is text in UTF-16.
func wide(text string) string {
	var b strings.Builder
	for _, r := range text {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

func TestASecretIsFoundWhereverItIsServed(t *testing.T) {
	t.Parallel()
	secret := key(1)
	line := `let k = "` + secret + `"`
	var requests, second atomic.Int64
	html := func(body string) func(w http.ResponseWriter, r *http.Request) {
		return files(map[string]string{"/": body})
	}
	for name, c := range map[string]struct {
		handle func(w http.ResponseWriter, r *http.Request)
		place  string
	}{
		"in a page":           {html("<p>" + line), "/:1:13"},
		"in a comment":        {html("<!-- " + line + " -->"), "/:1:15"},
		"in a script":         {files(map[string]string{"/": `<script src="/app.js">`, "/app.js": "\n" + line}), "/app.js:2:10"},
		"in a map":            {files(map[string]string{"/": `<script src="/app.js">`, "/app.js": "1//# sourceMappingURL=app.js.map", "/app.js.map": `{"sourcesContent":["` + strings.ReplaceAll(line, `"`, `\"`) + `"]}`}), "/app.js.map:1:31"},
		"in data":             {files(map[string]string{"/": `<script src="/app.js">`, "/app.js": `fetch("/api/donors.json")`, "/api/donors.json": `{"k":"` + secret + `"}`}), "/api/donors.json:1:7"},
		"in a page in UTF-16": {html(wide("\ufeff<p>" + line)), "/!utf-16le:1:13"},
		"in a header": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				w.Header().Set("X-Debug", line)
			}
		}, "/!headers:3:19"},
		"in a trailer": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Trailer", "X-Debug")
			_, _ = io.WriteString(w, "x")
			w.Header().Set("X-Debug", line)
		}, "/!headers:1:19"},
		"in a cookie": {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Set-Cookie", "k="+secret) }, "/!cookies:1:15"},
		"in a redirect": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://other.example/?k="+secret)
			w.WriteHeader(http.StatusFound)
		}, "/!headers:3:36"},
		"where no page is": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/" {
				w.WriteHeader(http.StatusNotFound)
				_, _ = io.WriteString(w, line)
			}
		}, "/no-such-page:1:10"},
		"when a query makes no sense": {func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.RawQuery, "%zz") {
				w.WriteHeader(http.StatusInternalServerError)
				_, _ = io.WriteString(w, line)
			}
		}, "/?%zz=%&[]=%00:1:10"},
		"when a method makes no sense": {func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet {
				w.WriteHeader(http.StatusMethodNotAllowed)
				_, _ = io.WriteString(w, line)
			}
		}, "/ (unknown method):1:10"},
		"on a linked page that fails": {func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/":
				_, _ = io.WriteString(w, "<a href=/broken>")
			case "/broken":
				w.WriteHeader(http.StatusBadGateway)
				_, _ = io.WriteString(w, line)
			}
		}, "/broken:1:10"},
		"for browsers only": {func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.UserAgent(), "Mozilla") && r.URL.Path == "/" {
				_, _ = io.WriteString(w, line)
			}
		}, "/:1:10"},
		"for programs only": {func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.UserAgent(), "Mozilla") {
				_, _ = io.WriteString(w, line)
			}
		}, "/:1:10"},
		// Several requests are under way then: which one is the second is not known.
		"the second time only": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" && requests.Add(1) == 2 {
				_, _ = io.WriteString(w, line)
			}
		}, "/"},
		"the second time only, to browsers": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" && r.URL.RawQuery == "" && strings.Contains(r.UserAgent(), "Mozilla") && second.Add(1) == 2 {
				_, _ = io.WriteString(w, line)
			}
		}, "/"},
		"after a redirect to a language": {func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == "/":
				http.Redirect(w, r, "/en/", http.StatusFound)
			case r.URL.Path == "/en/" && !strings.Contains(r.UserAgent(), "Mozilla"):
				_, _ = io.WriteString(w, line)
			}
		}, "/en/:1:10"},
		"on a site that wants https": {func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Forwarded-Proto") != "https" {
				http.Redirect(w, r, "https://"+r.Host+r.URL.Path, http.StatusMovedPermanently)
			} else if r.URL.Path == "/" {
				_, _ = io.WriteString(w, line)
			}
		}, "/:1:10"},
		"under a wrong type": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "image/png")
			if r.URL.Path == "/" {
				_, _ = io.WriteString(w, line)
			}
		}, "/:1:10"},
		"in a picture that is text too": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "image/gif")
			if r.URL.Path == "/" {
				_, _ = io.WriteString(w, "GIF89a\x01\x00\x01\x00/*\x00*/"+line)
			}
		}, "/"},
		"among NULs": {html("\x00\x00<p>\x00" + line + "\x00"), "/:1:16"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			served, exposed := lookAt(t, c.handle)
			expect(t, served, scan.Leaking, "")
			expect(t, exposed, scan.Clean, "")
			silent(t, secret, served, exposed)
			if got := places(served); len(got) != 1 || !strings.HasPrefix(got[0], "stripe-access-token "+c.place) {
				t.Errorf("found %q, want it at %s", got, c.place)
			}
		})
	}
}

func TestASecretIsFoundInEveryEncoding(t *testing.T) {
	t.Parallel()
	body := []byte("<a href=/two>\n" + strings.Repeat("vote ", 5000) + key(2))
	both := encoded("br", encoded("gzip", body))
	for name, c := range map[string]struct {
		header string
		data   []byte
	}{
		"gzip":                        {"gzip", encoded("gzip", body)},
		"gzip of old":                 {"x-gzip", encoded("gzip", body)},
		"gzip in capitals":            {"GZIP", encoded("gzip", body)},
		"brotli":                      {"br", encoded("br", body)},
		"zstd":                        {"zstd", encoded("zstd", body)},
		"deflate as it should be":     {"deflate", encoded("zlib", body)},
		"deflate as it is":            {"deflate", encoded("deflate", body)},
		"two of them":                 {"gzip, br", both},
		"identity":                    {"identity", body},
		"gzip that is none":           {"gzip", body},
		"brotli that is none":         {"br", body},
		"zstd that is none":           {"zstd", body},
		"deflate that is none":        {"deflate", body},
		"none that is gzip":           {"", encoded("gzip", body)},
		"brotli that is really gzip":  {"br", encoded("gzip", body)},
		"deflate that is really gzip": {"deflate", encoded("gzip", body)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			served, _ := lookAt(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/" {
					w.Header().Set("Content-Encoding", c.header)
					_, _ = w.Write(c.data)
				}
			})
			if served.Verdict != scan.Leaking || served.Failures != 1 || served.Findings[0].Place.File != "/" {
				t.Errorf("got %+v", served)
			}
		})
	}
}

func TestAPersonsOwnURLIsLookedAt(t *testing.T) {
	t.Parallel()
	secret := key(3)
	handle := func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/", "/app":
			_, _ = fmt.Fprintf(w, `<a href="//%s/deep">`, r.Host)
		case "/deep":
			_, _ = io.WriteString(w, secret)
		}
		if r.Header.Get("X-Forwarded-Proto") != "" {
			w.WriteHeader(http.StatusTeapot)
		}
	}
	plain, secure := httptest.NewServer(http.HandlerFunc(handle)), httptest.NewTLSServer(http.HandlerFunc(handle))
	defer plain.Close()
	defer secure.Close()
	for name, s := range map[string]*httptest.Server{"in http": plain, "in https": secure} {
		origin, err := url.Parse(s.URL + "/app")
		must(err)
		o := quick()
		if s == secure {
			o.Roots = secure.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
		}
		served, _ := look(t, pages.Target{Origin: origin}, o)
		if served.Failures != 1 || served.Findings[0].Place.File != "/deep" {
			t.Errorf("%s: got %+v", name, served)
		}
	}
	origin, err := url.Parse(secure.URL)
	must(err)
	served, exposed := look(t, pages.Target{Origin: origin}, quick())
	expect(t, served, scan.Error, "authority that is not trusted")
	expect(t, exposed, scan.Error, "authority that is not trusted")
}

func TestASiteIsLookedAtOverIPv6(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip("there is no IPv6 here")
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(files(map[string]string{"/": key(4)})))
	must(s.Listener.Close())
	s.Listener = listener
	s.Start()
	defer s.Close()
	served, _ := look(t, pages.Target{Addresses: []netip.AddrPort{netip.MustParseAddrPort(listener.Addr().String())}, Hosts: []string{host}}, quick())
	expect(t, served, scan.Leaking, "")
}

func TestEveryAddressAndHostIsAsked(t *testing.T) {
	t.Parallel()
	secret := key(5)
	old := serve(t, files(map[string]string{"/": "<p>new", "/dump.sql": "CREATE TABLE donors"}))
	next := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Host == "other.example.org" && r.URL.Path == "/":
			_, _ = io.WriteString(w, "<p>"+secret)
		case r.URL.Path != "/":
			http.NotFound(w, r)
		}
	})
	served, exposed := look(t, pages.Target{
		Addresses: []netip.AddrPort{next.address(), old.address()}, Hosts: []string{host, "other.example.org"},
	}, quick())
	if got := places(served); len(got) != 1 || !strings.HasSuffix(got[0], " other.example.org/:1:4") {
		t.Errorf("served: %v", got)
	}
	if got := places(exposed); len(got) != 1 || got[0] != "exposed-backup /dump.sql" {
		t.Errorf("exposed: %v", got)
	}
}

func TestAnAddressThatFallsSilentCostsLittle(t *testing.T) {
	t.Parallel()
	s := serve(t, files(map[string]string{"/": "<a href=/two>", "/two": "<p>"}))
	silent := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" || r.UserAgent() == "hustings" {
			<-r.Context().Done()
		}
	})
	o := quick()
	o.Budget.Request = time.Second
	served, exposed := look(t, pages.Target{Addresses: []netip.AddrPort{s.address(), silent.address()}, Hosts: []string{host}}, o)
	expect(t, served, scan.Incomplete, silent.address().String()+" does not answer any more")
	expect(t, exposed, scan.Incomplete, silent.address().String()+" does not answer any more")
	// Twice in which it answers, as often as it may be asked at a time, and once more before the first of those has failed.
	if !s.was("/two") || silent.count() > 7 {
		t.Errorf("the silent one was asked %d times", silent.count())
	}
}

func TestAnApplicationThatAnswersEverythingIsClean(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/js/app.js" {
			w.Header().Set("Content-Type", "text/html") // wrong, and common
			_, _ = io.WriteString(w, `fetch("/api/donors.json");import("./lazy.js")`)
			return
		}
		_, _ = io.WriteString(w, `<!doctype html><link rel=stylesheet href="css/a.css"><script src="js/app.js"></script><a href="/a/b/c">`)
	})
	served, exposed := look(t, s.target(), quick())
	expect(t, served, scan.Clean, "")
	expect(t, exposed, scan.Clean, "")
	for _, path := range []string{"/api/donors.json", "/js/lazy.js", "/js/app.js.map", "/a/b/js/app.js"} {
		if !s.was(path) {
			t.Errorf("%s was not fetched", path)
		}
	}
}

func TestASiteThatDoesNotAnswerIsAnError(t *testing.T) {
	t.Parallel()
	// The port of a server that has ended may be another test's by now. This one is given to nobody by chance.
	address := netip.MustParseAddrPort("127.0.0.1:1")
	served, exposed := look(t, pages.Target{Addresses: []netip.AddrPort{address}, Hosts: []string{host}}, quick())
	expect(t, served, scan.Error, "the connection is refused")
	expect(t, exposed, scan.Error, "the connection is refused")
	s := serve(t, files(map[string]string{"/": "<p>"}))
	served, _ = look(t, pages.Target{Addresses: []netip.AddrPort{address, s.address()}, Hosts: []string{host}}, quick())
	expect(t, served, scan.Incomplete, "the connection is refused")
}

func TestAnAddressThatIsNotAllowedIsNotAsked(t *testing.T) {
	t.Parallel()
	s := serve(t, files(map[string]string{"/": key(6)}))
	o := quick()
	o.Dial.AllowLoopback = false
	served, exposed := look(t, s.target(), o)
	expect(t, served, scan.Error, "is not allowed: loopback")
	expect(t, exposed, scan.Error, "is not allowed: loopback")
	if s.count() > 0 {
		t.Error("it was asked")
	}
}

func TestATargetThatCannotBeOneIsRefused(t *testing.T) {
	t.Parallel()
	address := []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:1")}
	secret := key(7)
	for name, target := range map[string]pages.Target{
		"nothing":                 {},
		"no host":                 {Addresses: address},
		"a host with a path":      {Addresses: address, Hosts: []string{"a/" + secret}},
		"a host with a line":      {Addresses: address, Hosts: []string{"a\r\nX: " + secret}},
		"no address":              {Hosts: []string{"a"}},
		"an address without port": {Addresses: []netip.AddrPort{{}}, Hosts: []string{"a"}},
		"an entry of elsewhere":   {Addresses: address, Hosts: []string{"a"}, Entry: []string{"https://evil.example/" + secret}},
		"an entry without scheme": {Addresses: address, Hosts: []string{"a"}, Entry: []string{"//evil.example/" + secret}},
		"both":                    {Addresses: address, Hosts: []string{"a"}, Origin: &url.URL{Scheme: "http", Host: "a"}},
		"a file":                  {Origin: &url.URL{Scheme: "file", Path: "/etc/" + secret}},
		"gopher":                  {Origin: &url.URL{Scheme: "gopher", Host: secret}},
		"a user":                  {Origin: &url.URL{Scheme: "https", Host: "a", User: url.UserPassword("u", secret)}},
		"no host in the URL":      {Origin: &url.URL{Scheme: "https", Path: secret}},
	} {
		_, _, err := pages.Look(context.Background(), leak.New(nil), target, quick())
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestALookThatIsCancelledSaysSo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	if _, _, err := pages.Look(ctx, leak.New(nil), s.target(), quick()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
