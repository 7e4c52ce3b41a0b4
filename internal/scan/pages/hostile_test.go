package pages_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/pages"
)

// tight are options under which a hostile site is cut off soon.
func tight() pages.Options {
	o := quick()
	o.Budget.Request, o.Budget.Wall = time.Second, 20*time.Second
	o.Budget.URLs, o.Budget.Body, o.Budget.Bytes = 60, 1<<20, 8<<20
	o.Budget.Alike, o.Budget.Queries = 20, 10
	return o
}

// hostile is a site whose page /bad, which is linked from its entry, behaves badly.
func hostile(bad func(w http.ResponseWriter, r *http.Request)) func(w http.ResponseWriter, r *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/":
			_, _ = io.WriteString(w, "<a href=/bad>")
		case strings.HasPrefix(r.URL.Path, "/bad"):
			bad(w, r)
		default:
			http.NotFound(w, r)
		}
	}
}

// page answers with text, in which %s is the path that was asked for.
func answer(text string) func(w http.ResponseWriter, r *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, strings.ReplaceAll(text, "%s", r.URL.Path))
	}
}

func send(coding string, data []byte) func(w http.ResponseWriter, r *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", coding)
		_, _ = w.Write(data)
	}
}

// numbered answers with links that are made of a number, which grows with every page.
func numbered(format string) func(w http.ResponseWriter, r *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := range 20 {
			_, _ = fmt.Fprintf(w, "<a href='"+format+"'>", len(r.URL.RequestURI())*1000+i)
		}
	}
}

func redirect(to string, status int) func(w http.ResponseWriter, r *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", strings.ReplaceAll(to, "%s", r.URL.Path))
		w.WriteHeader(status)
	}
}

