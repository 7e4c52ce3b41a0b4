package corpus

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// person is someone made up.
type person struct {
	ID                                             int
	First, Last, Email, Street, Town, Postcode, At string
	Phone                                          string
	Amount                                         float64
}

// people makes some people.
func people(r *rand.Rand, n int) []person {
	all := make([]person, n)
	for i := range all {
		p := &all[i]
		p.ID = 1000 + 7*i + r.IntN(7)
		p.First, p.Last = word(r, given), word(r, family)
		p.Email = strings.ToLower(pick(r, p.First+"."+p.Last, p.First[:1]+p.Last, p.Last+p.First+some(r, digits, 2))) + "@" +
			pick(r, "gmail.com", "outlook.com", "yahoo.co.uk", "btinternet.com", "proton.me", "icloud.com", "hotmail.com")
		p.Street = fmt.Sprintf("%d %s", 1+r.IntN(180), phrase(r, streets))
		p.Town = word(r, places)
		p.Postcode = pick(r, "LS", "BS", "NE", "M", "CF", "EH") + fmt.Sprintf("%d %d", 1+r.IntN(20), 1+r.IntN(9)) + some(r, "ABDEFGHJLNPQRSTUWXYZ", 2)
		p.Phone = "07" + some(r, "45789", 1) + some(r, digits, 2) + " " + some(r, digits, 6)
		p.Amount = float64(5*(1+r.IntN(60))) + pick(r, 0, 0, .5)
		p.At = fmt.Sprintf("2026-%02d-%02dT%02d:%02d:00Z", 1+r.IntN(12), 1+r.IntN(28), r.IntN(24), r.IntN(60))
	}
	return all
}

// List is a file that may be a list of people.
type List struct {
	// ID says what it is.
	ID string
	// Name of the file, and what is in it.
	Name string
	Data []byte
	// Rows is how many people are in it, where it is what nobody should see.
	Rows int
}

// DonorLists are lists of people as sites have leaked them, in many forms.
func DonorLists(seed uint64) []List {
	var lists []List
	for _, n := range []int{20, 60, 500} {
		for _, f := range listForms() {
			r := Rand(seed, f.id, n)
			lists = append(lists, List{fmt.Sprintf("%s of %d", f.id, n), f.name, []byte(f.write(r, people(r, n))), n})
		}
	}
	return lists
}

// listForm is a form that lists of people have.
type listForm struct {
	id, name string
	write    func(r *rand.Rand, all []person) string
}

func listForms() []listForm {
	return []listForm{
		{"JSON", "api/donors.json", func(_ *rand.Rand, all []person) string { return `{"donors":` + donorJSON(all) + `,"total":1}` }},
		{"indented JSON", "data/supporters.json", func(_ *rand.Rand, all []person) string { return indented(all) }},
		{"JSON lines", "export/people.ndjson", func(_ *rand.Rand, all []person) string {
			return strings.NewReplacer("},{", "}\n{", "[", "", "]", "\n").Replace(donorJSON(all))
		}},
		{"JSON rows", "static/js/page-data.json", func(_ *rand.Rand, all []person) string {
			return rows(all, `["`, `","`, `"]`, ",", `{"columns":["name","email","phone","postcode","amount"],"rows":[`, "]}")
		}},
		{"CSV", "wp-content/uploads/donors.csv", func(_ *rand.Rand, all []person) string {
			return rows(all, "", ",", "\n", "", "Name,Email,Phone,Postcode,Amount\n", "")
		}},
		{"CSV with quotes and no header", "export.csv", func(_ *rand.Rand, all []person) string {
			return rows(all, `"`, `";"`, `"`+"\r\n", "", "", "")
		}},
		{"tabs", "backup/members.txt", func(_ *rand.Rand, all []person) string {
			return rows(all, "", "\t", "\n", "", "name\temail\tphone\tpostcode\tamount\n", "")
		}},
		{"HTML table", "admin/donations.html", func(r *rand.Rand, all []person) string {
			return Page(r, 900) + rows(all, "<tr><td>", "</td><td>", "</td></tr>\n", "", "<table class=\"list\"><tbody>\n", "</tbody></table>\n") + Page(r, 900)
		}},
		{"one INSERT", "backup.sql", func(_ *rand.Rand, all []person) string {
			return rows(all, "('", "','", "')", ",", "-- MySQL dump 10.13\nINSERT INTO `donations` (`name`,`email`,`phone`,`postcode`,`amount`) VALUES ", ";\n")
		}},
		{"many INSERTs", "db.sql", func(_ *rand.Rand, all []person) string {
			return rows(all, "INSERT INTO people VALUES ('", "', '", "');\n", "", "BEGIN;\n", "COMMIT;\n")
		}},
		{"state in a script", "index.html", func(r *rand.Rand, all []person) string {
			return Page(r, 900) + `<script>window.__STATE__={"user":null,"donations":{"items":` + donorJSON(all) + `}}</script>` + Page(r, 300)
		}},
		{"flight in a script", "donate/index.html", func(r *rand.Rand, all []person) string {
			return Page(r, 900) + `<script>self.__next_f.push([1,"5:{\"items\":` + jsonEscape(donorJSON(all)) + `}\n"])</script>`
		}},
		{"phone list", "canvass.csv", func(_ *rand.Rand, all []person) string {
			var b strings.Builder
			b.WriteString("first_name,last_name,address,town,postcode,mobile\n")
			for _, p := range all {
				fmt.Fprintf(&b, "%s,%s,\"%s\",%s,%s,%s\n", p.First, p.Last, p.Street, p.Town, p.Postcode, p.Phone)
			}
			return b.String()
		}},
	}
}

// donorJSON is people as an API gives them.
func donorJSON(all []person) string {
	type donor struct {
		ID       int     `json:"id"`
		Name     string  `json:"name"`
		Email    string  `json:"email"`
		Postcode string  `json:"postcode"`
		Amount   float64 `json:"amount"`
		At       string  `json:"created_at"`
	}
	donors := make([]donor, len(all))
	for i, p := range all {
		donors[i] = donor{p.ID, p.First + " " + p.Last, p.Email, p.Postcode, p.Amount, p.At}
	}
	return string(marshal(donors))
}

// indented is people as a tool exports them.
func indented(all []person) string {
	var b strings.Builder
	b.WriteString("[\n")
	for i, p := range all {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, "  {\n    \"firstName\": \"%s\",\n    \"lastName\": \"%s\",\n    \"contact\": {\n      \"email\": \"%s\",\n      \"phone\": \"%s\"\n"+
			"    },\n    \"postcode\": \"%s\"\n  }", p.First, p.Last, p.Email, p.Phone, p.Postcode)
	}
	return b.String() + "\n]\n"
}

// rows is people in a form of rows: begin, mark between fields, end, mark between rows, and what stands around all.
func rows(all []person, begin, mark, end, between, before, after string) string {
	var b strings.Builder
	b.WriteString(before)
	for i, p := range all {
		if i > 0 {
			b.WriteString(between)
		}
		b.WriteString(begin + strings.Join([]string{p.First + " " + p.Last, p.Email, p.Phone, p.Postcode, fmt.Sprintf("%.2f", p.Amount)}, mark) + end)
	}
	return b.String() + after
}
