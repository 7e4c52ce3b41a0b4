package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

// The secrets of these tests are made as they run, so that no scanner finds them in this repository, and are nobody's.

// liveKey is a key as a payment provider gives it.
func liveKey() string { return "sk_" + "live_" + letters(32) }

// letters are random, of the characters that keys have.
func letters(n int) string {
	const alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[rand.IntN(len(alphabet))])
	}
	return b.String()
}

// donors is a list of people who do not exist, as an application leaves it in a folder that is served.
func donors(rows int) string {
	type donor struct {
		Name     string `json:"name"`
		Email    string `json:"email"`
		Postcode string `json:"postcode"`
		Amount   int    `json:"amount"`
	}
	first, last := []string{"Ada", "Ben", "Cleo", "Dora", "Emil", "Fay", "Gil"}, []string{"Archer", "Baker", "Carter", "Dyer", "Fisher"}
	var list []donor
	for i := range rows {
		f, l := first[i%len(first)], last[i%len(last)]
		list = append(list, donor{
			Name: f + " " + l, Email: strings.ToLower(fmt.Sprintf("%s.%s%d@mail-%s.net", f, l, i, strings.ToLower(letters(4)))),
			Postcode: fmt.Sprintf("SW%dA %dAA", 1+i%9, 1+i%7), Amount: 10 + 5*(i%30),
		})
	}
	raw, err := json.Marshal(list)
	if err != nil {
		panic(err) // plain fields
	}
	return string(raw)
}
