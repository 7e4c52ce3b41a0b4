package image_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/hustings/hustings/internal/scan"
)

func TestRedirectsOfARegistry(t *testing.T) {
	t.Parallel()
	secret := key(20)
	to := func(host, path string) func(w *world) string {
		return func(w *world) string { return w.at(host, path) }
	}
	fixed := func(url string) func(*world) string { return func(*world) string { return url } }
	for name, c := range map[string]struct {
		location func(w *world) string
		verdict  scan.Verdict
		message  string
	}{
		"to another host is followed":                {to(otherHost, "/blob"), scan.Leaking, ""},
		"to another host of the domain is followed":  {to(authHost, "/blob"), scan.Leaking, ""},
		"to another path is followed":                {fixed("/elsewhere/blob"), scan.Leaking, ""},
		"to another host and back is followed":       {to(otherHost, "/back"), scan.Leaking, ""},
		"to another host that has other bytes":       {to(otherHost, "/wrong"), scan.Error, "digest"},
		"to another host that wants a login":         {to(otherHost, "/basic"), scan.Error, "redirects to a host that does not give the blob (status 401)"},
		"to another host that wants a token":         {to(otherHost, "/bearer"), scan.Error, "redirects to a host that does not give the blob (status 401)"},
		"to another host that has none":              {to(otherHost, "/none"), scan.Error, "status 404"},
		"to another host that redirects to metadata": {to(otherHost, "/inside"), scan.Error, insideAddress + " is not allowed"},
		"to metadata":                                    {fixed("https://169.254.169.254/latest/"), scan.Error, "169.254.169.254 is not allowed"},
		"to metadata over http":                          {fixed("http://169.254.169.254/latest/"), scan.Error, "from https to http"},
		"to a name of metadata":                          {to(insideHost, "/"), scan.Error, insideAddress + " is not allowed"},
		"to metadata by two slashes":                     {fixed("//169.254.169.254/latest/"), scan.Error, "not allowed"},
		"to metadata in IPv6":                            {fixed("https://[fd00:ec2::254]/"), scan.Error, "not allowed"},
		"to metadata behind a gateway":                   {fixed("https://[64:ff9b::a9fe:a9fe]/"), scan.Error, "not allowed"},
		"to a number":                                    {fixed("https://2852039166/"), scan.Error, ""},
		"to an address in octal":                         {fixed("https://0251.0376.0251.0376/"), scan.Error, ""},
		"to an address in hexadecimal":                   {fixed("https://0xa9fea9fe/"), scan.Error, ""},
		"to this host":                                   {fixed("https://0.0.0.0/"), scan.Error, "not allowed"},
		"to a private address":                           {fixed("https://10.0.0.1/"), scan.Error, "not allowed"},
		"to http":                                        {to(plainHost, "/blob"), scan.Error, "from https to http"},
		"to another host that redirects to http":         {to(otherHost, "/plain"), scan.Error, "from https to http"},
		"to a file":                                      {fixed("file:///etc/passwd"), scan.Error, "neither to http"},
		"to gopher":                                      {fixed("gopher://127.0.0.1/"), scan.Error, "neither to http"},
		"to a URL with a user":                           {fixed("https://robot:" + secret + "@cdn.example.net/"), scan.Error, "names a user"},
		"to a URL without a host":                        {fixed("https:///x"), scan.Error, "names no host"},
		"to what is no URL":                              {fixed("https://%zz/" + secret), scan.Error, "no URL"},
		"to a name that does not resolve":                {fixed("https://" + strings.ToLower(strings.ReplaceAll(secret, "_", "-")) + ".example.com/"), scan.Error, "does not resolve"},
		"to itself for ever":                             {fixed(""), scan.Error, "more than 5"},
		"to another host that redirects to it for ever":  {to(otherHost, "/circle"), scan.Error, "more than 5"},
		"to a URL that holds a secret and does not work": {to(otherHost, "/none/"+secret), scan.Error, "status 404"},
	} {
		for _, what := range []string{"manifests", "blobs"} {
			t.Run(name+" for "+what, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				img := w.registry.image(w.registry.layer(file{name: "a", body: "k = " + secret}))
				location := c.location(w)
				blob := func(rw http.ResponseWriter, r *http.Request) {
					r.URL.Path = r.URL.Query().Get("of")
					w.registry.serve(rw, r)
				}
				w.auth, w.plain = blob, blob
				w.other = w.cdn(blob)
				w.registry.first = func(rw http.ResponseWriter, r *http.Request) bool {
					switch {
					case strings.HasPrefix(r.URL.Path, "/elsewhere/"), strings.HasPrefix(r.URL.Path, "/back/"):
						blob(rw, r)
						return true
					case r.Header.Get("Authorization") == "" && w.registry.askedBlobs.Load() == 0 && !strings.Contains(r.URL.Path, what):
						rw.Header().Set("WWW-Authenticate", `Basic realm="x"`)
						rw.WriteHeader(http.StatusUnauthorized)
						return true
					case !strings.Contains(r.URL.Path, what):
						return false
					}
					target := location
					if target == "" {
						target = r.URL.Path
					}
					sep := "?of="
					if !strings.Contains(target, "blob") && !strings.Contains(target, "back") && !strings.Contains(target, "wrong") {
						sep = "?not="
					}
					redirects(target+sep+r.URL.Path)(rw, r)
					return true
				}
				o := w.options()
				o.Keychain = credentials{authn.AuthConfig{Username: "robot", Password: secret}}
				got := w.scan(t, img, o)
				message := c.message
				if what == "manifests" {
					message = strings.ReplaceAll(message, "blob", "manifest")
				}
				expect(t, got, c.verdict, message)
				silent(t, got, secret, "cdn.example.net")
				w.onlyKnows(t, "")
				for _, q := range w.questions(registryHost) {
					if q.authorization != "" && strings.HasPrefix(q.path, "/back/") {
						t.Error("the registry was sent the authorization for what another host named")
					}
				}
			})
		}
	}
}

