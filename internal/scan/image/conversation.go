package image

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"

	"github.com/hustings/hustings/internal/scan/dial"
)

// conversation is with one registry about one repository. It is used by one goroutine.
type conversation struct {
	repo      name.Repository
	base      url.URL
	transport *http.Transport
	policy    dial.Policy
	keychain  authn.Keychain
	// plain: http is spoken on loopback.
	plain bool
	// authorization is the header that the registry wants; empty until it says so.
	authorization string
	// kept: a token realm was not sent the credentials there are.
	kept bool
}

func converse(repo name.Repository, o Options) *conversation {
	c := &conversation{repo: repo, transport: o.Dial.Transport(), policy: o.Dial, keychain: o.Keychain, plain: o.PlainHTTP}
	c.transport.TLSClientConfig.RootCAs = o.Roots
	c.base = url.URL{Scheme: "https", Host: repo.RegistryStr()}
	if c.plain && isLoopback(c.base.Hostname()) {
		c.base.Scheme = "http"
	}
	return c
}

// isLoopback goes by the name: what localhost resolves to is checked when it is connected to.
func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}

// host is the registry's, for people.
func (c *conversation) host() string { return clean(c.base.Host) }

// get asks the registry for something of the repository, and for a token where that is wanted. The body is to be closed.
func (c *conversation) get(ctx context.Context, what, identifier string, accept ...string) (*http.Response, error) {
	u := c.base
	u.Path = "/v2/" + c.repo.RepositoryStr() + "/" + what + "/" + identifier
	resp, own, err := c.follow(ctx, &u, accept)
	if err != nil {
		return nil, err
	}
	// What another host wants is no reason to log in: it would choose whom the registry's credentials are shown to.
	if resp.StatusCode == http.StatusUnauthorized && own {
		discard(resp.Body)
		if err := c.login(ctx, resp.Header); err != nil {
			return nil, err
		}
		if resp, own, err = c.follow(ctx, &u, accept); err != nil {
			return nil, err
		}
	}
	if resp.StatusCode != http.StatusOK && !own {
		discard(resp.Body)
		return nil, faultf(nil, "registry %s redirects to a host that does not give the %s (status %d)",
			c.host(), strings.TrimSuffix(what, "s"), resp.StatusCode)
	}
	if resp.StatusCode != http.StatusOK {
		discard(resp.Body)
		return nil, c.refused(resp.StatusCode, what)
	}
	return resp, nil
}

// discard closes a body, of which a little is read so that the connection may be used again.
func discard(body io.ReadCloser) {
	const little = 4 << 10
	// Neither error matters: the connection is closed then.
	_, _ = io.CopyN(io.Discard, body, little)
	_ = body.Close()
}

// refused says what a status means for whoever can do something about it.
func (c *conversation) refused(status int, what string) error {
	what = strings.TrimSuffix(what, "s")
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return c.denied(status)
	case http.StatusNotFound:
		return faultf(nil, "registry %s has no such %s (status 404)", c.host(), what)
	case http.StatusTooManyRequests:
		return faultf(nil, "registry %s asks to wait (status 429)", c.host())
	}
	return faultf(nil, "registry %s does not give the %s (status %d)", c.host(), what, status)
}

// denied says where to look when a registry wants other credentials.
func (c *conversation) denied(status int) error {
	why := ""
	if c.kept {
		why = "; they were not sent to its token realm, which is of another domain"
	}
	return faultf(nil, "registry %s refuses access (status %d): check the credentials for this host in the docker config that is mounted%s",
		c.host(), status, why)
}

// follow sends a request, and further ones where it is redirected. Only the registry itself is sent the authorization, and
// not even the registry once another host has said what to ask it for. Own says whether all that answered is the registry.
func (c *conversation) follow(ctx context.Context, first *url.URL, accept []string) (resp *http.Response, own bool, err error) {
	var via []*http.Request
	own = true
	for u := first; ; {
		req, err := c.request(ctx, u, accept)
		if err != nil {
			return nil, own, err
		}
		if len(via) > 0 {
			if err := c.mayFollow(req, via); err != nil {
				return nil, own, err
			}
		}
		if own = own && c.isOwn(u); own && c.authorization != "" {
			req.Header.Set("Authorization", c.authorization)
		}
		resp, err := c.transport.RoundTrip(req)
		if err != nil {
			return nil, own, c.explain(ctx, err)
		}
		location := resp.Header.Get("Location")
		if !isRedirect(resp.StatusCode) || location == "" {
			return resp, own, nil
		}
		discard(resp.Body)
		if u, err = u.Parse(location); err != nil {
			return nil, own, faultf(nil, "registry %s redirects to something that is no URL", c.host())
		}
		via = append(via, req)
	}
}

func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

func (c *conversation) mayFollow(req *http.Request, via []*http.Request) error {
	err := dial.CheckRedirect(req, via)
	if err == nil && !c.mayAsk(req.URL) {
		err = dial.ErrRedirect
	}
	if err != nil {
		// The text is dial's own and quotes nothing.
		return faultf(err, "registry %s: %s", c.host(), err)
	}
	return nil
}

// mayAsk says whether a URL's scheme is one that is spoken with its host.
func (c *conversation) mayAsk(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && c.plain && isLoopback(u.Hostname())
}

func (c *conversation) request(ctx context.Context, u *url.URL, accept []string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, faultf(nil, "registry %s: a request to it cannot be made", c.host())
	}
	req.Header.Set("User-Agent", "hustings")
	for _, a := range accept {
		req.Header.Add("Accept", a)
	}
	return req, nil
}

// isOwn says whether a URL is the registry's own.
func (c *conversation) isOwn(u *url.URL) bool {
	return u.Scheme == c.base.Scheme && strings.EqualFold(u.Host, c.base.Host)
}

// explain makes a fault of an error of the transport.
func (c *conversation) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return waited(ctx)
	}
	var known *fault
	if errors.As(err, &known) {
		return known
	}
	return faultf(err, "registry %s: %s", c.host(), dial.Reason(err))
}
