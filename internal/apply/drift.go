package apply

import (
	"fmt"
	"strings"

	"github.com/hustings/hustings/internal/object"
)

// Drift is a child that somebody else had changed or deleted and that was put right.
type Drift struct {
	Ref object.Ref
	// Fields that had been changed or added, sorted; nil where the child had been deleted.
	Fields []string
	// Managers that did it, as far as the API server says.
	Managers []string
	// Deleted: the child was gone. The API server does not say who deleted it.
	Deleted bool
}

// String says in a sentence what was put right.
func (d Drift) String() string {
	const most = 3
	if d.Deleted {
		return fmt.Sprintf("%s was missing and was made again; the API server's audit log says who deleted it", d.Ref)
	}
	fields := strings.Join(d.Fields[:min(most, len(d.Fields))], ", ")
	if len(d.Fields) > most {
		fields += fmt.Sprintf(" and %d more", len(d.Fields)-most)
	}
	by := "somebody"
	if len(d.Managers) > 0 {
		by = strings.Join(d.Managers[:min(most, len(d.Managers))], ", ")
	}
	return fmt.Sprintf("%s had been changed by %s and was put right: %s", d.Ref, by, fields)
}
