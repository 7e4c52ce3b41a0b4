package corpus

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// configured are contexts in what images, servers and clusters are configured with.
func configured() []Carrier {
	return []Carrier{
		{"dockerfile-arg", false, form("Dockerfile", "FROM node:26\nWORKDIR /site\nARG PORT=8080\nARG $N=", bareLine, "\nRUN npm ci\n")},
		{"dockerfile-env-blank", false, form("Dockerfile", "FROM node:26\nENV NODE_ENV production\nENV $N ", bareLine, "\nRUN npm ci\n")},
		{"image-history", false, form("config.json", `{"history":[{"created_by":"RUN |2 PORT=8080 $N=`, bareJSON, ` /bin/sh -c npm ci # buildkit"}]}`)},
		{"apache-setenv", false, form("etc/apache2/site.conf", "<VirtualHost *:443>\n  SetEnv $N \"", jsonEscape, "\"\n</VirtualHost>\n")},
		{"plist", false, form("Info.plist", "<plist><dict>\n\t<key>$N</key>\n\t<string>", htmlEscape, "</string>\n</dict></plist>\n")},
		{"typescript", false, form("src/config.ts", "export const port: number = 8080;\nexport const $N: string = \"", jsonEscape, "\";\n")},
		{"yaml-block", false, func(r *rand.Rand, t Type, v string, size int) File {
			return sheet{settings(r, size/4) + "site:\n  " + t.Name + ": |\n    ", strings.ReplaceAll(v, "\n", "\n    "), "\n  port: 8080\n"}.file("values.yaml")
		}},
		{"escaped-once", false, func(r *rand.Rand, t Type, v string, size int) File {
			at := 1 + r.IntN(min(len(v), 20)-1)
			once := jsonEscape(v[:at]) + fmt.Sprintf(`\u%04x`, v[at]) + jsonEscape(v[at+1:])
			return hidden("static/js/main.js", inBundle(r, size, "={"+t.Camel()+`:"`, once, `"};`).String())
		}},
	}
}

// form is a file in which $N stands for the name of a value.
func form(name, before string, escape func(string) string, after string) func(*rand.Rand, Type, string, int) File {
	return func(_ *rand.Rand, t Type, value string, _ int) File {
		return sheet{strings.ReplaceAll(before, "$N", t.Name), escape(value), after}.file(name)
	}
}

// bareLine is a value that stands to the end of a line.
func bareLine(value string) string { return strings.ReplaceAll(value, "\n", `\n`) }

// bareJSON is the same in a text of JSON.
func bareJSON(value string) string { return jsonEscape(bareLine(value)) }
