package image

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// unfit is the error of what cannot be scanned, however often it is tried. It becomes a gap.
type unfit struct {
	why string
}

// Error says why.
func (e *unfit) Error() string { return e.why }

func unfitf(format string, args ...any) error { return &unfit{fmt.Sprintf(format, args...)} }

// fault is the error of what may succeed another time. Its text is ours alone: what a registry sends, or what was sent to
// it, is never in it, for that may be a credential.
type fault struct {
	why string
	err error
}

// Error says why.
func (e *fault) Error() string { return e.why }

// Unwrap is for those who ask for a kind of error; its text is not to be shown.
func (e *fault) Unwrap() error { return e.err }

func faultf(err error, format string, args ...any) error {
	return &fault{why: fmt.Sprintf(format, args...), err: err}
}

// waited is the error of a wait for a registry that the end of ctx ended: it says who was slow.
func waited(ctx context.Context) error {
	cause := context.Cause(ctx)
	if late := overtime(0); errors.As(cause, &late) {
		return faultf(nil, "the registry is too slow: the scan took %s", late)
	}
	return cause
}

// clean is a label of hostile text: printable and bounded.
func clean(text string) string {
	const most = 128
	short := text
	if len(short) > most {
		short = short[:most]
	}
	short = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, short)
	if len(text) > most {
		short += "…"
	}
	return short
}
