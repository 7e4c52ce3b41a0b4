package manifest

import (
	"strings"
	"testing"
)

// TestAValueOfTheWrongTypeIsOneProblemAtItsField: the schema's validator makes several of it, some without a field.
func TestAValueOfTheWrongTypeIsOneProblemAtItsField(t *testing.T) {
	replaced := func(field string) string { return strings.Replace(siteWith(""), "port: 8080", field, 1) }
	for name, test := range map[string]struct{ in, want string }{
		"a quantity without quotes":      {siteWith("resources: {cpu: 0.5}"), `f:8:15: spec.resources.cpu: Invalid value: must be a quantity in quotes, such as "500m"`},
		"a boolean for a quantity":       {siteWith("resources: {cpu: true}"), `f:8:15: spec.resources.cpu: Invalid value: must be a quantity in quotes, such as "500m"`},
		"a list for a quantity":          {siteWith("resources: {memory: [1]}"), `f:8:15: spec.resources.memory: Invalid value: must be a quantity in quotes, such as "128Mi"`},
		"half a port":                    {replaced("port: 8080.5"), "f:7:3: spec.port: Invalid value: must be a whole number, and not too large"},
		"a port of more than 64 bits":    {replaced("port: 99999999999999999999"), "f:7:3: spec.port: Invalid value: must be a whole number, and not too large"},
		"a port of more than 32 bits":    {replaced("port: 9999999999"), "f:7:3: spec.port: Invalid value: should be less than or equal to 65535"},
		"half a user":                    {siteWith("runAsUser: 1000.5"), "f:8:3: spec.runAsUser: Invalid value: must be a whole number, and not too large"},
		"text for a port":                {replaced("port: http"), `f:7:3: spec.port: Invalid value: must be of type integer: "string"`},
		"text for an item of a map":      {siteWith("env: [A, A]"), "f:8:9: spec.env[0]: Invalid value: must be of type object: \"string\"\nf:8:12: spec.env[1]: Invalid value: must be of type object: \"string\""},
		"two fields, one of another way": {strings.Replace(siteWith("resources: {cpu: 0.5}"), "port: 8080", "port: 0", 1), "f:7:3: spec.port: Invalid value: should be greater than or equal to 1\nf:8:15: spec.resources.cpu: Invalid value: must be a quantity in quotes, such as \"500m\""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.TrimSpace(problemsOf(t, test.in)); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}
