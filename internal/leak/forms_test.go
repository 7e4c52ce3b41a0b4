package leak

import (
	"strings"
	"testing"
)

// forms are the ways in which configuration gives a value to a name. $N is the name, $V the value.
var forms = map[string]string{
	"Dockerfile, ARG":              "FROM scratch\nARG $N=$V\nRUN npm ci\n",
	"Dockerfile, ENV":              "FROM scratch\nENV $N=$V\n",
	"Dockerfile, second of ENV":    "FROM scratch\nENV PORT=8080 $N=$V\n",
	"Dockerfile, ENV with a blank": "FROM scratch\nENV $N $V\nRUN npm ci\n",
	"history of an image":          `{"created_by":"RUN |2 PORT=8080 $N=$V /bin/sh -c npm ci # buildkit"}`,
	"history of an image, first":   `{"created_by":"RUN |1 $N=$V /bin/sh -c npm ci # buildkit"}`,
	"history of an image, ARG":     `{"created_by":"ARG $N=$V"}`,
	"history of an image, nop":     `{"created_by":"/bin/sh -c #(nop)  ENV $N=$V"}`,
	"configuration of an image":    `{"Env":["PATH=/usr/bin:/bin","$N=$V"]}`,
	"docker run -e":                "docker run -d -e $N=$V registry.alice.vote/site\n",
	"docker run --env":             "docker run --env $N=$V registry.alice.vote/site\n",
	"docker build --build-arg":     "docker build --build-arg $N=$V .\n",
	"systemd":                      "[Service]\nEnvironment=$N=$V\n",
	"systemd, quoted":              "[Service]\nEnvironment=\"PORT=8080\" \"$N=$V\"\n",
	"systemd, all quoted":          "[Service]\nEnvironment=\"$N=$V\"\n",
	"Apache":                       "<VirtualHost *:80>\n  SetEnv $N $V\n</VirtualHost>\n",
	"Apache, quoted":               "  SetEnv $N \"$V\"\n",
	"nginx":                        "  fastcgi_param $N $V;\n",
	"nginx, quoted":                "  fastcgi_param  $N  \"$V\";\n",
	"Windows, setx":                "setx $N $V\r\n",
	"Windows, setx, quoted":        "setx /M $N \"$V\"\r\n",
	"Windows, set":                 "@echo off\r\nset $N=$V\r\n",
	"PowerShell":                   "$env:$N = \"$V\"\r\n",
	"php-fpm":                      "env[PORT] = 8080\nenv[$N] = $V\n",
	"shell, default":               "export X=\"${$N:-$V}\"\n",
	"shell, default if not set":    "export X=\"${$N-$V}\"\n",
	"shell, quoted default":        "X=${$N:-\"$V\"}\n",
	"shell, other if set":          "X=${$N+$V}\n",
	"shell, other if not empty":    "X=${$N:+$V}\n",
	"shell, default that is kept":  ": ${$N:=$V}\n",
	"Spring, placeholder":          "site.key=${$N:$V}\n",
	"Spring, property":             `<bean><property name="$N" value="$V"/></bean>`,
	"Hadoop, property":             `<property name="$N">$V</property>`,
	"Maven, property":              "<properties>\n  <$N>$V</$N>\n</properties>",
	"YAML":                         "site:\n  $N: $V\n",
	"YAML, block":                  "site:\n  $N: |\n    $V\n  port: 8080\n",
	"YAML, folded block":           "site:\n  $N: >-\n    $V\n",
	"Python, bytes":                "$N = b\"$V\"\n",
	"Python, format":               "$N = f'$V'\n",
	"Python, raw bytes":            "$N = rb'$V'\n",
	"Python, annotated":            "$N: str = \"$V\"\n",
	"TypeScript":                   "const $N: string = \"$V\";\n",
	"TypeScript, readonly":         "  private readonly $N: string='$V'\n",
	"Go":                           "const $N string = \"$V\"\n",
	"Rust":                         "const $N: &'static str = \"$V\";\n",
	"Kotlin":                       "val $N: String = \"$V\"\n",
	"plist":                        "<dict>\n  <key>$N</key>\n  <string>$V</string>\n</dict>",
	"plist, on one line":           "<dict><key>$N</key><string>$V</string></dict>",
	"ECS":                          `{"environment":[{"name":"PORT","value":"8080"},{"name":"$N","value":"$V"}]}`,
	"CloudFormation":               `{"Environment":[{"Name": "$N", "Value": "$V"}]}`,
	"CloudFormation, parameters":   `[{"ParameterKey": "$N", "ParameterValue": "$V"}]`,
	"Kubernetes":                   "env:\n- name: $N\n  value: $V\n",
	"Kubernetes, quoted":           "env:\n- name: $N\n  value: \"$V\"\n",
	"Terraform, output":            "\"$N\": {\n  \"value\": \"$V\",\n  \"type\": \"string\"\n}",
	"Terraform, variable":          "variable \"$N\" {\n  type    = string\n  default = \"$V\"\n}\n",
	"an option":                    "deploy --$N=$V\n",
	"an option with a blank":       "deploy --site x --$N $V --verbose\n",
	"an option in a list":          `command: ["deploy", "--$N", "$V"]`,
	"options in a list":            `command: ["deploy", "--$N=$V"]`,
}

