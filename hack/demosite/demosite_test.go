package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hustings/hustings/internal/leak"
)

func TestSampleSitesNameTheImagesThatAreMade(t *testing.T) {
	files, err := filepath.Glob("../../config/samples/2*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no samples", err)
	}
	var text strings.Builder
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(data)
	}
	for _, s := range samples() {
		if s.what != "clean" {
			continue
		}
		reference, err := s.reference()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text.String(), "image: "+reference+"\n") {
			t.Errorf("no sample has image: %s", reference)
		}
	}
}

func TestTheBuiltSiteLeaksWhatItShould(t *testing.T) {
	files, err := builtSite()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"index.html": 0, "static/app.js": 0, "static/app.js.map": 1, "data/supporters.json": 1} {
		j := leak.New(nil).Job(leak.DefaultLimits())
		if err := j.Scan(leak.Place{File: name}, strings.NewReader(string(files[name]))); err != nil {
			t.Fatal(err)
		}
		if r := j.Result(); r.Failures != want {
			t.Errorf("%s: %d findings, want %d", name, r.Failures, want)
		}
	}
}
