package plan_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/hustings/hustings/internal/compliance"
	"github.com/hustings/hustings/internal/plan"
	"github.com/hustings/hustings/test/fixture"
)

// notHardening are fields whose change weakens nothing by itself: names of parts, timings, what the site's author chose.
// Everything else that is rendered must be watched by some control.
var notHardening = []string{
	"metadata.", "apiVersion", "kind",
	"Deployment.spec.replicas", "Deployment.spec.selector", "progressDeadlineSeconds", "revisionHistoryLimit", "strategy",
	"terminationGracePeriodSeconds", "restartPolicy", "fsGroup", "runAsGroup", "serviceAccountName",
	"containers.0.name", "containers.0.env", "containers.0.args", "imagePullPolicy", "lifecycle", "containerPort", "protocol",
	"ports.0.name", "periodSeconds", "timeoutSeconds", "failureThreshold", "successThreshold", "httpGet",
	"volumes.0.name", "volumes.1", "volumeMounts", "maxSkew", "whenUnsatisfiable", "matchLabelKeys", "labelSelector",
	"HorizontalPodAutoscaler.spec", "PodDisruptionBudget.spec.unhealthyPodEvictionPolicy", "PodDisruptionBudget.spec.selector",
	"Service.spec", "Ingress.spec.ingressClassName", "pathType", "paths.0.path", "backend.service",
	"permissionsPolicy", "customResponseHeaders", "permanent", "ipv6Subnet",
	"NetworkPolicy.spec.podSelector", // empty, it selects every pod of the namespace: the site's too
}

// harmlessToRemove are fields whose absence means the same, or something stricter.
var harmlessToRemove = []string{
	"from.0.podSelector",                                              // an empty selector and none both mean all pods of the edge's namespaces
	"from.1.podSelector",                                              // the operator's namespace is its own
	"securityContext.privileged", "hostNetwork", "hostPID", "hostIPC", // false by default
	"securityContext.runAsNonRoot",        // there for the pod and for the container
	"rateLimit.burst", "rateLimit.period", // 1 and 1 s by default
}

// harmlessToTurn are numbers of which more is not worse.
var harmlessToTurn = []string{"securityContext.runAsUser", "stsSeconds"}

// TestEveryHardeningFieldIsWatched takes away each rendered field in turn, and turns it into its contrary, and requires
// that some control fails: a control that nobody broke is a control that nobody knows to work.
func TestEveryHardeningFieldIsWatched(t *testing.T) {
	site := fixture.Site()
	snapshot := fixture.Snapshot(site, fixture.Class())
	p := plan.Build(site, snapshot)
	mutants := 0
	for i, o := range p.Objects {
		raw, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
		if err != nil {
			t.Fatal(err)
		}
		delete(raw, "status")
		for _, path := range leaves(raw, nil) {
			name := o.GetObjectKind().GroupVersionKind().Kind + "." + strings.Join(path, ".")
			for what, mutate := range map[string]func(any) (any, bool){"taken away": remove, "turned round": contrary} {
				if listed(notHardening, name) || what == "taken away" && listed(harmlessToRemove, name) ||
					what == "turned round" && listed(harmlessToTurn, name) {
					continue
				}
				mutant := runtime.DeepCopyJSON(raw)
				if !at(mutant, path, mutate) {
					continue
				}
				mutants++
				objects := slices.Clone(p.Objects)
				objects[i] = &unstructured.Unstructured{Object: mutant}
				if survives(compliance.Input{Phase: compliance.Planned, Site: site, Facts: snapshot, Objects: objects, Enforcement: p.Enforcement}) {
					t.Errorf("%s: %s can be %s and every control still passes", o.GetName(), name, what)
				}
			}
		}
	}
	if mutants < 60 {
		t.Errorf("only %d mutants: the lists of exceptions swallow the test", mutants)
	}
	t.Logf("%d mutants", mutants)
}

func listed(list []string, name string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.Contains(name, s) })
}

func survives(in compliance.Input) bool { return compliance.Compliant(compliance.Evaluate(in)) }

// leaves are the paths of every value that is no map or list, and of every empty one.
func leaves(v any, at []string) [][]string {
	var out [][]string
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, leaves(v[key], append(slices.Clone(at), key))...)
		}
	case []any:
		for i := range v {
			out = append(out, leaves(v[i], append(slices.Clone(at), fmt.Sprint(i)))...)
		}
	default:
		return [][]string{at}
	}
	if len(out) == 0 && len(at) > 0 {
		return [][]string{at}
	}
	return out
}

// remove says that a value is to go.
func remove(any) (any, bool) { return nil, true }

// contrary flips what is true or false and makes numbers a thousand times as large.
func contrary(v any) (any, bool) {
	switch v := v.(type) {
	case bool:
		return !v, true
	case int64:
		return v * 1000, true
	}
	return nil, false
}

// at changes the value at a path; nil takes it out of its map, or empties it in its list.
func at(v any, path []string, mutate func(any) (any, bool)) bool {
	switch v := v.(type) {
	case map[string]any:
		if len(path) > 1 {
			return at(v[path[0]], path[1:], mutate)
		}
		value, ok := mutate(v[path[0]])
		if value == nil {
			if ok {
				delete(v, path[0])
			}
			return ok
		}
		v[path[0]] = value
		return ok
	case []any:
		var i int
		if _, err := fmt.Sscan(path[0], &i); err != nil || i >= len(v) {
			return false
		}
		if len(path) > 1 {
			return at(v[i], path[1:], mutate)
		}
		value, ok := mutate(v[i])
		if ok && value == nil {
			value = ""
		}
		v[i] = value
		return ok
	}
	return false
}