// cdn is another host that a registry redirects to.
func (w *world) cdn(blob http.HandlerFunc) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/blob":
			blob(rw, r)
		case "/back":
			redirects(w.at(registryHost, "/back/?"+r.URL.RawQuery))(rw, r)
		case "/wrong":
			r.URL.Path = r.URL.Query().Get("of")
			w.registry.serve(&lies{ResponseWriter: rw}, r)
		case "/basic":
			rw.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			rw.WriteHeader(http.StatusUnauthorized)
		case "/bearer":
			rw.Header().Set("WWW-Authenticate", bearer(w.at(authHost, "/token")))
			rw.WriteHeader(http.StatusUnauthorized)
		case "/inside":
			redirects(w.at(insideHost, "/"))(rw, r)
		case "/plain":
			redirects(w.at(plainHost, "/blob"))(rw, r)
		case "/circle":
			redirects(w.at(otherHost, "/circle"))(rw, r)
		default:
			rw.WriteHeader(http.StatusNotFound)
		}
	}
}

// lies changes the first byte of an answer.
type lies struct {
	http.ResponseWriter
	told bool
}

func (l *lies) Write(p []byte) (int, error) {
	if !l.told && len(p) > 0 {
		l.told = true
		p = append([]byte{p[0] ^ 1}, p[1:]...)
	}
	return l.ResponseWriter.Write(p)
}

func TestANameThatChangesItsAddressIsCheckedEachTime(t *testing.T) {
	t.Parallel()
	for name, host := range map[string]string{"of the registry": registryHost, "of the realm": authHost, "of what it redirects to": otherHost} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			layer := w.registry.layer(file{name: "a", body: "b"})
			img := w.registry.image(layer)
			w.answers[host] = []string{w.answers[host][0], insideAddress}
			w.auth = func(rw http.ResponseWriter, r *http.Request) {
				rw.Header().Set("Connection", "close")
				grants("")(rw, r)
			}
			w.other = func(rw http.ResponseWriter, r *http.Request) {
				rw.Header().Set("Connection", "close")
				r.URL.Path = r.URL.Query().Get("of")
				w.registry.serve(rw, r)
			}
			w.registry.first = func(rw http.ResponseWriter, r *http.Request) bool {
				rw.Header().Set("Connection", "close")
				switch {
				case host == authHost && (r.Header.Get("Authorization") == "" || strings.Contains(r.URL.Path, "/blobs/")):
					rw.Header().Set("WWW-Authenticate", bearer(w.at(authHost, "/token")))
					rw.WriteHeader(http.StatusUnauthorized)
				case host == otherHost:
					redirects(w.at(otherHost, "/?of="+r.URL.Path))(rw, r)
				default:
					return false
				}
				return true
			}
			expect(t, w.scan(t, img, w.options()), scan.Error, insideAddress+" is not allowed")
			w.onlyKnows(t, authHost)
		})
	}
}
