package corpus

import (
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
)

// Carrier is a context that secrets stand in.
type Carrier struct {
	// ID of the carrier, such as source-map.
	ID string
	// Bare says that the value stands there without its name.
	Bare bool
	// Wrap puts a value of a type there, among as much else as asked for, in bytes.
	Wrap func(r *rand.Rand, t Type, value string, size int) File
}

// Carriers are all contexts: the nineteen that gitleaks was measured in first, then others.
func Carriers() []Carrier { return slices.Concat(plain(), pages(), encoded(), packed(), configured()) }

// plain are contexts where the value can be read as it is.
func plain() []Carrier {
	return []Carrier{
		{"env", false, func(r *rand.Rand, t Type, v string, size int) File { return env(r, t, v, size).file("site/.env") }},
		{"minified-double", false, func(r *rand.Rand, t Type, v string, size int) File {
			return minified(r, t, v, size).file("static/js/main." + some(r, "0123456789abcdef", 8) + ".js")
		}},
		{"minified-single", false, func(r *rand.Rand, t Type, v string, size int) File {
			return inBundle(r, size, "={"+t.Camel()+":'", singleEscape(v), "',mode:"+pick(r, "1", "0")+"};").file("assets/index-" + some(r, base62, 8) + ".js")
		}},
		{"minified-bare", true, func(r *rand.Rand, _ Type, v string, size int) File {
			return inBundle(r, size, "="+some(r, lower, 1)+"("+some(r, lower, 1)+`,"`, jsonEscape(v), `");`).file("static/js/vendor.js")
		}},
		{"named-like-a-library", false, func(r *rand.Rand, t Type, v string, size int) File {
			return minified(r, t, v, size).file("js/" + pick(r, "jquery.site.min.js", "bootstrap.bundle.min.js", "angular.min.js", "plotly.min.js"))
		}},
		{"allow-comment", false, func(r *rand.Rand, t Type, v string, size int) File {
			s := minified(r, t, v, size)
			s.before = "/*! build 7, gitleaks:allow */" + s.before
			return s.file("static/js/app.js")
		}},
	}
}

// env is a line of settings among others.
func env(r *rand.Rand, t Type, value string, size int) sheet {
	quote := ""
	if strings.ContainsAny(value, " \n#\"'") {
		quote, value = `"`, strings.NewReplacer(`"`, `\"`, "\n", `\n`).Replace(value)
	}
	return sheet{settings(r, size/2) + t.Name + "=" + quote, value, quote + "\n" + settings(r, size/2)}
}

// settings are lines of settings that are no secrets.
func settings(r *rand.Rand, size int) string {
	s, b := scope{r}, strings.Builder{}
	for b.Len() < min(size, 2000) {
		b.WriteString(pick(r, "# "+s.text(), "NODE_ENV=production", "PORT="+s.number(), "PUBLIC_URL=https://www.voteforus.org",
			"LOG_LEVEL=info", "SITE_NAME=\""+word(r, places)+" for all\"", "CACHE_TTL="+s.number(), "FEATURE_MAP=true",
			"PASSWORD_MIN_LENGTH=12", "TOKEN_TTL=3600", "AUTH_PROVIDER=local") + "\n")
	}
	return b.String()
}

// minified is a value in an object literal of a bundle.
func minified(r *rand.Rand, t Type, value string, size int) sheet {
	return inBundle(r, size, "={"+t.Camel()+`:"`, jsonEscape(value), `",mode:`+pick(r, "1", "0")+"};")
}

// inBundle puts a value between two halves of a bundle.
func inBundle(r *rand.Rand, size int, before, value, after string) sheet {
	return sheet{Bundle(r, size/2) + "var " + some(r, lower, 2) + before, value, after + Bundle(r, size/2)}
}

