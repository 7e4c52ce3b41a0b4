package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Parse reads a stream of YAML or JSON documents. A document that cannot be read is a Problem; the others are
// returned all the same.
func Parse(file string, data []byte) ([]Document, []Problem) {
	if problem := checkText(file, data); problem != nil {
		return nil, []Problem{*problem}
	}
	var problems []Problem
	chunks, problem := split(file, data)
	if problem != nil {
		problems = append(problems, *problem)
	}
	documents := make([]Document, 0, len(chunks))
	for i, c := range chunks {
		node, problem := parseNode(file, c)
		if problem == nil && node != nil {
			documents, problem = appendDocument(documents, file, i, c.offset, node)
		}
		if problem != nil {
			problems = append(problems, *problem)
		}
	}
	return documents, problems
}

// parseNode parses one document; nil, it is empty.
func parseNode(file string, c chunk) (*yaml.Node, *Problem) {
	decoder := yaml.NewDecoder(bytes.NewReader(c.text))
	var document yaml.Node
	if err := decoder.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, syntaxProblem(file, c, err)
	}
	if err := decoder.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		if err == nil {
			err = errors.New("more than one document without --- between them")
		}
		return nil, syntaxProblem(file, c, err)
	}
	node := document.Content[0]
	if node.Kind == yaml.ScalarNode && node.Tag == "!!null" {
		return nil, nil
	}
	if node.Kind != yaml.MappingNode {
		return nil, &Problem{File: file, Line: node.Line + c.offset, Column: node.Column, Message: "is not a Kubernetes object: expected a map with apiVersion and kind"}
	}
	return node, nil
}

var yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?((?s:.*))$`)

// syntaxProblem says where the parser gave up. The parser tells a line only, and the one before at times; the column is
// that of the first character which commonly causes the error.
func syntaxProblem(file string, c chunk, err error) *Problem {
	match := yamlError.FindStringSubmatch(err.Error())
	if match == nil {
		match = []string{"", "", err.Error()}
	}
	line, _ := strconv.Atoi(match[1])
	line = max(1, line)
	text := lineOf(c.text, line)
	p := &Problem{File: file, Line: line + c.offset, Column: 1 + utf8.RuneCountInString(text) - utf8.RuneCountInString(strings.TrimLeft(text, " \t"))}
	p.Message = "is not YAML: " + SyntaxMessage(match[2])
	if name, is := unknownAnchor(match[2]); is {
		p.Line, p.Column = placeOf(c, "*"+name)
		return p
	}
	for _, candidate := range []int{line, line + 1} {
		indent := lineOf(c.text, candidate)
		indent = indent[:len(indent)-len(strings.TrimLeft(indent, " \t"))]
		if tab := strings.IndexByte(indent, '\t'); tab >= 0 {
			p.Line, p.Column = candidate+c.offset, tab+1
			p.Message = "is not YAML: tabs cannot indent; use spaces"
			return p
		}
		if brace := strings.Index(lineOf(c.text, candidate), "{{"); brace >= 0 {
			p.Line, p.Column = candidate+c.offset, 1+utf8.RuneCountInString(lineOf(c.text, candidate)[:brace])
			p.Message += templateHint(true)
			return p
		}
	}
	return p
}

// SyntaxMessage is what the YAML parser says, without the one text that it repeats: a value that begins with * and has no
// quotes is the name of an anchor, and may be a secret.
func SyntaxMessage(message string) string {
	if _, is := unknownAnchor(message); is {
		return "an unknown anchor: put a value that begins with * in quotes"
	}
	return message
}

// unknownAnchor is the name of an anchor that the YAML parser does not know.
func unknownAnchor(message string) (name string, is bool) {
	name, is = strings.CutPrefix(message, "unknown anchor '")
	return strings.TrimSuffix(name, "' referenced"), is
}

// placeOf is where a text is for the first time.
func placeOf(c chunk, text string) (line, column int) {
	at := max(0, bytes.Index(c.text, []byte(text)))
	start := bytes.LastIndexByte(c.text[:at], '\n') + 1
	return c.offset + 1 + bytes.Count(c.text[:at], []byte("\n")), 1 + utf8.RuneCount(c.text[start:at])
}

// lineOf is a line of text, counted from 1.
func lineOf(text []byte, line int) string {
	for ; line > 1; line-- {
		_, rest, found := bytes.Cut(text, []byte("\n"))
		if !found {
			return ""
		}
		text = rest
	}
	first, _, _ := bytes.Cut(text, []byte("\n"))
	return strings.TrimSuffix(string(first), "\r")
}

// appendDocument converts a node and appends the document, or the items of the List that it is.
func appendDocument(documents []Document, file string, index, offset int, node *yaml.Node) ([]Document, *Problem) {
	c := converter{file: file, offset: offset}
	object, problem := c.mapping(node, 0)
	if problem != nil {
		return documents, problem
	}
	d := Document{File: file, Index: index, Object: object, node: node, offset: offset}
	if problem := d.checkType(); problem != nil {
		return documents, problem
	}
	return d.expand(documents)
}

// checkType refuses what does not say what it is.
func (d *Document) checkType() *Problem {
	if isKustomization(d.File) && d.Kind() == "" {
		d.Object["kind"], d.Object["apiVersion"] = "Kustomization", "kustomize.config.k8s.io/v1beta1"
		return nil
	}
	for _, name := range []string{"apiVersion", "kind"} {
		value := d.text(name)
		if value == "" {
			p := d.Problem(name, "is missing or not text: every Kubernetes object says its apiVersion and kind")
			return &p
		}
		if strings.Contains(value, "{{") {
			p := d.Problem(name, "holds {{"+templateHint(true))
			return &p
		}
	}
	return nil
}

// isKustomization says whether a file is kustomize's own, which may leave its kind out.
func isKustomization(file string) bool {
	name := file[strings.LastIndexAny(file, `/\`)+1:]
	return name == "kustomization.yaml" || name == "kustomization.yml"
}

// expand appends the document, or where it is a List its items, which may be Lists again.
func (d *Document) expand(documents []Document) ([]Document, *Problem) {
	items, isList := d.Object["items"].([]any)
	if !isList || !strings.HasSuffix(d.Kind(), "List") {
		return append(documents, *d), nil
	}
	path, found := d.member(d.node, "items")
	if path == nil || target(found).Kind != yaml.SequenceNode {
		return documents, nil
	}
	for i, item := range items {
		node := target(target(found).Content[i])
		object, isMap := item.(map[string]any)
		if !isMap {
			return documents, &Problem{File: d.File, Line: node.Line + d.offset, Column: node.Column, Path: fmt.Sprintf("items[%d]", i), Message: "is not an object"}
		}
		child := Document{File: d.File, Index: d.Index, Object: object, node: node, offset: d.offset}
		child.inheritType(d)
		if problem := child.checkType(); problem != nil {
			return documents, problem
		}
		var problem *Problem
		if documents, problem = child.expand(documents); problem != nil {
			return documents, problem
		}
	}
	return documents, nil
}

// inheritType gives an item of a typed list, such as CampaignSiteList, the type that it may leave out.
func (d *Document) inheritType(list *Document) {
	if kind := strings.TrimSuffix(list.Kind(), "List"); kind != "" && d.Object["kind"] == nil && d.Object["apiVersion"] == nil {
		d.Object["kind"], d.Object["apiVersion"] = kind, list.APIVersion()
	}
}
