package person

import (
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"strings"
)

// someone is made up.
type someone struct {
	first, last, mail, phone, postcode, street, town, birthday, amount string
}

func (s someone) name() string { return s.first + " " + s.last }

func pick(r *rand.Rand, list string) string {
	all := strings.Fields(list)
	return all[r.IntN(len(all))]
}

const (
	firsts = "John Mary Aisha Oliver Jean-Luc Zoë Siobhán Mohammed Chiara Björn Katarzyna Priya Daniel Grace Tomás Emma Peter Sarah Anna José"
	lasts  = "Smith O'Brien Müller García Nowak al-Rashid Patel McDonald Lefèvre Öztürk Khan Jones Rossi Andersson Baker Park Church Banks Lane-Fox Adeyemi"
	at     = "@"
)

// crowd makes people; no two are the same.
func crowd(r *rand.Rand, n int) []someone {
	all := make([]someone, n)
	for i := range all {
		s := someone{first: pick(r, firsts), last: strings.Fields(lasts)[i%20], town: pick(r, "Leeds Bristol Newcastle Cardiff York")}
		if i >= 20 {
			s.last = strings.Fields(lasts)[i/20%20] + "-" + s.last
		}
		s.mail = fmt.Sprintf("%s.%d%s%s", strings.ToLower(s.first[:1]), 1000+i*7, at, pick(r, "gmail.com outlook.com btinternet.com web.de posteo.net"))
		s.phone = fmt.Sprintf("07%03d %06d", r.IntN(1000), 100000+i)
		s.postcode = fmt.Sprintf("%s%d %d%s", pick(r, "LS BS NE M CF EH SW"), 1+r.IntN(19), 1+r.IntN(9), pick(r, "AB DE HJ XY"))
		s.street = fmt.Sprintf("%d %s", 1+r.IntN(99), []string{"High Street", "Mill Lane", "Victoria Road", "Park Avenue"}[r.IntN(4)])
		s.birthday = fmt.Sprintf("19%02d-%02d-%02d", r.IntN(100), 1+r.IntN(12), 1+r.IntN(28))
		s.amount = fmt.Sprintf("%d.%02d", 5+r.IntN(400), r.IntN(100))
		all[i] = s
	}
	return all
}

// writing is a way to write people.
type writing struct {
	name, kind string
	write      func(all []someone) string
}

// each writes a row for everybody.
func each(before, between, after string, row func(s someone) string) func([]someone) string {
	return func(all []someone) string {
		rows := make([]string, len(all))
		for i, s := range all {
			rows[i] = row(s)
		}
		return before + strings.Join(rows, between) + after
	}
}

// object is a row of names and values.
func object(pairs ...string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, ",%s:%s", quote(pairs[i]), quote(pairs[i+1]))
	}
	return "{" + b.String()[1:] + "}"
}

func quote(s string) string {
	b, _ := json.Marshal(s) // a string can be marshalled
	return string(b)
}

func donor(s someone) string {
	return object("id", "d-"+s.phone[:5], "name", s.name(), "email", s.mail, "amount", s.amount)
}

func tuple(mark string, values ...string) string { return strings.Join(values, mark) }

