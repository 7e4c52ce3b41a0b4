package images

import (
	"bytes"
	"fmt"
	"os"
	"time"
)

// progress reads what apt says, and tells people now and then how far it is.
type progress struct {
	what string
	said bytes.Buffer
	told time.Time
}

func newProgress(what string) *progress {
	fmt.Fprintln(os.Stderr, what)
	return &progress{what: what, told: time.Now()}
}

// Write is for apt.
func (p *progress) Write(b []byte) (int, error) {
	p.said.Write(b)
	if time.Since(p.told) > 2*time.Second {
		p.told = time.Now()
		fmt.Fprintf(os.Stderr, "%s: %d packages so far\n", p.what, bytes.Count(p.said.Bytes(), []byte("\nGet:")))
	}
	return len(b), nil
}
