package allow

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/hustings/hustings/internal/manifest"
)

// The fields.
const (
	fieldAllow       = "allow"
	fieldFingerprint = "fingerprint"
	fieldRule        = "rule"
	fieldPath        = "path"
	fieldReason      = "reason"
	fieldExpires     = "expires"
)

// The bounds are those of a class.
const (
	maxEntries = 10_000
	maxText    = 512
)

var (
	fingerprintShape = regexp.MustCompile(`^[A-Za-z0-9:_-]{8,128}$`)
	ruleShape        = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,126}[a-z0-9])?$`)
)

// Read reads a list. It returns no list where there are problems: an entry that was meant otherwise than it was read
// would hide a leak.
func Read(file string, data []byte) (List, []manifest.Problem) {
	r := reader{file: file}
	root, err := parse(data)
	if err != nil {
		r.problems = append(r.problems, syntax(file, err))
		return nil, r.problems
	}
	r.document(root)
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return r.list, nil
}

// parse reads the only document there may be; nil, there is nothing.
func parse(data []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, second yaml.Node
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, err //nolint:wrapcheck // syntax says where
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, errors.New("it must be one document of YAML")
	}
	return document.Content[0], nil
}

var yamlLine = regexp.MustCompile(`^yaml: line (\d+): `)

// syntax places an error of the YAML parser, which says the line in its text.
func syntax(file string, err error) manifest.Problem {
	p := manifest.Problem{File: file, Message: strings.TrimPrefix(err.Error(), "yaml: ")}
	if at := yamlLine.FindStringSubmatch(err.Error()); at != nil {
		p.Message = err.Error()[len(at[0]):]
		p.Line, _ = strconv.Atoi(at[1]) // only digits match
		p.Column = 1
	}
	p.Message = "it is not YAML: " + manifest.SyntaxMessage(p.Message)
	return p
}

// reader collects entries and problems.
type reader struct {
	file     string
	list     List
	problems []manifest.Problem
}

func (r *reader) problem(at *yaml.Node, path, format string, args ...any) {
	p := manifest.Problem{File: r.file, Path: path, Message: fmt.Sprintf(format, args...)}
	if at != nil {
		p.Line, p.Column = at.Line, at.Column
	}
	r.problems = append(r.problems, p)
}

func (r *reader) document(root *yaml.Node) {
	if root == nil || root.Tag == "!!null" {
		r.problem(root, "", "it has no entries: it must be like allow: [{fingerprint: …, reason: …, expires: …}]")
		return
	}
	entries := r.fields(root, "", fieldAllow)[fieldAllow]
	if entries == nil {
		if root.Kind == yaml.MappingNode {
			r.problem(root, fieldAllow, "missing: it lists the findings that are no leaks")
		}
		return
	}
	if entries.Kind != yaml.SequenceNode {
		r.problem(entries, fieldAllow, "must be a list")
		return
	}
	if len(entries.Content) > maxEntries {
		r.problem(entries, fieldAllow, "must have at most %d entries", maxEntries)
		return
	}
	for i, entry := range entries.Content {
		r.entry(entry, fmt.Sprintf("%s[%d]", fieldAllow, i))
	}
}

// fields are the fields of a mapping, of which only some are known.
func (r *reader) fields(node *yaml.Node, path string, known ...string) map[string]*yaml.Node {
	if node.Kind != yaml.MappingNode {
		r.problem(node, path, "must be a mapping with %s", strings.Join(known, ", "))
		return nil
	}
	fields := map[string]*yaml.Node{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		at := strings.TrimPrefix(path+"."+manifest.Shown(name.Value), ".")
		switch {
		case !isOneOf(name.Value, known):
			r.problem(name, at, "unknown field; there are %s", strings.Join(known, ", "))
		case fields[name.Value] != nil:
			r.problem(name, at, "is there twice")
		default:
			fields[name.Value] = value
		}
	}
	return fields
}

func isOneOf(name string, known []string) bool {
	for _, k := range known {
		if name == k {
			return true
		}
	}
	return false
}

func (r *reader) entry(node *yaml.Node, path string) {
	before := len(r.problems)
	fields := r.fields(node, path, fieldFingerprint, fieldRule, fieldPath, fieldReason, fieldExpires)
	if fields == nil {
		return
	}
	e := Entry{File: r.file, Line: node.Line, Column: node.Column}
	e.Fingerprint = r.text(fields[fieldFingerprint], path+"."+fieldFingerprint)
	e.Rule = r.text(fields[fieldRule], path+"."+fieldRule)
	e.Path = r.text(fields[fieldPath], path+"."+fieldPath)
	e.Reason = r.text(fields[fieldReason], path+"."+fieldReason)
	r.finding(node, fields, path, &e)
	if e.Reason == "" && isText(fields[fieldReason]) {
		r.problem(place(fields[fieldReason], node), path+"."+fieldReason, "missing: say why it is no leak, for those who read it later")
	}
	r.end(node, fields[fieldExpires], path+"."+fieldExpires, &e)
	if len(r.problems) == before {
		r.list = append(r.list, e)
	}
}

// finding checks what says which findings an entry speaks of.
func (r *reader) finding(node *yaml.Node, fields map[string]*yaml.Node, path string, e *Entry) {
	byFingerprint := fields[fieldFingerprint] != nil
	byPlace := fields[fieldRule] != nil && fields[fieldPath] != nil
	if byFingerprint && (fields[fieldRule] != nil || fields[fieldPath] != nil) || !byFingerprint && !byPlace {
		r.problem(node, path, "set fingerprint alone, or rule and path together")
		return
	}
	switch {
	case byFingerprint && !fingerprintShape.MatchString(e.Fingerprint):
		r.problem(fields[fieldFingerprint], path+"."+fieldFingerprint, "is no fingerprint: copy it from the finding")
	case !byFingerprint && !ruleShape.MatchString(e.Rule):
		r.problem(fields[fieldRule], path+"."+fieldRule, "is no rule: copy it from the finding")
	case !byFingerprint && e.Path == "":
		r.problem(fields[fieldPath], path+"."+fieldPath, "must be a file, or a folder with a / at its end")
	}
}

// text is a field's text; empty, it is missing.
func (r *reader) text(node *yaml.Node, path string) string {
	if !isText(node) {
		r.problem(node, path, "must be text")
		return ""
	}
	if node == nil || node.Tag == "!!null" {
		return ""
	}
	text := strings.TrimSpace(node.Value)
	if len(text) > maxText {
		r.problem(node, path, "must have at most %d bytes", maxText)
	}
	return text
}

// isText says whether a field may be read as text: a fingerprint of digits alone is, if YAML takes it for a number.
func isText(node *yaml.Node) bool { return node == nil || node.Kind == yaml.ScalarNode }

func (r *reader) end(node, field *yaml.Node, path string, e *Entry) {
	text := r.text(field, path)
	if text == "" && isText(field) {
		r.problem(place(field, node), path, "missing: say when the finding counts again, such as 2027-05-06")
		return
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			e.Expires = metav1.NewTime(t)
			return
		}
	}
	if text != "" {
		r.problem(field, path, "is no date such as 2027-05-06, and no time such as 2027-05-06T07:00:00Z")
	}
}

// place is where a problem with a field is shown: at the field, or at its entry where it is missing.
func place(field, entry *yaml.Node) *yaml.Node {
	if field != nil {
		return field
	}
	return entry
}
