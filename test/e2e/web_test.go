package e2e

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// pageTimeout is how long a page is waited for before it is asked for again. While the node's network takes new pods in, a connection
// can go astray, and Traefik waits half a minute for it; a figure must not hang on one.
const pageTimeout = 3 * time.Second

// visitor asks Traefik as a browser would, from an address of its own.
type visitor struct {
	client *http.Client
	https  string // where Traefik listens for it
	http   string
}

// newVisitor returns a visitor from an address, or from any. It asks Traefik's pod, not its Service, so that its address
// is what Traefik sees.
func newVisitor(ctx context.Context, from string) *visitor {
	GinkgoHelper()
	edge := edgeAddress(ctx)
	v := &visitor{https: net.JoinHostPort(edge, "8443"), http: net.JoinHostPort(edge, "8000")}
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	if from != "" {
		dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(from)}
	}
	v.client = &http.Client{
		Timeout:       20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			MaxIdleConnsPerHost: 64,
			TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: env.roots},
			// Whatever the name, Traefik is where it leads.
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				to := v.https
				if _, port, err := net.SplitHostPort(address); err == nil && port == "80" {
					to = v.http
				}
				return dialer.DialContext(ctx, network, to)
			},
		},
	}
	DeferCleanup(v.client.CloseIdleConnections)
	return v
}

// edgeAddress is that of Traefik's pod.
func edgeAddress(ctx context.Context) string {
	GinkgoHelper()
	list := &corev1.PodList{}
	Expect(env.client.List(ctx, list, client.InNamespace("traefik"), client.MatchingLabels{"app.kubernetes.io/name": "traefik"})).To(Succeed())
	Expect(list.Items).NotTo(BeEmpty())
	return list.Items[0].Status.PodIP
}

// get asks for an address and returns status, headers and body.
func (v *visitor) get(ctx context.Context, url string, headers ...string) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return answer{}, err
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := v.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	return answer{Status: response.StatusCode, Header: response.Header, Body: string(body)}, err
}

type answer struct {
	Status int
	Header http.Header
	Body   string
}

// page asks for a page until it can be had, for Eventually.
func (v *visitor) page(ctx context.Context, url string) func() string {
	return func() string {
		timed, cancel := context.WithTimeout(ctx, pageTimeout)
		defer cancel()
		a, err := v.get(timed, url)
		if err != nil {
			return err.Error()
		}
		return fmt.Sprintf("%d %s", a.Status, a.Body)
	}
}
