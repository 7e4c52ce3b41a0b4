package leak

import (
	"encoding/base64"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// donors are made-up people as an API gives them; no two are the same.
func donors(n int) string {
	random := rand.New(rand.NewPCG(uint64(n), 4))
	first := []string{"Mary", "Aisha", "Oliver", "Grace", "Tomas", "Priya", "Daniel", "Zoe"}
	last := []string{"Smith", "Novak", "Patel", "Jones", "Rossi", "Khan", "Baker", "Adeyemi", "Keller", "Santos"}
	var b strings.Builder
	b.WriteByte('[')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		f, l := first[random.IntN(len(first))], last[random.IntN(len(last))]
		fmt.Fprintf(&b, `{"name":"%s %s","email":"%s.%d`+"@"+`gmail.com","postcode":"LS%d 4AP","amount":%d}`, f, l, strings.ToLower(f), i, 1+random.IntN(19), 5+random.IntN(200))
	}
	return b.String() + "]"
}

// lists are the findings that are lists of people, and fails where one says who they are.
func lists(t *testing.T, r Result) []Finding {
	t.Helper()
	var all []Finding
	for _, f := range r.Findings {
		if f.Rule == RulePeople {
			all = append(all, f)
		}
		if said := fmt.Sprintf("%+v", f); strings.Contains(said, "gmail") || strings.Contains(said, "Smith") {
			t.Errorf("says who they are: %s", said)
		}
	}
	return all
}

func TestAListOfPeopleIsOneFindingHoweverItIsSpelled(t *testing.T) {
	list := donors(40)
	var attribute strings.Builder
	for _, c := range list {
		attribute.WriteString(html.EscapeString(string(c)))
	}
	for title, text := range map[string]string{
		"plain":                   list,
		"in a string":             `x(` + strconv.Quote(list) + `)`,
		"in a string in a string": `x(` + strconv.Quote(strconv.Quote(list)) + `)`,
		"in an attribute":         `<div data-x="` + attribute.String() + `">`,
		"percent-encoded":         `s=` + url.QueryEscape(list),
		"base64":                  `atob("` + base64.StdEncoding.EncodeToString([]byte(list)) + `")`,
		"a source map":            `{"version":3,"sourcesContent":[` + strconv.Quote("export const donors = "+list) + `],"mappings":"AAAA"}`,
		"state of a page":         `<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"donors":` + list + `}}}</script>`,
		"UTF-16":                  utf16Of("\ufeff" + list),
		"gzip":                    gzipOf(list),
		"gzip in base64":          `"` + base64.StdEncoding.EncodeToString([]byte(gzipOf(list))) + `"`,
		"in a program":            "\x7fELF\x02\x01\x00" + strings.Repeat("\x00\xff\x10", 5000) + list + strings.Repeat("\x00\xff\x10", 5000),
	} {
		t.Run(title, func(t *testing.T) {
			found := lists(t, scan(t, "app.js", text))
			if len(found) != 1 || found[0].Count != 40 || found[0].Severity != Critical || found[0].Excerpt != "[40 rows]" {
				t.Errorf("%+v, want one list of 40", found)
			}
		})
	}
}

func TestAListOfPeopleIsWholeAcrossEveryEdge(t *testing.T) {
	for _, n := range []int{20, 60, 1000} {
		list := donors(n)
		for _, edge := range []int{lookBack, pieceSize, pieceSize + lookBack, pieceSize + lookAhead, lookBack + pieceSize + lookAhead} {
			for _, shift := range []int{-len(list) - 10, -len(list) + 100, -len(list) / 2, -100, 0, 50} {
				at := edge + shift
				if at < 0 {
					continue
				}
				text := filler(edge + len(list) + 2*lookAhead)
				copy(text[at:], list)
				found := lists(t, scan(t, "app.js", string(text)))
				if len(found) != 1 || found[0].Count != n || found[0].Place.Line != 1 || found[0].Place.Column != at+2 {
					t.Fatalf("%d people at %d from the edge at %d: %+v", n, shift, edge, found)
				}
			}
		}
	}
}

func TestALongListOfPeopleIsOneFinding(t *testing.T) {
	const n = 150_000 // more than two pieces, and more than are remembered
	found := lists(t, scan(t, "donors.json", donors(n)))
	if len(found) != 1 || found[0].Count != n {
		t.Errorf("%+v, want one list of %d", found, n)
	}
}

func TestListsOfPeopleInOneFileAreToldApart(t *testing.T) {
	list := donors(30)
	apart := strings.Repeat("\n", 100_000)
	found := lists(t, scan(t, "a.html", list+apart+list))
	if len(found) != 2 || found[0].Count != 30 || found[1].Count != 30 || found[0].Fingerprint == found[1].Fingerprint {
		t.Errorf("%+v, want two of 30", found)
	}
}

func TestListsOfPeopleHaveFingerprintsOfTheirPlaces(t *testing.T) {
	prints := func(key []byte, n int) string {
		j := New(key).Job(DefaultLimits())
		if err := j.Scan(Place{File: "a"}, strings.NewReader(donors(n))); err != nil {
			t.Fatal(err)
		}
		return j.Result().Findings[0].Fingerprint
	}
	if prints(nil, 30) != prints([]byte("k"), 40) {
		t.Error("the fingerprint depends on the people")
	}
}

func TestNineteenPeopleAreNoFinding(t *testing.T) {
	if found := lists(t, scan(t, "staff.json", donors(19))); len(found) > 0 {
		t.Errorf("%+v", found)
	}
}

func TestCreditsAreNoFindingUnlessTheySayMore(t *testing.T) {
	names, more := strings.Builder{}, strings.Builder{}
	for i := range 40 {
		fmt.Fprintf(&names, "Mary Smith%c\tmary.%d@"+"gmail.com\n", 'a'+i%26, i)
		fmt.Fprintf(&more, "Mary Smith%c\tmary.%d@"+"gmail.com\tLS%d 4AP\n", 'a'+i%26, i, i)
	}
	for _, c := range []struct {
		name, text string
		want       int
	}{
		{"usr/share/doc/tar/THANKS.gz", gzipOf(names.String()), 0},
		{"AUTHORS.md", names.String(), 0},
		{"members.txt", names.String(), 1},
		{"AUTHORS.txt", more.String(), 1},
	} {
		if found := lists(t, scan(t, c.name, c.text)); len(found) != c.want {
			t.Errorf("%s: %+v, want %d lists", c.name, found, c.want)
		}
	}
}
