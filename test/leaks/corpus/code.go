package corpus

import (
	"encoding/base64"
	"math/rand/v2"
	"strconv"
	"strings"
)

// scope is the code that a writer is in: it knows short names as minifiers give them.
type scope struct{ r *rand.Rand }

func (s scope) name() string {
	if s.r.IntN(3) == 0 {
		return some(s.r, lower, 1) + some(s.r, lower+upper, 1)
	}
	return some(s.r, lower, 1)
}

func (s scope) number() string   { return strconv.Itoa(s.r.IntN(9000)) }
func (s scope) member() string   { return word(s.r, verbs) + word(s.r, nouns) }
func (s scope) class() string    { return strings.ToLower(word(s.r, nouns)) + "-" + word(s.r, verbs) }
func (s scope) text() string     { return phrase(s.r, sentences) }
func (s scope) hex(n int) string { return some(s.r, digits+"abcdef", n) }

// statement is one statement of a minified bundle, of the kinds that bundles are full of. What it holds that looks like a
// secret is none: prompts for passwords, names of keys on a keyboard, digests, identifiers, pictures.
func (s scope) statement() string {
	shapes := []func() string{s.function, s.declaration, s.method, s.keyboard, s.request, s.form, s.chunks, s.picture, s.path,
		s.validation, s.identity, s.condition, s.style, s.link}
	return shapes[s.r.IntN(len(shapes))]()
}

func (s scope) function() string {
	f, a, b := s.name(), s.name(), s.name()
	return "function " + f + "(" + a + "," + b + "){return null!=" + a + "&&" + a + "." + s.member() + `(".` + s.class() + `",` + b +
		")?" + b + "." + s.member() + "():void 0}"
}

func (s scope) declaration() string {
	return "var " + s.name() + "=" + s.name() + "(" + s.number() + ")," + s.name() + "=Object.assign({}," + s.name() +
		`.defaults,{theme:"` + pick(s.r, "dark", "light", "party") + `",duration:` + s.number() + `,locale:"en-GB",label:"` + s.text() + `"});`
}

func (s scope) method() string {
	a := s.name()
	return s.name() + ".prototype." + s.member() + "=function(" + a + "){for(var e=0;e<" + a + ".length;e++)this." + s.member() + "(" + a +
		"[e],!" + s.number() + ");return this};"
}

func (s scope) keyboard() string {
	return `switch(` + s.name() + `.key){case"ArrowDown":` + s.name() + "." + s.member() + `();break;case"Enter":case"Escape":` +
		s.name() + `.key="` + s.member() + `";default:return}`
}

func (s scope) request() string {
	t := s.name()
	return `fetch("/api/v1/` + s.class() + `",{method:"POST",credentials:"same-origin",headers:{"Content-Type":"application/json",` +
		`Authorization:"Bearer "+` + t + `.accessToken,"X-CSRF-Token":` + t + `.csrf},body:JSON.stringify(` + t + "." + s.member() + "())});"
}

func (s scope) form() string {
	return s.name() + `.createElement("input",{type:"password",name:"password",autoComplete:"current-password",placeholder:"` +
		s.text() + `",className:"` + s.class() + `",id:"` + s.class() + `"});`
}

func (s scope) chunks() string {
	return s.name() + `.u=e=>"static/js/"+({` + s.number() + `:"` + s.class() + `",` + s.number() + `:"donate"}[e]||e)+"."+{` + s.number() + `:"` +
		s.hex(8) + `",` + s.number() + `:"` + s.hex(20) + `"}[e]+".chunk.js";`
}

func (s scope) picture() string {
	png := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), randomBytes(s.r, 120+s.r.IntN(400))...)
	return s.name() + `.src="data:image/png;base64,` + base64.StdEncoding.EncodeToString(png) + `";`
}

func (s scope) path() string {
	var b strings.Builder
	b.WriteString(s.name() + `.setAttribute("d","M12 2`)
	for range 6 + s.r.IntN(20) {
		b.WriteString(pick(s.r, "C", "c", "l", "a") + strconv.Itoa(s.r.IntN(24)) + "." + strconv.Itoa(s.r.IntN(99)) + " " + strconv.Itoa(s.r.IntN(24)))
	}
	return b.String() + `z");`
}

func (s scope) validation() string {
	a := s.name()
	return "if(!" + a + `.apiKey)throw new Error("apiKey is required: see https://docs.` + strings.ToLower(word(s.r, places)) + `.org/keys");` +
		a + ".password=" + a + ".password||void 0;" + a + ".secret=" + s.name() + "." + s.member() + "(" + a + `.secret);var ` + s.name() +
		`={password:"` + s.text() + `",token:"` + s.text() + `",email:/^[\w.+-]+@[\w-]+\.[a-z]{2,}$/i};`
}

func (s scope) identity() string {
	return s.name() + `={id:"` + uuid(s.r) + `",buildId:"` + some(s.r, urlSafe, 21) + `",integrity:"sha384-` +
		base64.StdEncoding.EncodeToString(randomBytes(s.r, 48)) + `",commit:"` + s.hex(40) + `",etag:"` + s.hex(32) + `"};`
}

func (s scope) condition() string {
	a, b := s.name(), s.name()
	return a + "===" + b + "||(" + a + "=" + b + "?." + s.member() + "??" + s.number() + "," + a + "<" + s.number() + "&&" + b + ".push(" + a + "));"
}

func (s scope) style() string {
	return s.name() + "`." + s.class() + "{color:#" + s.hex(6) + ";margin:0 " + s.number() + "px;transition:opacity .3s}`;"
}

func (s scope) link() string {
	return s.name() + `.href="https://www.` + strings.ToLower(word(s.r, places)) + `.org/` + s.class() + `?utm_source=` + word(s.r, verbs) +
		`&page=2#` + s.class() + `";`
}

// Bundle is at least size bytes of minified code on one line.
func Bundle(r *rand.Rand, size int) string {
	s := scope{r}
	var b strings.Builder
	for b.Len() < size {
		b.WriteString(s.statement())
	}
	return b.String()
}

// Source is at least size bytes of code as people write it.
func Source(r *rand.Rand, size int) string {
	s := scope{r}
	var b strings.Builder
	b.WriteString("import { " + s.member() + ", " + s.member() + " } from './" + s.class() + "'\nimport React from 'react'\n\n")
	for b.Len() < size {
		b.WriteString("// " + s.text() + "\nexport function " + s.member() + "(" + s.class()[:3] + ") {\n  const " + s.member() + " = '" +
			s.class() + "'\n  " + s.statement() + "\n}\n\n")
	}
	return b.String()
}

// Page is at least size bytes of HTML.
func Page(r *rand.Rand, size int) string {
	s := scope{r}
	var b strings.Builder
	for b.Len() < size {
		b.WriteString(`<section class="` + s.class() + `" id="` + s.class() + `"><h2>` + word(r, places) + `</h2><p title="` + s.class() + `">` +
			s.text() + ` <a href="/` + s.class() + `?page=` + s.number() + `">` + s.text() + "</a></p></section>\n")
	}
	return b.String()
}