func TestAHostilePageIsCutOffAndNeverClean(t *testing.T) {
	t.Parallel()
	zeros := make([]byte, 64<<20)
	zipped := encoded("gzip", zeros)
	for name, c := range map[string]struct {
		bad func(w http.ResponseWriter, r *http.Request)
		why string
	}{
		"a body without end": {func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(zeros[:1<<16]); err != nil {
					return
				}
			}
		}, "more than 1 MiB of it"},
		"a body that says it is huge": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10000000000")
			_, _ = w.Write(zeros[:2<<20])
		}, "more than 1 MiB of it"},
		"a body that is shorter than it says": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, "<p>")
			panic(http.ErrAbortHandler)
		}, "the connection broke off"},
		"a body that drips": {func(w http.ResponseWriter, r *http.Request) {
			tick := time.NewTicker(10 * time.Millisecond)
			defer tick.Stop()
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, "a")
				_ = http.NewResponseController(w).Flush()
				<-tick.C
			}
		}, "more than 1 s"},
		"a body that stops": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "a")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, "more than 1 s"},
		"no answer":                    {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "more than 1 s"},
		"an answer that is taken back": {func(_ http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }, "the connection broke off"},
		"headers without end": {func(w http.ResponseWriter, _ *http.Request) {
			for i := range 10_000 {
				w.Header().Set(fmt.Sprintf("X-%d", i), "0123456789")
			}
		}, "its headers are too long"},
		"one header without end":        {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", strings.Repeat("a", 1<<20)) }, "its headers are too long"},
		"a gzip bomb":                   {send("gzip", zipped), "more than 1 MiB of it"},
		"a Brotli bomb":                 {send("br", encoded("br", zeros)), "more than 1 MiB of it"},
		"a zstd bomb":                   {send("zstd", encoded("zstd", zeros)), "more than 1 MiB of it"},
		"a zlib bomb":                   {send("deflate", encoded("zlib", zeros)), "more than 1 MiB of it"},
		"a deflate bomb":                {send("deflate", encoded("deflate", zeros)), "more than 1 MiB of it"},
		"a bomb in a bomb":              {send("gzip, gzip", encoded("gzip", zipped)), "more than 1 MiB of it"},
		"a bomb that is not called one": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(zipped) }, "times larger than it was packed"},
		"a gzip of endless empty members": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			empty := bytes.Repeat(encoded("gzip", nil), 1000)
			for r.Context().Err() == nil {
				if _, err := w.Write(empty); err != nil {
					return
				}
			}
		}, "/bad"},
		"a gzip that ends early":        {send("gzip", encoded("gzip", []byte(strings.Repeat("vote", 999)))[:30]), "its encoding (gzip) is damaged"},
		"a Brotli that is damaged":      {send("br", append(encoded("br", []byte(strings.Repeat("vote ", 99)))[:20], zeros[:99]...)), "its encoding (br) is damaged"},
		"too many encodings":            {send("gzip, gzip, gzip, gzip, gzip", encoded("gzip", nil)), "not undone here"},
		"an encoding that nobody knows": {send("rot13", []byte("ibgr")), "not undone here"},
		"a redirect to itself":          {redirect("/bad", http.StatusFound), "in a circle"},
		"a redirect to itself in https": {redirect("https://"+host+"/bad", http.StatusMovedPermanently), "in a circle"},
		"redirects in a circle": {func(w http.ResponseWriter, r *http.Request) {
			redirect("/bad/"+strings.Repeat("x", (len(r.URL.Path)+1)%3), 307)(w, r)
		}, "in a circle"},
		"redirects without end": {redirect("%s/x", http.StatusSeeOther), "more than 5 redirects in a row"},
		"redirects that count": {func(w http.ResponseWriter, r *http.Request) {
			redirect(fmt.Sprintf("/bad?n=%d", len(r.URL.RawQuery)), 308)(w, r)
			_, _ = w.Write(nil)
		}, "/bad"},
		"links without end":            {numbered("/bad/%d/x"), "pages of the kind /bad/#/x"},
		"a calendar":                   {numbered("/bad/2026/%d"), "more than 20 pages of the kind /bad/#/#"},
		"links in letters without end": {func(w http.ResponseWriter, r *http.Request) { answer("<a href=%s/x><a href=%s/y><a href=%s/z>")(w, r) }, "more than 60 pages"},
		"one link after another":       {answer("<a href=%s/x>"), "more than 5 links away"},
		"relative links without end":   {func(w http.ResponseWriter, r *http.Request) { answer("<a href='"+r.URL.Path[1:]+"/x/'>")(w, r) }, "more than 5 links away"},
		"queries that make themselves": {numbered("/bad?id=%d"), "more than 10 pages that differ in their query only"},
		"a million links": {func(w http.ResponseWriter, _ *http.Request) {
			for i := range 90_000 {
				_, _ = fmt.Fprintf(w, "<a href=/bad%c%d>", 'a'+rune(i%26), i)
			}
		}, "more than"},
		"scripts without end": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/bad" {
				_, _ = io.WriteString(w, "<script src=/bad/s.js></script>")
			}
			answer("import '%s/a.js'; import '%s/b.js'")(w, r)
		}, "more than"},
		"it asks to wait":         {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }, "status 429"},
		"a refresh without end":   {answer("<meta http-equiv=refresh content='0;url=%s/x'>"), "more than 5 links away"},
		"a page that is too long": {answer(strings.Repeat("<p>vote", 200_000)), "more than 1 MiB of it"},
		"a film that is none": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "video/mp4")
			_, _ = w.Write(bytes.Repeat([]byte("vote "), 1<<20))
		}, "more than 1 MiB of it"},
		"an archive in an archive in more": {func(w http.ResponseWriter, _ *http.Request) {
			data := []byte("vote")
			for range 9 {
				data = encoded("gzip", data)
			}
			_, _ = w.Write(data)
		}, "nested more than"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			s := serve(t, hostile(c.bad))
			served, _ := look(t, s.target(), tight())
			expect(t, served, scan.Incomplete, c.why)
			if took := time.Since(began); took > time.Minute {
				t.Errorf("it took %s", took)
			}
		})
	}
}

