package leaks

import (
	"slices"
	"strings"
	"testing"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/test/leaks/corpus"
)

// seed of the values; any other would do.
const seed = 20261103

// plain are the contexts that the others are held against.
var plain = []string{"env", "minified-double", "next-data"}

func TestSecretsAreFoundInEveryContext(t *testing.T) {
	types, carriers := corpus.Types(), corpus.Carriers()
	if len(types) < 120 || len(carriers) < 19 {
		t.Fatalf("%d types in %d contexts, want at least 120 in 19", len(types), len(carriers))
	}
	small := Measure(Hustings(leak.New(nil)), corpus.Cases(seed, types, carriers, 2, 2<<10))
	judge(t, small)
	t.Run("and in the long lines of bundles", func(t *testing.T) {
		long := slices.DeleteFunc(carriers, func(c corpus.Carrier) bool {
			return !slices.Contains([]string{"env", "next-data", "minified-double", "minified-bare", "source-map-double", "source-map-single", "gzip"}, c.ID)
		})
		judge(t, Measure(Hustings(leak.New(nil)), corpus.Cases(seed+1, types, long, 1, 30<<10)))
	})
}

// judge fails where too little was found, and says what was missed.
func judge(t *testing.T, table *Table) {
	t.Helper()
	const inPlain, ofPlain = 0.95, 0.90
	if share := table.Of(nil, plain...); share.Rate() < inPlain {
		t.Errorf("%s found in plain contexts, want %.0f %%", share, 100*inPlain)
	}
	for _, carrier := range table.Carriers() {
		here := func(id string) bool { return table.In(carrier, id) }
		share, want := table.Of(here, carrier), ofPlain*table.Of(here, plain...).Rate()
		if share.Rate() < want {
			t.Errorf("%s found in %s, want %.1f %%", share, carrier, 100*want)
		}
	}
	if len(table.Failed) > 0 {
		t.Errorf("%d files could not be looked at:\n%s", len(table.Failed), first(table.Failed))
	}
	if len(table.Misplaced) > 0 {
		t.Errorf("%d findings say a wrong place:\n%s", len(table.Misplaced), first(table.Misplaced))
	}
	if t.Failed() {
		t.Logf("found, by context:\n%s", table.Missing())
	} else {
		t.Logf("%s in plain contexts", table.Of(nil, plain...))
	}
}

// first are the first lines of many.
func first(lines []string) string { return strings.Join(lines[:min(20, len(lines))], "\n") }

// Most secrets of services that are not known yet are known by their names.
func TestSecretsThatNoRuleIsWrittenFor(t *testing.T) {
	table := Measure(Hustings(leak.New(nil)), corpus.Cases(seed, corpus.Unlisted(), corpus.Carriers(), 2, 1<<10))
	for _, carrier := range append(table.Carriers(), plain...) {
		if share := table.Of(nil, carrier); share.Rate() < 0.80 {
			t.Errorf("%s found in %s, want 80 %%", share, carrier)
		}
	}
	if t.Failed() {
		t.Logf("found, by context:\n%s", table.Missing())
	}
}

func TestWhatIsPublicByDesignIsNoAlarm(t *testing.T) {
	types := corpus.Public()
	if len(types) < 14 {
		t.Fatalf("%d types, want 14", len(types))
	}
	expectNoAlarm(t, types)
}

func TestKeysForBrowsersAreMentioned(t *testing.T) {
	mentioned := []string{"stripe-publishable", "firebase-web-key", "google-maps-browser-key", "mapbox-public-token", "recaptcha-site-key"}
	types := slices.DeleteFunc(corpus.Public(), func(k corpus.Type) bool { return !slices.Contains(mentioned, k.ID) })
	carriers := slices.DeleteFunc(corpus.Carriers(), func(c corpus.Carrier) bool { return !slices.Contains(plain, c.ID) })
	if len(types) != len(mentioned) {
		t.Fatalf("%d types, want %d", len(types), len(mentioned))
	}
	find := Hustings(leak.New(nil))
	for c := range corpus.Cases(seed, types, carriers, 1, 1<<10) {
		findings, err := find(c.File.Name, c.File.Data)
		if err != nil {
			t.Errorf("%s, %s: %v", c.Carrier.ID, c.Type.ID, err)
		}
		if !slices.ContainsFunc(findings, func(f leak.Finding) bool { return f.Severity == leak.Info && inPlace(c.File, f) }) {
			t.Errorf("%s, %s: no Info", c.Carrier.ID, c.Type.ID)
		}
	}
}

func TestWhatIsNoSecretIsNoAlarm(t *testing.T) {
	expectNoAlarm(t, corpus.Innocent())
}

func expectNoAlarm(t *testing.T, types []corpus.Type) {
	t.Helper()
	find := Hustings(leak.New(nil))
	for c := range corpus.Cases(seed, types, corpus.Carriers(), 3, 1<<10) {
		findings, err := find(c.File.Name, c.File.Data)
		if err != nil {
			t.Errorf("%s, %s: %v", c.Carrier.ID, c.Type.ID, err)
		}
		for _, f := range Alarms(findings) {
			t.Errorf("%s, %s: %s (%s)", c.Carrier.ID, c.Type.ID, f.Rule, f.Severity)
		}
	}
}

func TestTypicalFilesAreFound(t *testing.T) {
	files := corpus.TypicalFiles(seed)
	if len(files) != 31 {
		t.Fatalf("%d files, want 31", len(files))
	}
	find := Hustings(leak.New(nil))
	for _, f := range files {
		t.Run(f.ID, func(t *testing.T) {
			findings, err := find(f.File.Name, f.File.Data)
			if err != nil {
				t.Fatal(err)
			}
			if !f.Info {
				findings = Alarms(findings)
			}
			if len(findings) == 0 {
				t.Fatal("nothing found")
			}
			if !slices.ContainsFunc(findings, func(found leak.Finding) bool { return inPlace(f.File, found) }) {
				t.Errorf("%s found at %s, want line %d, column %d", findings[0].Rule, findings[0].Place, f.File.Line(), f.File.Column())
			}
		})
	}
}

func TestCodeWithoutSecretsIsClean(t *testing.T) {
	find := Hustings(leak.New(nil))
	for i := range 40 {
		for name, text := range map[string]string{
			"static/js/main.js": corpus.Bundle(corpus.Rand(seed, "bundle", i), 60<<10),
			"src/app.js":        corpus.Source(corpus.Rand(seed, "source", i), 30<<10),
			"index.html":        corpus.Page(corpus.Rand(seed, "page", i), 30<<10),
		} {
			findings, err := find(name, []byte(text))
			if err != nil || len(findings) > 0 {
				t.Errorf("%s: %v %v", name, findings, err)
			}
		}
	}
}
