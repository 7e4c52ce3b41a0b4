package main

import (
	"strings"
	"testing"
)

// mounting is the good site with a folder of a ConfigMap.
var mounting = strings.Replace(goodSite, "spec:", "spec:\n  files: [{mountPath: /etc/site, configMapName: site-config}]", 1)

func configMap(namespace, data string) string {
	return "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: site-config, namespace: " + namespace + "}\n" + data + "\n"
}

// TestConfigMapsThatAreMountedAreLookedAt: what is in them is shipped as well.
func TestConfigMapsThatAreMountedAreLookedAt(t *testing.T) {
	key := "sk" + "_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
	leaks := "data:\n  settings.js: |\n    window.settings = {\n      stripe: '" + key + "'}"
	for name, test := range map[string]struct {
		in   string
		want int
		says string
	}{
		"one with a key":                     {mounting + configMap("alice", leaks), exitFindings, "looks like a secret (stripe-access-token) at settings.js:2:"},
		"one that comes before its site":     {configMap("alice", leaks) + mounting, exitFindings, "stripe-access-token"},
		"one with a key for a name":          {mounting + configMap("alice", "data: {"+key+": x, "+key+".txt: x}"), exitFindings, "data[…]: the key looks like a secret (stripe-access-token)"},
		"one without":                        {mounting + configMap("alice", "data: {settings.js: 'window.settings = {}'}"), exitOK, ""},
		"one of another namespace":           {mounting + configMap("bob", leaks), exitOK, ""},
		"one that no site mounts":            {goodSite + configMap("alice", leaks), exitOK, ""},
		"one that is not at hand":            {mounting, exitOK, ""},
		"one with values that are no text":   {mounting + configMap("alice", "data: {port: 8080}"), exitInvalid, "put them in quotes"},
		"one that is there twice":            {mounting + configMap("alice", "data: {}") + configMap("alice", leaks), exitInvalid, "keep one"},
		"one with a list where its data are": {mounting + configMap("alice", "data: [a]"), exitInvalid, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := runWith(classYAML+test.in, "validate", "-f", "-")
			if code != test.want || !strings.Contains(stdout, test.says) || strings.Contains(stdout+stderr, key) {
				t.Errorf("exit code %d, want %d\n%s%s", code, test.want, stdout, stderr)
			}
		})
	}
}

// TestAFolderThatIsThereTwiceIsNotShownIfItIsASecret: what the plan says of a value goes the same way as what the schema says.
func TestAFolderThatIsThereTwiceIsNotShownIfItIsASecret(t *testing.T) {
	key := "sk" + "_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
	for folder, says := range map[string]string{"/etc/" + key: "spec.writablePaths[0]: Duplicate value\n", "/etc/site": `spec.writablePaths[0]: Duplicate value: "/etc/site"`} {
		in := classYAML + strings.Replace(goodSite, "spec:", "spec:\n  writablePaths: ["+folder+"]\n  files: [{mountPath: "+folder+", configMapName: site-config}]", 1)
		for _, command := range []string{"validate", "render"} {
			code, stdout, stderr := runWith(in, command, "-f", "-")
			if code != exitInvalid || !strings.Contains(stdout+stderr, says) || strings.Contains(stdout+stderr, key) {
				t.Errorf("%s: exit code %d\n%s%s", command, code, stdout, stderr)
			}
		}
	}
}