// pages are contexts in what pages are made of.
func pages() []Carrier {
	return []Carrier{
		{"source-map-double", false, func(r *rand.Rand, t Type, v string, size int) File {
			return sourceMap(r, source(r, t, v, size, `"`)).file("static/js/main.js.map")
		}},
		{"source-map-single", false, func(r *rand.Rand, t Type, v string, size int) File {
			return sourceMap(r, source(r, t, v, size, `'`)).file("static/js/main.js.map")
		}},
		{"next-data", false, func(r *rand.Rand, t Type, v string, size int) File {
			return page(r, nextData(t, v), size).file("index.html")
		}},
		{"next-flight", false, func(r *rand.Rand, t Type, v string, size int) File {
			return page(r, flight(t, v), size).file("donate/index.html")
		}},
		{"html-attribute", false, func(r *rand.Rand, t Type, v string, size int) File {
			s := object(t, v).with(htmlEscape, `<div id="app" data-props="`, `"></div>`)
			return page(r, s, size).file("index.html")
		}},
		{"element", false, func(r *rand.Rand, t Type, v string, size int) File {
			return page(r, sheet{"<" + t.Camel() + ">", htmlEscape(v), "</" + t.Camel() + ">"}, size).file("config.xml")
		}},
		{"html-comment", false, func(r *rand.Rand, t Type, v string, size int) File {
			return page(r, sheet{"<!-- TODO remove: " + t.Name + " = ", strings.ReplaceAll(v, "\n", `\n`), " -->"}, size).file("about.html")
		}},
		{"data-attribute", false, func(r *rand.Rand, t Type, v string, size int) File {
			name := "data-" + strings.ReplaceAll(t.Snake(), "_", "-")
			return page(r, sheet{`<form ` + name + `="`, htmlEscape(v), `" method="post">`}, size).file("join.html")
		}},
		{"query", false, func(r *rand.Rand, t Type, v string, size int) File {
			s := sheet{`<a href="https://api.voteforus.org/v1/people?` + t.Snake() + "=", url.QueryEscape(v), `&page=1">next</a>`}
			return page(r, s, size).file("people.html")
		}},
	}
}

// object is a JSON object that has the value in it.
func object(t Type, value string) sheet {
	return sheet{`{"locale":"en-GB","` + t.Camel() + `":"`, jsonEscape(value), `","retries":3}`}
}

// source is code as people write it, with the value as a constant.
func source(r *rand.Rand, t Type, value string, size int, quote string) sheet {
	escaped := jsonEscape(value)
	if quote == "'" {
		escaped = singleEscape(value)
	}
	return sheet{Source(r, size/2) + "const " + t.Camel() + " = " + quote, escaped, quote + "\n\n" + Source(r, size/2)}
}

// sourceMap is a source map of two sources.
func sourceMap(r *rand.Rand, s sheet) sheet {
	return s.with(jsonEscape, `{"version":3,"file":"main.js","sources":["webpack://site/./src/app.js","webpack://site/./src/api.js"],"sourcesContent":["`+
		jsonEscape(Source(r, 300))+`","`, `"],"names":["render","donate"],"mappings":"`+mappings(r, 600)+`"}`)
}

// mappings are those of a source map.
func mappings(r *rand.Rand, size int) string {
	var b strings.Builder
	for b.Len() < size {
		b.WriteString(some(r, urlSafe[:52], 4+r.IntN(2)) + pick(r, ",", ",", ";"))
	}
	return b.String()
}

// nextData is what Next.js puts into a page for its script.
func nextData(t Type, v string) sheet {
	return object(t, v).with(scriptEscape, `<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"config":`,
		`}},"page":"/","query":{},"buildId":"k3V0aFzGx2J1bQm9wYcLr"}</script>`)
}

// flight is how newer ones do it: JSON in a string of JavaScript.
func flight(t Type, v string) sheet {
	return object(t, v).with(func(s string) string { return scriptEscape(jsonEscape(s)) },
		`<script>self.__next_f.push([1,"7:[\"$\",\"$L9\",null,{\"config\":`, `}]\n"])</script>`)
}

// page puts something into a page.
func page(r *rand.Rand, s sheet, size int) sheet {
	s.before = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + phrase(r, sentences) + "</title></head>\n<body>" +
		Page(r, size/2) + s.before
	s.after += "\n" + Page(r, size/2) + "</body></html>\n"
	return s
}