// code is text like a minified script's.
func code(r *rand.Rand, n int) string {
	var b strings.Builder
	for b.Len() < n {
		switch r.IntN(6) {
		case 0:
			fmt.Fprintf(&b, "function %c(e,t){return e.%s?t[%d]:null!==e&&%d<t.length}", 'a'+r.IntN(26), pick(r, "id name email phone node"), r.IntN(99), r.IntN(5000))
		case 1:
			fmt.Fprintf(&b, "var %c={color:\"#%06x\",width:%d,path:\"M%d.%02d,%d.%dL%d %dz\"};", 'a'+r.IntN(26), r.IntN(1<<24), r.IntN(2000), r.IntN(99), r.IntN(99), r.IntN(99), r.IntN(99), r.IntN(999), r.IntN(999))
		case 2:
			fmt.Fprintf(&b, "e.exports=n(%d),t.d(n,{%c:()=>%c});", r.IntN(99999), 'a'+r.IntN(26), 'a'+r.IntN(26))
		case 3:
			fmt.Fprintf(&b, "/** @param {%s} %c the element's value, and what else is to be drawn */", pick(r, "string number Node"), 'a'+r.IntN(26))
		case 4:
			fmt.Fprintf(&b, "throw new Error(\"%s %d is not a %s\");", pick(r, "Node Value Event"), r.IntN(9), pick(r, "function string number"))
		default:
			b.WriteString("if(this.state.open&&this.props.items.length>0){this.setState({open:!1,items:this.props.items.filter((function(e){return e!==t}))})}")
		}
	}
	return b.String()
}

