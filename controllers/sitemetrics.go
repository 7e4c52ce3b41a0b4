package controllers

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// collectTimeout is how long the caches may take to be read; they are in memory.
const collectTimeout = 10 * time.Second

// SiteMetrics say how sites are, as their status says it: read when they are asked for, so that they never say anything else and
// a site that is gone is gone from here as well. docs/metrics.md has them all.
type SiteMetrics struct {
	// Reader reads from the cache.
	Reader client.Reader
	// Elected is closed once this operator leads. One that stands by says nothing, or each site would be there twice.
	Elected <-chan struct{}
}

var (
	metricReady     = ofSite("ready", "Whether the condition Ready of a site is True for its current spec (1); 0, it is not, or not known.")
	metricCompliant = ofSite("compliant", "Whether the condition Compliant of a site is True for its current spec (1); 0, it is not, or not known.")
	metricControl   = ofSite("control_result", "1 for each control of a site that fails, cannot be judged (unless the class accepts that) or is waived.", "control", "severity", "result")
	metricEdge      = ofSite("edge_unenforced", "1 for each protection that a site asks for and its edge does not give.", "driver", "feature")
	metricSuspended = ofSite("suspended", "1 for each site that is suspended by its spec.")
	metricPosture   = ofSite("posture", "1 for the posture that a site is in.", "posture")
	metricWaiver    = prometheus.NewDesc("campaignsite_waiver_expiry_timestamp_seconds", "When a waiver ends, in seconds since 1970.", []string{"waiver", "control"}, nil)
)

func ofSite(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("campaignsite_"+name, help, append([]string{"namespace", "name"}, labels...), nil)
}

// Describe implements prometheus.Collector.
func (m *SiteMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{metricReady, metricCompliant, metricControl, metricEdge, metricSuspended, metricPosture, metricWaiver} {
		out <- d
	}
}

// Collect implements prometheus.Collector. What cannot be read fails the whole request: no series would look like no site.
func (m *SiteMetrics) Collect(out chan<- prometheus.Metric) {
	select {
	case <-m.Elected:
	default:
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), collectTimeout)
	defer cancel()
	options := []client.ListOption{client.DisableReadYourWritesConsistency, client.UnsafeDisableDeepCopy}
	sites, waivers := &hustingsv1alpha1.CampaignSiteList{}, &hustingsv1alpha1.WaiverList{}
	if err := m.Reader.List(ctx, sites, options...); err != nil {
		out <- prometheus.NewInvalidMetric(metricReady, err)
		return
	}
	if err := m.Reader.List(ctx, waivers, options...); err != nil {
		out <- prometheus.NewInvalidMetric(metricWaiver, err)
		return
	}
	for i := range sites.Items {
		collectSite(out, &sites.Items[i])
	}
	for i := range waivers.Items {
		w := &waivers.Items[i]
		gauge(out, metricWaiver, float64(w.Spec.Expires.Unix()), w.Name, string(w.Spec.Control))
	}
}

func collectSite(out chan<- prometheus.Metric, site *hustingsv1alpha1.CampaignSite) {
	gauge(out, metricReady, oneIf(isTrueNow(site, hustingsv1alpha1.ConditionReady)), site.Namespace, site.Name)
	gauge(out, metricCompliant, oneIf(isTrueNow(site, hustingsv1alpha1.ConditionCompliant)), site.Namespace, site.Name)
	for i := range site.Status.Controls {
		c := &site.Status.Controls[i]
		if c.Result != hustingsv1alpha1.ResultPass && c.Result != hustingsv1alpha1.ResultNotApplicable && !c.Accepted {
			gauge(out, metricControl, 1, site.Namespace, site.Name, string(c.ID), string(c.Severity), string(c.Result))
		}
	}
	for i := range site.Status.Edge.Enforcement {
		if e := &site.Status.Edge.Enforcement[i]; e.Level == hustingsv1alpha1.LevelUnsupported {
			gauge(out, metricEdge, 1, site.Namespace, site.Name, string(site.Status.Edge.Driver), string(e.Feature))
		}
	}
	if site.Spec.Suspend {
		gauge(out, metricSuspended, 1, site.Namespace, site.Name)
	}
	if site.Status.Posture != "" {
		gauge(out, metricPosture, 1, site.Namespace, site.Name, string(site.Status.Posture))
	}
}

// isTrueNow says whether a condition is True and about the spec that there is now.
func isTrueNow(site *hustingsv1alpha1.CampaignSite, kind string) bool {
	c := meta.FindStatusCondition(site.Status.Conditions, kind)
	return c != nil && c.Status == metav1.ConditionTrue && c.ObservedGeneration == site.Generation
}

func gauge(out chan<- prometheus.Metric, of *prometheus.Desc, value float64, labels ...string) {
	m, err := prometheus.NewConstMetric(of, prometheus.GaugeValue, value, labels...)
	if err != nil {
		m = prometheus.NewInvalidMetric(of, err)
	}
	out <- m
}

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
