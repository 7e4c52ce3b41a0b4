package manifest

import (
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Document is one object of a manifest; the items of a List are documents of their own.
type Document struct {
	File string
	// Index of the document within the file, from 0. The items of a List share it.
	Index int
	// Object is what the API server would decode: integers are int64, never float64.
	Object map[string]any

	node *yaml.Node
	// offset is the number of lines before the document: node counts lines from the document's own start.
	offset int
	// members of the mappings that somebody has asked for.
	members members
}

// APIVersion of the object; empty where it is absent or not a string.
func (d *Document) APIVersion() string { return d.text("apiVersion") }

// Kind of the object; empty where it is absent or not a string.
func (d *Document) Kind() string { return d.text("kind") }

// Name of the object; empty where it is absent or not a string.
func (d *Document) Name() string { return d.text("metadata", "name") }

// Namespace of the object; empty where it is absent or not a string.
func (d *Document) Namespace() string { return d.text("metadata", "namespace") }

func (d *Document) text(fields ...string) string {
	s, _, _ := unstructured.NestedString(d.Object, fields...)
	return s
}

// Group of the object's API; empty for the core group.
func (d *Document) Group() string {
	group, _, found := strings.Cut(d.APIVersion(), "/")
	if !found {
		return ""
	}
	return group
}

// Problem is a problem with the field of the object at path, placed at the field or at what of it exists.
func (d *Document) Problem(path, message string) Problem {
	at, _ := d.Position(path)
	return Problem{File: d.File, Line: at.Line, Column: at.Column, Path: shownPath(path), Message: message}
}
