package leaks

import (
	"bytes"
	"fmt"
	"io"

	"github.com/hustings/hustings/internal/leak"
)

// Finder is a scanner: it says what it finds in one file. What it could not look at is an error.
type Finder func(file string, data []byte) ([]leak.Finding, error)

// Hustings is ours.
func Hustings(s *leak.Scanner) Finder {
	return func(file string, data []byte) ([]leak.Finding, error) {
		return Read(s, file, bytes.NewReader(data))
	}
}

// Read is ours on what a reader gives.
func Read(s *leak.Scanner, file string, r io.Reader) ([]leak.Finding, error) {
	job := s.Job(leak.DefaultLimits())
	if err := job.Scan(leak.Place{File: file}, r); err != nil {
		return nil, fmt.Errorf("scan %s: %w", file, err)
	}
	result := job.Result()
	if len(result.Gaps) > 0 {
		return nil, fmt.Errorf("scan %s: %s: %s", file, result.Gaps[0].Place, result.Gaps[0].Why)
	}
	return result.Findings, nil
}
