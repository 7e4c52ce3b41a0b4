package manifest

import (
	"fmt"
	"strings"
	"testing"
)

const object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"

func TestParseRefusesWhatIsNotAManifest(t *testing.T) {
	laughs := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 9; i++ {
		laughs += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	emptyLaughs := "a0: &a0 {}\n"
	for i := 1; i < 30; i++ {
		emptyLaughs += fmt.Sprintf("a%d: &a%d {<<: [*a%d, *a%d]}\n", i, i, i-1, i-1)
	}
	for _, c := range []struct{ name, in, want string }{
		{"prose", "this is not yaml", "f:1:1: is not a Kubernetes object"},
		{"a list", "- a\n- b\n", "f:1:1: is not a Kubernetes object"},
		{"a tab as indentation", object + "data:\n\tkey: value\n", "f:5:1: is not YAML: tabs cannot indent"},
		{"a tab in the second document", object + "---\n" + object + "data:\n\tkey: value\n", "f:9:1: is not YAML: tabs cannot indent"},
		{"a mapping that does not end", "apiVersion: {v1\n", "is not YAML"},
		{"a colon too many", object + "data: a: b\n", "f:4:1: is not YAML"},
		{"UTF-16", "\xff\xfea\x00", "f:1:1: is UTF-16"},
		{"UTF-16 without a mark", "a\x00p\x00", "f:1:2: holds a NUL byte"},
		{"a NUL", object + "data: {a: b\x00}\n", "f:4:12: holds a NUL byte"},
		{"bytes that are no UTF-8", object + "data: {a: \xff}\n", "f:4:11: is not UTF-8"},
		{"an escape of a terminal", object + "data: {a: \x1b[31m}\n", "f:4:11: holds the control character U+001B"},
		{"a carriage return within a line", "a: b\rc: d\n", "f:1:5: holds a carriage return"},
		{"a key set twice", "apiVersion: v1\nkind: A\nkind: B\n", `f:3:1: the key "kind" is set twice`},
		{"a key set twice further down", object + "spec:\n  a: 1\n  b: {c: 1, c: 2}\n", `f:6:13: the key "c" is set twice`},
		{"a key set twice in JSON", `{"apiVersion":"v1","kind":"A","kind":"B"}`, `the key "kind" is set twice`},
		{"a billion laughs", object + laughs, "aliases stand for more than"},
		{"a billion empty laughs", object + emptyLaughs, "aliases stand for more than"},
		{"an alias to itself", object + "data: &d {a: *d}\n", "contains itself"},
		{"a merge of itself", object + "data: &d {<<: *d}\n", "contains itself"},
		{"a merge of text", object + "data: {<<: text}\n", "<< takes a map"},
		{"a merge after a key", object + "a: &a {x: 1}\nb: {x: 2, <<: *a}\n", "f:5:11: << must be the first key"},
		{"an anchor of another document", object + "a: &x 1\n---\n" + object + "b: *x\n", "unknown anchor"},
		{"a binary value", object + "data: {a: !!binary aGk=}\n", "f:4:11: the value has the tag !!binary"},
		{"a tag of somebody's own", object + "data: !mine {a: b}\n", "the value has a tag of its own"},
		{"an integer that is none", object + "data: {a: !!int x}\n", "is not what its tag !!int says"},
		{"a number that JSON has not", object + "data: {a: .inf}\n", "f:4:11: the value is not a finite number"},
		{"depth", object + "data: " + strings.Repeat("[", 200) + strings.Repeat("]", 200) + "\n", "nests deeper than 100 levels"},
		{"a template for a value", object + "data: {a: {{ .Values.a }}}\n", "if this is a template"},
		{"a template for a document", "{{- if .Values.site }}\n" + object + "{{- end }}\n", "if this is a template"},
		{"a template for a kind", "apiVersion: v1\nkind: '{{ .Values.kind }}'\n", "f:2:1: kind: holds {{"},
		{"a broken object in a stream of JSON", "{\"apiVersion\":\"v1\",\"kind\":\"A\"}\n{\"apiVersion\":\"v1\",,}\n{\"a\":1}", "f:2:1: is not YAML"},
		{"a list for a key", object + "? [a, b]\n: c\n", "f:4:3: a key must be text"},
		{"no kind", "apiVersion: v1\n", "f:1:1: kind: is missing"},
		{"no apiVersion", "kind: A\n", "f:1:1: apiVersion: is missing"},
		{"a kind that is a number", "apiVersion: v1\nkind: 5\n", "f:2:1: kind: is missing or not text"},
		{"an item of a List that is none", "apiVersion: v1\nkind: List\nitems:\n- text\n", "f:4:3: items[0]: is not an object"},
		{"an item of a List without a kind", "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1}\n", "f:4:3: kind: is missing"},
		{"a document that is too large", object + "data: " + strings.Repeat("x", maxDocument), "f:1:1: the document is larger than 10 MiB"},
		{"too many documents", strings.Repeat("---\na: b\n", maxFileDocuments+1), "the file holds more than 10000 documents"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, problems := Parse("f", []byte(c.in))
			if len(problems) == 0 {
				t.Fatal("accepted")
			}
			for _, p := range problems {
				if strings.Contains(p.Error(), c.want) {
					return
				}
			}
			t.Errorf("got %.300s\nwant %s", problems[0].Error(), c.want)
		})
	}
}

