package plan_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/plan"
	"github.com/hustings/hustings/test/fixture"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing them")

// goldens are read in review like code: each shows what a person wrote, and all that becomes of it.
var goldens = map[string]func(*hustingsv1alpha1.CampaignSite, *hustingsv1alpha1.SiteClass){
	"good": func(*hustingsv1alpha1.CampaignSite, *hustingsv1alpha1.SiteClass) {},
	"minimal": func(s *hustingsv1alpha1.CampaignSite, c *hustingsv1alpha1.SiteClass) {
		s.Spec = hustingsv1alpha1.CampaignSiteSpec{Image: s.Spec.Image, Port: s.Spec.Port, Hosts: s.Spec.Hosts[:1]}
		c.Spec.Edge.ClusterIssuer = "letsencrypt"
		c.Spec.Edge.Replicas = nil
	},
	"greedy-under-attack": func(s *hustingsv1alpha1.CampaignSite, c *hustingsv1alpha1.SiteClass) {
		s.Spec.Edge = &hustingsv1alpha1.SiteEdge{
			PerClient: &hustingsv1alpha1.ClientLimits{RequestsPerSecond: ptr.To[int32](5000)},
			Request:   &hustingsv1alpha1.RequestLimits{Methods: []hustingsv1alpha1.Method{"GET", "POST"}},
		}
		s.Spec.Posture = hustingsv1alpha1.PostureUnderAttack
		c.Spec.Enforcement = hustingsv1alpha1.EnforcementAudit
		c.Spec.Posture = &hustingsv1alpha1.ClassPosture{Overlays: []hustingsv1alpha1.PostureOverlay{{
			Level: hustingsv1alpha1.PostureElevated,
			EdgeLimits: hustingsv1alpha1.EdgeLimits{
				PerClient: &hustingsv1alpha1.ClientLimits{RequestsPerSecond: ptr.To[int32](3), InFlight: ptr.To[int32](4)},
				Site:      &hustingsv1alpha1.SiteLimits{InFlight: ptr.To[int32](100)},
			},
		}}}
	},
}

func TestGolden(t *testing.T) {
	for name, change := range goldens {
		t.Run(name, func(t *testing.T) {
			site, class := fixture.Site(), fixture.Class()
			change(site, class)
			got := describe(t, site, plan.Build(site, fixture.Snapshot(site, class)))
			path := filepath.Join("testdata", name+".golden.yaml")
			if *update {
				if err := os.WriteFile(path, got, 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v; run the test with -update", err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("run with -update and read the diff as code (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNoGoldenIsAnOrphan(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden.yaml")
	if err != nil || len(files) != len(goldens) {
		t.Errorf("%d golden files for %d cases (%v): %v", len(files), len(goldens), err, files)
	}
}

// describe shows the input, the objects and the judgement as one YAML stream.
func describe(t *testing.T, site *hustingsv1alpha1.CampaignSite, p plan.Plan) []byte {
	t.Helper()
	if len(p.Errors) > 0 {
		t.Fatal(p.Errors)
	}
	var out bytes.Buffer
	document := func(comment string, value any) {
		raw, err := yaml.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "--- # %s\n%s", comment, raw)
	}
	document("input", map[string]any{"metadata": map[string]any{"name": site.Name, "namespace": site.Namespace}, "spec": site.Spec})
	for _, o := range p.Objects {
		document("object", o)
	}
	document("enforcement", p.Enforcement)
	var verdicts []string
	for _, v := range p.Verdicts {
		line := fmt.Sprintf("%s %s", v.Result, v.Control.ID)
		for _, f := range v.Findings {
			line += fmt.Sprintf("; %s %s: %s", f.Object, strings.TrimSpace(f.Path+" "+f.Cause), f.Message)
		}
		verdicts = append(verdicts, line)
	}
	document("verdicts", verdicts)
	return out.Bytes()
}