// writings are lists of people in many forms.
func writings() []writing {
	r := rand.New(rand.NewPCG(7, 7))
	page := "<html><head><title>Vote</title></head><body>" + strings.Repeat("<div class=\"c\"><p>Join us on polling day.</p></div>\n", 40)
	script := code(r, 20_000)
	flat := func(s someone) string {
		return object("first_name", s.first, "last_name", s.last, "postcode", s.postcode)
	}
	return []writing{
		{"JSON array of donors", "json", each("[", ",", "]", donor)},
		{"JSON array in an object, after a script", "json", each(script+`;window.__STATE__={"user":null,"donations":{"items":[`, ",", `],"total":20}}</script>`, donor)},
		{"pretty JSON", "json", each("[\n", ",\n", "\n]", func(s someone) string {
			return strings.NewReplacer(`{"`, "{\n    \"", `","`, "\",\n    \"", `":"`, `": "`).Replace(flat(s))
		})},
		{"JSON lines", "json", each("", "\n", "\n", donor)},
		{"objects by id", "json", func(all []someone) string {
			var b strings.Builder
			for i, s := range all {
				fmt.Fprintf(&b, ",\"%d\":%s", 900+i, object("fullName", s.name(), "mobile", s.phone))
			}
			return `{"members":{` + b.String()[1:] + "}}"
		}},
		{"objects by e-mail address", "json", each("{", ",", "}", func(s someone) string { return quote(s.mail) + ":" + object("surname", s.last, "gift", s.amount) })},
		{"nested contact", "json", each("[", ",", "]", func(s someone) string {
			return `{"firstName":` + quote(s.first) + `,"lastName":` + quote(s.last) + `,"contact":{"email":` + quote(s.mail) + `,"phones":[` + quote(s.phone) + `]},"postcode":` + quote(s.postcode) + "}"
		})},
		{"GraphQL edges", "json", each(`{"data":{"people":{"edges":[`, ",", `]}}}`, func(s someone) string { return `{"node":` + donor(s) + `,"cursor":"x"}` })},
		{"arrays with a header", "json", each(`{"columns":["name","email","dob"],"rows":[`, ",", "]}", func(s someone) string {
			return "[" + quote(s.name()) + "," + quote(s.mail) + "," + quote(s.birthday) + "]"
		})},
		{"arrays without a header", "json", each(`[`, ",\n", "]", func(s someone) string {
			return "[" + quote(s.name()) + "," + quote(s.mail) + ",17," + quote(s.postcode) + "]"
		})},
		{"JSON in a string", "json", func(all []someone) string {
			return `self.__next_f.push([1,` + quote(`5:{"items":`+each("[", ",", "]", donor)(all)+"}\n") + `])`
		}},
		{"pretty JSON in a string", "json", func(all []someone) string {
			return `{"body":` + quote(each("[\n  ", ",\n  ", "\n]", func(s someone) string { return strings.ReplaceAll(donor(s), `","`, "\",\n\t\"") })(all)) + `}`
		}},
		{"JSON in an attribute", "json", func(all []someone) string {
			return `<div id="app" data-page="` + strings.ReplaceAll(`{"props":{"people":`+each("[", ",", "]", donor)(all)+`}}`, `"`, "&quot;") + `"></div>`
		}},
		{"JavaScript literals", "json", each("var donors=[", ",", "];", func(s someone) string {
			return "{donor:'" + strings.ReplaceAll(s.name(), "'", `\'`) + "',phone:'" + s.phone + "',amount:" + s.amount + "}"
		})},
		{"JSON in ASCII only", "json", func(all []someone) string {
			var b strings.Builder
			for _, c := range each("[", ",", "]", donor)(all) {
				if c < 0x80 {
					b.WriteRune(c)
				} else {
					fmt.Fprintf(&b, `\u%04x`, c)
				}
			}
			return b.String()
		}},
		{"names and streets in JSON", "json", each("[", ",", "]", func(s someone) string { return object("voter", s.name(), "address", s.street+", "+s.town) })},
		{"e-mail and amount", "json", each("[", ",", "]", func(s someone) string { return object("email", s.mail, "donation_amount", s.amount) })},
		{"French keys", "json", each("[", ",", "]", func(s someone) string { return object("prénom", s.first, "nom", s.last, "code_postal", "75011") })},
		{"German keys", "json", each("[", ",", "]", func(s someone) string {
			return object("Vorname", s.first, "Nachname", s.last, "PLZ", "10115", "Straße", "Lindenstraße 12")
		})},
		{"donors by ward", "json", func(all []someone) string {
			return `{"Ashby":` + each("[", ",", "]", donor)(all[:10]) + `,"Barton":` + each("[", ",", "]", donor)(all[10:]) + "}"
		}},
		{"CSV with a header", "csv", each("Name,Email,Postcode\n", "\n", "\n", func(s someone) string { return tuple(",", s.name(), s.mail, s.postcode) })},
		{"CSV without a header", "csv", each("", "\n", "\n", func(s someone) string { return tuple(",", "17", s.name(), s.mail, s.phone) })},
		{"CSV with quotation marks", "csv", each("\"First Name\",\"Last Name\",\"Address\"\r\n", "\r\n", "\r\n", func(s someone) string { return `"` + tuple(`","`, s.first, s.last, s.street+",\n"+s.town) + `"` })},
		{"semicolons", "csv", each("Nachname;Vorname;PLZ;Betrag\n", "\n", "\n", func(s someone) string {
			return tuple(";", s.last, s.first, "10115", strings.ReplaceAll(s.amount, ".", ","))
		})},
		{"tabs", "csv", each("", "\n", "", func(s someone) string { return tuple("\t", s.name(), s.phone, s.town) })},
		{"American rows", "csv", each("", "\n", "", func(s someone) string {
			return tuple(",", s.name(), s.street, "Springfield", "IL", fmt.Sprint(60000+len(s.mail)*31+int(s.phone[5])), "$"+s.amount)
		})},
		{"Canadian rows", "csv", each("donor|postal code|amount\n", "\n", "", func(s someone) string { return tuple("|", s.name(), "K1A 0B1", s.amount) })},
		{"e-mail and amount in CSV", "csv", each("email,amount,date\n", "\n", "", func(s someone) string { return tuple(",", s.mail, s.amount, "2026-01-02") })},
		{"last name first", "csv", each("member,telephone\n", "\n", "", func(s someone) string { return `"` + s.last + ", " + s.first + `",` + s.phone })},
		{"names in lower case", "csv", each("fname,lname,mail\n", "\n", "", func(s someone) string { return strings.ToLower(tuple(",", s.first, s.last, s.mail)) })},
		{"HTML table", "html", each(page+"<table><tr><th>Name</th><th>E-mail</th><th>Amount</th></tr>\n", "\n", "</table>", func(s someone) string {
			return "<tr class=\"row\"><td>" + html.EscapeString(s.name()) + "</td><td><a href=\"mailto:" + s.mail + "\">" + s.mail + "</a></td><td>&pound;" + s.amount + "</td></tr>"
		})},
		{"minified HTML table without ends", "html", each("<table><tbody>", "", "</table>", func(s someone) string { return "<tr><td>" + s.name() + "<td>" + s.postcode + "<td>" + s.phone })},
		{"HTML table in capital letters", "html", each("<TABLE>", "\n", "</TABLE>", func(s someone) string { return "<TR><TD><B>" + s.name() + "</B></TD><TD>" + s.phone + "</TD></TR>" })},
		{"HTML list", "html", each("<ul>", "\n", "</ul>"+page, func(s someone) string {
			return "<li><b>" + s.name() + "</b>, " + s.street + ", " + s.town + " " + s.postcode + "</li>"
		})},
		{"HTML list with dashes", "html", each("<ol>", "", "</ol>", func(s someone) string { return "<li>" + s.name() + " – £" + s.amount + " – " + s.mail })},
		{"addresses in one cell", "html", each("<table>", "\n", "</table>", func(s someone) string {
			return "<tr><td>" + s.name() + "</td><td>" + s.street + "<br>" + s.town + "<br/>" + s.postcode + "</td></tr>"
		})},
		{"one INSERT", "sql", each("INSERT INTO `donors` (`id`,`name`,`email`,`zip`) VALUES ", ",", ";\n", func(s someone) string {
			return "(12,'" + tuple("','", strings.ReplaceAll(s.name(), "'", "''"), s.mail, "10115") + "')"
		})},
		{"many INSERTs", "sql", each("BEGIN;\n", "\n", "\nCOMMIT;", func(s someone) string {
			return "insert into people values (NULL, '" + tuple("', '", strings.ReplaceAll(s.name(), "'", `\'`), s.phone, s.street) + "', now());"
		})},
		{"COPY", "sql", each("COPY public.members (id, first_name, last_name, email) FROM stdin;\n", "\n", "\n\\.\n", func(s someone) string { return tuple("\t", "4", s.first, s.last, s.mail) })},
		{"users with password hashes", "sql", each("INSERT INTO users VALUES\n", ",\n", ";", func(s someone) string {
			return "(3, '" + tuple("', '", strings.ReplaceAll(s.name(), "'", "''"), s.mail, strings.Repeat("5f4d", 8)) + "', " + s.amount + ")"
		})},
		{"lines of names, addresses and numbers", "lines", each("Canvassers\n\n", "\n", "\n", func(s someone) string { return "* " + s.name() + " <" + s.mail + "> " + s.phone })},
		{"lines with dashes", "lines", each("", "\n", "\n", func(s someone) string { return s.name() + " - " + s.phone })},
	}
}

