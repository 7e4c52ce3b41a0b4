package person

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func people(n int) []someone { return crowd(rand.New(rand.NewPCG(uint64(n), 3)), n) }

func TestListsOfPeopleAreFound(t *testing.T) {
	all := writings()
	if len(all) < 40 {
		t.Fatalf("%d forms, want at least 40", len(all))
	}
	for _, w := range all {
		for _, n := range []int{Least, 137} {
			t.Run(fmt.Sprintf("%s of %d", w.name, n), func(t *testing.T) {
				text := w.write(people(n))
				lists := Find([]byte(text))
				if len(lists) != 1 {
					t.Fatalf("%d lists, want one: %+v\n%.1500s", len(lists), lists, text)
				}
				l := lists[0]
				if len(l.People) != n || l.Kind != w.kind {
					t.Errorf("%d rows as %s, want %d as %s\n%.600s", len(l.People), l.Kind, n, w.kind, text)
				}
				if !beginsAt(l, text, people(n)[0]) {
					t.Errorf("the list begins at %d, but its first row does not: %.200s", l.Offset, text[l.Offset:])
				}
			})
		}
	}
}

// beginsAt says whether a list begins where the first of its people does.
func beginsAt(l List, text string, first someone) bool {
	const longestRow = 250
	row := text[max(0, l.Offset-60):min(len(text), l.Offset+longestRow)]
	for _, s := range []string{first.mail, first.phone, first.last, quote(first.last)} {
		if strings.Contains(row, strings.Trim(s, `"`)) {
			return true
		}
	}
	return false
}

func TestFewerThanTwentyAreNoList(t *testing.T) {
	for _, w := range writings() {
		t.Run(w.name, func(t *testing.T) {
			if lists := Find([]byte(w.write(people(Least - 1)))); len(lists) > 0 {
				t.Errorf("19 people are a list: %+v", lists)
			}
		})
	}
}

func TestWhatIsNoListOfPeopleIsNotFound(t *testing.T) {
	all := innocents()
	if len(all) < 40 {
		t.Fatalf("%d forms, want at least 40", len(all))
	}
	for _, w := range all {
		t.Run(w.name, func(t *testing.T) {
			text := w.write(people(20))
			if lists := Find([]byte(text)); len(lists) > 0 {
				t.Errorf("found %+v in\n%.800s", lists, text)
			}
		})
	}
}

func TestFieldsAreThoseOfTheRows(t *testing.T) {
	for _, c := range []struct {
		name string
		want []string
	}{
		{"JSON array of donors", []string{"amount", "email", "name"}},
		{"nested contact", []string{"email", "name", "phone", "postcode"}},
		{"arrays with a header", []string{"birthday", "email", "name"}},
		{"American rows", []string{"address", "amount", "name", "postcode"}},
		{"HTML list", []string{"address", "name", "postcode"}},
		{"many INSERTs", []string{"address", "name", "phone"}},
		{"COPY", []string{"email", "name"}},
		{"lines of names, addresses and numbers", []string{"email", "name", "phone"}},
		{"German keys", []string{"address", "name", "postcode"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, w := range writings() {
				if w.name == c.name {
					if diff := cmp.Diff(c.want, Find([]byte(w.write(people(40))))[0].Fields); diff != "" {
						t.Error(diff)
					}
				}
			}
		})
	}
}

func TestCutOffAnywhereIsNoPanicAndNoOtherList(t *testing.T) {
	for _, w := range append(writings(), innocents()...) {
		t.Run(w.name, func(t *testing.T) {
			text := []byte(w.write(people(45)))
			text = text[max(0, len(text)-30_000):]
			for i := 0; i < len(text); i += 97 {
				for _, part := range [][]byte{text[:i], text[i:]} {
					if w.kind == "" && len(part) == len(text)-i {
						continue // what says that it is none may be cut off
					}
					for _, l := range Find(part) {
						if w.kind == "" || len(l.People) < Least || len(l.People) > 46 || l.Offset < 0 || l.Offset >= len(part) {
							t.Fatalf("cut at %d: %+v", i, l)
						}
					}
				}
			}
		})
	}
}

