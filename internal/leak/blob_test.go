package leak

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestATokenInALongPathIsFound(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	github, long := madeUp(12), strings.Repeat
	for title, text := range map[string]string{
		"of short words":     "https://files.alice.vote/" + long("a/", 200) + github,
		"of words":           "https://files.alice.vote" + long("/site/assets/pages", 20) + "/" + github + "/x",
		"before a long path": "https://files.alice.vote/" + github + long("/site/assets/pages", 20),
		"of camel case":      long("/rest/getAllCampaigns", 20) + "/" + github,
		"a list with dashes": `"` + long("some-words-and-", 30) + github + `"`,
		"of identifiers":     "/o/" + long(letters(random, alphabets["mixed"], 20)+"/", 20) + github + "/" + long(letters(random, alphabets["mixed"], 20)+"/", 20),
		"in capitals":        long("/SITE-ASSETS/PAGES", 20) + "/" + github,
		"hexadecimal":        letters(random, alphabets["hex"], 400) + "/" + github,
	} {
		if r := scan(t, "a.txt", text); r.Failures != 1 {
			t.Errorf("%s: %+v", title, r.Findings)
		}
	}
}

func TestAPartOfABlobIsNoToken(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 6))
	blob := func(n int) string {
		data := make([]byte, n)
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		return base64.StdEncoding.EncodeToString(data)
	}
	inBlob := filled("EAA<mixed:120>", 1)
	for title, text := range map[string]string{
		"base64":             blob(3000) + "/" + inBlob + "/" + blob(3000),
		"with zeros":         strings.Repeat("A", 400) + "/" + inBlob + "/" + blob(300),
		"of text":            base64.StdEncoding.EncodeToString([]byte(strings.Repeat("some words of a page, ", 60))) + "/" + inBlob + "/AAAA",
		"for addresses":      strings.NewReplacer("+", "-", "/", "_").Replace(blob(3000)) + "-" + inBlob + "-x",
		"at the end of data": "data:image/png;base64," + blob(3000) + "/" + inBlob + "==",
	} {
		if r := scan(t, "a.txt", text); r.Failures != 0 {
			t.Errorf("%s: %+v", title, r.Findings)
		}
	}
}
