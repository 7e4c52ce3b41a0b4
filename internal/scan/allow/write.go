package allow

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/hustings/hustings/internal/leak"
)

// header begins a list that is new.
const header = `Findings that are no leaks. Say why in each reason: until then the list is refused.
A secret does not belong here: revoke it.`

// days after which an entry that is written here is over.
const days = 90

// Added is a list with entries for findings added.
type Added struct {
	Data []byte
	// New is how many entries were added, and Known how many findings have one already.
	New, Known int
}

// Add adds entries for findings to a list, one for each fingerprint, sorted by the findings' order: without a reason, which
// a person has to write, and over in 90 days. What is in the list already is not touched. The comment of a finding
// says where it is.
func Add(file string, data []byte, findings []leak.Finding, now time.Time, comment func(leak.Finding) string) (Added, error) {
	root, err := parse(data)
	if err != nil {
		return Added{}, syntax(file, err)
	}
	var before []byte
	if root == nil || root.Tag == "!!null" {
		before = data // comments
		if len(before) > 0 && !bytes.HasSuffix(before, []byte("\n")) {
			before = append(slices.Clip(before), '\n')
		}
		root = &yaml.Node{Kind: yaml.MappingNode, HeadComment: header}
	}
	entries, err := entriesOf(root)
	if err != nil {
		return Added{}, fmt.Errorf("%s: %w", file, err)
	}
	present := known(entries)
	findings = slices.Clone(findings)
	slices.SortStableFunc(findings, func(a, b leak.Finding) int {
		return cmp.Or(cmp.Compare(a.Place.File, b.Place.File), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	var out Added
	written := map[string]bool{}
	expires := now.UTC().AddDate(0, 0, days).Format(time.DateOnly)
	for _, f := range findings {
		switch {
		case written[f.Fingerprint]:
		case slices.ContainsFunc(present, func(e Entry) bool { return e.covers(f) }):
			out.Known++
		default:
			written[f.Fingerprint] = true
			out.New++
			entries.Content = append(entries.Content, entryNode(f, expires, comment(f)))
		}
	}
	if out.New == 0 && len(data) > 0 {
		out.Data = data
		return out, nil
	}
	entries.Style = 0 // one that was written in brackets is not read well when it grows
	encoded, err := encode(root)
	out.Data = append(slices.Clip(before), encoded...)
	return out, err
}

// entriesOf is the list in a document, put there where it is missing.
func entriesOf(root *yaml.Node) (*yaml.Node, error) {
	if root.Kind != yaml.MappingNode {
		return nil, errors.New("it is no list of allowed findings")
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value != fieldAllow {
			continue
		}
		entries := root.Content[i+1]
		if entries.Tag == "!!null" {
			*entries = yaml.Node{Kind: yaml.SequenceNode}
		}
		if entries.Kind != yaml.SequenceNode {
			return nil, errors.New("allow: must be a list")
		}
		return entries, nil
	}
	entries := &yaml.Node{Kind: yaml.SequenceNode}
	root.Content = append(root.Content, scalar(fieldAllow), entries)
	return entries, nil
}

// known are the entries of a list, whether or not their reasons are written yet.
func known(entries *yaml.Node) []Entry {
	var out []Entry
	for _, node := range entries.Content {
		var e Entry
		for i := 0; i+1 < len(node.Content); i += 2 {
			value := strings.TrimSpace(node.Content[i+1].Value)
			switch node.Content[i].Value {
			case fieldFingerprint:
				e.Fingerprint = value
			case fieldRule:
				e.Rule = value
			case fieldPath:
				e.Path = value
			}
		}
		out = append(out, e)
	}
	return out
}

func entryNode(f leak.Finding, expires, comment string) *yaml.Node {
	empty := scalar("")
	empty.Style = yaml.DoubleQuotedStyle
	fingerprint := scalar(f.Fingerprint)
	fingerprint.Tag = "!!str" // one of digits alone must not become a number
	return &yaml.Node{
		Kind: yaml.MappingNode, HeadComment: comment,
		Content: []*yaml.Node{scalar(fieldFingerprint), fingerprint, scalar(fieldReason), empty, scalar(fieldExpires), scalar(expires)},
	}
}

func scalar(text string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: text} }

func encode(root *yaml.Node) ([]byte, error) {
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	const indent = 2
	encoder.SetIndent(indent)
	if err := errors.Join(encoder.Encode(root), encoder.Close()); err != nil {
		return nil, fmt.Errorf("encode the list: %w", err)
	}
	return b.Bytes(), nil
}
