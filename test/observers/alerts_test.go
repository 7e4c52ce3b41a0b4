package observers

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/rules"
	"sigs.k8s.io/yaml"
)

// shipped is what is in a file of config.
func shipped(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("../../config", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// alerts are the rules as Prometheus reads them, once it found nothing wrong with them.
func alerts(t *testing.T) []rulefmt.Rule {
	t.Helper()
	rule := &monitoringv1.PrometheusRule{}
	if err := yaml.UnmarshalStrict(shipped(t, "monitoring/alerts.yaml"), rule); err != nil {
		t.Fatal(err)
	}
	spec, err := yaml.Marshal(rule.Spec)
	if err != nil {
		t.Fatal(err)
	}
	groups, problems := rulefmt.Parse(spec, false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	for _, problem := range problems {
		t.Error(problem)
	}
	var all []rulefmt.Rule
	for _, group := range groups.Groups {
		all = append(all, group.Rules...)
	}
	return all
}

func TestAlertsSayWhatIsWrongAndHowGrave(t *testing.T) {
	all := alerts(t)
	if len(all) == 0 {
		t.Fatal("there are none")
	}
	documented := string(shipped(t, "../docs/metrics.md"))
	for _, rule := range all {
		if !strings.Contains(documented, "`"+rule.Alert+"`") {
			t.Errorf("docs/metrics.md lacks %s", rule.Alert)
		}
		if rule.Alert == "" || rule.Annotations["summary"] == "" || rule.Annotations["description"] == "" {
			t.Errorf("%s%s says nothing", rule.Alert, rule.Record)
		}
		if severity := rule.Labels["severity"]; severity != "critical" && severity != "warning" {
			t.Errorf("%s is of severity %q", rule.Alert, severity)
		}
	}
}

const minute = time.Minute

// leader is the series of an operator that leads, and one that stands by.
const leader = `
  leader_election_master_status{name="hustings-manager", pod="a"} 1x120
  leader_election_master_status{name="hustings-manager", pod="b"} 0x120`

// scenes are series, one value a minute, and which alerts are firing when. Each alert is in one that makes it fire and in one that
// comes close.
var scenes = map[string]struct {
	series string
	// firing are alerts with the site that they name.
	firing map[time.Duration][]string
}{
	"all is well": {
		series: leader + `
  campaignsite_ready{namespace="alice", name="web", pod="a"} 1x120
  campaignsite_compliant{namespace="alice", name="web", pod="a"} 1x120
  campaignsite_control_result{namespace="alice", name="web", control="leaks.image", result="Unknown", severity="critical", pod="a"} 1x120
  campaignsite_control_result{namespace="alice", name="web", control="pod.probes", result="Waived", severity="medium", pod="a"} 1x120
  campaignsite_posture{namespace="alice", name="web", posture="Normal", pod="a"} 1x120
  campaignsite_waiver_expiry_timestamp_seconds{waiver="far", control="pod.probes", pod="a"} 10000000x120
  campaignsite_waiver_expiry_timestamp_seconds{waiver="past", control="pod.probes", pod="a"} -1x120
  controller_runtime_reconcile_errors_total{controller="campaignsite", pod="a"} 7x120`,
		firing: map[time.Duration][]string{minute: {}, 60 * minute: {}},
	},
	"nobody leads": {
		series: `leader_election_master_status{name="hustings-manager", pod="a"} 1x9 0x60`,
		firing: map[time.Duration][]string{9 * minute: {}, 12 * minute: {}, 16 * minute: {"HustingsNobodyLeads"}},
	},
	"Prometheus sees nothing of it": {
		series: `up 1x60`,
		firing: map[time.Duration][]string{minute: {}, 6 * minute: {"HustingsNobodyLeads"}},
	},
	"another one leads": {
		series: `
  leader_election_master_status{name="hustings-manager", pod="a"} 1x9 0x60
  leader_election_master_status{name="hustings-manager", pod="b"} 0x10 1x60
  campaignsite_ready{namespace="alice", name="web", pod="a"} 0x9
  campaignsite_ready{namespace="alice", name="web", pod="b"} _x9 0x60`,
		firing: map[time.Duration][]string{9 * minute: {}, 12 * minute: {"CampaignSiteNotReady alice/web"}, 40 * minute: {"CampaignSiteNotReady alice/web"}},
	},
	"a site goes down and comes back": {
		series: leader + `
  campaignsite_ready{namespace="alice", name="web", pod="a"} 1x5 0x20 1x60
  campaignsite_ready{namespace="alice", name="other", pod="a"} 1x120`,
		firing: map[time.Duration][]string{15 * minute: {}, 17 * minute: {"CampaignSiteNotReady alice/web"}, 40 * minute: {}},
	},
	"a rollout": {
		series: leader + `
  campaignsite_ready{namespace="alice", name="web", pod="a"} 1x5 0x7 1x60
  campaignsite_compliant{namespace="alice", name="web", pod="a"} 1x5 0x9 1x60`,
		firing: map[time.Duration][]string{12 * minute: {}, 15 * minute: {}},
	},
	"a site is suspended": {
		series: leader + `
  campaignsite_ready{namespace="alice", name="web", pod="a"} 0x120
  campaignsite_compliant{namespace="alice", name="web", pod="a"} 0x120
  campaignsite_suspended{namespace="alice", name="web", pod="a"} 1x120
  campaignsite_ready{namespace="bob", name="web", pod="a"} 0x120`,
		firing: map[time.Duration][]string{60 * minute: {"CampaignSiteNotReady bob/web"}},
	},
	"a site leaks": {
		series: leader + `
  campaignsite_compliant{namespace="alice", name="web", pod="a"} 0x120
  campaignsite_control_result{namespace="alice", name="web", control="leaks.served", result="Fail", severity="critical", pod="a"} 1x120
  campaignsite_control_result{namespace="bob", name="web", control="pod.probes", result="Fail", severity="medium", pod="a"} 1x120`,
		firing: map[time.Duration][]string{
			0:           {"CampaignSiteLeaksSecret alice/web"},
			20 * minute: {"CampaignSiteLeaksSecret alice/web", "CampaignSiteNotCompliant alice/web"},
		},
	},
	"an edge cannot do it": {
		series: leader + `
  campaignsite_edge_unenforced{namespace="alice", name="web", driver="Traefik", feature="Methods", pod="a"} 1x120`,
		firing: map[time.Duration][]string{14 * minute: {}, 16 * minute: {"CampaignSiteProtectionMissing alice/web"}},
	},
	"a waiver ends": { // after seven days and half an hour
		series: leader + `
  campaignsite_waiver_expiry_timestamp_seconds{waiver="until-polling-day", control="pod.probes", pod="a"} 606600x120`,
		firing: map[time.Duration][]string{29 * minute: {}, 31 * minute: {"WaiverEndsSoon"}},
	},
	"errors again and again": {
		series: leader + `
  controller_runtime_reconcile_errors_total{controller="campaignsite", pod="a"} 0+1x120
  controller_runtime_reconcile_errors_total{controller="kinds", pod="a"} 0+1x120`,
		firing: map[time.Duration][]string{20 * minute: {}, 45 * minute: {"HustingsReconcileErrors"}},
	},
	"one error": {
		series: leader + `
  controller_runtime_reconcile_errors_total{controller="campaignsite", pod="a"} 0x20 1x100`,
		firing: map[time.Duration][]string{25 * minute: {}, 60 * minute: {}},
	},
}

func TestAlertsFireWhenTheyShouldAndNotBefore(t *testing.T) {
	fired := map[string]bool{}
	for name, scene := range scenes {
		t.Run(name, func(t *testing.T) {
			for at, want := range scene.firing {
				got := firingAt(t, scene.series, at)
				if slices.Sort(want); !slices.Equal(got, want) {
					t.Errorf("after %s: %q, want %q", at, got, want)
				}
				for _, alert := range want {
					alert, _, _ = strings.Cut(alert, " ")
					fired[alert] = true
				}
			}
		})
	}
	for _, rule := range alerts(t) {
		if !fired[rule.Alert] {
			t.Errorf("nothing here makes %s fire", rule.Alert)
		}
	}
}

// firingAt evaluates all alerts each minute up to some time and says which fire then, and for which site.
func firingAt(t *testing.T, series string, end time.Duration) []string {
	t.Helper()
	storage := promqltest.LoadedStorage(t, "load 1m\n  "+strings.TrimSpace(series))
	engine := promqltest.NewTestEngine(t, false, 0, 1_000_000)
	query := rules.EngineQueryFunc(engine, storage)
	var firing []string
	for _, rule := range alerts(t) {
		expression, err := parser.NewParser(parser.Options{}).ParseExpr(rule.Expr)
		if err != nil {
			t.Fatal(err)
		}
		alerting := rules.NewAlertingRule(rule.Alert, expression, time.Duration(rule.For), time.Duration(rule.KeepFiringFor),
			labels.FromMap(rule.Labels), labels.FromMap(rule.Annotations), labels.EmptyLabels(), "", true, slog.New(slog.DiscardHandler))
		for at := time.Duration(0); at <= end; at += minute {
			if _, err := alerting.Eval(t.Context(), 0, time.Unix(0, 0).Add(at), query, nil, 0); err != nil {
				t.Fatalf("%s: %v", rule.Alert, err)
			}
		}
		for _, alert := range alerting.ActiveAlerts() {
			if alert.State != rules.StateFiring {
				continue
			}
			said := fmt.Sprint(alert.Annotations)
			if broken := regexp.MustCompile(`<error|<no value|&lt;`).FindString(said); broken != "" {
				t.Errorf("%s says %s", rule.Alert, said)
			}
			name := rule.Alert
			if site := alert.Labels.Get("name"); site != "" {
				name += " " + alert.Labels.Get("namespace") + "/" + site
			}
			firing = append(firing, name)
		}
	}
	slices.Sort(firing)
	return firing
}

func TestTheServiceMonitorIsOneAndKeepsTheSitesNamespace(t *testing.T) {
	monitor := &monitoringv1.ServiceMonitor{}
	if err := yaml.UnmarshalStrict(shipped(t, "monitoring/service_monitor.yaml"), monitor); err != nil {
		t.Fatal(err)
	}
	var service struct {
		Metadata struct{ Labels map[string]string }
		Spec     struct{ Ports []struct{ Name string } }
	}
	if err := yaml.Unmarshal(shipped(t, "manager/metrics_service.yaml"), &service); err != nil {
		t.Fatal(err)
	}
	for key, value := range monitor.Spec.Selector.MatchLabels {
		if service.Metadata.Labels[key] != value {
			t.Errorf("the Service has no label %s: %s", key, value)
		}
	}
	for _, endpoint := range monitor.Spec.Endpoints {
		if !endpoint.HonorLabels || len(service.Spec.Ports) != 1 || endpoint.Port != service.Spec.Ports[0].Name {
			t.Errorf("%+v", endpoint)
		}
	}
}
