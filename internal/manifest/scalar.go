package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The cluster's clients read YAML 1.1 by sigs.k8s.io/yaml, in which no, off and y are booleans and 010 is 8, and pass
// it on as JSON, in which 1.0 is the integer 1. Resolving scalars here in the same way, rather than by yaml/v3's YAML
// 1.2, is what makes the command see the object that kubectl would send.

var yamlFloat = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)

var errNotFinite = errors.New("is not a finite number: JSON has none such")

// scalar is the value of a scalar node: nil, bool, int64, float64 or string.
func scalar(n *yaml.Node) (any, error) {
	if n.Style&yaml.TaggedStyle != 0 {
		return tagged(n)
	}
	if n.Style != 0 {
		return n.Value, nil
	}
	return plain(n.Value)
}

// tagged resolves what has an explicit tag; a tag that JSON has no type for is refused, as it would be lost.
func tagged(n *yaml.Node) (any, error) {
	if n.Tag == "!!str" {
		return n.Value, nil
	}
	v, err := plain(n.Value)
	if err != nil {
		return nil, err
	}
	fits := false
	switch n.Tag {
	case "!!null":
		fits = v == nil
	case "!!bool":
		_, fits = v.(bool)
	case "!!int":
		_, fits = v.(int64)
	case "!!float":
		_, isInt := v.(int64)
		_, isFloat := v.(float64)
		fits = isInt || isFloat
	default:
		return nil, errors.New(tagProblem(n.Tag))
	}
	if !fits {
		return nil, fmt.Errorf("is not what its tag %s says", n.Tag)
	}
	return v, nil
}

// tagProblem says that a tag is refused. It repeats only those of YAML itself: a value that begins with ! and has no quotes is
// a tag as well.
func tagProblem(tag string) string {
	switch tag {
	case "!!binary", "!!timestamp", "!!set", "!!omap", "!!pairs", "!!map", "!!seq", "!!str", "!!null", "!!bool", "!!int", "!!float", "!!merge":
		return "has the tag " + tag + ", which Kubernetes objects cannot hold; remove the tag"
	}
	return "has a tag of its own, which Kubernetes objects cannot hold; remove the tag, or put the value in quotes"
}

// plain resolves an unquoted scalar.
func plain(s string) (any, error) {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return nil, nil
	case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
		return true, nil
	case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
		return false, nil
	case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF":
		return nil, errNotFinite
	}
	switch c := s[0]; {
	case c == '.':
		if f, err := strconv.ParseFloat(s, 64); err == nil {
			return number(f)
		}
	case c >= '0' && c <= '9', c == '+', c == '-':
		return numeric(s)
	}
	return s, nil
}

// numeric resolves what begins like a number; what is none, such as a date, is a string.
func numeric(s string) (any, error) {
	if looksLikeDate(s) {
		return s, nil
	}
	digits := strings.ReplaceAll(s, "_", "")
	if i, err := strconv.ParseInt(digits, 0, 64); err == nil {
		return i, nil
	}
	if u, err := strconv.ParseUint(digits, 0, 64); err == nil {
		return float64(u), nil
	}
	if yamlFloat.MatchString(digits) {
		if f, err := strconv.ParseFloat(digits, 64); err == nil {
			return number(f)
		}
	}
	if strings.HasPrefix(digits, "-0b") {
		if i, err := strconv.ParseInt("-"+digits[3:], 2, 64); err == nil {
			return i, nil
		}
	}
	return s, nil
}

// looksLikeDate says whether s begins with a year and a dash: such scalars are timestamps or plain text, never numbers.
func looksLikeDate(s string) bool {
	const year = 4
	return len(s) > year && s[year] == '-' && strings.IndexFunc(s[:year], func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// number is a float as it comes out of JSON: an integer where it prints as one.
func number(f float64) (any, error) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return nil, errNotFinite
	}
	if f != math.Trunc(f) {
		return f, nil
	}
	printed, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	if i, err := strconv.ParseInt(string(printed), 10, 64); err == nil {
		return i, nil
	}
	return f, nil
}

var errKey = errors.New("a key must be text; a list, a map or null cannot be one")

// keyOf is the key of a mapping as text: keys that are numbers or booleans are printed.
func keyOf(n *yaml.Node) (string, error) {
	if n.Kind == yaml.AliasNode {
		n = target(n)
	}
	if n.Kind != yaml.ScalarNode {
		return "", errKey
	}
	v, err := scalar(n)
	if err != nil {
		return "", err
	}
	switch v := v.(type) {
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return integerKey(n.Value, v), nil
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 32), nil
	}
	return "", errKey
}

// integerKey prints a key as sigs.k8s.io/yaml does, which goes by how it was written: 1e3 is a float, printed as such.
func integerKey(written string, v int64) string {
	if digits := strings.ReplaceAll(written, "_", ""); yamlFloat.MatchString(digits) {
		if _, err := strconv.ParseInt(digits, 0, 64); err != nil {
			return strconv.FormatFloat(float64(v), 'g', -1, 32)
		}
	}
	return strconv.FormatInt(v, 10)
}
