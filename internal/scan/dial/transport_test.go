package dial_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/hustings/hustings/internal/scan/dial"
)

const patience = 200 * time.Millisecond

// names is a DNS server that answers the n-th question for an address with the n-th answer, the last one for ever.
func names(t *testing.T, answers ...string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		asked, packet := 0, make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(packet)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(packet[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Additionals = true, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				answer := answers[min(asked, len(answers)-1)]
				asked++
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET},
					Body:   &dnsmessage.AResource{A: netip.MustParseAddr(answer).As4()},
				}}
			}
			if reply, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// get reads a URL to the end.
func get(t *testing.T, tr *http.Transport, url string) (string, error) {
	t.Helper()
	t.Cleanup(tr.CloseIdleConnections)
	client := http.Client{Transport: tr, CheckRedirect: dial.CheckRedirect}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

func counting(t *testing.T, h http.HandlerFunc) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	var hits atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		h(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv, &hits
}

func port(srv *httptest.Server) string {
	_, p, _ := strings.Cut(strings.TrimPrefix(srv.URL, "http://"), ":")
	return p
}

func ok(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }

func TestTransportConnectsOnlyWhereAllowed(t *testing.T) {
	t.Parallel()
	srv, hits := counting(t, ok)
	for name, host := range map[string]string{
		"an address":                   "127.0.0.1",
		"an address that is mapped":    "[::ffff:127.0.0.1]",
		"a name":                       "localhost",
		"a name that resolves inwards": "innocent.example.com",
		"the unspecified address":      "0.0.0.0",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := get(t, dial.Policy{Resolver: names(t, "127.0.0.1")}.Transport(), "http://"+host+":"+port(srv))
			var denied *dial.DeniedError
			if !errors.As(err, &denied) {
				t.Errorf("got %v, want a DeniedError", err)
			}
		})
	}
	t.Cleanup(func() {
		if n := hits.Load(); n != 0 {
			t.Errorf("%d requests arrived", n)
		}
	})
}

func TestTransportChecksAgainWhenANameChangesItsAddress(t *testing.T) {
	t.Parallel()
	srv, hits := counting(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		_, _ = io.WriteString(w, "hello")
	})
	tr := dial.Policy{AllowLoopback: true, Resolver: names(t, "127.0.0.1", "169.254.169.254")}.Transport()
	url := "http://rebinding.example.com:" + port(srv)
	if body, err := get(t, tr, url); err != nil || body != "hello" {
		t.Fatalf("first request: %q, %v", body, err)
	}
	_, err := get(t, tr, url)
	var denied *dial.DeniedError
	if !errors.As(err, &denied) || denied.Addr != netip.MustParseAddr("169.254.169.254") {
		t.Errorf("second request: %v, want the metadata address denied", err)
	}
	if hits.Load() != 1 {
		t.Errorf("%d requests arrived", hits.Load())
	}
}

func TestTransportIgnoresProxiesOfTheEnvironment(t *testing.T) {
	proxy, asked := counting(t, ok)
	srv, hits := counting(t, ok)
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	tr := dial.Policy{AllowLoopback: true, Resolver: names(t, "127.0.0.1")}.Transport()
	if _, err := get(t, tr, "http://site.example.com:"+port(srv)); err != nil {
		t.Fatal(err)
	}
	if asked.Load() != 0 || hits.Load() != 1 {
		t.Errorf("%d requests to the proxy, %d to the server", asked.Load(), hits.Load())
	}
}

func TestTransportLeavesBodiesAsTheyWereSent(t *testing.T) {
	t.Parallel()
	srv, _ := counting(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "" {
			t.Errorf("it asks for %q", r.Header.Get("Accept-Encoding"))
		}
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = io.WriteString(w, "not gzip at all")
	})
	if body, err := get(t, dial.Policy{AllowLoopback: true}.Transport(), srv.URL); err != nil || body != "not gzip at all" {
		t.Errorf("got %q, %v", body, err)
	}
}

