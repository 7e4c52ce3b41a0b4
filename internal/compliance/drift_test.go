package compliance

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDifferences(t *testing.T) {
	type m = map[string]any
	type l = []any
	for _, test := range []struct {
		name          string
		planned, live m
		want          []string
	}{
		{"the same", m{"spec": m{"a": "b"}}, m{"spec": m{"a": "b"}}, nil},
		{"a default of the server", m{"spec": m{"a": "b"}}, m{"spec": m{"a": "b", "c": "d"}}, nil},
		{"another value", m{"spec": m{"a": "b"}}, m{"spec": m{"a": "c"}}, []string{"spec.a"}},
		{"a value is gone", m{"spec": m{"a": "b"}}, m{"spec": m{}}, []string{"spec.a"}},
		{"zero is absent", m{"spec": m{"a": false, "b": "", "c": int64(0), "d": m{}, "e": l{}}}, m{"spec": m{}}, nil},
		{"absent is not true", m{"spec": m{"a": false}}, m{"spec": m{"a": true}}, []string{"spec.a"}},
		{"null says nothing", m{"spec": m{"a": nil}}, m{"spec": m{"a": "b"}}, nil},
		{"a map says nothing where it is empty", m{"spec": m{"strategy": m{}}}, m{"spec": m{"strategy": m{"type": "RollingUpdate"}}}, nil},
		{"but a selector does", m{"spec": m{"podSelector": m{}}}, m{"spec": m{"podSelector": m{"matchLabels": m{"a": "b"}}}}, []string{"spec.podSelector.matchLabels"}},
		{"a list is longer", m{"spec": m{"a": l{"b"}}}, m{"spec": m{"a": l{"b", "c"}}}, []string{"spec.a"}},
		{"a list is gone", m{"spec": m{"a": l{"b"}}}, m{"spec": m{}}, []string{"spec.a"}},
		{"an empty list has items", m{"spec": m{"a": l{}}}, m{"spec": m{"a": l{"b"}}}, []string{"spec.a"}},
		{"an item of a list", m{"spec": m{"a": l{m{"b": "c"}}}}, m{"spec": m{"a": l{m{"b": "d", "e": "f"}}}}, []string{"spec.a[0].b"}},
		{"another type", m{"spec": m{"a": m{"b": "c"}}}, m{"spec": m{"a": "b"}}, []string{"spec.a"}},
		{"a number of another type", m{"spec": m{"a": int64(2), "b": 3, "c": int32(4)}}, m{"spec": m{"a": 2.0, "b": int64(3), "c": int64(4)}}, nil},
		{"a number is no text", m{"spec": m{"port": "80"}}, m{"spec": m{"port": int64(80)}}, []string{"spec.port"}},
		{"a quantity spelled anew", m{"limits": m{"cpu": "1000m", "memory": "128Mi"}, "sizeLimit": "1024Mi"}, m{"limits": m{"cpu": "1", "memory": int64(134217728)}, "sizeLimit": "1Gi"}, nil},
		{"another quantity", m{"limits": m{"cpu": "1000m"}}, m{"limits": m{"cpu": "2"}}, []string{"limits.cpu"}},
		{"a text that looks like a quantity", m{"spec": m{"value": "1000m"}}, m{"spec": m{"value": "1"}}, []string{"spec.value"}},
		{
			"of metadata labels and annotations only",
			m{"metadata": m{"uid": "1", "labels": m{"a.b/c": "d"}, "annotations": m{"e": "f"}}},
			m{"metadata": m{"uid": "2", "labels": m{"x": "y"}, "annotations": m{"e": "f", "g": "h"}}},
			[]string{"metadata.labels[a.b/c]"},
		},
		{"status is left out", m{"status": m{"a": "b"}}, m{}, nil},
		{"sorted", m{"b": m{"c": "1", "a": "1"}, "a": "1"}, m{}, []string{"a", "b"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Differences(test.planned, test.live)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAdditions(t *testing.T) {
	type m = map[string]any
	planned := m{"spec": m{"template": m{"spec": m{"containers": []any{m{"name": "site", "securityContext": m{"capabilities": m{"drop": []any{"ALL"}}}}}}}}}
	live := m{
		"metadata": m{"annotations": m{traefikAnnotations + "router.priority": "9", "note": "mine"}},
		"spec": m{"replicas": int64(2), "template": m{"spec": m{
			"hostPID": true, "hostIPC": false, "initContainers": []any{m{"name": "x"}},
			"containers": []any{m{"name": "site", "imagePullPolicy": "Always", "envFrom": []any{m{}}, "securityContext": m{"capabilities": m{"add": []any{"SYS_ADMIN"}}}}},
		}}},
		"status": m{"ingress": []any{m{"ip": "192.0.2.1"}}},
	}
	want := []string{
		"metadata.annotations[" + traefikAnnotations + "router.priority]",
		"spec.template.spec.containers[0].envFrom",
		"spec.template.spec.containers[0].securityContext.capabilities.add",
		"spec.template.spec.hostPID",
		"spec.template.spec.initContainers",
	}
	if diff := cmp.Diff(want, Additions(planned, live)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