func TestAStrangePageIsLookedAtWithoutHarm(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		bad     func(w http.ResponseWriter, r *http.Request)
		verdict scan.Verdict
	}{
		"a redirect to metadata":              {redirect("http://169.254.169.254/latest/meta-data/", 302), scan.Clean},
		"a redirect to metadata over IPv6":    {redirect("http://[fd00:ec2::254]/", 302), scan.Clean},
		"a redirect to loopback":              {redirect("http://127.0.0.1:1/", 302), scan.Clean},
		"a redirect to a decimal address":     {redirect("http://2852039166/", 302), scan.Clean},
		"a redirect to an octal address":      {redirect("http://0251.0376.0251.0376/", 302), scan.Clean},
		"a redirect to a mapped address":      {redirect("http://[::ffff:169.254.169.254]/", 302), scan.Clean},
		"a redirect to NAT64":                 {redirect("http://[64:ff9b::a9fe:a9fe]/", 302), scan.Clean},
		"a redirect to the API server":        {redirect("https://kubernetes.default.svc/api", 302), scan.Clean},
		"a redirect to another port of it":    {redirect("http://"+host+":6443/", 302), scan.Clean},
		"a redirect to another site":          {redirect("https://evil.example/%s", 302), scan.Clean},
		"a redirect without a scheme":         {redirect("//evil.example/x", 302), scan.Clean},
		"a redirect with three slashes":       {redirect("///evil.example/x", 302), scan.Clean},
		"a redirect with backslashes":         {redirect(`\\evil.example\x`, 302), scan.Clean},
		"a redirect to a user's":              {redirect("http://u:p@"+host+"/", 302), scan.Clean},
		"a redirect to a user that is a host": {redirect("http://"+host+"@evil.example/", 302), scan.Clean},
		"a redirect to a file":                {redirect("file:///etc/passwd", 302), scan.Clean},
		"a redirect to gopher":                {redirect("gopher://127.0.0.1:6379/_x", 302), scan.Clean},
		"a redirect to data":                  {redirect("data:text/html,x", 302), scan.Clean},
		"a redirect to a script":              {redirect("javascript:alert(1)", 302), scan.Clean},
		"a redirect to nothing":               {redirect("", 302), scan.Clean},
		"a redirect to no URL":                {redirect("http://[::1", 302), scan.Clean},
		"a redirect with a port that is none": {redirect("http://"+host+":99999999/", 302), scan.Clean},
		"links to everywhere": {answer(`<a href="file:///etc/passwd"><a href=gopher://x><a href="data:,x"><a href="javascript:x"><a href=mailto:a@b>
			<a href="//evil.example"><a href="http://u@` + host + `/u"><a href=http://169.254.169.254/><a href="blob:x"><a href=":"><a href="%zz"><a href="http://">`), scan.Clean},
		"a base that is elsewhere":      {answer("<base href='https://evil.example/'><a href=x><script src=y></script>"), scan.Clean},
		"a hundred thousand elements":   {answer(strings.Repeat("<div>", 100_000)), scan.Clean},
		"a hundred thousand attributes": {answer("<a " + strings.Repeat("a=b ", 100_000) + ">"), scan.Clean},
		"tags that do not close":        {answer("<a href='/" + strings.Repeat("<script><style><!--", 10_000)), scan.Clean},
		"NULs":                          {answer(strings.Repeat("\x00", 100_000)), scan.Clean},
		"invalid UTF-8":                 {answer("<p>\xff\xfe\xc0\x80<a href='/\xff\xfe'>"), scan.Clean},
		"a wrong charset": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-7")
			_, _ = io.WriteString(w, "+ADw-script+AD4-")
		}, scan.Clean},
		"a type that is none": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", ";;;=")
			_, _ = io.WriteString(w, "<p>")
		}, scan.Clean},
		"a film": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/png")
			_, _ = w.Write(append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 3<<20)...))
		}, scan.Clean},
		"no content": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(http.StatusNoContent)
		}, scan.Clean},
		"an empty body in gzip":     {send("gzip", nil), scan.Clean},
		"an empty body in zstd":     {send("zstd", nil), scan.Clean},
		"a line of a million":       {answer(strings.Repeat("a", 1_000_000)), scan.Clean},
		"near misses":               {answer(strings.Repeat("sk_"+"live_ pass"+"word= gh"+"p_x ", 30_000)), scan.Clean},
		"a status that is none":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(999) }, scan.Clean},
		"a page that needs a login": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, scan.Clean},
		"early hints": {func(w http.ResponseWriter, _ *http.Request) {
			for range 3 {
				w.Header().Set("Link", "</x.js>; rel=preload")
				w.WriteHeader(http.StatusEarlyHints)
			}
			_, _ = io.WriteString(w, "<p>")
		}, scan.Clean},
		"a robots.txt that is a page": {answer("User-agent: *\nDisallow: //evil.example/\nSitemap: http://169.254.169.254/s.xml"), scan.Clean},
		"a cookie that is asked for": {func(w http.ResponseWriter, _ *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
			w.Header().Set("WWW-Authenticate", "Negotiate")
			w.WriteHeader(401)
		}, scan.Clean},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, hostile(c.bad))
			served, _ := look(t, s.target(), tight())
			expect(t, served, c.verdict, "")
			if len(s.credentials) > 0 {
				t.Error("credentials were sent")
			}
		})
	}
}

