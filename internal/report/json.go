package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
	"github.com/hustings/hustings/internal/compliance"
)

// JSON writes the report as JSON.
func (r *Report) JSON(w io.Writer) error { return writeJSON(w, r) }

// control is a control as JSON.
type control struct {
	ID          hustingsv1alpha1.ControlID `json:"id"`
	Group       compliance.Group           `json:"group"`
	Severity    hustingsv1alpha1.Severity  `json:"severity"`
	Blocking    bool                       `json:"blocking"`
	Title       string                     `json:"title"`
	Remediation string                     `json:"remediation"`
}

// ControlsJSON writes a catalogue as JSON.
func ControlsJSON(w io.Writer, catalogue []compliance.Control) error {
	out := struct {
		SchemaVersion string    `json:"schemaVersion"`
		Controls      []control `json:"controls"`
	}{SchemaVersion, make([]control, 0, len(catalogue))}
	for _, c := range catalogue {
		out.Controls = append(out.Controls, control{c.ID, c.Group, c.Severity, c.Blocking, c.Title, c.Remediation})
	}
	return writeJSON(w, out)
}

func writeJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("encode the result: %w", err)
	}
	if _, err := w.Write(escapeJSON(b.Bytes())); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}
