// Package gitleaks asks gitleaks, so that our scanner can be measured beside it.
package gitleaks

import (
	"fmt"

	"github.com/zricethezav/gitleaks/v8/detect"
	"github.com/zricethezav/gitleaks/v8/report"

	"github.com/hustings/hustings/internal/leak"
)

// piece is how much of a file the library is given at once: it is fastest with 4 KiB.
const piece = 4 << 10

// Library is gitleaks' library as it is fastest: in pieces of 4 KiB, nothing decoded.
func Library() (func(file string, data []byte) ([]leak.Finding, error), error) {
	d, err := detect.NewDetectorDefaultConfig()
	if err != nil {
		return nil, fmt.Errorf("read gitleaks' rules: %w", err)
	}
	return func(file string, data []byte) ([]leak.Finding, error) {
		var all []leak.Finding
		for len(data) > 0 {
			n := min(piece, len(data))
			fragment := detect.Fragment{Raw: string(data[:n]), FilePath: file} //nolint:staticcheck // Detect takes no other
			for _, f := range d.Detect(fragment) {
				all = append(all, finding(file, f))
			}
			data = data[n:]
		}
		return all, nil
	}, nil
}

// finding is a finding as ours are.
func finding(file string, f report.Finding) leak.Finding {
	return leak.Finding{Rule: f.RuleID, Severity: leak.High, Place: leak.Place{File: file, Line: f.StartLine, Column: f.StartColumn}}
}
