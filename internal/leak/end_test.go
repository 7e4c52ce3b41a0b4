package leak

import (
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"testing"
)

// endless units are slow to look at, or hide much; none may keep a scan going after its end.
func TestAScanThatIsToldToEndEndsWithinAPiece(t *testing.T) {
	const asked = 20 // times that it goes on
	for title, text := range map[string]string{
		"needles":        strings.Repeat("key=", pieceSize/4),
		"nothing at all": string(filler(pieceSize)),
		"tokens":         strings.Repeat(madeUp(3)+"\n", pieceSize/41),
		"base64":         strings.Repeat(`"`+base64.StdEncoding.EncodeToString([]byte("some text, and more of it"))+`",`, pieceSize/48),
		"escapes":        strings.Repeat(`\x41\x42\x43\x44 `, pieceSize/17),
		"gzip":           gzipOf(strings.Repeat("key=", pieceSize/4)),
	} {
		t.Run(title, func(t *testing.T) {
			j := New(nil).Job(DefaultLimits())
			n, after := 0, 0
			late := errors.New("more than a moment")
			j.Until(func() error {
				if n++; n <= asked {
					return nil
				}
				after++
				return late
			})
			err := j.Scan(Place{File: "a.js"}, strings.NewReader(text))
			if !errors.Is(err, ErrEnded) || !errors.Is(err, late) {
				t.Fatalf("error %v after it was asked %d times", err, n)
			}
			if after != 1 {
				t.Errorf("asked %d times after the end", after)
			}
			r := j.Result()
			if len(r.Gaps) != 1 || !strings.Contains(r.Gaps[0].Why, late.Error()) {
				t.Errorf("gaps %v", r.Gaps)
			}
			if err := j.Scan(Place{File: "b.js"}, strings.NewReader("b")); !errors.Is(err, ErrEnded) {
				t.Errorf("another file is looked at: %v", err)
			}
			if r := j.Result(); len(r.Gaps) != 1 {
				t.Errorf("gaps %v", r.Gaps)
			}
		})
	}
}

func TestWhatWasFoundBeforeTheEndIsKept(t *testing.T) {
	j := New(nil).Job(DefaultLimits())
	n := 0
	j.Until(func() error {
		if n++; n > 20 {
			return io.ErrNoProgress
		}
		return nil
	})
	err := j.Scan(Place{File: "a.js"}, strings.NewReader(`"`+madeUp(3)+`"`+strings.Repeat(" key=", pieceSize/5)))
	if r := j.Result(); !errors.Is(err, ErrEnded) || r.Failures != 1 {
		t.Errorf("error %v, %d failures", err, r.Failures)
	}
}
