package manifest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"
)

// asKubectl decodes YAML as the clients of the API server do.
func asKubectl(text string) (map[string]any, error) {
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	return out, utiljson.Unmarshal(data, &out)
}

func TestScalarsAreThoseThatKubectlSees(t *testing.T) {
	scalars := strings.Fields(`y Y yes Yes YES n N no No NO on On ON off Off OFF true True TRUE false False FALSE yEs oN
		~ null Null NULL nULL 0 1 -1 +1 007 010 0o10 0x1F 0b101 -0b101 1_000 1__0 _1 0777 08 09 1e3 1E3 1e400 1.0 1. .5 5. -0 -0.0 0.1 1.50
		9223372036854775807 9223372036854775808 18446744073709551615 18446744073709551616 -9223372036854775809 1e20 1e21 1.5e300
		2001-01-01 2001-01-01T00:00:00Z 2001-1-1 1234-5 12-34 1:30 190:20:30 0.0.0.0 1.2.3 v1 1Gi 100m 0.5m + - . .. = !a <
		"yes" 'no' "1" '' "" "\u0041" !!str_1 !!int_5 !!float_5 !!bool_yes !!null_~ !!str_yes 12e03 -2E+05 0x 0o 0b 1e 1e+ .e3 +.5 -.5 +0x1 - 0_ 00 0xG`)
	for _, s := range scalars {
		if strings.HasPrefix(s, "!!") {
			s = strings.Replace(s, "_", " ", 1)
		}
		text := "apiVersion: v1\nkind: A\nvalue: " + s + "\n"
		want, wantErr := asKubectl(text)
		documents, problems := Parse("f", []byte(text))
		switch {
		case wantErr != nil && len(problems) == 0:
			t.Errorf("%s: kubectl refuses it: %v", s, wantErr)
		case wantErr == nil && len(problems) > 0:
			if s != "!a" { // tags of somebody's own are refused on purpose
				t.Errorf("%s: refused: %v", s, problems)
			}
		case wantErr == nil:
			if diff := cmp.Diff(want, documents[0].Object); diff != "" {
				t.Errorf("%s: (-kubectl +here)\n%s", s, diff)
			}
		}
	}
}

func TestKeysAreThoseThatKubectlSees(t *testing.T) {
	for _, key := range strings.Fields(`a 1 010 1.5 1.0 1e3 yes no "yes" true 0x10 1_000 2001-01-01 -1 .5 1e30`) {
		text := "apiVersion: v1\nkind: A\n" + key + ": x\n"
		want, err := asKubectl(text)
		documents, problems := Parse("f", []byte(text))
		if err != nil || len(problems) > 0 {
			t.Errorf("%s: %v, %v", key, err, problems)
			continue
		}
		if diff := cmp.Diff(want, documents[0].Object); diff != "" {
			t.Errorf("%s: (-kubectl +here)\n%s", key, diff)
		}
	}
}
