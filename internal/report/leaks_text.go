package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	hustingsv1alpha1 "github.com/hustings/hustings/api/v1alpha1"
)

// JSON writes the report as JSON, in the shape of a Report's.
func (r *LeakReport) JSON(w io.Writer) error { return writeJSON(w, r) }

// Text writes the report for people and for editors. Brief, it lists only what decides the outcome.
func (r *LeakReport) Text(w io.Writer, colour, brief bool) error {
	out := bufio.NewWriter(w)
	for i := range r.Findings {
		l := &r.Findings[i]
		if brief && (l.Result == ResultInfo || l.Result == hustingsv1alpha1.ResultWaived) {
			continue
		}
		l.text(out, colour)
	}
	fmt.Fprintln(out, r.tally())
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

func (l *Leak) text(out *bufio.Writer, colour bool) {
	severity := strings.ToUpper(string(l.Severity))
	if colour && l.Result != ResultInfo {
		severity = paint(&l.Finding, severity)
	}
	what := l.Rule
	if what == "" {
		what = string(l.Control)
	}
	message := l.Message + l.inside()
	if len(l.Decoders) == 0 {
		message = l.subject() + message
	}
	fmt.Fprintf(out, "%s%s %s  %s%s\n", Escape(l.place()), severity, Escape(what), l.prefix(), Escape(message))
	if l.Remediation != "" && l.Result != hustingsv1alpha1.ResultWaived {
		writeFix(out, Escape(l.Remediation))
	}
}

// inside says where a finding is besides file, line and column.
func (l *Leak) inside() string {
	var b strings.Builder
	if len(l.Decoders) > 0 {
		fmt.Fprintf(&b, ", inside %s", l.Path)
	}
	if l.Layer != "" {
		fmt.Fprintf(&b, ", in %s", layerName(l.Layer))
	}
	return b.String()
}

// layerName is a layer as people compare it with what `docker history` and registries show.
func layerName(layer string) string {
	const digits = 12
	if hex, isDigest := strings.CutPrefix(layer, "sha256:"); isDigest && len(hex) > digits {
		return "layer " + hex[:digits]
	}
	return "the image's " + layer
}

// tally is the last line: the result, the counts, and how much was looked at.
func (r *LeakReport) tally() string {
	s := &r.Summary
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", s.Result, counted(s.Fail, "leak"))
	for _, more := range []struct {
		n    int
		what string
	}{{s.NotListed, "of them not listed"}, {s.Unknown, "not looked at"}, {s.Info, "info"}, {s.Waived, "allowed"}} {
		if more.n > 0 {
			fmt.Fprintf(&b, ", %d %s", more.n, more.what)
		}
	}
	if s.Invalid > 0 {
		fmt.Fprintf(&b, ", %s in the input", counted(s.Invalid, "problem"))
	}
	if s.Invalid > 0 && s.Files == 0 {
		return b.String() + "; nothing was looked at"
	}
	fmt.Fprintf(&b, "; %s, %s, %.1f s", counted(s.Files, "file"), Bytes(s.Bytes), r.elapsed.Round(100*time.Millisecond).Seconds())
	return b.String()
}

// Bytes is a number of bytes as people read it.
func Bytes(n int64) string {
	const kilo = 1000
	units := []string{"bytes", "kB", "MB", "GB", "TB"}
	size, unit := float64(n), 0
	for size >= kilo && unit < len(units)-1 {
		size, unit = size/kilo, unit+1
	}
	if unit == 0 {
		return counted(int(n), "byte")
	}
	return fmt.Sprintf("%.1f %s", size, units[unit])
}
