package manifest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// problemsOf are what is wrong with a text, as the command prints it.
func problemsOf(t *testing.T, text string) string {
	t.Helper()
	documents, problems := Parse("f", []byte(text))
	collection := ownSchemas(t).Collect(t.Context(), documents)
	problems = append(problems, collection.Problems...)
	slices.SortFunc(problems, Problem.Compare)
	var out strings.Builder
	for _, p := range problems {
		fmt.Fprintln(&out, p.Error())
	}
	return out.String()
}

func siteWith(fields string) string {
	return "apiVersion: hustings.dev/v1alpha1\nkind: CampaignSite\nmetadata: {name: vote, namespace: alice}\nspec:\n" +
		"  image: registry.example.org/alice/site\n  hosts: [alice.example.org]\n  port: 8080\n  " + fields + "\n"
}

// TestNoProblemRepeatsASecret: what is wrong with a value is said without it, wherever a secret may have ended up.
func TestNoProblemRepeatsASecret(t *testing.T) {
	const password = "hunter2correct"
	token := "sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc"
	image := func(image string) string {
		return strings.Replace(siteWith(""), "registry.example.org/alice/site", image, 1)
	}
	metadata := func(metadata string) string {
		return strings.Replace(siteWith(""), "metadata: {", "metadata: {"+metadata+", ", 1)
	}
	for name, test := range map[string]struct{ in, want string }{
		"an image with a scheme and credentials":  {image("https://user:" + password + "@registry.example.org/a/b"), "spec.image: Invalid value: must be an image"},
		"an image with credentials":               {image("user:" + password + "@registry.example.org/a/b"), "spec.image: Invalid value: must be an image"},
		"an image with a token":                   {image("registry.example.org/" + token), "spec.image: Invalid value: must be an image"},
		"a variable in one":                       {siteWith(`env: [{name: "DB_PASSWORD=` + password + `"}]`), "spec.env[0].name: Invalid value: should match"},
		"a variable that is text":                 {siteWith("env: [DB_PASSWORD=" + password + ", DB_PASSWORD=" + password + "]"), "spec.env[1]: Invalid value: must be of type object"},
		"a secret for the key of a secret":        {siteWith(`env: [{name: A, secretKeyRef: {name: a, key: "` + password + `!"}}]`), "spec.env[0].secretKeyRef.key: Invalid value: should match"},
		"a secret for the name of a secret":       {siteWith(`env: [{name: A, secretKeyRef: {name: "` + password + `!", key: a}}]`), "spec.env[0].secretKeyRef.name: Invalid value: should match"},
		"a host with credentials":                 {siteWith("") + "---\n" + strings.Replace(siteWith(""), "hosts: [alice", "hosts: [user:"+password+"@alice", 1), "spec.hosts[0]: Invalid value: must be a lower-case DNS name"},
		"a tag of its own":                        {siteWith("env: [{name: A, value: !" + password + " }]"), "the value has a tag of its own"},
		"a tag that looks like one of YAML":       {siteWith("env: [{name: A, value: !!" + password + " x}]"), "the value has a tag of its own"},
		"a tag at a list":                         {siteWith("env: !" + password + " []"), "the value has a tag of its own"},
		"an anchor that is not known":             {siteWith("env: [{name: A, value: *" + password + "}]"), "f:8:26: is not YAML: an unknown anchor: put a value that begins with * in quotes"},
		"an anchor in itself":                     {siteWith("env: &" + password + " [*" + password + "]"), "the anchor contains itself"},
		"a field that is a token":                 {siteWith(token + ": x"), "f:8:3: spec.…: unknown field"},
		"a field that is a variable":              {siteWith("DB_PASSWORD=" + password + ".x: x"), "spec.…: unknown field"},
		"a field that is a token in two":          {siteWith("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U: x"), "spec.…: unknown field"},
		"a key that is there twice":               {siteWith(token + ": x\n  " + token + ": x"), `the key "…" is set twice`},
		"a label that is no text":                 {metadata("labels: {" + token + ": 5}"), "metadata.labels[…]: must be text"},
		"a label with a value that is none":       {metadata(`labels: {a: "` + password + `!"}`), "metadata.labels: Invalid value: a valid label"},
		"a finalizer":                             {metadata(`finalizers: ["` + password + `!"]`), "metadata.finalizers: Invalid value: name part"},
		"a time that is none":                     {metadata("creationTimestamp: " + password), "metadata: cannot be read: a time must be such as"},
		"the end of a waiver that is none":        {"apiVersion: hustings.dev/v1alpha1\nkind: Waiver\nmetadata: {name: a}\nspec: {expires: x=" + password + "}\n", "spec.expires: Invalid value: must be of type date-time\n"},
		"a time of a ConfigMap that is none":      {siteWith("files: [{mountPath: /a, configMapName: a}]") + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: alice, creationTimestamp: " + password + "}\n", "cannot be read"},
		"a kind that is a token":                  {"apiVersion: hustings.dev/v1alpha1\nkind: " + token + "\n", "there is no kind …"},
		"a secret in the list of allowed sources": {siteWith(`edge: {headers: {contentSecurityPolicy: {scriptSrc: ["https://user:` + password + `@a.example.org"]}}}`), "scriptSrc[0]: Invalid value: must be"},
	} {
		t.Run(name, func(t *testing.T) {
			got := problemsOf(t, test.in)
			if strings.Contains(got, password) || strings.Contains(got, token) || strings.Contains(got, "eyJ") || !strings.Contains(got, test.want) {
				t.Errorf("got %s\nwant %s, and no secret", got, test.want)
			}
		})
	}
}

