package manifest

import (
	"fmt"
	"strings"
	"testing"
)

func TestPositionIsTheFieldOrItsNearestParent(t *testing.T) {
	const text = `# comment
---
x-base: &base {port: 80, tls: {secretName: s}}
apiVersion: v1
kind: A
metadata:
  name: a
  labels: {a.b/c: d, "e": f}
spec:
  <<: *base
  env:
  - name: A
    value: b
  - {name: B}
  empty:
  list: [1, [2, 3]]
`
	documents, problems := Parse("f", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, c := range []struct {
		path         string
		line, column int
		missing      string
	}{
		{"", 3, 1, ""},
		{"kind", 5, 1, ""},
		{"metadata.name", 7, 3, ""},
		{"metadata.labels[a.b/c]", 8, 12, ""},
		{"metadata.labels[e]", 8, 22, ""},
		{"metadata.labels[no]", 8, 3, "metadata.labels[no]"},
		{"spec.env[0].value", 13, 5, ""},
		{"spec.env[1]", 14, 5, ""},
		{"spec.env[1].value", 14, 5, "spec.env[1].value"},
		{"spec.env[2].value", 11, 3, "spec.env[2]"},
		{"spec.env[-1]", 11, 3, "spec.env[-1]"},
		{"spec.list[1][0]", 16, 14, ""},
		{"spec.port", 3, 16, ""},
		{"spec.tls.secretName", 3, 32, ""},
		{"spec.empty.child", 15, 3, "spec.empty.child"},
		{"spec.hosts", 9, 1, "spec.hosts"},
		{"status.a.b", 3, 1, "status"},
		{"a[b", 3, 1, "a"},
		{"...", 3, 1, ""},
	} {
		at, found := documents[0].Position(c.path)
		if at.Line != c.line || at.Column != c.column || found != (c.missing == "") || documents[0].Missing(c.path) != c.missing {
			t.Errorf("%s: got %v %v missing %q; want %d:%d missing %q", c.path, at, found, documents[0].Missing(c.path), c.line, c.column, c.missing)
		}
	}
}

// TestProblemsOfOneMappingArePlacedInLinearTime would not end before the tests are stopped, if each problem went through all keys.
func TestProblemsOfOneMappingArePlacedInLinearTime(t *testing.T) {
	const many = 200_000
	var text strings.Builder
	text.WriteString("apiVersion: v1\nkind: A\nspec:\n")
	for i := range many {
		fmt.Fprintf(&text, "  unknown%d: 1\n", i)
	}
	documents, problems := Parse("f", []byte(text.String()))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for i := range many {
		if p := documents[0].Problem(fmt.Sprintf("spec.unknown%d", i), "unknown field"); p.Line != i+4 {
			t.Fatalf("got line %d, want %d", p.Line, i+4)
		}
	}
}
