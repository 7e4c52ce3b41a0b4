package corpus

import (
	"slices"
	"strings"
)

// Type is one kind of secret.
type Type struct {
	// ID of the type, such as stripe-secret-key.
	ID string
	// Name that such values are customarily given, such as STRIPE_SECRET_KEY.
	Name string
	// Make makes a value.
	Make Maker
	// Bare says that a value is known without its name.
	Bare bool
}

// Camel is the name as JavaScript has it, such as stripeSecretKey.
func (t Type) Camel() string {
	words := strings.Split(strings.ToLower(t.Name), "_")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}

// Snake is the name as URLs and Python have it, such as stripe_secret_key.
func (t Type) Snake() string { return strings.ToLower(t.Name) }

// Types are all types of secrets.
func Types() []Type {
	return slices.Concat(payments(), organising(), mail(), content(), hosting(), operations(), ai(), code(), social(),
		connections(), frameworks(), keys())
}

// bare is a type whose values are known without a name; named one whose values are not.
func bare(id, name, template string) Type { return Type{id, name, like(template), true} }

func named(id, name, template string) Type { return Type{id, name, like(template), false} }

func made(id, name string, maker Maker) Type { return Type{id, name, maker, true} }
