package corpus

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// InnocentLists look like lists of people that nobody should see, and are none.
func InnocentLists(seed uint64) []List {
	var lists []List
	for _, f := range innocentForms() {
		lists = append(lists, List{ID: f.id, Name: f.name, Data: []byte(f.write(Rand(seed, f.id)))})
	}
	return lists
}

type innocentForm struct {
	id, name string
	write    func(r *rand.Rand) string
}

func innocentForms() []innocentForm {
	return []innocentForm{
		{"contact page of six", "contact.html", func(r *rand.Rand) string { return cards(r, 6) }},
		{"staff page of twelve", "team.html", func(r *rand.Rand) string { return cards(r, 12) }},
		{"contributors in package.json", "package.json", contributors},
		{"AUTHORS", "AUTHORS", func(r *rand.Rand) string {
			return lines(r, 300, func(p person) string { return p.First + " " + p.Last + " <" + p.Email + ">" })
		}},
		{".mailmap", ".mailmap", func(r *rand.Rand) string {
			return lines(r, 80, func(p person) string {
				return p.First + " " + p.Last + " <" + p.Email + "> <" + strings.ToLower(p.First) + "@users.noreply.github.com>"
			})
		}},
		{"events with places and dates", "api/events.json", events},
		{"polling places", "data/polling-places.csv", func(r *rand.Rand) string {
			return "district,station,address,postcode\n" + lines(r, 120, func(p person) string {
				return p.Town + "," + p.Town + " Community Hall," + p.Street + "," + p.Postcode
			})
		}},
		{"candidates of a party", "candidates.json", candidates},
		{"votes", "results.csv", func(r *rand.Rand) string {
			return "ward,candidate,party,votes\n" + lines(r, 300, func(p person) string {
				return fmt.Sprintf("%s,%s %s,Green,%d", p.Town, p.First, p.Last, p.ID)
			})
		}},
		{"signatories of an open letter", "letter.html", func(r *rand.Rand) string {
			return "<ul>\n" + lines(r, 400, func(p person) string { return "<li>" + p.First + " " + p.Last + ", " + p.Town + "</li>" }) + "</ul>\n"
		}},
		{"shop", "api/products.json", products},
		{"blog", "feed.json", func(r *rand.Rand) string {
			return "[" + strings.TrimSuffix(lines(r, 150, func(p person) string {
				return fmt.Sprintf(`{"author":"%s %s","title":"%s","date":"%s","url":"https://www.voteforus.org/blog/%d"},`, p.First, p.Last, p.Town, p.At, p.ID)
			}), ",\n") + "]"
		}},
		{"log", "CHANGELOG.md", func(r *rand.Rand) string {
			return lines(r, 200, func(p person) string {
				return fmt.Sprintf("* Fix the %s form (#%d) - thanks to %s %s", strings.ToLower(p.Town), p.ID, p.First, p.Last)
			})
		}},
	}
}

func lines(r *rand.Rand, n int, line func(p person) string) string {
	var b strings.Builder
	for _, p := range people(r, n) {
		b.WriteString(line(p) + "\n")
	}
	return b.String()
}

// cards are people whom a page presents.
func cards(r *rand.Rand, n int) string {
	return Page(r, 800) + lines(r, n, func(p person) string {
		mail := strings.ToLower(p.First) + "@voteforus.org"
		return `<div class="card"><h3>` + p.First + " " + p.Last + `</h3><p>` + p.Town + ` organiser</p><a href="mailto:` + mail + `">` + mail +
			`</a><a href="tel:` + strings.ReplaceAll(p.Phone, " ", "") + `">` + p.Phone + `</a></div>`
	}) + Page(r, 800)
}

func contributors(r *rand.Rand) string {
	return "{\n  \"name\": \"widgets\",\n  \"version\": \"4.2.1\",\n  \"contributors\": [\n" + strings.TrimSuffix(lines(r, 60, func(p person) string {
		return fmt.Sprintf(`    {"name": "%s %s", "email": "%s", "url": "https://github.com/%s"},`, p.First, p.Last, p.Email, strings.ToLower(p.Last))
	}), ",\n") + "\n  ]\n}\n"
}

func events(r *rand.Rand) string {
	return `{"events":[` + strings.TrimSuffix(lines(r, 200, func(p person) string {
		return fmt.Sprintf(`{"id":%d,"name":"%s street stall","venue":"%s Hall","street":"%s","postcode":"%s","starts_at":"%s","contact":"events@voteforus.org","capacity":%d},`,
			p.ID, p.Town, p.Town, p.Street, p.Postcode, p.At, p.ID%80)
	}), ",\n") + "]}"
}

func candidates(r *rand.Rand) string {
	return `[` + strings.TrimSuffix(lines(r, 15, func(p person) string {
		return fmt.Sprintf(`{"name":"%s %s","ward":"%s","party":"Green","email":"%s.%s@voteforus.org"},`, p.First, p.Last, p.Town,
			strings.ToLower(p.First), strings.ToLower(p.Last))
	}), ",\n") + "]"
}

func products(r *rand.Rand) string {
	return `[` + strings.TrimSuffix(lines(r, 200, func(p person) string {
		return fmt.Sprintf(`{"sku":"VF-%d","name":"%s mug","price":%.2f,"currency":"GBP","stock":%d},`, p.ID, p.Town, p.Amount, p.ID%50)
	}), ",\n") + "]"
}

// Innocent are types whose values only stand where secrets do: what they are is said elsewhere.
func Innocent() []Type {
	of := func(id, name string, values ...string) Type {
		return Type{ID: id, Name: name, Make: func(r *rand.Rand) string { return pick(r, values...) }}
	}
	return []Type{
		of("placeholder", "STRIPE_SECRET_KEY", "your-secret-key-here", "<your secret key>", "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx", "REPLACE_ME", "changeme"),
		of("variable", "DATABASE_URL", "${DATABASE_URL}", "{{ .Values.databaseUrl }}", "$(DATABASE_URL)", "process.env.DATABASE_URL", "%DATABASE_URL%"),
		of("prompt", "PASSWORD", "Please enter your password", "Forgot your password?", "************", "At least 12 characters", "current-password"),
		of("path", "PRIVATE_KEY", "/etc/ssl/private/site.key", "./keys/private.pem", "secrets/private-key", "file:///run/secrets/key"),
		of("example-url", "MONGODB_URI", "mongodb://user:password@localhost:27017/app", "mongodb://username:password@example.com/db"),
		of("word", "TOKEN_TYPE", "authorization_code", "refresh_token", "Bearer", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
		of("message", "AUTH_TOKEN", "auth/invalid-credential", "errors.token.expired", "form.fields.accessToken.label"),
		of("keyboard-key", "HOT_KEY", "ArrowDown", "Ctrl+Shift+KeyP", "NumpadEnter"),
		{ID: "integrity", Name: "INTEGRITY", Make: func(r *rand.Rand) string { return "sha384-" + b64(string(randomBytes(r, 48))) }},
		{ID: "build", Name: "BUILD_ID", Make: like("{w21}")},
		{ID: "commit", Name: "COMMIT_SHA", Make: like("{x40}")},
		{ID: "event-id", Name: "EVENT_UUID", Make: like("{U}")},
	}
}
