package main

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// pace is when progress is told.
type pace struct {
	// first is how long nothing is told, next how long after that again.
	first, next time.Duration
}

// progress tells people who wait how far a scan is: on a terminal in one line that is written anew, else in lines, for the
// log of a pipeline.
type progress struct {
	w        io.Writer
	terminal bool
	state    atomic.Pointer[func() string]
	done     chan struct{}
	finished sync.WaitGroup
}

func newProgress(w io.Writer, quiet bool) *progress {
	const often, seldom = 200 * time.Millisecond, 10 * time.Second
	p := &progress{w: w, terminal: isTerminal(w), done: make(chan struct{})}
	switch {
	case quiet:
	case p.terminal:
		p.start(pace{patience, often})
	default:
		p.start(pace{seldom, seldom})
	}
	return p
}

// start begins to tell.
func (p *progress) start(when pace) {
	p.finished.Go(func() {
		begin := time.Now()
		timer := time.NewTimer(when.first)
		defer timer.Stop()
		for {
			select {
			case <-p.done:
				return
			case <-timer.C:
				p.print(time.Since(begin))
				timer.Reset(when.next)
			}
		}
	})
}

// tell sets how far the scan is. The text is made only when it is printed.
func (p *progress) tell(text func() string) { p.state.Store(&text) }

func (p *progress) print(elapsed time.Duration) {
	text := "still at work …"
	if state := p.state.Load(); state != nil {
		text = (*state)()
	}
	text = fmt.Sprintf("hustings: %s, %.0f s", text, elapsed.Seconds())
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K"+text)
		return
	}
	fmt.Fprintln(p.w, text)
}

// stop ends it, and takes the line away.
func (p *progress) stop() {
	close(p.done)
	p.finished.Wait()
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