// TestProblemsRepeatWhatHelps: a value that is for everybody to see is in the message.
func TestProblemsRepeatWhatHelps(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"an image without a registry": {strings.Replace(siteWith(""), "registry.example.org/alice/site", "Site:1.2", 1), `spec.image: Invalid value "Site:1.2": must be`},
		"an image with a digest":      {strings.Replace(siteWith(""), "registry.example.org/alice/site", "site@sha256:"+strings.Repeat("3f9a0c7e5b1d8264", 4), 1), `spec.image: Invalid value "site@sha256:3f9a`},
		"a host in capitals":          {strings.Replace(siteWith(""), "alice.example.org", "Alice.example.org", 1), `spec.hosts[0]: Invalid value "Alice.example.org": must be`},
		"a range":                     {siteWith(`edge: {access: {denyCIDRs: ["2001:db8::1/32"]}}`), `Invalid value "2001:db8::1/32": must be an address range`},
		"a folder":                    {siteWith(`writablePaths: [tmp/]`), `spec.writablePaths[0]: Invalid value "tmp/": must be an absolute folder`},
		"a quantity":                  {siteWith(`resources: {memory: lots}`), `spec.resources.memory: Invalid value "lots": should match`},
		"a class":                     {siteWith(`className: Live_`), `spec.className: Invalid value "Live_": should match`},
		"a variable":                  {siteWith(`env: [{name: MY-VAR, value: x}]`), `spec.env[0].name: Invalid value "MY-VAR": should match`},
		"a word of a list":            {siteWith(`posture: Panic`), `spec.posture: Unsupported value "Panic": supported values`},
		"a field":                     {siteWith(`prot: 80`), "spec.prot: unknown field"},
		"a type":                      {siteWith(`env: [{name: A, value: 5}]`), `spec.env[0].value: Invalid value: must be of type string: "integer"`},
		"the key of a label":          {strings.Replace(siteWith(""), "metadata: {", "metadata: {labels: {a b: c}, ", 1), `metadata.labels: Invalid value "a b": name part`},
		"a tag of YAML":               {siteWith("args: [!!binary aGk=]"), "the value has the tag !!binary"},
		"the end of a waiver":         {"apiVersion: hustings.dev/v1alpha1\nkind: Waiver\nmetadata: {name: a}\nspec: {expires: soon}\n", `spec.expires: Invalid value: must be of type date-time: "soon"`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := problemsOf(t, test.in); !strings.Contains(got, test.want) {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
		})
	}
}
