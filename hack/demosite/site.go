package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// seed of all that is made up: the same every time.
const seed = 2029

// madeUpKey has the shape of a secret key of Stripe's, and opens nothing.
func madeUpKey() string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // nothing is protected with it
	key := "sk" + "_live_"
	for range 24 {
		key += string(letters[random.IntN(len(letters))])
	}
	return key
}

// donor is a row of the list that no site should serve.
type donor struct {
	Name string `json:"name"`
	// Phone is of the numbers that Ofcom keeps free for drama; a mail address would be somebody's, or plainly nobody's.
	Phone    string  `json:"phone"`
	Postcode string  `json:"postcode"`
	Amount   float64 `json:"amount"`
}

func donors() []donor {
	first := []string{"Ada", "Brian", "Clara", "David", "Ella", "Frank", "Grace", "Henry", "Iris", "John"}
	last := []string{"Archer", "Baker", "Carter", "Dyer", "Fletcher", "Glover", "Hooper", "Mason"}
	random := rand.New(rand.NewPCG(seed, 2)) //nolint:gosec // nothing is protected with it
	var all []donor
	for i := range 60 {
		f, l := first[random.IntN(len(first))], last[random.IntN(len(last))]
		all = append(all, donor{
			Name: f + " " + l, Phone: fmt.Sprintf("07700 900%03d", i),
			Postcode: fmt.Sprintf("LS%d %d%c%c", 1+random.IntN(28), 1+random.IntN(9), 'A'+rune(random.IntN(26)), 'A'+rune(random.IntN(26))),
			Amount:   float64(5 + random.IntN(100)),
		})
	}
	return all
}

// builtSite is what a build of a site leaves: a page, a bundle, its source map, and what was not meant to be there.
func builtSite() (map[string][]byte, error) {
	source := "import { loadStripe } from './stripe'\n\n// TODO: move to the server\nconst stripeSecretKey = \"" + madeUpKey() + "\"\n\nexport const donate = amount => loadStripe(stripeSecretKey).charge(amount)\n"
	sourceMap, err := json.Marshal(map[string]any{
		"version": 3, "file": "app.js", "sources": []string{"../src/donate.js"}, "sourcesContent": []string{source}, "names": []string{}, "mappings": "AAAA",
	})
	if err != nil {
		return nil, fmt.Errorf("write the source map: %w", err)
	}
	list, err := json.Marshal(donors())
	if err != nil {
		return nil, fmt.Errorf("write the list: %w", err)
	}
	return map[string][]byte{
		"index.html":           []byte("<!doctype html><title>Vote erin</title><script src=/static/app.js></script><div id=app></div>\n"),
		"static/app.js":        []byte("(()=>{const e=document.getElementById('app');e.textContent='Vote erin'})();\n//# sourceMappingURL=app.js.map\n"),
		"static/app.js.map":    sourceMap,
		"data/supporters.json": list,
		"robots.txt":           []byte("User-agent: *\nDisallow: /data/\n"),
	}, nil
}

// writeSite writes the site into a folder that is not there yet.
func writeSite(dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil { //nolint:gosec // it is to be looked at
		return fmt.Errorf("make the folder of the site: %w", err)
	}
	files, err := builtSite()
	if err != nil {
		return err
	}
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // it is to be looked at
			return fmt.Errorf("write the site: %w", err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil { //nolint:gosec // it is to be looked at
			return fmt.Errorf("write the site: %w", err)
		}
	}
	return nil
}
