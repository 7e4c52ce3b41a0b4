package pages

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
)

// site is a target that was checked.
type site struct {
	// bases are where to connect: scheme and authority.
	bases []url.URL
	// hosts are its names in small letters, the first the one that is crawled; of a person's choice with its port.
	hosts []string
	entry []*url.URL
	// scheme of its own URLs.
	scheme string
	// chosen: a person chose it, and it is asked by name.
	chosen bool
}

// siteOf checks a target. The errors quote nothing: a URL may hold a password.
func siteOf(t Target) (*site, error) {
	st := &site{scheme: "https"}
	switch {
	case t.Origin != nil && len(t.Addresses) > 0:
		return nil, errors.New("the target has both addresses and a URL: give one of them")
	case t.Origin != nil:
		if err := st.choose(t.Origin); err != nil {
			return nil, err
		}
	case len(t.Addresses) == 0:
		return nil, errors.New("the target has no address")
	case len(t.Hosts) == 0:
		return nil, errors.New("the target has no host name")
	}
	for _, a := range t.Addresses {
		if !a.IsValid() || a.Port() == 0 {
			return nil, errors.New("an address of the target has no IP or no port")
		}
		st.bases = append(st.bases, url.URL{Scheme: "http", Host: netip.AddrPortFrom(a.Addr().WithZone(""), a.Port()).String()})
	}
	for _, host := range t.Hosts {
		if !st.chosen && (!isHostName(host) || strings.Contains(host, ":")) {
			return nil, errors.New("a host name of the target cannot be one")
		}
		if !st.chosen {
			st.hosts = append(st.hosts, hostName(host))
		}
	}
	for _, path := range t.Entry {
		entry, err := url.Parse(path)
		if err != nil || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
			return nil, errors.New("an entry path of the target must begin with / and be a path")
		}
		st.entry = append(st.entry, entry)
	}
	if len(st.entry) == 0 {
		st.entry = []*url.URL{{Path: "/"}}
	}
	return st, nil
}

// choose takes a URL that a person chose. Its path is looked at first.
func (st *site) choose(origin *url.URL) error {
	switch {
	case origin.Scheme != "http" && origin.Scheme != "https":
		return errors.New("the URL must begin with http:// or https://")
	case origin.Hostname() == "" || !isHostName(origin.Hostname()):
		return errors.New("the URL names no host")
	case origin.User != nil:
		return errors.New("the URL names a user: no credentials are sent")
	}
	st.chosen, st.scheme = true, origin.Scheme
	st.bases = []url.URL{{Scheme: origin.Scheme, Host: origin.Host}}
	st.hosts = []string{strings.ToLower(origin.Host)}
	if origin.Path != "" && origin.Path != "/" || origin.RawQuery != "" {
		st.entry = append(st.entry, &url.URL{Path: "/" + strings.TrimLeft(origin.Path, "/"), RawQuery: origin.RawQuery})
	}
	st.entry = append(st.entry, &url.URL{Path: "/"})
	return nil
}

// isHostName says whether a text may be a Host header: nothing in it ends the header or begins a path.
func isHostName(host string) bool {
	return host != "" && strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789.-_:") == "" &&
		!strings.ContainsAny(host, " /@?#%\\\r\n")
}

func hostName(host string) string { return strings.TrimSuffix(strings.ToLower(host), ".") }

// at is the URL of a path on one of the site's hosts.
func (st *site) at(host string, path *url.URL) *url.URL {
	return &url.URL{Scheme: st.scheme, Host: host, Path: path.Path, RawPath: path.RawPath, RawQuery: path.RawQuery}
}

// own is a URL of the site as the site is asked for it; false, it is another's, or nothing that is fetched. Scheme and port
// do not tell the site's pages apart: the edge serves both.
func (st *site) own(u *url.URL) (*url.URL, bool) {
	if u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Opaque != "" {
		return nil, false
	}
	for _, host := range st.hosts {
		name, port := host, ""
		if st.chosen {
			own := url.URL{Host: host}
			name, port = own.Hostname(), own.Port()
		}
		if hostName(u.Hostname()) != hostName(name) || !samePort(u.Port(), port) {
			continue
		}
		next := *u
		next.Scheme, next.Host, next.Fragment, next.RawFragment = st.scheme, host, "", ""
		if next.Path == "" {
			next.Path = "/"
		}
		next.RawQuery = withoutTracking(next.RawQuery)
		return &next, true
	}
	return nil, false
}

func samePort(a, b string) bool { return a == b || isWebPort(a) && isWebPort(b) }

func isWebPort(port string) bool { return port == "" || port == "80" || port == "443" }

// upgrade goes on in https where a site that a person chose sends everybody there.
func (st *site) upgrade(ln *lane, to *url.URL) bool {
	if !st.chosen || ln.base.Scheme != "http" || to.Scheme != "https" {
		return false
	}
	if _, own := st.own(to); !own {
		return false
	}
	ln.base = url.URL{Scheme: "https", Host: to.Host}
	st.scheme, st.hosts[0] = "https", strings.ToLower(to.Host)
	return true
}

// withoutTracking drops what says where a visitor came from: the page is the same without.
func withoutTracking(query string) string {
	var kept []string
	for _, pair := range strings.Split(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if pair == "" || strings.HasPrefix(name, "utm_") || name == "fbclid" || name == "gclid" {
			continue
		}
		kept = append(kept, pair)
	}
	return strings.Join(kept, "&")
}
