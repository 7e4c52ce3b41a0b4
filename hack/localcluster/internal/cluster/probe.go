package cluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// probe asks the API server whether it is ready, as the administrator.
type probe struct{ client *http.Client }

func newProbe(k keys) (probe, error) {
	pair, err := k.ca.Client(userAdmin, groupMasters)
	if err != nil {
		return probe{}, err
	}
	cert, err := tls.X509KeyPair(pair.Cert, pair.Key)
	if err != nil {
		return probe{}, err
	}
	return newProbeFrom(cert, k.ca.Cert)
}

func newProbeFrom(cert tls.Certificate, ca []byte) (probe, error) {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		return probe{}, errors.New("certificate authority is not PEM")
	}
	return probe{client: &http.Client{
		Timeout: 5 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{
			MinVersion: tls.VersionTLS13, RootCAs: roots, Certificates: []tls.Certificate{cert},
		}},
	}}, nil
}

// get tells whether url answers 200, else the line that says why not.
func (p probe) get(ctx context.Context, url string) (ok bool, why string) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false, err.Error()
	}
	response, err := p.client.Do(request)
	if err != nil {
		// Refused connections are the normal beginning.
		return false, ""
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<16))
	if response.StatusCode == http.StatusOK && err == nil {
		return true, ""
	}
	return false, firstFailure(response.Status, string(body))
}

// firstFailure finds the first failing check, marked "[-]", in the answer of /readyz.
func firstFailure(status, body string) string {
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, "[-]") {
			return strings.TrimSpace(line)
		}
	}
	return status
}
