package image

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"golang.org/x/net/publicsuffix"

	"github.com/hustings/hustings/internal/scan/dial"
)

// login makes the authorization that a registry asks for.
func (c *conversation) login(ctx context.Context, asked http.Header) error {
	auth, err := authn.Resolve(ctx, c.keychain, c.repo)
	if err != nil {
		return faultf(nil, "the credentials for registry %s cannot be read: check the docker config that is mounted", c.host())
	}
	config, err := authn.Authorization(ctx, auth)
	if err != nil {
		return faultf(nil, "the credentials for registry %s cannot be read: check the docker config that is mounted", c.host())
	}
	if config.RegistryToken != "" {
		c.authorization = "Bearer " + config.RegistryToken
		return nil
	}
	basic := false
	for _, ch := range challenges(asked.Values("WWW-Authenticate")) {
		if ch.scheme == "bearer" && ch.params["realm"] != "" {
			return c.exchange(ctx, auth, ch)
		}
		basic = basic || ch.scheme == "basic"
	}
	if header := basicHeader(config); basic && header != "" {
		c.authorization = header
		return nil
	}
	return c.denied(http.StatusUnauthorized)
}

func basicHeader(config *authn.AuthConfig) string {
	switch {
	case config.Username != "" && config.Password != "":
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(config.Username+":"+config.Password))
	case config.Auth != "":
		return "Basic " + config.Auth
	}
	return ""
}

// exchange asks the token realm for a token.
func (c *conversation) exchange(ctx context.Context, auth authn.Authenticator, ch challenge) error {
	realm, err := url.Parse(ch.params["realm"])
	if err != nil || realm.Host == "" || realm.User != nil || !c.mayAsk(realm) {
		return faultf(nil, "registry %s names a token realm that is not asked: it is no https URL", c.host())
	}
	if addr, err := netip.ParseAddr(realm.Hostname()); err == nil {
		if err := c.policy.Check(addr); err != nil {
			return faultf(err, "the token realm of registry %s: %s", c.host(), dial.Reason(err))
		}
	}
	if auth != authn.Anonymous && !c.trusts(realm) {
		auth, c.kept = authn.Anonymous, true
	}
	asked := &transport.Challenge{
		Scheme:     "bearer",
		Parameters: map[string]string{"realm": realm.String(), "service": ch.params["service"]},
		Insecure:   realm.Scheme == "http",
	}
	trip := &realmTrip{inner: c.transport, realm: realm, registry: c.host()}
	token, err := transport.Exchange(ctx, c.repo.Registry, auth, trip, []string{c.repo.Scope(transport.PullScope)}, asked)
	if err != nil {
		return c.realmFault(ctx, err)
	}
	c.authorization = "Bearer " + token.Token
	if token.Token == "" {
		c.authorization = "Bearer " + token.AccessToken
	}
	return nil
}

// trusts says whether a token realm may have the registry's credentials: it is the registry, or a host of the domain that
// somebody registered, over https.
func (c *conversation) trusts(realm *url.URL) bool {
	if strings.EqualFold(realm.Host, c.base.Host) && realm.Scheme == c.base.Scheme {
		return true
	}
	ours, theirs := registered(c.base.Hostname()), registered(realm.Hostname())
	return realm.Scheme == "https" && ours != "" && ours == theirs
}

// registered is the domain that somebody registered; empty for addresses and for names outside the public suffixes, such as
// cluster.local, under which neighbours have nothing to do with one another.
func registered(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	suffix, managed := publicsuffix.PublicSuffix(host)
	if !managed && !strings.Contains(suffix, ".") {
		return ""
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return ""
	}
	return domain
}

// realmFault says why there is no token. The error's own text may quote the realm's answer. The realm is not named: what
// the registry was sent before, it can make a host's name of.
func (c *conversation) realmFault(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	var (
		known   *fault
		refused *transport.Error
	)
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &refused):
		if refused.StatusCode == http.StatusUnauthorized || refused.StatusCode == http.StatusForbidden {
			return c.denied(refused.StatusCode)
		}
		return faultf(nil, "the token realm of registry %s gives no token (status %d)", c.host(), refused.StatusCode)
	}
	return faultf(err, "the token realm of registry %s: %s", c.host(), dial.Reason(err))
}

// realmTrip sends requests to one token realm and nowhere else.
type realmTrip struct {
	inner *http.Transport
	realm *url.URL
	// registry is named where something is refused: nothing that was sent is.
	registry string
	sent     int
}

// RoundTrip implements http.RoundTripper.
func (t *realmTrip) RoundTrip(req *http.Request) (*http.Response, error) {
	const most, body = 5, 1 << 20
	if t.sent++; t.sent > most {
		return nil, faultf(nil, "the token realm of registry %s redirects without end", t.registry)
	}
	if req.URL.Host != t.realm.Host || req.URL.Scheme != t.realm.Scheme {
		return nil, faultf(nil, "the token realm of registry %s redirects to another host", t.registry)
	}
	resp, err := t.inner.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	resp.Body = &capped{ReadCloser: resp.Body, left: body, registry: t.registry}
	return resp, nil
}

// capped is a body that may be only so long.
type capped struct {
	io.ReadCloser
	left     int64
	registry string
}

// Read implements io.Reader.
func (b *capped) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, faultf(nil, "the token realm of registry %s answers with more than 1 MiB", b.registry)
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
