package leak

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// blank is what is random in an example, such as <hex:32>.
var blank = regexp.MustCompile(`<(empty|hex|hexup|alnum|mixed|upper|upper27|digit|b64|ascii|jwt)(?::(\w+))?>`)

var alphabets = map[string]string{
	"hex": "0123456789abcdef", "hexup": "0123456789ABCDEF", "alnum": "abcdefghijklmnopqrstuvwxyz0123456789",
	"mixed": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
	"upper": "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "upper27": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "digit": "0123456789",
	"b64":   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
	"ascii": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$()*+,-./:;=?@[]^_{|}~ ",
}

// filled is an example with something random in its blanks.
func filled(example string, seed uint64) string {
	random := rand.New(rand.NewPCG(seed, 1))
	return blank.ReplaceAllStringFunc(example, func(b string) string {
		m := blank.FindStringSubmatch(b)
		switch m[1] {
		case "empty":
			return ""
		case "jwt":
			part := base64.RawURLEncoding
			return part.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." +
				part.EncodeToString(fmt.Appendf(nil, `{"role":%q,"iat":%d}`, m[2], random.IntN(1e9))) + "." + letters(random, alphabets["mixed"], 43)
		}
		n, err := strconv.Atoi(m[2])
		if err != nil {
			panic(b)
		}
		return letters(random, alphabets[m[1]], n)
	})
}

func letters(random *rand.Rand, alphabet string, n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = alphabet[random.IntN(len(alphabet))]
	}
	return string(out)
}

// scan is what is found in a file.
func scan(t *testing.T, name, text string) Result {
	t.Helper()
	j := New(nil).Job(DefaultLimits())
	if err := j.Scan(Place{File: name}, strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	return j.Result()
}

func rulesOf(r Result) []string {
	var ids []string
	for _, f := range r.Findings {
		ids = append(ids, f.Rule)
	}
	return ids
}

func TestEveryRuleOfOursFindsItsExamples(t *testing.T) {
	const rounds = 20
	for _, r := range rules() {
		if len(r.yes) == 0 && !slices.ContainsFunc(gitleaksRules, func(g rule) bool { return g.id == r.id }) {
			t.Errorf("rule %s has no example", r.id)
		}
		for _, example := range r.yes {
			missed := 0
			for seed := range uint64(rounds) {
				found := rulesOf(scan(t, "site.txt", filled(example, seed)))
				if !slices.Contains(found, r.id) {
					if missed++; missed == 1 {
						t.Logf("rule %s: seed %d of %q: found %v", r.id, seed, example, found)
					}
				}
			}
			if missed > rounds/10 {
				t.Errorf("rule %s missed %d of %d of %q", r.id, missed, rounds, example)
			}
		}
		for _, example := range r.no {
			if found := rulesOf(scan(t, "site.txt", filled(example, 1))); slices.Contains(found, r.id) {
				t.Errorf("rule %s finds %q, and should not", r.id, example)
			}
		}
	}
}

func TestNoRuleIsNamedTwice(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rules() {
		if seen[r.id] {
			t.Errorf("rule %s stands twice", r.id)
		}
		seen[r.id] = true
		for _, needle := range r.needles {
			if needle != strings.ToLower(needle) {
				t.Errorf("rule %s: needle %q is not in lower case", r.id, needle)
			}
		}
	}
}