func TestTheSecondHalfOfAListIsFound(t *testing.T) {
	for _, w := range writings() {
		t.Run(w.name, func(t *testing.T) {
			text := []byte(w.write(people(300)))
			if needsItsHeader(w.name) {
				t.Skip("without their header these rows say too little")
			}
			for cut := range 40 {
				lists := Find(text[len(text)-len(text)/3+cut:])
				if len(lists) != 1 || len(lists[0].People) < 60 {
					t.Fatalf("cut at two thirds and %d: %+v", cut, lists)
				}
			}
		})
	}
}

// needsItsHeader names the forms whose rows are known by their header only.
func needsItsHeader(name string) bool {
	switch name {
	case "CSV with quotation marks", "semicolons", "names in lower case", "COPY", "one INSERT", "arrays with a header":
		return true
	}
	return false
}

func TestPeopleAreCountedOnce(t *testing.T) {
	all := people(30)
	text := writings()[20].write(append(all, all...))
	lists := Find([]byte(text))
	if len(lists) != 1 || len(lists[0].People) != 30 {
		t.Errorf("%+v, want 30 rows", lists)
	}
}

func TestTwoListsFarApartAreTwo(t *testing.T) {
	all := writings()
	text := all[0].write(people(25)) + strings.Repeat("\n", 100_000) + all[30].write(people(30))
	lists := Find([]byte(text))
	if len(lists) != 2 || lists[0].Kind != "json" || lists[1].Kind != "html" || len(lists[0].People) != 25 || len(lists[1].People) != 30 {
		t.Errorf("%+v", lists)
	}
}

func TestTwoListsBesideEachOtherAreBothFound(t *testing.T) {
	all := writings()
	lists := Find([]byte(all[30].write(people(30)) + "<script>var x=" + all[0].write(people(26))))
	if len(lists) != 2 || lists[0].Kind != "html" || lists[1].Kind != "json" {
		t.Errorf("%+v", lists)
	}
}

// What is made to be slow takes no longer a byte than what is not.
func TestTimeIsLinear(t *testing.T) {
	mail := "a" + at + "b.co"
	for _, unit := range []string{
		mail + `,"`, mail + `{"`, mail + `\"`, mail + "[[{", mail + "<<<", mail + "<td ", mail + "((('", mail + "),('", mail + "VALUES(", mail + "\n\"x",
		mail + `{\"`, mail + "&quot;,", mail + "COPY ", mail + "\nCOPY x FROM stdin;\n", mail + "<li>", mail + " <" + mail, mail + `"{\"`, mail + `,'\`,
	} {
		t.Run(unit, func(t *testing.T) {
			text := bytes.Repeat([]byte(unit), (1<<20)/len(unit))
			begin := time.Now()
			Find(text)
			if took := time.Since(begin); took > 3*time.Second {
				t.Errorf("a MiB took %s", took)
			}
		})
	}
}

func FuzzFind(f *testing.F) {
	for _, w := range append(writings(), innocents()...) {
		text := w.write(people(24))
		f.Add([]byte(text[:min(len(text), 4000)]))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		for _, l := range Find(data) {
			if len(l.People) < Least || l.Offset < 0 || l.Offset >= len(data) || l.Kind == "" || len(l.Fields) < 2 {
				t.Fatalf("%+v", l)
			}
		}
		if !bytes.Equal(before, data) {
			t.Fatal("the data was changed")
		}
	})
}

func BenchmarkScript(b *testing.B) {
	text := []byte(code(rand.New(rand.NewPCG(1, 1)), 10<<20))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if len(Find(text)) > 0 {
			b.Fatal("no people are in it")
		}
	}
}

func BenchmarkCSV(b *testing.B) {
	var text []byte
	header := writings()[20]
	for len(text) < 10<<20 {
		text = append(text, header.write(crowd(rand.New(rand.NewPCG(uint64(len(text)), 1)), 1000))...)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if len(Find(text)) == 0 {
			b.Fatal("people are in it")
		}
	}
}

func BenchmarkJSON(b *testing.B) {
	text := []byte(writings()[0].write(people(50_000)))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if len(Find(text)) != 1 {
			b.Fatal("people are in it")
		}
	}
}
