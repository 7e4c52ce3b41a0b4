package apply

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRemovalTakesLaterItemsFirstAndNothingTwice(t *testing.T) {
	got, err := removal("7", [][]string{
		{"spec", "containers", "2"},
		{"spec", "containers", "10"},
		{"spec", "containers", "2", "image"},
		{"metadata", "annotations", "a~b/c"},
		{"spec", "containers", "2"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"op":"replace","path":"/metadata/resourceVersion","value":"7"},` +
		`{"op":"remove","path":"/spec/containers/10"},` +
		`{"op":"remove","path":"/spec/containers/2"},` +
		`{"op":"remove","path":"/metadata/annotations/a~0b~1c"}]`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTokensOf(t *testing.T) {
	for path, want := range map[string][]string{
		"spec.template.spec.containers[1].env": {"spec", "template", "spec", "containers", "1", "env"},
		"metadata.annotations[a.b/c.d]":        {"metadata", "annotations", "a.b/c.d"},
		"spec.limits[x.y/z].w":                 {"spec", "limits", "x.y/z", "w"},
		"spec":                                 {"spec"},
		"":                                     nil,
	} {
		if diff := cmp.Diff(want, tokensOf(path)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", path, diff)
		}
	}
}