// innocent is what looks like a list of people and is none.
func innocents() []writing {
	r := rand.New(rand.NewPCG(9, 9))
	many := func(write func(all []someone) string) func([]someone) string {
		return func([]someone) string { return write(crowd(r, 60)) }
	}
	few := func(write func(all []someone) string) func([]someone) string {
		return func(all []someone) string { return write(all[:12]) }
	}
	role := func(s someone) string {
		return pick(r, "info press office contact events") + at + strings.ToLower(s.town) + "labour.org"
	}
	fake := func(s someone) string { return strings.ToLower(s.last[:1]) + s.phone[6:] + at + "example.com" }
	pair := func(s someone) string { return object("name", s.name(), "email", s.mail) }
	line := func(before, between, after string) func([]someone) string {
		return each("", "\n", "\n", func(s someone) string { return before + s.name() + between + s.mail + after })
	}
	hall := func(s someone) string { return s.town + " " + pick(r, "Community Village Town Methodist") + " Hall" }
	firm := func(someone) string {
		return pick(r, "Acme Summit Crown Bright Union") + " " + pick(r, "Plumbing Motors Kitchens Bakery Dental")
	}
	return []writing{
		{"contact page", "", few(each("<ul>", "\n", "</ul>", func(s someone) string {
			return "<li>" + s.name() + " <a href=\"mailto:" + s.mail + "\">" + s.mail + "</a> " + s.phone + "</li>"
		}))},
		{"staff of twelve in JSON", "", few(each("[", ",", "]", donor))},
		{"staff of twelve in CSV", "", few(each("name,email,phone\n", "\n", "", func(s someone) string { return tuple(",", s.name(), s.mail, s.phone) }))},
		{"AUTHORS", "", many(line("", " <", ">"))},
		{"CONTRIBUTORS with stars", "", many(line("* ", " <", ">"))},
		{"authors and years", "", many(line("# ", " <", ">, 2009, 2010."))},
		{"Copyright lines of Debian", "", many(line("Copyright: 2010-2014, 2016 ", " <", ">"))},
		{"changelog of Debian", "", many(line("nginx (1.2.3-4) unstable; urgency=low\n\n  * Fix it (Closes: #901234)\n\n -- ", " <", ">  Mon, 01 Jan 2024 10:00:00 +0000\n"))},
		{"git log", "", many(line("commit "+strings.Repeat("0a1b2c3d", 5)+"\nAuthor: ", " <", ">\nDate:   Mon Jan 1 10:00:00 2024 +0100\n\n    Fix it\n"))},
		{"git log in one line each", "", many(line("0a1b2c3d,", ",", ",2024-01-01"))},
		{"git reflog", "", many(line(strings.Repeat("0a1b2c3d", 5)+" ", " <", "> 1704103200 +0100\tcommit: x"))},
		{".mailmap", "", many(line("", " <", "> <root@localhost.localdomain>"))},
		{"MAINTAINERS", "", many(line("USB DRIVER\nM:\t", " <", ">\nS:\tMaintained\nF:\tdrivers/usb/\n"))},
		{"signed-off lines", "", many(line("Signed-off-by: ", " <", ">"))},
		{"package.json contributors", "", many(each(`{"name":"widgets","contributors":[`, ",", `]}`, pair))},
		{"package.json maintainers as strings", "", many(each(`{"name":"widgets","maintainers":[`, ",", `]}`, func(s someone) string { return quote(s.name() + " <" + s.mail + ">") }))},
		{"composer.lock", "", many(each(`{"packages":[`, ",", `]}`, func(s someone) string {
			return `{"name":"acme/x","authors":[` + object("name", s.name(), "email", s.mail, "role", "Developer") + `],"time":"2024-01-01"}`
		}))},
		{"commits of an API", "", many(each("[", ",", "]", func(s someone) string {
			return `{"sha":"0a1b","commit":{"author":` + pair(s) + `,"committer":` + pair(s) + `,"message":"Fix it"}}`
		}))},
		{"posts with their authors", "", many(each("[", ",", "]", func(s someone) string {
			return `{"title":"News","author":` + quote(s.name()) + `,"date":"2026-01-02","url":"/blog/1"}`
		}))},
		{"events with venues", "", many(each("[", ",", "]", func(s someone) string {
			return object("name", "Summer Fair", "venue", hall(s), "postcode", s.postcode, "contact", s.mail, "starts_at", "2026-05-01")
		}))},
		{"events of offices", "", many(each("[", ",", "]", func(s someone) string {
			return object("name", s.town+" street stall", "postcode", s.postcode, "email", role(s))
		}))},
		{"polling places", "", many(each("district,station,address,postcode\n", "\n", "", func(s someone) string { return tuple(",", s.town, hall(s), s.street, s.postcode) }))},
		{"halls without a header", "", many(each("", "\n", "", func(s someone) string { return tuple(",", hall(s), s.street, s.postcode) }))},
		{"shops with numbers", "", many(each("[", ",", "]", func(s someone) string { return object("name", firm(s), "phone", s.phone, "postcode", s.postcode) }))},
		{"shops in a table", "", many(each("<table>", "", "</table>", func(s someone) string {
			return "<tr><td>" + firm(s) + "<td>" + s.street + "<td>" + s.postcode + "<td>" + s.phone
		}))},
		{"offices with addresses", "", many(each("[", ",", "]", func(s someone) string {
			return object("name", s.town+" Branch", "email", strings.ToLower(s.town)+s.phone[6:]+at+"ourparty.org", "phone", s.phone)
		}))},
		{"role accounts", "", many(each("name,email,phone\n", "\n", "", func(s someone) string { return tuple(",", "Office", role(s), s.phone) }))},
		{"towns and postcodes", "", many(each("city,state,zip\n", "\n", "", func(someone) string { return tuple(",", "San Francisco", "CA", "94105") }))},
		{"towns by postcode", "", many(each("{", ",", "}", func(s someone) string {
			return quote(s.postcode) + ":" + object("town", s.town, "county", "West Riding")
		}))},
		{"products", "", many(each("[", ",", "]", func(s someone) string {
			return object("sku", "VF-1", "name", "Blue Mug", "price", s.amount, "currency", "GBP")
		}))},
		{"prices in CSV", "", many(each("name,price,stock\n", "\n", "", func(s someone) string { return tuple(",", s.last+" Poster", s.amount, "17") }))},
		{"candidates and votes", "", many(each("ward,candidate,party,votes\n", "\n", "", func(s someone) string { return tuple(",", s.town, s.name(), "Green", "1234") }))},
		{"signatories with towns", "", many(each("<ul>", "\n", "</ul>", func(s someone) string { return "<li>" + s.name() + ", " + s.town + "</li>" }))},
		{"plurals of locales", "", func([]someone) string {
			return strings.Repeat(`{"en":{"one":"{0} minute","other":"{0} minutes","few":"12 Minuten"},"de":{"pluralRule":"n != 1"}},`, 100)
		}},
		{"time zones", "", func([]someone) string {
			return strings.Repeat(`{"name":"Pacific Standard Time","offset":"-08:00","zone":"America/Los_Angeles","id":94105},`, 60)
		}},
		{"fixtures", "", many(each("[", ",", "]", func(s someone) string { return object("name", s.name(), "email", fake(s), "phone", s.phone) }))},
		{"fixtures in CSV", "", many(each("name,email,postcode\n", "\n", "", func(s someone) string { return tuple(",", s.name(), fake(s), s.postcode) }))},
		{"the same person again and again", "", func(all []someone) string {
			return strings.Repeat(tuple(",", all[0].name(), all[0].mail, all[0].phone)+"\n", 200)
		}},
		{"a minified script", "", func([]someone) string { return code(r, 300_000) }},
		{"a source map", "", func([]someone) string {
			return `{"version":3,"sources":["a.js"],"names":["e","t"],"mappings":"` + strings.Repeat("AAAA,SAASA,EAAGA,GA20CA;IAAI,", 5000) + `","sourcesContent":[` + quote(code(r, 100_000)) + "]}"
		}},
		{"coordinates", "", many(each(`{"type":"FeatureCollection","features":[`, ",", `]}`, func(s someone) string {
			return `{"properties":{"name":"` + s.town + ` North","code":"E05001234"},"geometry":{"coordinates":[[-1.548567801,53.80012339],[-1.5485678,53.80012340]]}}`
		}))},
		{"identifiers and timestamps", "", many(each("[", ",", "]", func(someone) string {
			return `{"id":` + fmt.Sprint(100000000+r.IntN(900000000)) + `,"label":"Item One","updated":17` + fmt.Sprint(10000000+r.IntN(89999999)) + "}"
		}))},
		{"e-mail addresses alone", "", many(each("[", ",", "]", func(s someone) string { return quote(s.mail) }))},
		{"versions of packages", "", many(each("", "\n", "", func(s someone) string {
			return "node_modules/.pnpm/react-" + strings.ToLower(s.town) + "@18.2.0/node_modules/react"
		}))},
	}
}
