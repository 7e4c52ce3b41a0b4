package main

import (
	"errors"
	"fmt"
	"syscall"

	"github.com/hustings/hustings/internal/report"
)

// The exit codes are a contract with pipelines; a test freezes them.
const (
	exitOK         = 0
	exitFindings   = 1
	exitUsage      = 2
	exitInvalid    = 3
	exitIncomplete = 4
)

const exitCodesHelp = `Exit codes:
  0  no findings at or over --fail-on; for scan, none worse than info
  1  findings
  2  wrong usage
  3  input that cannot be read or is invalid, or that has nothing in it to judge
  4  not everything could be judged, looked at or written; also if scan is interrupted
Of several, 3 comes before 1 and 1 before 4.`

// exitError ends the run with a code; its message goes to stderr.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }

func (e *exitError) Unwrap() error { return e.err }

func usageError(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// codeOf is the exit code of an error. What cobra returns is about usage.
func codeOf(err error) int {
	var exit *exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &exit):
		return exit.code
	}
	return exitUsage
}

// written classifies an error of writing the result. A reader that closed its end has what it wanted.
func written(err error) error {
	if err == nil || errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return &exitError{exitIncomplete, err}
}

func codeOfOutcome(o report.Outcome) int {
	switch o {
	case report.Invalid:
		return exitInvalid
	case report.Failed:
		return exitFindings
	case report.Incomplete:
		return exitIncomplete
	case report.Passed:
	}
	return exitOK
}
