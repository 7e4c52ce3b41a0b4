package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// Text writes the report for people and for editors, which know file:line:column. Accepted Unknowns are counted and
// not listed: JSON lists them.
func (r *Report) Text(w io.Writer, colour bool) error {
	out := bufio.NewWriter(w)
	for i := range r.Findings {
		if f := &r.Findings[i]; !f.accepted {
			f.text(out, colour)
		}
	}
	fmt.Fprintln(out, r.Summary.tally())
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

func (f *Finding) text(out *bufio.Writer, colour bool) {
	severity := strings.ToUpper(string(f.Severity))
	if colour {
		severity = paint(f, severity)
	}
	fmt.Fprintf(out, "%s%s %s  %s%s\n", Escape(f.place()), severity, Escape(string(f.Control)), f.prefix(), Escape(f.subject()+f.Message))
	if f.Remediation != "" && f.Result != hustingsv1alpha1.ResultWaived {
		fmt.Fprintf(out, "    fix: %s\n", Escape(f.Remediation))
	}
}

func (f *Finding) place() string {
	switch {
	case f.File == "":
		return ""
	case f.Line == 0:
		return f.File + ": "
	}
	return fmt.Sprintf("%s:%d:%d: ", f.File, f.Line, f.Column)
}

// prefix sets what did not fail apart from what did.
func (f *Finding) prefix() string {
	switch f.Result {
	case hustingsv1alpha1.ResultWaived:
		return "waived: "
	case hustingsv1alpha1.ResultUnknown:
		return "unknown: "
	case hustingsv1alpha1.ResultError:
		if f.Control != ControlInvalid {
			return "not judged: "
		}
	case hustingsv1alpha1.ResultFail, hustingsv1alpha1.ResultPass, hustingsv1alpha1.ResultNotApplicable:
	}
	return ""
}

// subject names the object and the field.
func (f *Finding) subject() string {
	var parts []string
	if f.Object.Kind != "" {
		parts = append(parts, f.Object.Kind+"/"+f.Object.Name)
	}
	if f.Path != "" {
		parts = append(parts, f.Path)
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, " ") + ": "
}

// paint colours a severity by ANSI escapes: red for what is grave, yellow for what is not, none for what is waived.
func paint(f *Finding, s string) string {
	const red, yellow, reset = "\x1b[31m", "\x1b[33m", "\x1b[0m"
	switch {
	case f.Result == hustingsv1alpha1.ResultWaived:
		return s
	case f.Severity == hustingsv1alpha1.SeverityCritical || f.Severity == hustingsv1alpha1.SeverityHigh:
		return red + s + reset
	}
	return yellow + s + reset
}

// tally is the last line: the result and the counts.
func (s *Summary) tally() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, %d passed, %d failed, %d waived, %d unknown", s.Result, counted(s.Sites, "site"), s.Pass, s.Fail, s.Waived, s.Unknown)
	if s.Accepted > 0 {
		fmt.Fprintf(&b, " (%d accepted by the class)", s.Accepted)
	}
	if s.Invalid > 0 {
		fmt.Fprintf(&b, ", %s in the input", counted(s.Invalid, "problem"))
	}
	if s.NotChecked > 0 {
		fmt.Fprintf(&b, "; not checked: %s of %s", counted(s.NotChecked, "object"), Escape(shorten(s.NotCheckedKinds)))
	}
	return b.String()
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// shorten lists the first few.
func shorten(list []string) string {
	const most = 8
	if len(list) > most {
		return fmt.Sprintf("%s and %d more kinds", strings.Join(list[:most], ", "), len(list)-most)
	}
	return strings.Join(list, ", ")
}
