package manifest

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Position of the field at path, such as spec.env[0].value or metadata.labels[a.b/c]. Where the field is not written,
// it is the position of the nearest parent that is, and found is false.
func (d *Document) Position(path string) (at Position, found bool) {
	place, missing := d.locate(steps(path))
	return Position{Line: place.Line + d.offset, Column: place.Column}, len(missing) == 0
}

// Missing is the first part of path that is not written: for spec.tls.secretName in a site without tls, spec.tls.
// It is empty where the field is written.
func (d *Document) Missing(path string) string {
	all := steps(path)
	_, missing := d.locate(all)
	if len(missing) == 0 {
		return ""
	}
	return render(all[:len(all)-len(missing)+1])
}

// step goes from a value to one of its children: the value of a key, or an item of a list.
type step struct {
	key string
	// index of an item; -1 where key is not a number in brackets.
	index int
	// bracketed keys are printed as they were read.
	bracketed bool
}

// steps reads a path as k8s.io/apimachinery prints it. It never fails: what is not a path is a key that nothing has.
func steps(path string) []step {
	var out []step
	for rest := path; rest != ""; {
		if rest[0] == '[' {
			inner, after, closed := strings.Cut(rest[1:], "]")
			if !closed {
				inner, after = rest[1:], ""
			}
			out = append(out, bracketStep(inner))
			rest = strings.TrimPrefix(after, ".")
			continue
		}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		if end > 0 {
			out = append(out, step{key: rest[:end], index: -1})
		}
		rest = strings.TrimPrefix(rest[end:], ".")
	}
	return out
}

func bracketStep(inner string) step {
	index := -1
	if n, err := strconv.Atoi(inner); err == nil && n >= 0 {
		index = n
	}
	return step{key: strings.Trim(inner, `"'`), index: index, bracketed: true}
}

func render(path []step) string {
	var b strings.Builder
	for _, s := range path {
		switch {
		case s.bracketed:
			b.WriteString("[" + s.key + "]")
		case b.Len() > 0:
			b.WriteString("." + s.key)
		default:
			b.WriteString(s.key)
		}
	}
	return b.String()
}

// locate walks along path and returns the last place that exists, and the steps that do not.
func (d *Document) locate(path []step) (place *yaml.Node, missing []step) {
	place, value := d.node, target(d.node)
	for i, s := range path {
		next, child := d.descend(value, s)
		if child == nil {
			return place, path[i:]
		}
		place, value = next, target(child)
	}
	return place, nil
}

// descend returns the place of a child, which is its key where it has one, and its value.
func (d *Document) descend(value *yaml.Node, s step) (place, child *yaml.Node) {
	switch value.Kind {
	case yaml.SequenceNode:
		if s.index >= 0 && s.index < len(value.Content) {
			return value.Content[s.index], value.Content[s.index]
		}
	case yaml.MappingNode:
		return d.member(value, s.key)
	case yaml.DocumentNode, yaml.ScalarNode, yaml.AliasNode:
	}
	return nil, nil
}

// member finds a key in a mapping or in what is merged into it.
func (d *Document) member(mapping *yaml.Node, key string) (place, child *yaml.Node) {
	if d.members == nil {
		d.members = members{}
	}
	return d.members.find(mapping, key, maxDepth)
}

// target follows an alias to what it stands for.
func target(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode && node.Alias != nil {
		return node.Alias
	}
	return node
}
