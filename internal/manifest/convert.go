package manifest

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

const (
	// maxDepth bounds how deep values may nest. Nothing in the group nests deeper than 12.
	maxDepth = 100
	// maxAliased bounds how many values the aliases of one document may stand for: a few lines of aliases of aliases
	// would otherwise expand to more than there is memory.
	maxAliased = 10_000
)

// converter turns the nodes of one document into what JSON could hold.
type converter struct {
	file   string
	offset int
	// aliased counts the values that were made through aliases.
	aliased int
	// open are the anchors that are being expanded.
	open map[*yaml.Node]bool
}

// problem is a conversion that failed at a node.
func (c *converter) problem(n *yaml.Node, format string, args ...any) *Problem {
	return &Problem{File: c.file, Line: n.Line + c.offset, Column: n.Column, Message: fmt.Sprintf(format, args...)}
}

func (c *converter) value(n *yaml.Node, depth int) (any, *Problem) {
	if depth > maxDepth {
		return nil, c.problem(n, "nests deeper than %d levels", maxDepth)
	}
	if len(c.open) > 0 {
		if c.aliased++; c.aliased > maxAliased {
			return nil, c.problem(n, "aliases stand for more than %d values; write them out or split the document", maxAliased)
		}
	}
	switch n.Kind {
	case yaml.AliasNode:
		return c.alias(n, depth)
	case yaml.MappingNode:
		m, problem := c.mapping(n, depth)
		if problem != nil {
			return nil, problem
		}
		return m, nil
	case yaml.SequenceNode:
		return c.sequence(n, depth)
	case yaml.ScalarNode:
		v, err := scalar(n)
		if err != nil {
			return nil, c.problem(n, "the value %s", err)
		}
		return v, nil
	case yaml.DocumentNode:
	}
	return nil, c.problem(n, "is not a value")
}

// alias makes a value of its own of what an alias stands for, unless that is being made already.
func (c *converter) alias(n *yaml.Node, depth int) (any, *Problem) {
	anchored := target(n)
	if anchored == n || c.open[anchored] {
		return nil, c.problem(n, "the anchor contains itself")
	}
	if c.open == nil {
		c.open = map[*yaml.Node]bool{}
	}
	c.open[anchored] = true
	defer delete(c.open, anchored)
	return c.value(anchored, depth+1)
}

func (c *converter) sequence(n *yaml.Node, depth int) (any, *Problem) {
	if n.Tag != "!!seq" {
		return nil, c.problem(n, "the value %s", tagProblem(n.Tag))
	}
	out := make([]any, 0, len(n.Content))
	for _, item := range n.Content {
		v, problem := c.value(item, depth+1)
		if problem != nil {
			return nil, problem
		}
		out = append(out, v)
	}
	return out, nil
}

func (c *converter) mapping(n *yaml.Node, depth int) (map[string]any, *Problem) {
	if n.Tag != "!!map" {
		return nil, c.problem(n, "the value %s", tagProblem(n.Tag))
	}
	out := make(map[string]any, len(n.Content)/2)
	// merged are keys that came by << and that a key of the mapping itself may still override.
	var merged map[string]any
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if isMerge(k) {
			if merged != nil || len(out) > 0 {
				return nil, c.problem(k, "<< must be the first key of its map and appear once: tools differ on which key would win")
			}
			var problem *Problem
			if merged, problem = c.merge(v, depth+1); problem != nil {
				return nil, problem
			}
			continue
		}
		if problem := c.member(out, n, k, v, depth); problem != nil {
			return nil, problem
		}
	}
	for key, value := range merged {
		if _, own := out[key]; !own {
			out[key] = value
		}
	}
	return out, nil
}

// member adds one key to out. A key that is there already is an error: which of the two would count depends on who
// reads it.
func (c *converter) member(out map[string]any, n, k, v *yaml.Node, depth int) *Problem {
	key, err := keyOf(k)
	if err != nil {
		return c.problem(k, "%s%s", err, templateHint(n.Style&yaml.FlowStyle != 0))
	}
	if _, taken := out[key]; taken {
		return c.problem(k, "the key %q is set twice", Shown(key))
	}
	value, problem := c.value(v, depth+1)
	if problem == nil {
		out[key] = value
	}
	return problem
}

// merge is what << stands for: one map, or several of which the first that has a key wins.
func (c *converter) merge(n *yaml.Node, depth int) (map[string]any, *Problem) {
	sources := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		sources = n.Content
	}
	out := map[string]any{}
	for _, source := range sources {
		if target(source).Kind != yaml.MappingNode {
			return nil, c.problem(source, "<< takes a map, or a list of maps")
		}
		v, problem := c.value(source, depth)
		if problem != nil {
			return nil, problem
		}
		members, _ := v.(map[string]any)
		for key, value := range members {
			if _, taken := out[key]; !taken {
				out[key] = value
			}
		}
	}
	return out, nil
}

// isMerge says whether a key is <<, which merges another mapping into this one.
func isMerge(k *yaml.Node) bool { return k.Kind == yaml.ScalarNode && k.Tag == "!!merge" }

// mergeSources are the mappings that << stands for.
func mergeSources(n *yaml.Node) []*yaml.Node {
	n = target(n)
	switch n.Kind {
	case yaml.MappingNode:
		return []*yaml.Node{n}
	case yaml.SequenceNode:
		var out []*yaml.Node
		for _, item := range n.Content {
			if item = target(item); item.Kind == yaml.MappingNode {
				out = append(out, item)
			}
		}
		return out
	case yaml.DocumentNode, yaml.ScalarNode, yaml.AliasNode:
	}
	return nil
}

// templateHint explains the commonest cause of an error that a left-over {{ }} gives.
func templateHint(likely bool) string {
	if likely {
		return "; if this is a template ({{ … }}), render it first and pass the output"
	}
	return ""
}
