package image_test

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"

	"github.com/hustings/hustings/internal/scan"
)

// guarded is a registry that wants a token, and says so with a header.
func guarded(header string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Authorization") == "Bearer granted" {
			return false
		}
		w.Header().Set("WWW-Authenticate", header)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	}
}

func bearer(realm string) string { return `Bearer realm="` + realm + `",service="site"` }

// grants gives a token to everybody, or to the one who has a password.
func grants(password string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, p, _ := r.BasicAuth(); password != "" && p != password {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, `{"token":"granted"}`)
	}
}

func redirects(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusTemporaryRedirect)
	}
}

// endless writes until nobody reads any more.
func endless(w io.Writer, piece string) {
	for _, err := io.WriteString(w, piece); err == nil; _, err = io.WriteString(w, piece) {
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	const password = "correct-horse-7-battery"
	type login struct {
		// prepare says who answers what; it returns what the registry asks for.
		prepare func(w *world) string
		verdict scan.Verdict
		message string
		// knows is the only host, beside the registry, that may see the password.
		knows string
	}
	realm := func(host string, h http.HandlerFunc) func(w *world) string {
		return func(w *world) string {
			w.auth, w.other, w.inside, w.plain = h, h, h, h
			return bearer(w.at(host, "/token"))
		}
	}
	literal := func(header string) func(*world) string { return func(*world) string { return header } }
	sends := func(host, to, path string) func(w *world) string {
		return func(w *world) string {
			h := redirects(w.at(to, path))
			w.auth, w.inside, w.plain = grants(""), grants(""), grants("")
			w.other = grants("")
			if host == authHost {
				w.auth = h
			} else {
				w.other = h
			}
			return bearer(w.at(host, "/token"))
		}
	}
	says := func(body string) func(w *world) string {
		return realm(authHost, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
	}
	for name, c := range map[string]login{
		"a realm of the same domain has the credentials":      {realm(authHost, grants(password)), scan.Clean, "", authHost},
		"the registry is its own realm":                       {func(w *world) string { return bearer(w.at(registryHost, "/token")) }, scan.Clean, "", ""},
		"a realm of another domain is asked without":          {realm(otherHost, grants("")), scan.Clean, "", ""},
		"a realm of another domain wants the credentials":     {realm(otherHost, grants(password)), scan.Error, "not sent to its token realm", ""},
		"a realm that is a metadata address":                  {literal(bearer("https://169.254.169.254/latest/meta-data")), scan.Error, "169.254.169.254 is not allowed", ""},
		"a realm that is a metadata address over http":        {literal(bearer("http://169.254.169.254/latest/meta-data")), scan.Error, "no https URL", ""},
		"a realm that is a metadata address in IPv6":          {literal(bearer("https://[fd00:ec2::254]/latest")), scan.Error, "not allowed", ""},
		"a realm that is a mapped metadata address":           {literal(bearer("https://[::ffff:169.254.169.254]/latest")), scan.Error, "not allowed", ""},
		"a realm whose name resolves to metadata":             {realm(insideHost, grants("")), scan.Error, insideAddress + " is not allowed", ""},
		"a realm whose name does not resolve":                 {literal(bearer("https://nowhere.example.net/")), scan.Error, "does not resolve", ""},
		"a realm that is a number":                            {literal(bearer("https://2130706687/")), scan.Error, "", ""},
		"a realm over http":                                   {literal(bearer("http://auth.example.org/token")), scan.Error, "no https URL", ""},
		"a realm that is a file":                              {literal(bearer("file:///etc/passwd")), scan.Error, "no https URL", ""},
		"a realm that is gopher":                              {literal(bearer("gopher://127.0.0.1:70/_x")), scan.Error, "no https URL", ""},
		"a realm with a user in it":                           {literal(bearer("https://user:pass@auth.example.org/")), scan.Error, "no https URL", ""},
		"a realm without a host":                              {literal(bearer("https:///token")), scan.Error, "no https URL", ""},
		"a realm that is a path":                              {literal(bearer("/token")), scan.Error, "no https URL", ""},
		"a realm that is no URL":                              {literal(bearer("https://%zz")), scan.Error, "no https URL", ""},
		"a realm with a line end":                             {literal(bearer("https://auth.example.org/\tx")), scan.Error, "no https URL", ""},
		"a realm that redirects to metadata":                  {sends(authHost, insideHost, "/"), scan.Error, "redirects to another host", authHost},
		"a realm that redirects to another host":              {sends(authHost, otherHost, "/"), scan.Error, "redirects to another host", authHost},
		"a realm that redirects to http":                      {sends(authHost, plainHost, "/"), scan.Error, "token realm", authHost},
		"a realm of another domain redirects to the registry": {sends(otherHost, registryHost, "/token"), scan.Error, "redirects to another host", ""},
		"a realm that redirects to itself for ever":           {sends(authHost, authHost, "/token"), scan.Error, "without end", authHost},
		"a realm that answers without end":                    {realm(authHost, func(w http.ResponseWriter, _ *http.Request) { endless(w, strings.Repeat(" ", 1<<16)) }), scan.Error, "token realm", authHost},
		"a realm whose token has no end": {realm(authHost, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"token":"`)
			endless(w, strings.Repeat("a", 1<<16))
		}), scan.Error, "token realm", authHost},
		"a realm that refuses without end": {realm(authHost, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(403)
			endless(w, strings.Repeat("a", 1<<16))
		}), scan.Error, "token realm", authHost},
		"a realm that announces 10 GB": {realm(authHost, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10737418240")
			endless(w, strings.Repeat(" ", 1<<16))
		}), scan.Error, "token realm", authHost},
		"a realm that says nothing":                            {says(""), scan.Error, "cannot be read", authHost},
		"a realm that is a page":                               {says("<html>" + password), scan.Error, "cannot be read", authHost},
		"a realm that gives no token":                          {says(`{"token":""}`), scan.Error, "cannot be read", authHost},
		"a realm that gives another token":                     {says(`{"token":"` + password + `"}`), scan.Error, "status 401", authHost},
		"a realm whose token would be two headers":             {says(`{"token":"a\r\nHost: b"}`), scan.Error, "", authHost},
		"a realm that fails":                                   {realm(authHost, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, password, 500) }), scan.Error, "status 500", authHost},
		"a realm that wants other credentials":                 {realm(authHost, grants("another")), scan.Error, "check the credentials", authHost},
		"a realm that hangs":                                   {realm(authHost, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), scan.Error, "in time", authHost},
		"a realm that breaks off":                              {realm(authHost, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), scan.Error, "broke off", authHost},
		"a challenge of no scheme that is known":               {literal(`Negotiate abc, Digest realm="x"`), scan.Error, "refuses access", ""},
		"no challenge":                                         {literal(""), scan.Error, "refuses access", ""},
		"a challenge without a realm":                          {literal(`Bearer service="x"`), scan.Error, "refuses access", ""},
		"a challenge that does not end":                        {literal(`Bearer realm="https://auth.example.org`), scan.Error, "", ""},
		"challenges by the thousand":                           {literal(strings.Repeat("x ", 20_000)), scan.Error, "refuses access", ""},
		"a challenge for a password that is refused":           {literal(`Basic realm="x"`), scan.Error, "status 401", ""},
		"a challenge that quotes what it was sent in its name": {func(*world) string { return bearer("https://" + password + ".example.com/") }, scan.Error, "token realm", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			img := w.registry.image(w.registry.layer(file{name: "a", body: "b"}))
			ask := guarded(c.prepare(w))
			w.registry.first = func(rw http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == "/token" {
					grants(password)(rw, r)
					return true
				}
				return ask(rw, r)
			}
			o := w.options()
			o.Dial.Timeout = time.Second
			o.Keychain = credentials{authn.AuthConfig{Username: "robot", Password: password}}
			got := w.scan(t, img, o)
			expect(t, got, c.verdict, c.message)
			silent(t, got, password, "granted", base64.StdEncoding.EncodeToString([]byte("robot:"+password)))
			w.onlyKnows(t, c.knows)
		})
	}
}

