package leak

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

// BenchmarkScan is the speed on what most bytes are of, and on what the engine stops at most often.
func BenchmarkScan(b *testing.B) {
	var configuration strings.Builder
	for _, form := range []string{
		"ENV $N $V\n", "SetEnv $N $V\n", "site:\n  $N: $V\n", "docker run -e $N=$V site\n", "deploy --$N $V\n", "<key>$N</key><string>$V</string>\n", "const $N: string = \"$V\";\n",
		`{"name":"$N","value":"$V"}` + "\n", "curl -u $N:$V https://api.alice.vote\n", "mysql -u $N -p$V\n",
	} {
		configuration.WriteString(strings.NewReplacer("$N", "site_token", "$V", "none").Replace(form))
	}
	for _, c := range []struct{ name, text string }{
		{"code", string(filler(1 << 16))},
		{"names", `e.key===t.key&&(n.token=r,o={type:"password",label:"Password",accessKey:t,authorName:e.author}),function(apiKey){return apiKey.pass?"bypass":i.keys(t)};the key to all of that is a token which access to the pass has `},
		{"escapes", `/[\x00-\x1f\u0041-\u005a_a-z\xaa\xb5\u00c0-\u00d6]/,"\u00e9t\u00e9","a%20b%2Fc%3Dd","it&#39;s",`},
		{"configuration", configuration.String()},
		{"base64", base64Text()},
	} {
		const size = 1 << 20
		data := []byte(strings.Repeat(c.text, size/len(c.text)))
		s := New(nil)
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if err := s.Job(DefaultLimits()).Scan(Place{File: "a.txt"}, bytes.NewReader(data)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// base64Text is what most base64 is: checksums of a lock file, and pictures in a style.
func base64Text() string {
	random := rand.New(rand.NewPCG(9, 9))
	var b strings.Builder
	for range 64 {
		b.WriteString(`"integrity": "sha512-` + letters(random, alphabets["b64"], 86) + "==\",\n")
	}
	return b.String() + "a{background:url(data:image/png;base64,iVBORw0KGgo" + letters(random, alphabets["b64"], 6000) + ")}\n"
}