func formed(form, name, value string) string {
	return strings.NewReplacer("$N", name, "$V", value).Replace(form)
}

func TestEveryFormOfConfigurationIsRead(t *testing.T) {
	for title, form := range forms {
		t.Run(title, func(t *testing.T) {
			for _, c := range []struct{ name, value string }{
				{"MAILROOM_API_TOKEN", "<mixed:22>"},
				{"MAILROOM_TOKEN", "<alnum:32>"},
				{"DB_PASSWORD", "<mixed:9>!<digit:2>k"},
			} {
				for seed := range uint64(4) {
					r := scan(t, "a.conf", filled(formed(form, c.name, c.value), seed))
					if r.Failures != 1 || len(r.Gaps) > 0 {
						t.Errorf("%s, seed %d: %d failures: %+v", c.name, seed, r.Failures, r.Findings)
						break
					}
				}
			}
		})
	}
}

// What stands where configuration has its values, and is none.
func TestWhatOnlyLooksLikeConfigurationIsNoFinding(t *testing.T) {
	for _, text := range []string{
		"ENV API_TOKEN ${API_TOKEN}\n", "ENV API_TOKEN=$API_TOKEN\n", "ARG API_TOKEN\nARG OTHER_TOKEN=\n", "ENV TOKEN_FILE /run/secrets/token1\n", "ENV KEYBOARD_LAYOUT de105nodead\n",
		"docker run -e API_TOKEN registry.alice.vote/site2\n", "docker run -e API_TOKEN=$TOKEN2 site\n", "  SetEnv API_TOKEN ${API_TOKEN2}\n", "  fastcgi_param SCRIPT_PASSWORD $fcgi_password1;\n",
		"the option --token is 42 years old", "  --password string   the password of version2\n", "deploy --password-file /run/secrets/db1 --verbose\n", "use --token TOKEN1 to log in", "deploy --token <token1>",
		"export X=${API_TOKEN:-}\n", "export X=${API_TOKEN:?not set in v2}\n", "site.key=${API_TOKEN:#{null}}\n", "  api_token: |\n    {{ .Values.token1 }}\n", "  password: >-\n    At least 12 characters\n",
		"function f(password: string, repeat2: string) {}", "interface A { apiToken: string; other1: number }", "apiToken: string = config1.token", "const token string = fetch1(a)", "if (token == string1) {}",
		"<dict>\n  <key>API_TOKEN</key>\n  <true/>\n  <key>Other</key>\n  <string>hello1</string></dict>", "<key>KeyboardPassword</key><string>Enter 8 letters</string>",
		`{"name":"API_TOKEN","valueFrom":"arn:aws:ssm:eu-west-1:<digit:12>:parameter/site2"}`, "- name: API_TOKEN\n  valueFrom:\n    secretKeyRef: {name: site1, key: token1}\n",
		"variable \"api_token\" {\n  type = string\n}\nvariable \"region\" {\n  default = \"eu-west-1\"\n}\n", `const [token, setToken] = useState("none1")`, "env[KEY_1] = get1(a)",
		`SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1`, "Environment=API_TOKEN_FILE=/run/secrets/token1\n", `token: b`, `f(token, b"")`, `let token = "" + a1`,
	} {
		if r := scan(t, "a.conf", filled(text, 1)); r.Failures > 0 {
			t.Errorf("%q: %+v", text, r.Findings)
		}
	}
}
