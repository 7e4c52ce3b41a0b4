package scrape

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-logr/logr"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/cache"
	authenticationclient "k8s.io/client-go/kubernetes/typed/authentication/v1"
	authorizationclient "k8s.io/client-go/kubernetes/typed/authorization/v1"
	"k8s.io/client-go/rest"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const (
	// patience is how long the API server may take to say who somebody is and whether they may.
	patience = 10 * time.Second
	// remembered is how long whoever was let in is let in again without a question. Nobody who was refused is remembered.
	remembered = time.Minute
	// mostRemembered bounds how many are.
	mostRemembered = 64
	// perSecond and atOnce bound the questions to the API server, two for a request, whoever asks here: a flood of made-up tokens
	// must not become one of TokenReviews.
	perSecond, atOnce = 5, 20
)

var (
	errUnknown   = errors.New("a valid bearer token is needed")
	errForbidden = errors.New("to get these metrics is not allowed: bind the ClusterRole hustings-metrics-reader")
)

// Filter is a metricsserver.Options.FilterProvider. Its config is that of the manager.
func Filter(config *rest.Config, httpClient *http.Client) (metricsserver.Filter, error) {
	config = rest.CopyConfig(config)
	config.QPS, config.Burst, config.RateLimiter = perSecond, atOnce, nil
	authentication, err := authenticationclient.NewForConfigAndClient(config, httpClient)
	if err != nil {
		return nil, fmt.Errorf("make the client for TokenReviews: %w", err)
	}
	authorization, err := authorizationclient.NewForConfigAndClient(config, httpClient)
	if err != nil {
		return nil, fmt.Errorf("make the client for SubjectAccessReviews: %w", err)
	}
	g := &gate{
		tokens: authentication.TokenReviews(), access: authorization.SubjectAccessReviews(),
		letIn: cache.NewLRUExpireCache(mostRemembered),
	}
	return g.filter, nil
}

// gate lets requests through.
type gate struct {
	tokens authenticationclient.TokenReviewInterface
	access authorizationclient.SubjectAccessReviewInterface
	// letIn are the requests that were let through not long ago, by their visit.
	letIn *cache.LRUExpireCache
}

// visit is who asks for what. The token itself is not kept.
type visit struct {
	token      [sha256.Size]byte
	verb, path string
}

func (g *gate) filter(log logr.Logger, next http.Handler) (http.Handler, error) {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := g.check(r)
		switch {
		case err == nil:
			next.ServeHTTP(w, r)
		case errors.Is(err, errUnknown):
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, errUnknown.Error(), http.StatusUnauthorized)
		case errors.Is(err, errForbidden):
			http.Error(w, errForbidden.Error(), http.StatusForbidden)
		default:
			log.Error(err, "A request for metrics could not be judged")
			http.Error(w, "the API server did not say who asks and whether they may", http.StatusInternalServerError)
		}
	}), nil
}

// check is nil for a request that may go on.
func (g *gate) check(r *http.Request) error {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return errUnknown
	}
	v := visit{token: sha256.Sum256([]byte(token)), verb: strings.ToLower(r.Method), path: r.URL.Path}
	if _, known := g.letIn.Get(v); known {
		return nil
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	user, err := g.userOf(ctx, token)
	if err != nil {
		return err
	}
	if err := g.mayVisit(ctx, user, v); err != nil {
		return err
	}
	g.letIn.Add(v, true, remembered)
	return nil
}

// userOf asks whose a token is.
func (g *gate) userOf(ctx context.Context, token string) (authenticationv1.UserInfo, error) {
	review, err := g.tokens.Create(ctx, &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: token}}, metav1.CreateOptions{})
	if err != nil {
		return authenticationv1.UserInfo{}, fmt.Errorf("review a token: %w", err)
	}
	if !review.Status.Authenticated {
		return authenticationv1.UserInfo{}, errUnknown
	}
	return review.Status.User, nil
}

// mayVisit asks whether somebody may.
func (g *gate) mayVisit(ctx context.Context, user authenticationv1.UserInfo, v visit) error {
	extra := make(map[string]authorizationv1.ExtraValue, len(user.Extra))
	for key, values := range user.Extra {
		extra[key] = authorizationv1.ExtraValue(values)
	}
	review, err := g.access.Create(ctx, &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: user.Username, UID: user.UID, Groups: user.Groups, Extra: extra,
		NonResourceAttributes: &authorizationv1.NonResourceAttributes{Path: v.path, Verb: v.verb},
	}}, metav1.CreateOptions{})
	if err != nil {
		return fmt.Errorf("review the access of %s: %w", user.Username, err)
	}
	if !review.Status.Allowed || review.Status.Denied {
		return errForbidden
	}
	return nil
}
