package images_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/yaml"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/intent"
	"github.com/hustings/hustings/internal/plan"
	"github.com/hustings/hustings/test/e2e/images"
	"github.com/hustings/hustings/test/fixture"
)

const guide = "../../../docs/runtimes.md"

// guideSites are the CampaignSites that the guide shows, by their names, which are those of runtimes.
func guideSites(t *testing.T) map[string]*hustingsv1alpha1.CampaignSite {
	t.Helper()
	raw, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	sites := map[string]*hustingsv1alpha1.CampaignSite{}
	for i, block := range strings.Split(string(raw), "```yaml\n") {
		if i == 0 {
			continue
		}
		text, _, _ := strings.Cut(block, "```")
		site := &hustingsv1alpha1.CampaignSite{}
		if err := yaml.UnmarshalStrict([]byte(text), site); err != nil {
			t.Fatalf("%s: example %d: %v", guide, i, err)
		}
		site.Spec.Image = fixture.Image // the guide shortens the digest
		sites[site.Name] = site
	}
	return sites
}

// deployment is what Hustings makes of a site.
func deployment(t *testing.T, site *hustingsv1alpha1.CampaignSite) *appsv1.Deployment {
	t.Helper()
	snapshot := fixture.Snapshot(site, fixture.Class())
	if _, errs := intent.Resolve(site, snapshot); len(errs) > 0 {
		t.Fatalf("%s: %v", site.Name, errs)
	}
	for _, o := range plan.Build(site, snapshot).Objects {
		if d, ok := o.(*appsv1.Deployment); ok {
			return d
		}
	}
	t.Fatalf("%s: no Deployment is made of it", site.Name)
	return nil
}

func TestTheGuideShowsASiteOfEveryRuntime(t *testing.T) {
	sites := guideSites(t)
	for _, r := range images.Runtimes {
		site, ok := sites[r.Name]
		if !ok {
			t.Errorf("%s: no CampaignSite is called %s", guide, r.Name)
			continue
		}
		var paths []string
		for _, p := range site.Spec.WritablePaths {
			paths = append(paths, string(p))
		}
		if diff := cmp.Diff(r.Writable, paths, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: writablePaths of %s (-needed +shown):\n%s", guide, r.Name, diff)
		}
		pod := deployment(t, site).Spec.Template.Spec
		if user := *pod.SecurityContext.RunAsUser; user != images.User {
			t.Errorf("%s: it runs as %d, and the image is made for %d", r.Name, user, images.User)
		}
		if port := pod.Containers[0].Ports[0].ContainerPort; port != images.Port {
			t.Errorf("%s: port is %d, and the image listens on %d", r.Name, port, images.Port)
		}
	}
}
