package mounted

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
)

// key has the shape of a key, and opens nothing.
func key() string { return "sk" + "_live_" + strings.Repeat("4eC39HqLyjWDarjt", 2)[:24] }

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write([]byte(text))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func file(name, text string) File { return File{Key: name, Data: []byte(text)} }

func TestWhatIsMountedIsLookedAt(t *testing.T) {
	settings := file("settings.js", "window.settings = {\n  stripe: '"+key()+"'}")
	harmless := file("index.html", "<h1>Vote</h1>")
	for name, test := range map[string]struct {
		all     []ConfigMap
		verdict scan.Verdict
		places  []string
		says    string
		whole   []string
	}{
		"nothing in it": {all: []ConfigMap{{Name: "site"}}, verdict: scan.Clean, whole: []string{"site"}},
		"no secret":     {all: []ConfigMap{{Name: "site", Files: []File{harmless}}}, verdict: scan.Clean, whole: []string{"site"}},
		"a key": {
			all: []ConfigMap{{Name: "site", Files: []File{harmless, settings}}}, verdict: scan.Leaking,
			places: []string{"site/settings.js:2:12"}, whole: []string{"site"},
		},
		"a key in what is packed": {
			all: []ConfigMap{{Name: "site", Files: []File{{Key: "a.gz", Data: packed(t, "stripe_key="+key())}}}}, verdict: scan.Leaking,
			places: []string{"site/a.gz!gzip:1:12"}, whole: []string{"site"},
		},
		"one that is not there": {
			all: []ConfigMap{{Name: "gone", Missed: "there is no such ConfigMap"}, {Name: "site", Files: []File{harmless}}}, verdict: scan.Incomplete,
			says: "gone: there is no such ConfigMap", whole: []string{"site"},
		},
		"a key beside one that is not there": {
			all: []ConfigMap{{Name: "gone", Missed: "there is no such ConfigMap"}, {Name: "site", Files: []File{settings}}}, verdict: scan.Leaking,
			places: []string{"site/settings.js:2:12"}, says: "there is no such ConfigMap", whole: []string{"site"},
		},
		"what cannot be unpacked": {
			all: []ConfigMap{{Name: "site", Files: []File{file("a.zip", "PK\x03\x04"+strings.Repeat("x", 60)), settings}}}, verdict: scan.Leaking,
			places: []string{"site/settings.js:2:12"}, says: "site/a.zip: ",
		},
		"what becomes far too large": {
			all: []ConfigMap{{Name: "site", Files: []File{{Key: "a.gz", Data: packed(t, strings.Repeat("a", 40<<20))}}}}, verdict: scan.Incomplete, says: "site/a.gz: more than",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Look(t.Context(), leak.New(nil), test.all)
			if err != nil {
				t.Fatal(err)
			}
			var places, whole []string
			for _, f := range got.Findings {
				places = append(places, f.Place.String())
			}
			for _, name := range test.whole {
				whole = append(whole, scan.MarkOf(name))
			}
			if got.Verdict != test.verdict || !slices.Equal(places, test.places) || !strings.Contains(got.Message, test.says) || !slices.Equal(got.Whole, whole) {
				t.Errorf("%s %q at %v, whole %v", got.Verdict, got.Message, places, got.Whole)
			}
			if strings.Contains(fmt.Sprintf("%+v", got), key()) {
				t.Error("the key is in the result")
			}
		})
	}
}

// TestAKeyThatIsTheNameOfAFileIsWithheld: the place of a finding must not be the secret.
func TestAKeyThatIsTheNameOfAFileIsWithheld(t *testing.T) {
	got, err := Look(t.Context(), leak.New(nil), []ConfigMap{{Name: "site", Files: []File{file(key(), "x = '"+key()+"'"), file(key()+".zip", "PK\x03\x04x")}}})
	if err != nil || got.Verdict != scan.Leaking || strings.Contains(fmt.Sprintf("%+v", got), key()) {
		t.Errorf("%s, %v, or it shows the key", got.Verdict, err)
	}
}

func TestALookEnds(t *testing.T) {
	all := []ConfigMap{{Name: "a", Files: []File{file("x", strings.Repeat("key = value\n", 1000))}}, {Name: "b", Files: []File{file("x", "y")}}}
	got, err := look(t.Context(), leak.New(nil), all, time.Nanosecond)
	if err != nil || got.Verdict != scan.Incomplete || got.Message != "the look took more than 1ns" || len(got.Whole) > 0 {
		t.Errorf("%s %q, whole %v, %v", got.Verdict, got.Message, got.Whole, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Look(ctx, leak.New(nil), all); !errors.Is(err, context.Canceled) {
		t.Errorf("of who gave up: %v", err)
	}
}
