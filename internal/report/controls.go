package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/hustings/hustings/internal/compliance"
)

// tableWidth is the widest line of a table.
const tableWidth = 120

// ControlsText writes a catalogue as a table, each control's remediation below its title.
func ControlsText(w io.Writer, catalogue []compliance.Control) error {
	id, group := len("ID"), len("GROUP")
	for _, c := range catalogue {
		id, group = max(id, len(c.ID)), max(group, len(c.Group))
	}
	out := bufio.NewWriter(w)
	row := func(cells ...any) string {
		return fmt.Sprintf("%-*s  %-*s  %-8s  %-8s  ", append([]any{id, cells[0], group}, cells[1:]...)...)
	}
	fmt.Fprintln(out, row("ID", "GROUP", "SEVERITY", "BLOCKING")+"TITLE")
	for _, c := range catalogue {
		blocking := "no"
		if c.Blocking {
			blocking = "yes"
		}
		prefix := row(string(c.ID), string(c.Group), string(c.Severity), blocking)
		indent := strings.Repeat(" ", len(prefix))
		for _, line := range wrap(c.Title, tableWidth-len(prefix)) {
			fmt.Fprintln(out, prefix+line)
			prefix = indent
		}
		writeFix(out, c.Remediation)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// writeFix writes a remediation below its control, as Text does below a finding.
func writeFix(w io.Writer, remediation string) {
	label, indent := "    fix: ", "         "
	for _, line := range wrap(remediation, tableWidth-len(label)) {
		fmt.Fprintln(w, label+line)
		label = indent
	}
}

// wrap breaks text between words into lines of at most width characters; a longer word is cut.
func wrap(text string, width int) []string {
	width = max(width, 1)
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for line = word; utf8.RuneCountInString(line) > width; {
			head := string([]rune(line)[:width])
			lines, line = append(lines, head), line[len(head):]
		}
	}
	return append(lines, line)
}
