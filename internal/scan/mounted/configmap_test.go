package mounted

import (
	"fmt"
	"strings"
	"testing"
)

func keys(n int) map[string]string {
	out := map[string]string{}
	for i := range n {
		out[fmt.Sprint("k", i)] = "v"
	}
	return out
}

// TestWhatIsTooMuchIsMissedAsAWhole: what was left out must not pass for looked at.
func TestWhatIsTooMuchIsMissedAsAWhole(t *testing.T) {
	half := map[string][]byte{"b": make([]byte, MaxBytes/2)}
	in := &Intake{}
	in.Take("first", map[string]string{"b": "2", "a": "1"}, map[string][]byte{"c": {0}})
	in.Take("half", nil, half)
	in.Take("too-large", map[string]string{"text": "x"}, half)
	in.Take("too-many", keys(MaxFiles-3), nil)
	in.Take("small", keys(2), nil)
	var got []string
	for _, c := range in.ConfigMaps() {
		got = append(got, fmt.Sprintf("%s %d %s", c.Name, len(c.Files), c.Missed))
	}
	want := "first 3 \nhalf 1 \ntoo-large 0 the ConfigMaps of the site hold more than 2 MiB together\n" +
		"too-many 0 the ConfigMaps of the site have more than 1000 keys together\nsmall 2 "
	if strings.Join(got, "\n") != want {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
	if err := Check(in.ConfigMaps()); err != nil {
		t.Errorf("what was taken is refused: %v", err)
	}
	if first := in.ConfigMaps()[0].Files; first[0].Key != "a" || first[2].Key != "c" {
		t.Errorf("%v", first)
	}
}

func TestCheck(t *testing.T) {
	of := func(files ...File) []ConfigMap { return []ConfigMap{{Name: "a", Files: files}} }
	for name, all := range map[string][]ConfigMap{
		"too many ConfigMaps": make([]ConfigMap, MaxConfigMaps+1),
		"no name":             {{}},
		"a name too long":     {{Name: strings.Repeat("a", 254)}},
		"a reason too long":   {{Name: "a", Missed: strings.Repeat("a", 513)}},
		"no key":              of(File{}),
		"a key too long":      of(File{Key: strings.Repeat("a", 254)}),
		"too many bytes":      {{Name: "a", Files: []File{{Key: "k", Data: make([]byte, MaxBytes)}}}, {Name: "b", Files: []File{{Key: "k", Data: []byte("x")}}}},
		"too many keys":       of(make([]File, MaxFiles+1)...),
	} {
		if Check(all) == nil {
			t.Errorf("%s: it is let in", name)
		}
	}
	many := make([]File, MaxFiles+1)
	for i := range many {
		many[i].Key = "k"
	}
	if Check(of(many...)) == nil || Check(of(many[1:]...)) != nil {
		t.Error("the bound of keys is another")
	}
}
