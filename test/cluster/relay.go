package cluster

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"sync"
)

// Fault is what goes wrong with a write on its way.
type Fault int

// The faults.
const (
	// NoFault: the write is done and answered.
	NoFault Fault = iota
	// LostRequest: the write never arrives, and the connection breaks.
	LostRequest
	// LostReply: the write is done, and the connection breaks before the answer.
	LostReply
)

// Relay stands between a manager and the API server, and lets writes go wrong.
type Relay struct {
	// URL is where it listens, on loopback, and CA (PEM) what it is trusted by: clients show no token without TLS.
	URL string
	CA  []byte

	server   *httptest.Server
	lateness *lateness
	mu       sync.Mutex
	writes   int
	decide   func(n int, r *http.Request) Fault
}

// NewRelay starts a relay to the cluster's API server.
func (c *Cluster) NewRelay() (*Relay, error) {
	target, err := url.Parse(c.Config.Host)
	if err != nil {
		return nil, fmt.Errorf("read the API server's address: %w", err)
	}
	ca := c.Config.CAData
	if len(ca) == 0 {
		if ca, err = os.ReadFile(c.Config.CAFile); err != nil {
			return nil, err
		}
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		return nil, errors.New("the cluster's authority is not PEM")
	}
	proxy := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		FlushInterval: -1, // watches are streams
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}, ForceAttemptHTTP2: true},
		// A manager that was killed leaves its watches behind: that is no news.
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, err.Error(), http.StatusBadGateway)
		},
	}
	r := &Relay{lateness: newLateness()}
	proxy.ModifyResponse = r.keepBack
	r.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		switch r.faultOf(q) {
		case LostRequest:
			panic(http.ErrAbortHandler) // breaks the connection
		case LostReply:
			proxy.ServeHTTP(httptest.NewRecorder(), q)
			panic(http.ErrAbortHandler)
		case NoFault:
			proxy.ServeHTTP(w, q)
		}
	}))
	r.server.Config.ErrorLog = log.New(io.Discard, "", 0) // broken connections are what it is for
	r.server.StartTLS()
	r.URL = r.server.URL
	r.CA = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.server.Certificate().Raw})
	return r, nil
}

// Decide has decide say what goes wrong with each write from now on, the first of which is number 1; nil, nothing. It is
// called by one request at a time. Leases do not count.
func (r *Relay) Decide(decide func(n int, q *http.Request) Fault) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.writes, r.decide = 0, decide
}

func (r *Relay) faultOf(q *http.Request) Fault {
	if q.Method == http.MethodGet || q.Header.Get("Upgrade") != "" {
		return NoFault
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.decide == nil {
		return NoFault
	}
	r.writes++
	return r.decide(r.writes, q)
}

// Stop ends it, and all connections through it.
func (r *Relay) Stop() {
	r.server.CloseClientConnections()
	r.server.Close()
}
