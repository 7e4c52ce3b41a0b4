package image_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
	"github.com/hustings/hustings/internal/scan/dial"
	"github.com/hustings/hustings/internal/scan/image"
)

// The hosts of a world. Each has an address of its own on loopback.
const (
	registryHost = "registry.example.org"
	// authHost is of the registry's domain, otherHost of another one.
	authHost  = "auth.example.org"
	otherHost = "cdn.example.net"
	// insideHost resolves to where nobody may connect to: it stands for a cloud's metadata.
	insideHost    = "inside.example.com"
	insideAddress = "127.0.0.254"
	// plainHost speaks http.
	plainHost = "127.0.0.5"
)

// world is a registry, what is around it, and who was asked what.
type world struct {
	registry *registry
	// auth, other, inside and plain answer at the other hosts; nil, 404.
	auth, other, inside, plain http.HandlerFunc
	ports                      map[string]string
	resolver                   *net.Resolver

	mu sync.Mutex
	// lookups counts questions for each name; answers has the addresses, the last for ever.
	lookups map[string]int
	answers map[string][]string
	asked   []question
}

// question is a request that arrived somewhere.
type question struct{ host, path, authorization string }

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{
		registry: &registry{manifests: map[string][]byte{}, blobs: map[string][]byte{}},
		ports:    map[string]string{}, lookups: map[string]int{},
		answers: map[string][]string{
			registryHost: {"127.0.0.1"}, authHost: {"127.0.0.2"}, otherHost: {"127.0.0.3"}, insideHost: {insideAddress},
		},
	}
	w.resolver = w.names(t)
	w.registry.Server = w.serve(t, registryHost, "127.0.0.1", true, func() http.HandlerFunc { return w.registry.ServeHTTP })
	w.serve(t, authHost, "127.0.0.2", true, func() http.HandlerFunc { return w.auth })
	w.serve(t, otherHost, "127.0.0.3", true, func() http.HandlerFunc { return w.other })
	w.serve(t, insideHost, insideAddress, true, func() http.HandlerFunc { return w.inside })
	w.serve(t, plainHost, plainHost, false, func() http.HandlerFunc { return w.plain })
	return w
}

// serve answers at a host, and notes what it is asked.
func (w *world) serve(t *testing.T, name, address string, secure bool, handler func() http.HandlerFunc) *httptest.Server {
	t.Helper()
	l, err := net.Listen("tcp", address+":0")
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		w.mu.Lock()
		w.asked = append(w.asked, question{name, req.URL.Path, req.Header.Get("Authorization")})
		w.mu.Unlock()
		if h := handler(); h != nil {
			h(rw, req)
			return
		}
		rw.WriteHeader(http.StatusNotFound)
	}))
	must(srv.Listener.Close())
	srv.Listener = l
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	if secure {
		srv.TLS = &tls.Config{Certificates: []tls.Certificate{authority().issue(time.Now().Add(time.Hour), name)}}
		srv.StartTLS()
	} else {
		srv.Start()
	}
	t.Cleanup(srv.Close)
	w.ports[name] = fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
	return srv
}

// at is a URL of a host.
func (w *world) at(host, path string) string {
	scheme := "https"
	if host == plainHost {
		scheme = "http"
	}
	return scheme + "://" + host + ":" + w.ports[host] + path
}

// names is a resolver that knows the world's hosts.
func (w *world) names(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		packet := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(packet)
			if err != nil {
				return
			}
			if reply := w.answer(packet[:n]); reply != nil {
				_, _ = conn.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (w *world) answer(packet []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(packet) != nil || len(m.Questions) != 1 {
		return nil
	}
	m.Response, m.Additionals = true, nil
	q := m.Questions[0]
	name := strings.TrimSuffix(strings.ToLower(q.Name.String()), ".")
	w.mu.Lock()
	defer w.mu.Unlock()
	answers := w.answers[name]
	if len(answers) == 0 {
		m.RCode = dnsmessage.RCodeNameError
	} else if q.Type == dnsmessage.TypeA {
		answer := answers[min(w.lookups[name], len(answers)-1)]
		w.lookups[name]++
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET},
			Body:   &dnsmessage.AResource{A: netip.MustParseAddr(answer).As4()},
		}}
	}
	reply, err := m.Pack()
	must(err)
	return reply
}

// options reach the world's hosts, all but the one inside.
func (w *world) options() image.Options {
	return image.Options{
		PlainHTTP: true, Roots: authority().pool, Wall: 20 * time.Second,
		Dial: dial.Policy{
			AllowLoopback: true, Timeout: 2 * time.Second, Resolver: w.resolver,
			Deny: []netip.Prefix{netip.MustParsePrefix(insideAddress + "/32")},
		},
	}
}

func (w *world) ref(d object) string {
	return registryHost + ":" + w.ports[registryHost] + "/site@" + d["digest"].(string)
}

func (w *world) scan(t *testing.T, d object, o image.Options) scan.Result {
	t.Helper()
	r, err := image.Scan(t.Context(), leak.New(nil), image.Remote(w.ref(d)), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// questions are those that arrived at a host.
func (w *world) questions(host string) []question {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.asked), func(q question) bool { return q.host != host })
}

// credentials are those for the registry.
type credentials struct{ config authn.AuthConfig }

// Resolve implements authn.Keychain.
func (c credentials) Resolve(r authn.Resource) (authn.Authenticator, error) {
	if host, _, _ := strings.Cut(r.RegistryStr(), ":"); host != registryHost && host != "127.0.0.1" {
		return authn.Anonymous, nil
	}
	return authn.FromConfig(c.config), nil
}

// issuer signs certificates of a test.
type issuer struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	pool *x509.CertPool
}

// authority is the one that tests trust.
var authority = sync.OnceValue(newIssuer)

func newIssuer() *issuer {
	i := &issuer{pool: x509.NewCertPool()}
	var err error
	i.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "tests"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &i.key.PublicKey, i.key)
	must(err)
	i.cert, err = x509.ParseCertificate(raw)
	must(err)
	i.pool.AddCert(i.cert)
	return i
}

// issue makes a certificate for names and addresses.
func (i *issuer) issue(until time.Time, names ...string) tls.Certificate {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: names[0]},
		NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: until, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, n)
		}
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, i.cert, &i.key.PublicKey, i.key)
	must(err)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: i.key}
}
