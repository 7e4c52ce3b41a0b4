package traefik

import (
	"strings"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/ptr"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/intent"
	"github.com/hustings/hustings/test/fixture"
)

func limit(n int64) intent.Limit { return intent.Limit{Requested: n, Effective: n} }

// TestRateNeverExceedsWhatWasAsked holds the two facts of Traefik's limiter: a burst above twice the rate is a higher
// rate, and below one request a second a burst above 1 is.
func TestRateNeverExceedsWhatWasAsked(t *testing.T) {
	for perSecond := int64(1); perSecond <= 60; perSecond++ {
		for burst := int64(1); burst <= 200; burst += 7 {
			for replicas := int32(1); replicas <= 9; replicas++ {
				r := rateOf(intent.Edge{Replicas: replicas, PerClient: intent.ClientLimits{RequestsPerSecond: limit(perSecond), Burst: limit(burst)}})
				if r.average*int64(replicas) != perSecond*r.seconds {
					t.Fatalf("%d/s over %d replicas became %d in %s each", perSecond, replicas, r.average, r.period())
				}
				if r.burst < 1 || r.burst > 1 && (r.burst*r.seconds > 2*r.average || r.burst*int64(replicas) > burst) {
					t.Fatalf("%d/s burst %d over %d replicas: burst %d at %d in %s", perSecond, burst, replicas, r.burst, r.average, r.period())
				}
				if r.average < r.seconds && r.burst != 1 {
					t.Fatalf("below one a second the burst must be 1, not %d", r.burst)
				}
			}
		}
	}
}

func renderSite(t *testing.T, change func(*hustingsv1alpha1.CampaignSite, *hustingsv1alpha1.SiteClass)) (map[string]*unstructured.Unstructured, []*networkingv1.Ingress, map[hustingsv1alpha1.EdgeFeature]hustingsv1alpha1.EdgeEnforcement) {
	t.Helper()
	site, class := fixture.Site(), fixture.Class()
	if change != nil {
		change(site, class)
	}
	resolved, errs := intent.Resolve(site, fixture.Snapshot(site, class))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	objects, rows := Driver{}.Render(resolved)
	middlewares := map[string]*unstructured.Unstructured{}
	var ingresses []*networkingv1.Ingress
	for _, o := range objects {
		switch o := o.(type) {
		case *unstructured.Unstructured:
			if len(ingresses) > 0 {
				t.Error("a Middleware comes after a route: the route would be there before its protection")
			}
			middlewares[o.GetName()] = o
		case *networkingv1.Ingress:
			ingresses = append(ingresses, o)
		}
	}
	byFeature := map[hustingsv1alpha1.EdgeFeature]hustingsv1alpha1.EdgeEnforcement{}
	for _, row := range rows {
		byFeature[row.Feature] = row
	}
	return middlewares, ingresses, byFeature
}

func TestEveryRouteNamesOnlyMiddlewaresThatExist(t *testing.T) {
	middlewares, ingresses, _ := renderSite(t, nil)
	if len(ingresses) != 2 {
		t.Fatalf("got %d routes, want one for HTTPS and one that redirects", len(ingresses))
	}
	for _, i := range ingresses {
		for ref := range strings.SplitSeq(i.Annotations[annotationMiddlewares], ",") {
			name := strings.TrimSuffix(strings.TrimPrefix(ref, "alice-"), "@kubernetescrd")
			if middlewares[name] == nil {
				t.Errorf("%s names %s, which is not there", i.Name, ref)
			}
		}
	}
	chain, _, _ := unstructured.NestedSlice(middlewares["vote-alice-chain"].Object, "spec", "chain", "middlewares")
	for n, ref := range chain {
		name := ref.(map[string]any)["name"].(string)
		if middlewares[name] == nil {
			t.Errorf("the chain names %s, which is not there", name)
		}
		if n == 0 && name != "vote-alice-headers" {
			t.Errorf("the chain begins with %s: answers of 429 would have no security headers", name)
		}
	}
}

