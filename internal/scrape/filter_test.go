package scrape

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/client-go/rest"
)

// apiServer answers reviews, and counts them.
type apiServer struct {
	tokens map[string]authenticationv1.UserInfo
	// may are the users that may do everything.
	may map[string]bool
	// fails is the kind of review at which it fails.
	fails string

	lock    sync.Mutex
	reviews int
	asked   authorizationv1.SubjectAccessReviewSpec
}

func (s *apiServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.reviews++
	kind := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	if kind == s.fails {
		http.Error(w, "out of order", http.StatusInternalServerError)
		return
	}
	var answer any
	switch kind {
	case "tokenreviews":
		var review authenticationv1.TokenReview
		if json.NewDecoder(r.Body).Decode(&review) != nil {
			http.Error(w, "no review", http.StatusBadRequest)
			return
		}
		user, isKnown := s.tokens[review.Spec.Token]
		review.Status = authenticationv1.TokenReviewStatus{Authenticated: isKnown, User: user}
		answer = review
	case "subjectaccessreviews":
		var review authorizationv1.SubjectAccessReview
		if json.NewDecoder(r.Body).Decode(&review) != nil {
			http.Error(w, "no review", http.StatusBadRequest)
			return
		}
		s.asked = review.Spec
		review.Status.Allowed = s.may[review.Spec.User]
		review.Status.Denied = review.Spec.User == "denied"
		answer = review
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (s *apiServer) count() int {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.reviews
}

// guarded is a page behind the filter. Reviews are sent as JSON.
func guarded(t *testing.T, s *apiServer) http.Handler {
	t.Helper()
	const json = "application/json"
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	filter, err := Filter(&rest.Config{Host: server.URL, ContentConfig: rest.ContentConfig{ContentType: json, AcceptContentTypes: json}}, server.Client())
	if err != nil {
		t.Fatal(err)
	}
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "the metrics") })
	handler, err := filter(logr.Discard(), page)
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

func ask(t *testing.T, handler http.Handler, authorization string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

func newServer() *apiServer {
	return &apiServer{
		tokens: map[string]authenticationv1.UserInfo{
			"good":  {Username: "prometheus", UID: "7", Groups: []string{"monitoring"}, Extra: map[string]authenticationv1.ExtraValue{"pod": {"a"}}},
			"other": {Username: "stranger"}, "bad": {Username: "denied"},
		},
		may: map[string]bool{"prometheus": true, "denied": true},
	}
}

func TestOnlyWhoMayIsLetIn(t *testing.T) {
	for name, test := range map[string]struct {
		authorization, fails string
		want                 int
	}{
		"who may":                          {"Bearer good", "", http.StatusOK},
		"in other letters":                 {"bearer good", "", http.StatusOK},
		"nobody":                           {"", "", http.StatusUnauthorized},
		"no token":                         {"Bearer ", "", http.StatusUnauthorized},
		"a password":                       {"Basic good", "", http.StatusUnauthorized},
		"a made-up token":                  {"Bearer made-up", "", http.StatusUnauthorized},
		"who may not":                      {"Bearer other", "", http.StatusForbidden},
		"who may, and is denied":           {"Bearer bad", "", http.StatusForbidden},
		"where nobody says who it is":      {"Bearer good", "tokenreviews", http.StatusInternalServerError},
		"where nobody says whether it may": {"Bearer good", "subjectaccessreviews", http.StatusInternalServerError},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer()
			s.fails = test.fails
			w := ask(t, guarded(t, s), test.authorization)
			if w.Code != test.want {
				t.Errorf("status %d, want %d: %s", w.Code, test.want, w.Body)
			}
			if isShown := strings.Contains(w.Body.String(), "the metrics"); isShown != (test.want == http.StatusOK) {
				t.Errorf("it says: %s", w.Body)
			}
			if test.want == http.StatusUnauthorized && w.Header().Get("WWW-Authenticate") != "Bearer" {
				t.Error("it does not say what is needed")
			}
		})
	}
}

func TestTheQuestionNamesAllThatIsKnownOfWhoAsks(t *testing.T) {
	s := newServer()
	ask(t, guarded(t, s), "Bearer good")
	want := authorizationv1.SubjectAccessReviewSpec{
		User: "prometheus", UID: "7", Groups: []string{"monitoring"}, Extra: map[string]authorizationv1.ExtraValue{"pod": {"a"}},
		NonResourceAttributes: &authorizationv1.NonResourceAttributes{Path: "/metrics", Verb: "get"},
	}
	if !reflect.DeepEqual(s.asked, want) {
		t.Errorf("asked %+v, want %+v", s.asked, want)
	}
}

func TestOnlyWhoWasLetInIsRemembered(t *testing.T) {
	s := newServer()
	handler := guarded(t, s)
	for _, test := range []struct {
		authorization string
		want          int
	}{{"Bearer good", 2}, {"Bearer good", 2}, {"Bearer other", 4}, {"Bearer other", 6}, {"Bearer made-up", 7}, {"Bearer made-up", 8}, {"", 8}} {
		ask(t, handler, test.authorization)
		if got := s.count(); got != test.want {
			t.Errorf("after %q: %d reviews, want %d", test.authorization, got, test.want)
		}
	}
	s.may["stranger"] = true
	if w := ask(t, handler, "Bearer other"); w.Code != http.StatusOK {
		t.Errorf("who may now is answered %d", w.Code)
	}
}

func TestAFloodOfTokensIsNoFloodOfQuestions(t *testing.T) {
	s := newServer()
	handler := guarded(t, s)
	ask(t, handler, "Bearer good")
	before := s.count()
	const flood, lasts = 10 * atOnce, 500 * time.Millisecond
	var all sync.WaitGroup
	for range flood {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), lasts)
			defer cancel()
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/metrics", nil)
			r.Header.Set("Authorization", "Bearer made-up")
			handler.ServeHTTP(httptest.NewRecorder(), r)
		})
	}
	all.Wait()
	if asked := s.count() - before; asked < 1 || asked > atOnce+perSecond {
		t.Errorf("%d of %d became questions", asked, flood)
	}
	if w := ask(t, handler, "Bearer good"); w.Code != http.StatusOK {
		t.Errorf("a reader is answered %d meanwhile", w.Code)
	}
}
