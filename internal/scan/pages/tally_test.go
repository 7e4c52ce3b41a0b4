package pages

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
)

func TestTheWorstFindingsAreKeptAndAllAreCounted(t *testing.T) {
	t.Parallel()
	limits := leak.DefaultLimits()
	limits.Findings = 3
	tally := newTally(limits)
	for i := range 20 {
		tally.expose("low", leak.Low, fmt.Sprintf("/%d", i))
	}
	tally.expose("worst", leak.Critical, "/x")
	tally.expose("worst", leak.Critical, "/x")
	tally.expose("info", leak.Info, "/x")
	r := tally.judge(leak.New(nil))
	if r.Verdict != scan.Leaking || r.Failures != 21 || r.Infos != 1 || len(r.Findings) != 3 || r.Findings[0].Rule != "worst" {
		t.Errorf("got %+v", r)
	}
}

func TestGapsAreBoundedAndNoneStandsTwice(t *testing.T) {
	t.Parallel()
	tally := newTally(leak.DefaultLimits())
	for i := range 100 {
		tally.miss("/", "it drips")
		tally.miss(fmt.Sprintf("/%d", i), "it drips")
	}
	if got := tally.result.Gaps; len(got) != 20 || got[1].Place.File != "/0" {
		t.Errorf("got %v", got)
	}
}

func TestValuesAreKnownAgainWhereverTheyTurnUp(t *testing.T) {
	t.Parallel()
	twins := newTwins(leak.DefaultLimits())
	token := func(letter string) string { return "sk_" + "live_" + strings.Repeat(letter+"7Qz", 6) }
	look := func(path, text string) []bool {
		at := leak.Place{File: path}
		job := leak.New(nil).Job(leak.DefaultLimits())
		if err := job.Scan(at, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		return twins.remember(job.Result().Findings, []part{{at: at, text: text}})
	}
	for i, c := range []struct {
		path, text, want string
	}{
		{"/a", "k = '" + token("a") + "'", "[false]"},
		{"/b", "\n\nand k = '" + token("a") + "'", "[true]"},
		{"/b", "k = '" + token("b") + "'", "[false]"},
		{"/c", "k = '" + token("b") + "', k = '" + token("c") + "'", "[true false]"},
		{"/d", "nothing", "[]"},
	} {
		if got := fmt.Sprint(look(c.path, c.text)); got != c.want {
			t.Errorf("step %d: got %s, want %s", i, got, c.want)
		}
	}
	people := func(path string, rows int) []bool {
		f := leak.Finding{Rule: "people", Count: rows, Excerpt: fmt.Sprintf("[%d rows]", rows), Place: leak.Place{File: path, Decoders: []string{"base64@1:2"}}}
		twins.known[value(f)] = twins.known[value(f)] || path == "/a"
		return []bool{twins.known[value(f)]}
	}
	people("/a", 30)
	if !people("/b", 30)[0] || people("/b", 31)[0] {
		t.Error("lists of people are not told apart by their length")
	}
}
