package pages_test

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/hustings/hustings/internal/scan"
)

// secretName is put together here, so that no scanner of this repository finds one.
const secretName = "api_" + "key"

func TestWhatAPageEchoesOfOurRequestIsNotReported(t *testing.T) {
	t.Parallel()
	for name, echo := range map[string]func(w http.ResponseWriter, header, mark string){
		"in a page": func(w http.ResponseWriter, header, mark string) {
			_, _ = fmt.Fprintf(w, "<pre>%s: %s\n%s = '%s'\npassword: \"%s\"", header, mark, secretName, mark, mark)
		},
		"in JSON": func(w http.ResponseWriter, header, mark string) {
			_, _ = fmt.Fprintf(w, `{"%s":"%s","%s":"%s"}`, header, mark, secretName, mark)
		},
		"in base64": func(w http.ResponseWriter, _, mark string) {
			_, _ = fmt.Fprintf(w, "%s = '%s'", secretName, base64.StdEncoding.EncodeToString([]byte(secretName+"="+mark)))
		},
		"in capitals": func(w http.ResponseWriter, _, mark string) {
			_, _ = fmt.Fprintf(w, "%s = '%s'", secretName, strings.ToUpper(mark))
		},
		"in a header": func(w http.ResponseWriter, header, mark string) { w.Header().Set(header, secretName+"="+mark) },
		"in a cookie": func(w http.ResponseWriter, _, mark string) { w.Header().Set("Set-Cookie", secretName+"="+mark) },
		"in a link": func(w http.ResponseWriter, _, mark string) {
			_, _ = fmt.Fprintf(w, "<a href='/%s/x?%s=%s'>", mark, secretName, mark)
		},
		"in a redirect": func(w http.ResponseWriter, _, mark string) {
			w.Header().Set("Location", "/there/"+mark)
			w.WriteHeader(http.StatusFound)
		},
		"in gzip": func(w http.ResponseWriter, _, mark string) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(encoded("gzip", []byte(secretName+"='"+mark+"'")))
		},
		"in a broken answer": func(w http.ResponseWriter, _, mark string) {
			w.Header().Set("Content-Length", "9999")
			_, _ = io.WriteString(w, mark)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			mark := ""
			served, exposed := lookAt(t, func(w http.ResponseWriter, r *http.Request) {
				header := "X-Hustings-Look"
				value := r.Header.Get(header)
				mu.Lock()
				mark = value
				mu.Unlock()
				if value == "" {
					t.Error("a request has no mark")
				}
				if r.URL.Path == "/" || strings.Contains(r.URL.Path, value) {
					echo(w, header, value)
				}
			})
			silent(t, mark, served, exposed)
			if served.Verdict == scan.Leaking || exposed.Verdict == scan.Leaking {
				t.Errorf("found %v and %v", places(served), places(exposed))
			}
		})
	}
}

func TestAVisitorsOwnTokenIsNoLeak(t *testing.T) {
	t.Parallel()
	token := func(id string) string {
		part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
		return part(`{"alg":"HS256","typ":"JWT"}`) + "." + part(`{"sub":"`+id+`","iat":1516239022}`) + "." + part(strings.Repeat(id, 4))
	}
	served, _ := lookAt(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Set-Cookie", "session="+token("visitor1"))
	})
	expect(t, served, scan.Clean, "")
	served, _ = lookAt(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "let t = '"+token("visitor1")+"'")
	})
	expect(t, served, scan.Leaking, "")
}

func TestFingerprintsStayTheSame(t *testing.T) {
	t.Parallel()
	secret := key(40)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/.git/HEAD" {
			_, _ = io.WriteString(w, "ref: refs/heads/main\n")
			return
		}
		_, _ = io.WriteString(w, "<p>"+secret)
	})
	served, exposed := look(t, s.target(), quick())
	again, exposedAgain := look(t, s.target(), quick())
	if served.Findings[0].Fingerprint != again.Findings[0].Fingerprint || exposed.Findings[0].Fingerprint != exposedAgain.Findings[0].Fingerprint {
		t.Error("fingerprints change")
	}
}
