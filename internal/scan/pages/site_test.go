package pages

import (
	"net/netip"
	"net/url"
	"testing"
)

func TestOnlyTheSitesOwnURLsAreFollowed(t *testing.T) {
	t.Parallel()
	pods, err := siteOf(Target{Addresses: []netip.AddrPort{netip.MustParseAddrPort("10.0.0.1:8080")}, Hosts: []string{"Vote.example.org.", "www.example.org"}})
	if err != nil {
		t.Fatal(err)
	}
	chosen, err := siteOf(Target{Origin: &url.URL{Scheme: "http", Host: "vote.example.org:8080"}})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][2]string{
		"/a?b=c&utm_medium=x#d":                  {"https://vote.example.org/a?b=c", "http://vote.example.org:8080/a?b=c"},
		"https://vote.example.org":               {"https://vote.example.org/", ""},
		"http://WWW.example.org:80/x":            {"https://www.example.org/x", ""},
		"http://vote.example.org:8080/x":         {"", "http://vote.example.org:8080/x"},
		"https://vote.example.org:8080/x":        {"", "http://vote.example.org:8080/x"},
		"//evil.example/x":                       {"", ""},
		`\\evil.example/x`:                       {"", ""},
		"https://vote.example.org@evil.example/": {"", ""},
		"https://u:p@vote.example.org/":          {"", ""},
		"https://vote.example.org.evil.example/": {"", ""},
		"https://vote.example.org%2eevil/":       {"", ""},
		"http://10.0.0.1:8080/":                  {"", ""},
		"http://2852039166/":                     {"", ""},
		"http://0xa9fea9fe/":                     {"", ""},
		"file:///etc/passwd":                     {"", ""},
		"gopher://vote.example.org/":             {"", ""},
		"http:vote":                              {"", ""},
		"mailto:a@example.org":                   {"", ""},
	} {
		for i, st := range []*site{pods, chosen} {
			got := ""
			if to, ok := resolve(st.at(st.hosts[0], &url.URL{Path: "/"}), text); ok {
				if own, ok := st.own(to); ok {
					got = own.String()
				}
			}
			if got != want[i] {
				t.Errorf("%s, site %d: got %q, want %q", text, i, got, want[i])
			}
		}
	}
}

func TestAChosenSiteIsLookedAtInHTTPSWhereItSendsEverybody(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		origin, to string
		want       bool
	}{
		"to https":              {"http://example.org", "https://example.org/", true},
		"to https at a port":    {"http://example.org:80", "https://example.org:443/", true},
		"to another site":       {"http://example.org", "https://www.example.org/", false},
		"to a port of its own":  {"http://example.org", "https://example.org:8443/", false},
		"to http":               {"https://example.org", "http://example.org/", false},
		"to https from https":   {"https://example.org", "https://example.org/x", false},
		"to http from http":     {"http://example.org", "http://example.org/x", false},
		"to a user's own https": {"http://example.org", "https://u@example.org/", false},
	} {
		origin, _ := url.Parse(c.origin)
		to, _ := url.Parse(c.to)
		st, err := siteOf(Target{Origin: origin})
		if err != nil {
			t.Fatal(err)
		}
		ln := newLane(st.bases[0], Budget{Rate: 1})
		if got := st.upgrade(ln, to); got != c.want || got && (ln.base.Scheme != "https" || st.scheme != "https") {
			t.Errorf("%s: %t, base %s", name, got, ln.base.String())
		}
	}
}

func TestShapesAreAlikeWhereOnlyNumbersDiffer(t *testing.T) {
	t.Parallel()
	for p, want := range map[string]string{
		"/calendar/2026/05": "/calendar/#/#", "/news/day-7.html": "/news/#.html", "/about": "/about", "/": "/", "/v2/x": "/#/x",
	} {
		if got := shape(p); got != want {
			t.Errorf("%s: got %s, want %s", p, got, want)
		}
	}
}
