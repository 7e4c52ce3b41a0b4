package corpus

import (
	"encoding/base64"
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"unicode/utf16"
)

// encoded are contexts where the value cannot be read as it is.
func encoded() []Carrier {
	return []Carrier{
		{"atob", false, func(r *rand.Rand, t Type, v string, size int) File {
			return hidden("static/js/runtime.js", Bundle(r, size/2)+`var c=JSON.parse(atob("`+b64(object(t, v).String())+`"));`+Bundle(r, size/2))
		}},
		{"inline-source-map", false, func(r *rand.Rand, t Type, v string, size int) File {
			inner := sourceMap(r, source(r, t, v, size/2, `"`))
			return hidden("static/js/widget.js", Bundle(r, size/2)+"\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,"+
				b64(inner.String())+"\n")
		}},
		{"kubernetes-secret", false, func(r *rand.Rand, t Type, v string, _ int) File {
			return hidden("deploy/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: site-"+fill(r, "{N}")+"\n  labels:\n    app: site\n"+
				"type: Opaque\ndata:\n  LOG_LEVEL: aW5mbw==\n  "+t.Name+": "+b64(v)+"\n")
		}},
		{"utf-16", false, func(r *rand.Rand, t Type, v string, size int) File {
			text := strings.ReplaceAll(env(r, t, v, size).String(), "\n", "\r\n")
			var order binary.ByteOrder = binary.LittleEndian
			if r.IntN(2) == 0 {
				order = binary.BigEndian
			}
			return hidden("site/settings.txt", utf16Of(order, text))
		}},
		{"elf", false, func(r *rand.Rand, t Type, v string, size int) File {
			return executable(r, t.Name+"=", v, size)
		}},
		{"elf-bare", true, func(r *rand.Rand, _ Type, v string, size int) File {
			return executable(r, "", v, size)
		}},
	}
}

// hidden is a file whose value cannot be read as it is.
func hidden(name, data string) File { return File{Name: name, Data: []byte(data)} }

func b64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// utf16Of is a text as Windows writes it, with its mark.
func utf16Of(order binary.ByteOrder, text string) string {
	data := make([]byte, 0, 2+2*len(text))
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		var pair [2]byte
		order.PutUint16(pair[:], unit)
		data = append(data, pair[:]...)
	}
	return string(data)
}

// executable is a program for Linux, as far as its header goes: machine code, then the strings.
func executable(r *rand.Rand, name, value string, size int) File {
	head := "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00\x01\x00\x00\x00"
	var b strings.Builder
	b.WriteString(head)
	b.Write(randomBytes(r, size/2))
	stringTable(r, &b, size/4)
	b.WriteString(name)
	from := b.Len()
	b.WriteString(value + "\x00")
	stringTable(r, &b, size/4)
	text := []byte(b.String())
	return File{Name: "usr/local/bin/server", Data: text, Text: text, From: from, To: from + len(value)}
}

// stringTable is the words of a program, each with its end.
func stringTable(r *rand.Rand, b *strings.Builder, size int) {
	s := scope{r}
	for end := b.Len() + size; b.Len() < end; {
		b.WriteString(pick(r, s.member(), s.text(), "runtime."+s.member(), "net/http.(*"+s.member()+")", "%s: "+s.class()+" %d") + "\x00")
	}
}
