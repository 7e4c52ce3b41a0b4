package manifest

import (
	"cmp"
	"fmt"
)

// Problem is something in the input that cannot be accepted, and where. It never holds the value of a secret.
type Problem struct {
	File string
	// Line and Column count from 1; 0, the problem is with the file as a whole.
	Line, Column int
	// Path is the field, such as spec.hosts[0]; empty where the problem is with the text.
	Path    string
	Message string
}

// Error is the problem as compilers print theirs.
func (p Problem) Error() string {
	text := p.Message
	if p.Path != "" {
		text = p.Path + ": " + text
	}
	if p.Line == 0 {
		return p.File + ": " + text
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, text)
}

// Compare orders problems by place.
func (p Problem) Compare(q Problem) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column),
		cmp.Compare(p.Path, q.Path), cmp.Compare(p.Message, q.Message))
}

// Position is a place in a file, both counted from 1.
type Position struct{ Line, Column int }
