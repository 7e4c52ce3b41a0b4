package dial

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

const defaultTimeout = 30 * time.Second

func (p Policy) timeout() time.Duration {
	if p.Timeout > 0 {
		return p.Timeout
	}
	return defaultTimeout
}

// DialContext connects to an address that the policy allows.
func (p Policy) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{Timeout: p.timeout(), Resolver: p.Resolver, Control: p.control}
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return &patient{Conn: conn, timeout: p.timeout()}, nil
}

// control is called with the address that a socket is about to connect to.
func (p Policy) control(_, address string, _ syscall.RawConn) error {
	end, err := netip.ParseAddrPort(address)
	if err != nil {
		return &DeniedError{Why: "it is no address"}
	}
	return p.Check(end.Addr())
}

// Transport speaks HTTP/1.1 over connections that the policy allows, over TLS 1.2 or later where the URL says https. It
// knows no proxy: what the environment names would connect in its place. It leaves bodies as they were sent, so that their
// sizes and digests are those of the sender. Whoever sends requests with it follows redirects himself, or lets an
// http.Client do so with CheckRedirect.
func (p Policy) Transport() *http.Transport {
	const (
		headers = 64 << 10
		perHost = 4
	)
	return &http.Transport{
		DialContext:            p.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    p.timeout(),
		ResponseHeaderTimeout:  p.timeout(),
		IdleConnTimeout:        p.timeout(),
		ExpectContinueTimeout:  time.Second,
		MaxIdleConns:           perHost * perHost,
		MaxIdleConnsPerHost:    perHost,
		MaxConnsPerHost:        perHost,
		MaxResponseHeaderBytes: headers,
		DisableCompression:     true,
	}
}

// ErrRedirect is wrapped by the errors of CheckRedirect.
var ErrRedirect = errors.New("redirect refused")

// MostRedirects that are followed in a row.
const MostRedirects = 5

// CheckRedirect allows five redirects, none from https to http, none to another scheme and none with a user's name in it.
// It fits http.Client; via is at least one request.
func CheckRedirect(next *http.Request, via []*http.Request) error {
	switch from := via[len(via)-1].URL; {
	case len(via) > MostRedirects:
		return fmt.Errorf("%w: more than %d in a row", ErrRedirect, MostRedirects)
	case next.URL.Scheme != "https" && next.URL.Scheme != "http":
		return fmt.Errorf("%w: neither to http nor to https", ErrRedirect)
	case from.Scheme == "https" && next.URL.Scheme != "https":
		return fmt.Errorf("%w: from https to http", ErrRedirect)
	case next.URL.User != nil:
		return fmt.Errorf("%w: it names a user", ErrRedirect)
	case next.URL.Hostname() == "":
		return fmt.Errorf("%w: it names no host", ErrRedirect)
	}
	return nil
}

// patient is a connection that waits only so long for the other side.
type patient struct {
	net.Conn
	timeout time.Duration
}

// Read waits for the next bytes. The time that passes between two reads does not count.
func (c *patient) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.timeout)); err != nil {
		return 0, fmt.Errorf("set deadline: %w", err)
	}
	return c.Conn.Read(b)
}

// Write gives the answer its full time too: the read for it may have begun long ago, when the connection fell idle.
func (c *patient) Write(b []byte) (int, error) {
	if err := c.SetDeadline(time.Now().Add(c.timeout)); err != nil {
		return 0, fmt.Errorf("set deadline: %w", err)
	}
	return c.Conn.Write(b)
}
