package controllers

import (
	"context"
	"errors"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// measuredSites are one that is good, one that is judged badly, one of which an older spec was judged, one that nobody has looked at and
// one that is suspended.
func measuredSites() []client.Object {
	site := func(name string, generation int64, change func(*hustingsv1alpha1.CampaignSiteStatus)) client.Object {
		s := &hustingsv1alpha1.CampaignSite{ObjectMeta: metav1.ObjectMeta{Namespace: "alice", Name: name, Generation: generation}}
		change(&s.Status)
		return s
	}
	conditions := func(ready, compliant metav1.ConditionStatus) []metav1.Condition {
		return []metav1.Condition{
			{Type: hustingsv1alpha1.ConditionReady, Status: ready, ObservedGeneration: 3},
			{Type: hustingsv1alpha1.ConditionCompliant, Status: compliant, ObservedGeneration: 3},
		}
	}
	return []client.Object{
		site("good", 3, func(s *hustingsv1alpha1.CampaignSiteStatus) {
			s.Conditions, s.Posture = conditions("True", "True"), hustingsv1alpha1.PostureNormal
			s.Controls = []hustingsv1alpha1.ControlStatus{{ID: "edge.tls", Result: hustingsv1alpha1.ResultPass, Severity: hustingsv1alpha1.SeverityCritical}}
		}),
		site("bad", 3, func(s *hustingsv1alpha1.CampaignSiteStatus) {
			s.Conditions = conditions("True", "Unknown")
			s.Controls = []hustingsv1alpha1.ControlStatus{
				{ID: "leaks.served", Result: hustingsv1alpha1.ResultFail, Severity: hustingsv1alpha1.SeverityCritical, Message: "sk" + "_live_canary"},
				{ID: "pod.probes", Result: hustingsv1alpha1.ResultWaived, Severity: hustingsv1alpha1.SeverityMedium},
				{ID: "leaks.image", Result: hustingsv1alpha1.ResultUnknown, Severity: hustingsv1alpha1.SeverityCritical},
				{ID: "network.enforced", Result: hustingsv1alpha1.ResultUnknown, Severity: hustingsv1alpha1.SeverityHigh, Accepted: true},
				{ID: "availability.spread", Result: hustingsv1alpha1.ResultNotApplicable, Severity: hustingsv1alpha1.SeverityMedium},
			}
			s.Edge.Driver = hustingsv1alpha1.DriverTraefik
			s.Edge.Enforcement = []hustingsv1alpha1.EdgeEnforcement{
				{Feature: hustingsv1alpha1.FeatureBodyLimit, Level: hustingsv1alpha1.LevelUnsupported},
				{Feature: hustingsv1alpha1.FeatureTLS, Level: hustingsv1alpha1.LevelNative},
			}
		}),
		site("edited", 4, func(s *hustingsv1alpha1.CampaignSiteStatus) { s.Conditions = conditions("True", "True") }),
		site("new", 1, func(*hustingsv1alpha1.CampaignSiteStatus) {}),
		&hustingsv1alpha1.CampaignSite{
			ObjectMeta: metav1.ObjectMeta{Namespace: "alice", Name: "resting", Generation: 1}, Spec: hustingsv1alpha1.CampaignSiteSpec{Suspend: true},
		},
		&hustingsv1alpha1.Waiver{
			ObjectMeta: metav1.ObjectMeta{Name: "until-polling-day"},
			Spec:       hustingsv1alpha1.WaiverSpec{Control: "pod.probes", Expires: metav1.NewTime(time.Unix(1_800_000_000, 0))},
		},
	}
}

const measured = `
# HELP campaignsite_compliant Whether the condition Compliant of a site is True for its current spec (1); 0, it is not, or not known.
# TYPE campaignsite_compliant gauge
campaignsite_compliant{name="bad",namespace="alice"} 0
campaignsite_compliant{name="edited",namespace="alice"} 0
campaignsite_compliant{name="good",namespace="alice"} 1
campaignsite_compliant{name="new",namespace="alice"} 0
campaignsite_compliant{name="resting",namespace="alice"} 0
# HELP campaignsite_control_result 1 for each control of a site that fails, cannot be judged (unless the class accepts that) or is waived.
# TYPE campaignsite_control_result gauge
campaignsite_control_result{control="leaks.image",name="bad",namespace="alice",result="Unknown",severity="critical"} 1
campaignsite_control_result{control="leaks.served",name="bad",namespace="alice",result="Fail",severity="critical"} 1
campaignsite_control_result{control="pod.probes",name="bad",namespace="alice",result="Waived",severity="medium"} 1
# HELP campaignsite_edge_unenforced 1 for each protection that a site asks for and its edge does not give.
# TYPE campaignsite_edge_unenforced gauge
campaignsite_edge_unenforced{driver="Traefik",feature="BodyLimit",name="bad",namespace="alice"} 1
# HELP campaignsite_posture 1 for the posture that a site is in.
# TYPE campaignsite_posture gauge
campaignsite_posture{name="good",namespace="alice",posture="Normal"} 1
# HELP campaignsite_ready Whether the condition Ready of a site is True for its current spec (1); 0, it is not, or not known.
# TYPE campaignsite_ready gauge
campaignsite_ready{name="bad",namespace="alice"} 1
campaignsite_ready{name="edited",namespace="alice"} 0
campaignsite_ready{name="good",namespace="alice"} 1
campaignsite_ready{name="new",namespace="alice"} 0
campaignsite_ready{name="resting",namespace="alice"} 0
# HELP campaignsite_suspended 1 for each site that is suspended by its spec.
# TYPE campaignsite_suspended gauge
campaignsite_suspended{name="resting",namespace="alice"} 1
# HELP campaignsite_waiver_expiry_timestamp_seconds When a waiver ends, in seconds since 1970.
# TYPE campaignsite_waiver_expiry_timestamp_seconds gauge
campaignsite_waiver_expiry_timestamp_seconds{control="pod.probes",waiver="until-polling-day"} 1.8e+09
`

func TestMetricsSayWhatTheStatusSays(t *testing.T) {
	elected := make(chan struct{})
	m := &SiteMetrics{Reader: fake.NewClientBuilder().WithScheme(NewScheme()).WithObjects(measuredSites()...).Build(), Elected: elected}
	if n := testutil.CollectAndCount(m); n != 0 {
		t.Errorf("one that stands by has %d series", n)
	}
	close(elected)
	if err := testutil.CollectAndCompare(m, strings.NewReader(measured)); err != nil {
		t.Error(err)
	}
	problems, err := testutil.CollectAndLint(m)
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
}

// TestMetricsThatCannotBeReadAreNoneAtAll: without its series, a site that leaks looks like one that is not there.
func TestMetricsThatCannotBeReadAreNoneAtAll(t *testing.T) {
	for _, broken := range []client.ObjectList{&hustingsv1alpha1.CampaignSiteList{}, &hustingsv1alpha1.WaiverList{}} {
		elected := make(chan struct{})
		close(elected)
		reader := interceptor.NewClient(fake.NewClientBuilder().WithScheme(NewScheme()).WithObjects(measuredSites()...).Build(), interceptor.Funcs{
			List: func(ctx context.Context, c client.WithWatch, list client.ObjectList, options ...client.ListOption) error {
				if reflect.TypeOf(list) == reflect.TypeOf(broken) {
					return errors.New("the cache is gone")
				}
				return c.List(ctx, list, options...)
			},
		})
		registry := prometheus.NewPedanticRegistry()
		registry.MustRegister(&SiteMetrics{Reader: reader, Elected: elected})
		if _, err := registry.Gather(); err == nil || !strings.Contains(err.Error(), "the cache is gone") {
			t.Errorf("%T: %v", broken, err)
		}
	}
}

// TestMetricsThatAlertsAndDashboardsAskForAreTheOnesThatThereAre: an alert about a series that nobody has never fires.
func TestMetricsThatAlertsAndDashboardsAskForAreTheOnesThatThereAre(t *testing.T) {
	descriptions := make(chan *prometheus.Desc, 100)
	new(SiteMetrics).Describe(descriptions)
	close(descriptions)
	var have []string
	for d := range descriptions {
		have = append(have, regexp.MustCompile(`fqName: "([a-z_]+)"`).FindStringSubmatch(d.String())[1])
	}
	for _, path := range []string{"../docs/metrics.md", "../config/monitoring/alerts.yaml", "../config/monitoring/dashboard.json"} {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		asked := regexp.MustCompile(`\bcampaignsite_[a-z_]+`).FindAllString(string(raw), -1)
		if len(asked) == 0 {
			t.Errorf("%s has none", path)
		}
		for _, name := range asked {
			if !slices.Contains(have, name) {
				t.Errorf("%s has %s, which there is not", path, name)
			}
		}
		if !strings.HasSuffix(path, ".md") {
			continue
		}
		for _, name := range have {
			if !slices.Contains(asked, name) {
				t.Errorf("%s lacks %s", path, name)
			}
		}
	}
}
