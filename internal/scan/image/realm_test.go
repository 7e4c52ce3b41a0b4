package image

import (
	"net/url"
	"testing"

	"github.com/hustings/hustings/internal/scan/dial"
)

func TestRealmsThatAreTrusted(t *testing.T) {
	t.Parallel()
	for host, realms := range map[string]struct{ yes, no []string }{
		"index.docker.io":             {[]string{"auth.docker.io", "docker.io"}, []string{"docker.com", "auth.docker.io.example.org", "evildocker.io", "docker.io.", "io"}},
		"registry.gitlab.com":         {[]string{"gitlab.com"}, []string{"gitlab.com.evil.net", "gitlab.net"}},
		"team.github.io":              {nil, []string{"other.github.io", "github.io"}},
		"registry.example.co.uk":      {[]string{"auth.example.co.uk"}, []string{"evil.co.uk", "co.uk"}},
		"registry.svc.cluster.local":  {nil, []string{"evil.svc.cluster.local", "cluster.local"}},
		"10.0.0.1":                    {nil, []string{"10.0.0.2", "0.0.1"}},
		"[2001:db8::1]":               {nil, []string{"[2001:db8::2]"}},
		"localhost":                   {nil, []string{"evil.localhost"}},
		"registry":                    {nil, []string{"auth", "evil.registry"}},
		"a.s3.amazonaws.com":          {nil, []string{"b.s3.amazonaws.com"}},
		"registry.example.org":        {[]string{"REGISTRY.EXAMPLE.ORG", "auth.Example.Org"}, []string{"example.org.evil.net"}},
		"xn--bcher-kva.example.org":   {[]string{"auth.example.org"}, nil},
		"account.dkr.ecr.example.com": {[]string{"sts.example.com"}, []string{"example.net"}},
	} {
		c := &conversation{policy: dial.Policy{}}
		c.base.Scheme, c.base.Host = "https", host
		for _, realm := range realms.yes {
			if !c.trusts(parsed(t, "https://"+realm+"/token")) {
				t.Errorf("%s does not trust %s", host, realm)
			}
			if c.trusts(parsed(t, "http://"+realm+"/token")) {
				t.Errorf("%s trusts %s over http", host, realm)
			}
		}
		for _, realm := range realms.no {
			if c.trusts(parsed(t, "https://"+realm+"/token")) != (realm == "docker.io.") {
				t.Errorf("%s trusts %s", host, realm)
			}
		}
	}
}

func parsed(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