func TestNoRouteWithoutHostOrCertificate(t *testing.T) {
	for name, change := range map[string]func(*hustingsv1alpha1.CampaignSite, *hustingsv1alpha1.SiteClass){
		"no certificate": func(s *hustingsv1alpha1.CampaignSite, _ *hustingsv1alpha1.SiteClass) { s.Spec.TLS = nil },
		"no granted host": func(_ *hustingsv1alpha1.CampaignSite, c *hustingsv1alpha1.SiteClass) {
			c.Spec.Hosts[0].Namespaces = []string{"bob"}
		},
	} {
		if _, ingresses, _ := renderSite(t, change); len(ingresses) != 0 {
			t.Errorf("%s: got %d routes", name, len(ingresses))
		}
	}
}

func TestNothingAskedForIsDroppedSilently(t *testing.T) {
	_, _, rows := renderSite(t, func(s *hustingsv1alpha1.CampaignSite, _ *hustingsv1alpha1.SiteClass) {
		s.Spec.Edge = &hustingsv1alpha1.SiteEdge{
			PerClient: &hustingsv1alpha1.ClientLimits{RequestsPerSecond: ptr.To[int32](10), Burst: ptr.To[int32](100), InFlight: ptr.To[int32](5)},
			Site:      &hustingsv1alpha1.SiteLimits{InFlight: ptr.To[int32](2000)},
			Request:   &hustingsv1alpha1.RequestLimits{Methods: []hustingsv1alpha1.Method{"GET"}},
			Access: &hustingsv1alpha1.Access{
				AllowCIDRs: []hustingsv1alpha1.CIDR{"198.51.100.0/24"}, DenyCIDRs: []hustingsv1alpha1.CIDR{"203.0.113.0/24"},
			},
		}
	})
	for feature, want := range map[hustingsv1alpha1.EdgeFeature]hustingsv1alpha1.EdgeEnforcement{
		hustingsv1alpha1.FeaturePerClientRate:     {Requested: "10/s", Effective: "10/s", Level: hustingsv1alpha1.LevelNative},
		hustingsv1alpha1.FeaturePerClientBurst:    {Requested: "100", Effective: "20", Level: hustingsv1alpha1.LevelApproximated},
		hustingsv1alpha1.FeaturePerClientInFlight: {Requested: "5", Effective: "4", Level: hustingsv1alpha1.LevelApproximated},
		hustingsv1alpha1.FeatureSiteInFlight:      {Requested: "2000", Effective: "2000", Level: hustingsv1alpha1.LevelNative},
		hustingsv1alpha1.FeatureMethods:           {Requested: "GET", Level: hustingsv1alpha1.LevelUnsupported},
		hustingsv1alpha1.FeatureDenyCIDRs:         {Requested: "1 ranges", Level: hustingsv1alpha1.LevelUnsupported},
		hustingsv1alpha1.FeatureAllowCIDRs:        {Requested: "1 ranges", Effective: "1 ranges", Level: hustingsv1alpha1.LevelNative},
	} {
		got := rows[feature]
		if got.Requested != want.Requested || got.Effective != want.Effective || got.Level != want.Level {
			t.Errorf("%s: got %s -> %s (%s), want %s -> %s (%s)", feature, got.Requested, got.Effective, got.Level, want.Requested, want.Effective, want.Level)
		}
		if got.Level != hustingsv1alpha1.LevelNative && got.Message == "" {
			t.Errorf("%s is %s and does not say why", feature, got.Level)
		}
	}
}

func TestClientsAreToldApartByTheirConnectionOrTheExactHop(t *testing.T) {
	middlewares, _, _ := renderSite(t, func(_ *hustingsv1alpha1.CampaignSite, c *hustingsv1alpha1.SiteClass) {
		c.Spec.Edge.ClientIP = &hustingsv1alpha1.ClientIP{Source: hustingsv1alpha1.ClientIPXForwardedFor, TrustedHops: ptr.To[int32](2)}
	})
	depth, found, _ := unstructured.NestedInt64(middlewares["vote-alice-rate"].Object, "spec", "rateLimit", "sourceCriterion", "ipStrategy", "depth")
	if !found || depth != 2 {
		t.Errorf("depth = %d %v, want the two trusted hops exactly", depth, found)
	}
	middlewares, _, _ = renderSite(t, nil)
	if _, found, _ := unstructured.NestedInt64(middlewares["vote-alice-rate"].Object, "spec", "rateLimit", "sourceCriterion", "ipStrategy", "depth"); found {
		t.Error("without X-Forwarded-For there must be no depth: the key would be a header that clients write")
	}
}