// onlyKnows fails if another host than the registry and the one named was sent an authorization, or if anybody connected to
// where nobody may.
func (w *world) onlyKnows(t *testing.T, host string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, q := range w.asked {
		if q.authorization != "" && q.host != registryHost && q.host != host {
			t.Errorf("%s was sent an authorization for %s", q.host, q.path)
		}
		if q.host == insideHost {
			t.Errorf("%s was asked for %s", q.host, q.path)
		}
	}
}

func TestCredentialsOfEveryKindStayWithTheirHost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config authn.AuthConfig
		secret string
	}{
		"a password":        {authn.AuthConfig{Username: "robot", Password: "pass-of-the-robot"}, "pass-of-the-robot"},
		"an encoded pair":   {authn.AuthConfig{Auth: base64.StdEncoding.EncodeToString([]byte("robot:pair-of-the-robot"))}, "pair-of-the-robot"},
		"an identity token": {authn.AuthConfig{IdentityToken: "identity-of-the-robot"}, "identity-of-the-robot"},
		"a registry token":  {authn.AuthConfig{RegistryToken: "token-of-the-robot"}, "token-of-the-robot"},
	} {
		for _, host := range []string{otherHost, insideHost, plainHost} {
			t.Run(name+" and a realm at "+host, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				var heard strings.Builder
				listen := func(rw http.ResponseWriter, r *http.Request) {
					body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<16))
					fmt.Fprintf(&heard, "%s %s %v %s", r.Method, r.URL, r.Header, body)
					grants("")(rw, r)
				}
				w.other, w.inside, w.plain = listen, listen, listen
				w.registry.first = guarded(bearer(w.at(host, "/token")))
				o := w.options()
				o.Keychain = credentials{c.config}
				got := w.scan(t, w.registry.image(), o)
				if got.Verdict != scan.Clean && got.Verdict != scan.Error {
					t.Errorf("got %s", got.Verdict)
				}
				encoded := base64.StdEncoding.EncodeToString([]byte("robot:" + c.secret))
				if said := heard.String(); strings.Contains(said, c.secret) || strings.Contains(said, encoded) || strings.Contains(said, "Authorization") {
					t.Errorf("%s was sent a credential", host)
				}
				silent(t, got, c.secret, encoded)
				w.onlyKnows(t, "")
			})
		}
	}
}

func TestALoginLastsForTheScanAndIsMadeAnewWhenItEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	layers := make([]object, 6)
	for i := range layers {
		layers[i] = w.registry.layer(file{name: "a", body: fmt.Sprint(i)})
	}
	img := w.registry.image(layers...)
	asked := 0
	w.auth = func(rw http.ResponseWriter, _ *http.Request) { asked++; fmt.Fprintf(rw, `{"token":"t%d"}`, asked) }
	uses := map[string]int{}
	w.registry.first = func(rw http.ResponseWriter, r *http.Request) bool {
		token := r.Header.Get("Authorization")
		if uses[token]++; strings.HasPrefix(token, "Bearer t") && uses[token] <= 4 {
			return false
		}
		rw.Header().Set("WWW-Authenticate", bearer(w.at(authHost, "/token")))
		rw.WriteHeader(http.StatusUnauthorized)
		return true
	}
	expect(t, w.scan(t, img, w.options()), scan.Clean, "")
	if asked != 2 {
		t.Errorf("asked for %d tokens, want 2: the first one ends after four requests", asked)
	}
}
