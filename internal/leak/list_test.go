package leak

import (
	"strings"
	"testing"
)

func TestEveryValueOfAListIsRead(t *testing.T) {
	for title, form := range map[string]string{
		"Python":            "API_KEYS = [\"$1\", \"$2\", '$3']\n",
		"Python, tuple":     "API_KEYS = (\"$1\", \"$2\", \"$3\")\n",
		"Python, lines":     "API_KEYS = [\n    \"$1\",\n    \"$2\",\n    \"$3\",\n]\n",
		"JSON":              `{"api_keys":["$1","$2","$3"],"port":8080}`,
		"JSON, lines":       "{\n  \"api_keys\": [\n    \"$1\",\n    \"$2\",\n    \"$3\"\n  ]\n}",
		"JSON in a string":  `x("{\"api_keys\":[\"$1\",\"$2\",\"$3\"]}")`,
		"an HTML attribute": `<div data-x="{&quot;apiKeys&quot;:[&quot;$1&quot;,&quot;$2&quot;,&quot;$3&quot;]}">`,
		"minified":          `e={apiKeys:["$1","$2","$3"],n:1}`,
		"TOML":              "api_keys = [ \"$1\", \"$2\", \"$3\" ]\n",
		"YAML, flow":        "api_keys: [\"$1\", '$2', \"$3\"]\n",
		"YAML, block":       "api_keys:\n  - $1\n  - $2\n  - $3\nport: 8080\n",
		"YAML, quoted":      "api_keys:\n- \"$1\"\n- '$2'\n- \"$3\"\n",
		"Go":                "var apiKeys = []string{\"$1\", \"$2\", \"$3\"}\n",
		"Go, lines":         "\tapiKeys := []string{\n\t\t\"$1\",\n\t\t\"$2\",\n\t\t\"$3\",\n\t}\n",
		"PHP":               "'api_keys' => array('$1', '$2', '$3'),\n",
		"PHP, brackets":     "$apiKeys = ['$1', '$2', '$3'];\n",
		"Java":              "String[] apiKeys = {\"$1\", \"$2\", \"$3\"};\n",
		"Ruby":              "API_KEYS = ['$1', '$2', '$3'].freeze\n",
		"Terraform":         "  api_keys = [\n    \"$1\",\n    \"$2\",\n    \"$3\",\n  ]\n",
	} {
		t.Run(title, func(t *testing.T) {
			text := strings.NewReplacer("$1", "<random:1>", "$2", "<random:2>", "$3", "<random:3>").Replace(form)
			for n, blanks := range []string{"<hex:40>", "<mixed:32>"} {
				for i := range 3 {
					text = strings.Replace(text, "<random:"+string(rune('1'+i))+">", blanks, 1)
				}
				if r := scan(t, "a.conf", filled(text, uint64(n))); r.Failures != 3 || len(r.Gaps) > 0 {
					t.Errorf("%d failures: %+v", r.Failures, r.Findings)
				}
				text = strings.NewReplacer("$1", "<random:1>", "$2", "<random:2>", "$3", "<random:3>").Replace(form)
			}
		})
	}
}

func TestALongListIsReadAcrossPieces(t *testing.T) {
	list := filled(`;api_keys=["`+strings.Repeat(`<mixed:32>","`, 60)+`"];`, 1)
	for _, shift := range []int{-len(list), -len(list) / 2, -300, -10, 0} {
		text := filler(pieceSize + lookBack + 3*lookAhead)
		copy(text[pieceSize+lookBack+shift:], list)
		if r := scan(t, "a.js", string(text)); r.Failures != mostAlike+1 || r.Findings[mostAlike].Excerpt != "[40 more in this file]" {
			t.Errorf("shift %d: %d failures, %+v", shift, r.Failures, r.Findings[len(r.Findings)-1])
		}
	}
}

func TestWhatIsNoListOfSecretsIsNoFinding(t *testing.T) {
	for _, text := range []string{
		`keys:["ArrowDown","Enter1"]`, `{"tokens":["word1","word2","word3"]}`, `{"auth":{"user1":"name"}}`, `{"keys":{"<hex:40>":1,"<hex:40>":2}}`, `publicKeys:["<mixed:40>","<mixed:40>"]`,
		`API_KEYS = ["your-api-key-1", "changeme12345"]`, `api_keys = [os.environ["KEY_1"], get1(a)]`, `password: ["Password must have 8 letters", "and 1 digit"]`, "The keys are:\n - first one\n - number 2\n",
		"auth:\n  - v1.2.3-beta\n  - https://a.b/c1\n", `secrets: ["db-credentials-1", "api-credentials-2"]`, `cacheKeys:["a1b2c3d4e5f6a7b8c9d0e1f2"]`, `key=["a","b"][1]`, "token[0]=[1,2,3]",
	} {
		if r := scan(t, "a.conf", filled(text, 1)); r.Failures > 0 {
			t.Errorf("%q: %+v", text, r.Findings)
		}
	}
}
