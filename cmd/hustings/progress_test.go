package main

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"
)

// told collects what is written until a line has been.
type told struct {
	mu   sync.Mutex
	text strings.Builder
	once sync.Once
	line chan struct{}
}

func (w *told) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.once.Do(func() { close(w.line) })
	return w.text.Write(p)
}

func TestProgressIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		terminal bool
		want     string
	}{"in lines": {false, "hustings: 3 files, 0 s\n"}, "in one line": {true, "\r\x1b[Khustings: 3 files, 0 s"}} {
		t.Run(name, func(t *testing.T) {
			w := &told{line: make(chan struct{})}
			p := &progress{w: w, terminal: c.terminal, done: make(chan struct{})}
			p.tell(func() string { return "3 files" })
			p.start(pace{time.Millisecond, time.Hour})
			<-w.line
			p.stop()
			if text := w.text.String(); !strings.HasPrefix(text, c.want) || c.terminal != strings.HasSuffix(text, "\r\x1b[K") {
				t.Errorf("got %q", text)
			}
		})
	}
}

func TestAQuickScanTellsNoProgress(t *testing.T) {
	for _, quiet := range []bool{true, false} {
		var b bytes.Buffer
		p := newProgress(&b, quiet)
		p.tell(func() string { return "a" })
		p.stop()
		if b.Len() > 0 {
			t.Errorf("got %q", &b)
		}
	}
}
