package integration

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/hustings/hustings/internal/render"
)

func TestTheRecorderSeesWhatIsExposedAndHoldsAgainstNobodyWhatItDidNotSee(t *testing.T) {
	history := func(kinds ...string) []recorded {
		var out []recorded
		for i, name := range kinds {
			kind, name, _ := strings.Cut(name, "/")
			o := &unstructured.Unstructured{Object: map[string]any{"kind": kind}}
			o.SetNamespace("alice")
			o.SetName(name)
			o.SetLabels(map[string]string{render.LabelSite: "vote"})
			out = append(out, recorded{int64(10 * (i + 1)), kind, watch.Added, o})
		}
		return out
	}
	before := []string{"NetworkPolicy/vote-deny", "NetworkPolicy/vote-ingress", "NetworkPolicy/vote-egress", "Deployment/vote"}
	for name, c := range map[string]struct {
		after   []string
		gaps    []gap
		exposes int
	}{
		"a route after its protections": {after: []string{"Middleware/vote-headers", "Middleware/vote-rate", "Middleware/vote-chain", "Ingress/vote"}},
		"a route before them":           {after: []string{"Ingress/vote", "Middleware/vote-headers", "Middleware/vote-rate", "Middleware/vote-chain"}, exposes: 3},
		"a route while nobody saw them": {after: []string{"Ingress/vote"}, gaps: []gap{{"Middleware", 40, 60}}},
		"a route once they were seen":   {after: []string{"Ingress/vote"}, gaps: []gap{{"Middleware", 10, 40}}, exposes: 3},
		"another kind was not seen":     {after: []string{"Ingress/vote"}, gaps: []gap{{"NetworkPolicy", 0, 90}}, exposes: 3},
	} {
		t.Run(name, func(t *testing.T) {
			r := &Recorder{events: history(append(before, c.after...)...), gaps: c.gaps}
			r.exempt = []string{""}
			if got := r.Exposures(); len(got) != c.exposes {
				t.Errorf("%d exposures, want %d: %s", len(got), c.exposes, strings.Join(got, "\n"))
			}
		})
	}
}
