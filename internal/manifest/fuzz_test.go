package manifest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func seeds(f *testing.F) {
	for _, s := range []string{
		object, object + "---\n" + object, "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: A}\n",
		"{\"apiVersion\":\"v1\",\"kind\":\"A\"}{\"apiVersion\":\"v1\",\"kind\":\"B\"}", "a: &a [*a]", "x: &x {a: 1}\ny: {<<: *x}\napiVersion: v1\nkind: A\n",
		"\xff\xfe", "a:\n\tb", "--- # c\n...\n", "kind: {{ .x }}", "apiVersion: v1\nkind: A\na: !!int 010\nb: 1e400\n1: 2\n? a\n: b\n",
		"apiVersion: v1\nkind: A\na: \"\\ud83d\\ude00\"\n", "%YAML 1.2\n---\na: b\n", "apiVersion: v1\r\nkind: A\r\n",
	} {
		f.Add([]byte(s), "spec.env[0].value")
		f.Add([]byte(s), "metadata.labels[a.b/c]")
	}
}

// FuzzRead: no input makes the reader panic or hang; a problem has a place within the file; and what is read as one
// document, kubectl reads alike.
func FuzzRead(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte, path string) {
		// To YAML these end lines as well.
		lines := strings.Count(strings.NewReplacer("\u0085", "\n", "\u2028", "\n", "\u2029", "\n", "\r", "\n").Replace(string(data)), "\n") + 1
		documents, problems := Parse("f", data)
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines+1 || p.Column < 1 || p.Message == "" {
				t.Errorf("a problem without a place: %+v", p)
			}
		}
		for i := range documents {
			at, _ := documents[i].Position(path)
			if at.Line < 1 || at.Line > lines+1 || at.Column < 1 {
				t.Errorf("%q is at %v", path, at)
			}
			documents[i].Missing(path)
		}
		if len(documents) != 1 || len(problems) > 0 {
			return
		}
		if want, err := asKubectl(string(data)); err == nil && !isItem(want) && !strings.Contains(string(data), "---") && !strings.Contains(string(data), "!") {
			if diff := cmp.Diff(want, documents[0].Object); diff != "" {
				t.Errorf("(-kubectl +here)\n%s", diff)
			}
		}
	})
}

func isItem(object map[string]any) bool {
	kind, _ := object["kind"].(string)
	return strings.HasSuffix(kind, "List")
}

// FuzzPosition: no path makes the lookup panic, and what is missing is part of the path.
func FuzzPosition(f *testing.F) {
	for _, s := range []string{"spec", "spec.env[0].value", "metadata.labels[a.b/c]", "a[", "]", "...", "[[0]]", `a["b"]`} {
		f.Add(s)
	}
	documents, problems := Parse("f", []byte(object+"spec: {env: [{name: a}], list: [[1], {a: b}]}\n"))
	if len(problems) > 0 {
		f.Fatal(problems)
	}
	f.Fuzz(func(t *testing.T, path string) {
		at, found := documents[0].Position(path)
		if at.Line < 1 || at.Column < 1 {
			t.Errorf("%q is at %v", path, at)
		}
		if missing := documents[0].Missing(path); found != (missing == "") && missing != "" {
			t.Errorf("%q: found %v, missing %q", path, found, missing)
		}
	})
}
