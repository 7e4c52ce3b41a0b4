package leaks

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/hustings/hustings/test/leaks/corpus"
	"github.com/hustings/hustings/test/leaks/gitleaks"
)

func TestTheCorpusIsWhatItSays(t *testing.T) {
	t.Run("types have names of their own, and values without gaps", func(t *testing.T) {
		seen := map[string]bool{}
		for _, k := range append(corpus.Types(), corpus.Public()...) {
			v, again := k.Make(corpus.Rand(1, k.ID)), k.Make(corpus.Rand(2, k.ID))
			if seen[k.ID] || strings.ContainsAny(v, "{}") && !strings.HasPrefix(v, `{"type"`) || v == again || v == "" {
				t.Errorf("%s: twice, or values that are not made", k.ID)
			}
			seen[k.ID] = true
		}
	})
	t.Run("a value stands where the truth says", func(t *testing.T) {
		for c := range corpus.Cases(seed, corpus.Types(), corpus.Carriers(), 1, 500) {
			f := c.File
			if len(f.Data) == 0 {
				t.Errorf("%s, %s: empty", c.Carrier.ID, c.Type.ID)
			}
			if len(f.Text) > 0 && !f.Holds(f.Line(), f.Column()) {
				t.Errorf("%s, %s: not at its place", c.Carrier.ID, c.Type.ID)
			}
			if f.Packed == 0 && len(f.Text) > 0 && !bytes.Equal(f.Text, f.Data) {
				t.Errorf("%s, %s: text is not the data", c.Carrier.ID, c.Type.ID)
			}
		}
	})
	t.Run("typical files are whole, and new with every seed", func(t *testing.T) {
		again := corpus.TypicalFiles(seed + 1)
		for i, f := range corpus.TypicalFiles(seed) {
			text, value := string(f.File.Data), f.File.Data[f.File.From:f.File.To]
			if strings.Count(text, "{") != strings.Count(text, "}") || len(value) < 10 || strings.ContainsAny(string(value), "{}?") {
				t.Errorf("%s: broken", f.ID)
			}
			if bytes.Equal(f.File.Data, again[i].File.Data) {
				t.Errorf("%s: the same with another seed", f.ID)
			}
		}
	})
	t.Run("a packed file unpacks", func(t *testing.T) {
		for c := range corpus.Cases(seed, corpus.Types()[:1], corpus.Carriers(), 1, 500) {
			if c.Carrier.ID != "gzip" {
				continue
			}
			z, err := gzip.NewReader(bytes.NewReader(c.File.Data))
			if err != nil {
				t.Fatal(err)
			}
			if text, err := io.ReadAll(z); err != nil || !bytes.Equal(text, c.File.Text) {
				t.Errorf("not what was packed: %v", err)
			}
		}
	})
}

// If gitleaks found much more or less than it was measured to (72 % of other types), the corpus would not be a fair one.
func TestGitleaksFindsItsShareOfTheCorpus(t *testing.T) {
	find, err := gitleaks.Library()
	if err != nil {
		t.Fatal(err)
	}
	var carriers []corpus.Carrier
	for _, c := range corpus.Carriers() {
		if c.ID == "env" || c.ID == "element" {
			carriers = append(carriers, c)
		}
	}
	table := Measure(find, corpus.Cases(seed, corpus.Types(), carriers, 1, 200))
	if rate := table.Of(nil, "env").Rate(); rate < 0.65 || rate > 0.90 {
		t.Errorf("%s found plain", table.Of(nil, "env"))
	}
	if rate := table.Of(nil, "element").Rate(); rate < 0.05 || rate > 0.35 {
		t.Errorf("%s found in elements", table.Of(nil, "element"))
	}
}