// raw is a server that speaks no HTTP of its own: it reads the head of a request and then does what it is told.
func raw(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				// What is no request is the beginning of TLS.
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil || !errors.Is(err, io.EOF) {
					answer(conn)
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

// hang waits until the other side has had enough.
func hang(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

func TestTransportWaitsOnlySoLong(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(net.Conn){
		"for the headers": hang,
		"for the next header": func(c net.Conn) {
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\nA: b\r\n")
			hang(c)
		},
		"for the next bytes": func(c net.Conn) {
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")
			hang(c)
		},
		"for the next chunk": func(c net.Conn) {
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
			hang(c)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := get(t, dial.Policy{AllowLoopback: true, Timeout: patience}.Transport(), raw(t, answer))
			var waited net.Error
			if !errors.As(err, &waited) || !waited.Timeout() {
				t.Errorf("got %v, want a timeout", err)
			}
		})
	}
}

func TestTransportWaitsOnlySoLongForTLS(t *testing.T) {
	t.Parallel()
	url := strings.Replace(raw(t, hang), "http:", "https:", 1)
	_, err := get(t, dial.Policy{AllowLoopback: true, Timeout: patience}.Transport(), url)
	var waited net.Error
	if !errors.As(err, &waited) || !waited.Timeout() {
		t.Errorf("got %v, want a timeout", err)
	}
}

func TestTransportBoundsHeaders(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(net.Conn){
		"one that never ends": func(c net.Conn) {
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\nA: ")
			for _, err := io.WriteString(c, "a"); err == nil; _, err = io.WriteString(c, strings.Repeat("a", 4096)) {
			}
		},
		"interim answers without end": func(c net.Conn) {
			for _, err := io.WriteString(c, ""); err == nil; _, err = io.WriteString(c, "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n") {
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := get(t, dial.Policy{AllowLoopback: true, Timeout: time.Minute}.Transport(), raw(t, answer)); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestTransportTrustsOnlyKnownCertificates(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(ok))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	if _, err := get(t, dial.Policy{AllowLoopback: true}.Transport(), srv.URL); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("got %v, want an error about the certificate", err)
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	target, hits := counting(t, ok)
	for name, c := range map[string]struct{ location, want string }{
		"to metadata":          {"http://169.254.169.254/latest/", "not allowed"},
		"to a decimal address": {"http://2852039166/", ""},
		"to a file":            {"file:///etc/passwd", "neither to http"},
		"to gopher":            {"gopher://127.0.0.1/", "neither to http"},
		"with a user":          {"http://user@127.0.0.1:" + port(target), "names a user"},
		"without a host":       {"http:///x", ""},
		"in a circle":          {"/", "more than 5"},
		"that cannot be read":  {"http://%zz", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, _ := counting(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", c.location)
				w.WriteHeader(http.StatusFound)
			})
			policy := dial.Policy{AllowLoopback: true, Timeout: patience, Resolver: names(t, "10.0.0.1")}
			_, err := get(t, policy.Transport(), srv.URL)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	t.Cleanup(func() {
		if hits.Load() != 0 {
			t.Error("the target was asked")
		}
	})
}

func TestRedirectFromHTTPSToHTTPIsRefused(t *testing.T) {
	t.Parallel()
	target, hits := counting(t, ok)
	srv := httptest.NewTLSServer(http.RedirectHandler(target.URL, http.StatusFound))
	t.Cleanup(srv.Close)
	tr := dial.Policy{AllowLoopback: true}.Transport()
	tr.TLSClientConfig.RootCAs = srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	_, err := get(t, tr, srv.URL)
	if !errors.Is(err, dial.ErrRedirect) || hits.Load() != 0 {
		t.Errorf("got %v and %d requests", err, hits.Load())
	}
}

func TestFiveRedirectsAreFollowed(t *testing.T) {
	t.Parallel()
	srv, hits := counting(t, func(w http.ResponseWriter, r *http.Request) {
		if n := len(r.URL.Path); n < 6 {
			http.Redirect(w, r, r.URL.Path+"a", http.StatusFound)
			return
		}
		ok(w, r)
	})
	if body, err := get(t, dial.Policy{AllowLoopback: true}.Transport(), srv.URL+"/"); err != nil || body != "hello" || hits.Load() != 6 {
		t.Errorf("got %q, %v after %d requests", body, err, hits.Load())
	}
}

func TestReasonKnowsPlainHTTPWhereTLSIsWanted(t *testing.T) {
	t.Parallel()
	srv, hits := counting(t, ok)
	_, err := dial.Policy{AllowLoopback: true}.Transport().RoundTrip(httptest.NewRequest(http.MethodGet, "https://127.0.0.1:"+port(srv), nil))
	if got := dial.Reason(err); got != "it speaks http where https is wanted" || hits.Load() != 0 {
		t.Errorf("got %q after %d requests", got, hits.Load())
	}
}
