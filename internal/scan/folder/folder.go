// Package folder looks for secrets in what is on a disk: a folder with all that is in it, or one file, packed or not.
// It writes nothing, follows no link and opens nothing but regular files inside the folder.
package folder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/scan"
)

// Options of a scan.
type Options struct {
	Limits leak.Limits
	// Workers is how many files are looked at at the same time; at least one.
	Workers int
	// Progress is called now and then with what was looked at so far, from any goroutine; nil, it is not.
	Progress func(files int, bytes int64)
}

// Limits for what is on a disk of one's own: only what is packed can be a surprise.
func Limits() leak.Limits {
	l := leak.DefaultLimits()
	l.Bytes, l.Files = 1<<40, 1<<30
	return l
}

// Scan looks at a folder or a file. The error says what cannot be read at all; what is missing within it is a gap.
func Scan(ctx context.Context, s *leak.Scanner, path string, o Options) (scan.Result, error) {
	info, err := os.Stat(path)
	if err != nil {
		return scan.Result{}, fmt.Errorf("read what is to be scanned: %w", err)
	}
	dir, only := path, ""
	if !info.IsDir() {
		dir, only = filepath.Split(filepath.Clean(path))
	}
	root, err := os.OpenRoot(filepath.Clean(dir)) // Clean makes . of nothing
	if err != nil {
		return scan.Result{}, fmt.Errorf("read what is to be scanned: %w", err)
	}
	w := &walk{root: root, scanner: s, options: o, names: make(chan string, 64)}
	results := w.start(ctx)
	w.list(ctx, only)
	close(w.names)
	w.workers.Wait()
	merged := leak.Merge(o.Limits.Findings, append(*results, w.listing.Result())...)
	return scan.Judge(s.Ruleset(), merged), errors.Join(ctx.Err(), root.Close())
}

// walk is one scan.
type walk struct {
	root    *os.Root
	scanner *leak.Scanner
	options Options
	names   chan string
	workers sync.WaitGroup
	// listing notes what could not be listed.
	listing *leak.Job
	files   atomic.Int64
	bytes   atomic.Int64
}

// start starts the workers; their results are there when they are done.
func (w *walk) start(ctx context.Context) *[]leak.Result {
	n := max(1, w.options.Workers)
	results := make([]leak.Result, n)
	for i := range n {
		w.workers.Go(func() {
			job := w.scanner.Job(w.options.Limits)
			for name := range w.names {
				w.file(ctx, job, name)
			}
			results[i] = job.Result()
		})
	}
	w.listing = w.scanner.Job(w.options.Limits)
	return &results
}

// list names all regular files to the workers, or the only one.
func (w *walk) list(ctx context.Context, only string) {
	if only != "" {
		w.names <- only
		return
	}
	_ = fs.WalkDir(w.root.FS(), ".", func(name string, entry fs.DirEntry, err error) error { // its error is ours, and ends it
		switch {
		case ctx.Err() != nil:
			return fs.SkipAll
		case err != nil:
			w.listing.Miss(leak.Place{File: label(name)}, reason(err))
			return fs.SkipDir
		case entry.Type().IsRegular():
			w.names <- name
		}
		return nil
	})
}

// file looks at one file.
func (w *walk) file(ctx context.Context, job *leak.Job, name string) {
	at := leak.Place{File: label(name)}
	f, err := w.root.Open(name)
	if err != nil {
		job.Miss(at, reason(err))
		return
	}
	err = job.Scan(at, &counted{ctx: ctx, r: f, w: w})
	if err != nil && ctx.Err() == nil && !errors.Is(err, leak.ErrLimit) {
		job.Miss(at, reason(err))
	}
	if err := f.Close(); err != nil {
		job.Miss(at, reason(err))
	}
	w.files.Add(1)
	if w.options.Progress != nil {
		w.options.Progress(int(w.files.Load()), w.bytes.Load())
	}
}

// counted counts what is read, and stops where the scan was cancelled.
type counted struct {
	ctx context.Context
	r   io.Reader
	w   *walk
}

func (c *counted) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.w.bytes.Add(int64(n))
	return n, err
}

// label is a name as it is shown: a path with slashes.
func label(name string) string { return filepath.ToSlash(name) }

// reason is an error without the path that the place has already.
func reason(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Op + ": " + at.Err.Error()
	}
	return err.Error()
}