func TestAnAddressThatNobodyMayAskIsNotAsked(t *testing.T) {
	t.Parallel()
	o := tight()
	o.Dial.AllowPrivate = true
	o.Dial.Deny = []netip.Prefix{netip.MustParsePrefix("127.0.9.0/24"), netip.MustParsePrefix("10.96.0.1/32")}
	for name, address := range map[string]string{
		"metadata":                "169.254.169.254:80",
		"metadata over IPv6":      "[fd00:ec2::254]:80",
		"metadata that is mapped": "[::ffff:169.254.169.254]:80",
		"metadata behind NAT64":   "[64:ff9b::a9fe:a9fe]:80",
		"metadata in 6to4":        "[2002:a9fe:a9fe::1]:80",
		"another metadata":        "100.100.100.200:80",
		"link-local":              "[fe80::1]:80",
		"a zone":                  "[fe80::1%lo]:80",
		"no address":              "0.0.0.0:80",
		"everybody":               "224.0.0.1:80",
		"a node":                  "127.0.9.1:80",
		"a node that is mapped":   "[::ffff:127.0.9.1]:80",
		"the API server":          "10.96.0.1:443",
	} {
		served, exposed := look(t, pages.Target{Addresses: []netip.AddrPort{netip.MustParseAddrPort(address)}, Hosts: []string{host}}, o)
		if served.Verdict != scan.Error || exposed.Verdict != scan.Error || !strings.Contains(served.Message, "is not allowed") {
			t.Errorf("%s: %s, %s", name, served.Verdict, served.Message)
		}
	}
}

func TestALabelDoesNothingButShow(t *testing.T) {
	t.Parallel()
	secret := key(30)
	served, _ := lookAt(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/":
			_, _ = io.WriteString(w, `<a href="/%1b[31m%0a{%22level%22:%22info%22}/x"><a href="/`+secret+`"><a href="/a?k=`+secret+`"><a href="/`+strings.Repeat("long", 400)+`">`)
		case len(r.URL.Path) > 20 || r.URL.RawQuery != "":
			_, _ = io.WriteString(w, key(31))
		default:
			http.NotFound(w, r)
		}
	})
	silent(t, secret, served)
	for _, f := range served.Findings {
		if strings.ContainsAny(f.Place.String(), "\x1b\n") || len(f.Place.File) > 220 {
			t.Errorf("place %q", f.Place)
		}
	}
	if got := strings.Join(places(served), "\n"); !strings.Contains(got, "name withheld") || !strings.Contains(got, "?[31m?{") {
		t.Errorf("found %q", got)
	}
}

func TestASiteThatSpeaksNoHTTPIsAnError(t *testing.T) {
	t.Parallel()
	secret := key(32)
	for name, text := range map[string]string{
		"nothing":               "",
		"what is no HTTP":       "220 smtp." + secret + " ready\r\n",
		"HTTP/2":                "\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64",
		"HTTP/2 continuations":  strings.Repeat("\x00\x00\x01\x09\x00\x00\x00\x00\x01a", 10_000),
		"a status that is none": "HTTP/1.1 abc " + secret + "\r\n\r\n",
		"a header that is none": "HTTP/1.1 200 OK\r\n" + secret + "\r\n\r\n",
		"two lengths":           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
		"a negative length":     "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
		"1xx without end":       strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </"+secret+">\r\n\r\n", 20_000),
		"TLS":                   "\x15\x03\x03\x00\x02\x02\x46",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			must(err)
			defer func() { _ = listener.Close() }() // it ends the test's server
			go func() {
				for {
					conn, err := listener.Accept()
					if err != nil {
						return
					}
					_, _ = io.WriteString(conn, text) // the other side may have left
					_ = conn.Close()
				}
			}()
			served, exposed := look(t, pages.Target{Addresses: []netip.AddrPort{netip.MustParseAddrPort(listener.Addr().String())}, Hosts: []string{host}}, tight())
			expect(t, served, scan.Error, "no page can be fetched")
			expect(t, exposed, scan.Error, "no page can be fetched")
			silent(t, secret, served, exposed)
		})
	}
}
