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
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/internal/leak/unpack"
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
	switch {
	case info.Mode().IsRegular():
		// A link is followed if it is what somebody asked for.
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return scan.Result{}, fmt.Errorf("read what is to be scanned: %w", err)
		}
		dir, only = filepath.Split(path)
	case !info.IsDir():
		return scan.Result{}, errors.New("read what is to be scanned: it is neither a folder nor a regular file")
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
	scan.Withhold(s, &merged)
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
			job.Until(func() error { return context.Cause(ctx) })
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
	w.folder(ctx, ".", 0)
}

// folder names the files in a folder and below. What io/fs has for this knows no names but those in UTF-8.
func (w *walk) folder(ctx context.Context, dir string, depth int) {
	const deepest = 500
	if depth > deepest {
		w.listing.Miss(leak.Place{File: label(dir)}, fmt.Sprintf("folders within one another more than %d deep", deepest))
		return
	}
	entries, err := w.entries(dir)
	if err != nil {
		// What was read before is looked at all the same.
		w.listing.Miss(leak.Place{File: label(dir)}, reason(err))
	}
	for _, entry := range entries {
		if ctx.Err() != nil {
			return
		}
		switch name := filepath.Join(dir, entry.Name()); {
		case entry.IsDir():
			w.folder(ctx, name, depth+1)
		case entry.Type().IsRegular():
			w.names <- name
		}
	}
}

// entries are what is in a folder, by name.
func (w *walk) entries(dir string) ([]fs.DirEntry, error) {
	f, err := w.root.OpenFile(dir, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	entries, err := f.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, errors.Join(err, f.Close())
}

// file looks at one file.
func (w *walk) file(ctx context.Context, job *leak.Job, name string) {
	at := leak.Place{File: label(name)}
	// A pipe that took a file's place would have the scan wait for ever.
	f, err := w.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		job.Miss(at, reason(err))
		return
	}
	if info, err := f.Stat(); err != nil {
		job.Miss(at, reason(err))
	} else if !info.Mode().IsRegular() {
		job.Miss(at, "it is no regular file any more")
	} else {
		w.look(ctx, job, at, f, info.Size())
	}
	if err := f.Close(); err != nil {
		job.Miss(at, reason(err))
	}
	w.files.Add(1)
	if w.options.Progress != nil {
		w.options.Progress(int(w.files.Load()), w.bytes.Load())
	}
}

// look reads a file of this size. What somebody writes to meanwhile was not looked at wholly, and might never end.
func (w *walk) look(ctx context.Context, job *leak.Job, at leak.Place, f io.Reader, size int64) {
	r := &counted{ctx: ctx, r: io.LimitReader(f, size), w: w}
	err := job.Scan(at, r)
	switch {
	case ctx.Err() != nil, errors.Is(err, leak.ErrLimit):
		// The error of the scan, or a gap of the job's, says so.
	case err != nil:
		job.Miss(at, reason(err))
	case r.n < size && r.ended:
		job.Miss(at, "it became shorter while it was read")
	case r.n == size:
		if n, err := f.Read(make([]byte, 1)); n > 0 {
			job.Miss(at, "it became longer while it was read")
		} else if err != nil && !errors.Is(err, io.EOF) {
			job.Miss(at, reason(err))
		}
	}
}

// counted counts what is read, and stops where the scan was cancelled.
type counted struct {
	ctx context.Context
	r   io.Reader
	w   *walk
	n   int64
	// ended: there is no more to read. What is damaged is not always read to its end.
	ended bool
}

func (c *counted) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.ended = errors.Is(err, io.EOF)
	c.w.bytes.Add(int64(n))
	return n, err
}

// label is a name as it is shown: a path with slashes, in which nothing moves a cursor or begins a line.
func label(name string) string { return unpack.Label(filepath.ToSlash(name)) }

// reason is an error without the path that the place has already.
func reason(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Op + ": " + at.Err.Error()
	}
	return err.Error()
}
