package image

import (
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/hustings/hustings/internal/leak"
)

func TestTheCacheKnowsALayerOnlyByAllThatItsResultDependsOn(t *testing.T) {
	t.Parallel()
	key := layerKey{digest: v1.Hash{Algorithm: "sha256", Hex: strings.Repeat("ab", 32)}, ruleset: "v1", limits: leak.DefaultLimits()}
	const size = 7
	c := NewLayerCache(10, 1<<20)
	c.keep(key, size, seen{files: 3})
	if s, ok := c.find(key, size); !ok || s.files != 3 {
		t.Fatal("what was kept is not found")
	}
	for what, change := range map[string]func(k *layerKey){
		"another digest":          func(k *layerKey) { k.digest.Hex = strings.Repeat("cd", 32) },
		"another kind of digest":  func(k *layerKey) { k.digest.Algorithm = "sha512" },
		"other rules":             func(k *layerKey) { k.ruleset = "v2" },
		"other limits":            func(k *layerKey) { k.limits.Ratio++ },
		"a config and no layer":   func(k *layerKey) { k.config = true },
		"fewer findings are kept": func(k *layerKey) { k.limits.Findings-- },
	} {
		other := key
		change(&other)
		if _, ok := c.find(other, size); ok {
			t.Errorf("%s: it is found", what)
		}
	}
	if _, ok := c.find(key, size+1); ok {
		t.Error("another size: it is found")
	}
}

func TestWhatTheCacheGivesIsACopy(t *testing.T) {
	t.Parallel()
	key := layerKey{ruleset: "v1"}
	c := NewLayerCache(10, 1<<20)
	kept := seen{result: leak.Result{Findings: []leak.Finding{{Rule: "a"}}, Gaps: []leak.Gap{{Why: "b"}}}}
	c.keep(key, 0, kept)
	kept.name("linux/amd64")
	for range 2 {
		s, _ := c.find(key, 0)
		if s.result.Findings[0].Place.File != "" || s.result.Gaps[0].Place.File != "" {
			t.Error("it was changed by who asked before")
		}
		s.name("linux/amd64")
	}
}