func TestParseReadsWhatKubectlReads(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     string
	}{
		{"nothing", "", ""},
		{"comments only", "# a\n---\n# b\n", ""},
		{"empty documents", "---\n---\n\n---\n", ""},
		{"a null document", "--- null\n", ""},
		{"a leading ---", "---\n" + object, "ConfigMap/a@2"},
		{"a trailing ...", object + "...\n", "ConfigMap/a@1"},
		{"a document after ...", object + "...\n" + object, "ConfigMap/a@1 ConfigMap/a@5"},
		{"a comment on ---", object + "--- # second\n" + object, "ConfigMap/a@1 ConfigMap/a@5"},
		{"a document on the line of ---", "--- {apiVersion: v1, kind: A}\n", "A/@1"},
		{"a BOM", "\uFEFF" + object, "ConfigMap/a@1"},
		{"CRLF", strings.ReplaceAll(object+"---\n"+object, "\n", "\r\n"), "ConfigMap/a@1 ConfigMap/a@5"},
		{"--- in a block of text", object + "data:\n  a: |\n    ---\n    b\n", "ConfigMap/a@1"},
		{"JSON", `{"apiVersion":"v1","kind":"A","metadata":{"name":"a"}}`, "A/a@1"},
		{"JSON with tabs", "{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"A\"\n}\n", "A/@2"},
		{"a stream of JSON", "{\"apiVersion\":\"v1\",\"kind\":\"A\"}\n{\"apiVersion\":\"v1\",\"kind\":\"B\"}", "A/@1 B/@2"},
		{"a List", "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: A}\n- apiVersion: v1\n  kind: B\n  metadata: {name: b}\n", "A/@4 B/b@5"},
		{"an empty List", "apiVersion: v1\nkind: List\nitems: []\n", ""},
		{"a List in a List", "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items: [{apiVersion: v1, kind: A}]\n", "A/@6"},
		{"a typed list whose items leave out their type", "apiVersion: hustings.dev/v1alpha1\nkind: CampaignSiteList\nitems: [{metadata: {name: a}}]\n", "CampaignSite/a@3"},
		{"anchors and merges", "x: &x {name: a}\napiVersion: v1\nkind: A\nmetadata: {<<: *x, namespace: b}\n", "A/a@2"},
		{"the objects before a broken one in a stream of JSON", "{\"apiVersion\":\"v1\",\"kind\":\"A\"}\n\n{\"apiVersion\":\"v1\",\"kind\":\"B\"}\n{\"apiVersion\":{\n", "A/@1 B/@3"},
		{"JSON before a comment", "{\"apiVersion\":\"v1\",\"kind\":\"A\"} # a\n# b\n", "A/@1"},
		{"JSON, a comment, and more JSON", "{\"apiVersion\":\"v1\",\"kind\":\"A\"}\n# b\n{\"apiVersion\":\"v1\",\"kind\":\"B\"}", "A/@1 B/@3"},
		{"the document after a broken one", "a: b: c\n---\n" + object, "ConfigMap/a@3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			documents, problems := Parse("f", []byte(c.in))
			if len(problems) > 0 && !strings.Contains(c.name, "a broken one") {
				t.Fatalf("refused: %v", problems)
			}
			var got []string
			for i := range documents {
				at, _ := documents[i].Position("apiVersion")
				got = append(got, fmt.Sprintf("%s/%s@%d", documents[i].Kind(), documents[i].Name(), at.Line))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestParseKeepsCharactersBeyondTheBasicPlane(t *testing.T) {
	documents, problems := Parse("f", []byte(`{"apiVersion":"v1","kind":"A","a":"\ud83d\ude00 \\ud83d"}`))
	if len(problems) > 0 || documents[0].Object["a"] != `😀 \ud83d` {
		t.Errorf("got %v, %v", documents, problems)
	}
}
