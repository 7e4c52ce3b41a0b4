package image

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// configLayer is the layer of findings that are in no layer.
const configLayer = "config"

// errNoJSON is the error of a document that is no JSON, or is nested too deep.
var errNoJSON = errors.New("it is no JSON that can be read")

// eachString calls visit with every string and number of a JSON document, and with a label of where it stands, such as
// config.env[2] NAME or config.labels org.example.key. Fields that nobody has heard of are visited too.
func eachString(root string, raw []byte, visit func(label, text string) error) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	w := &stringWalk{from: d, visit: visit}
	if err := w.value(place{path: root}, 0); err != nil {
		return err
	}
	if d.More() {
		return errNoJSON
	}
	return nil
}

// place is where a value stands in a document.
type place struct {
	path string
	// key that it is the value of; empty in a list.
	key string
	// list is the key of the list that it is in.
	list string
}

// longestPath that is added to.
const longestPath = 256

type stringWalk struct {
	from  *json.Decoder
	visit func(label, text string) error
}

func (w *stringWalk) value(at place, depth int) error {
	const deepest = 64
	token, err := w.from.Token()
	if err != nil || depth > deepest {
		return errNoJSON
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return w.object(at, depth)
		}
		return w.list(at, depth)
	case string:
		return w.text(at, t)
	case json.Number:
		return w.text(at, t.String())
	}
	return nil
}

func (w *stringWalk) object(at place, depth int) error {
	for w.from.More() {
		token, err := w.from.Token()
		key, ok := token.(string)
		if err != nil || !ok {
			return errNoJSON
		}
		if err := w.value(at.member(key, depth), depth+1); err != nil {
			return err
		}
	}
	return w.end()
}

func (w *stringWalk) list(at place, depth int) error {
	for i := 0; w.from.More(); i++ {
		inside := place{path: at.path, list: at.key}
		if len(at.path) <= longestPath {
			inside.path = fmt.Sprintf("%s[%d]", at.path, i)
		}
		if err := w.value(inside, depth+1); err != nil {
			return err
		}
	}
	return w.end()
}

// end steps over a closing bracket.
func (w *stringWalk) end() error {
	if _, err := w.from.Token(); err != nil {
		return errNoJSON
	}
	return nil
}

// member is a place within an object. A path that is too long already grows no further: that would take as long as it is
// for every value below.
func (at place) member(key string, depth int) place {
	switch {
	case len(at.path) > longestPath:
		return place{path: at.path, key: key}
	case isNames(at.key):
		return place{path: at.path + " " + clean(key), key: key}
	case depth == 0 && key == configLayer && at.path == configLayer:
		return place{path: at.path, key: key}
	}
	first, n := utf8.DecodeRuneInString(key)
	return place{path: at.path + "." + clean(string(unicode.ToLower(first))+key[n:]), key: key}
}

// isNames says whether an object's keys are names that users choose.
func isNames(key string) bool {
	return strings.EqualFold(key, "labels") || strings.EqualFold(key, "annotations")
}

// text is visited together with its name, as an assignment: many secrets are known by their names only.
func (w *stringWalk) text(at place, text string) error {
	switch at.key {
	case "":
		if name, _, ok := strings.Cut(text, "="); ok && strings.EqualFold(at.list, "env") {
			return w.visit(at.path+" "+clean(name), text)
		}
		return w.visit(at.path, text)
	case "created_by", "comment", "author":
		return w.visit(at.path, text)
	case "digest", "size", "mediaType", "diff_ids":
		return nil
	}
	if strings.ContainsAny(text, " \t") && !strings.ContainsAny(text, "\"'\\\r\n") {
		text = `"` + text + `"`
	}
	return w.visit(at.path, at.key+"="+text)
}
