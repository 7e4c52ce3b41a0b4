// Package progress writes what is happening to standard error, one line each, so
// that standard output carries only what a script wants.
package progress

import (
	"fmt"
	"io"
	"time"
)

// Log writes progress lines.
type Log struct{ w io.Writer }

// New returns a Log on w.
func New(w io.Writer) *Log { return &Log{w: w} }

// Linef writes one line.
func (l *Log) Linef(format string, args ...any) {
	fmt.Fprintf(l.w, "localcluster: "+format+"\n", args...)
}

// Every calls line with the time passed since now, each interval until the
// returned function is called.
func (l *Log) Every(interval time.Duration, line func(passed time.Duration)) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	start := time.Now()
	go func() {
		defer close(ended)
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				line(time.Since(start))
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

// Seconds prints a duration as a person reads it.
func Seconds(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
