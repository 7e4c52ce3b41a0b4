package main

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/hustings/hustings/internal/leak"
	"github.com/hustings/hustings/test/leaks/gitleaks"
)

// The tools.
const (
	ours    = "hustings"
	library = "gitleaks library"
	command = "gitleaks command"
)

// seen is what one process found, and what it took.
type seen struct {
	Findings []leak.Finding `json:"findings"`
	Gaps     []leak.Gap     `json:"gaps"`
	// Bytes that were looked at, unpacked.
	Bytes int64 `json:"bytes"`
	// Peak is the most memory that was resident, in KiB.
	Peak int64 `json:"peak"`
}

// scanTree scans a tree with a tool in this process, and prints what was seen.
func scanTree(tool, root string, workers, repeat int) error {
	var paths []string
	for range repeat {
		if err := walk(root, func(path string, _ fs.FileInfo) { paths = append(paths, path) }); err != nil {
			return err
		}
	}
	var out seen
	var err error
	if tool == library {
		out.Findings, err = scanLibrary(root, paths)
	} else {
		out, err = scanOurs(root, paths, workers)
	}
	if err != nil {
		return err
	}
	out.Peak = peak()
	return json.NewEncoder(os.Stdout).Encode(out)
}

// scanOurs is our engine, with a job for every worker.
func scanOurs(root string, paths []string, workers int) (seen, error) {
	scanner, files := leak.New(nil), make(chan string)
	limits := leak.DefaultLimits()
	limits.Findings = 10_000
	jobs, errs := make([]*leak.Job, workers), make([]error, workers)
	var wait sync.WaitGroup
	for i := range jobs {
		jobs[i] = scanner.Job(limits)
		wait.Go(func() {
			for path := range files {
				if errs[i] == nil {
					errs[i] = scanFile(jobs[i], root, path)
				}
			}
		})
	}
	for _, path := range paths {
		files <- path
	}
	close(files)
	wait.Wait()
	var out seen
	for i, job := range jobs {
		if errs[i] != nil {
			return out, errs[i]
		}
		result := job.Result()
		out.Bytes += result.Bytes
		out.Findings, out.Gaps = append(out.Findings, result.Findings...), append(out.Gaps, result.Gaps...)
	}
	return out, nil
}

func scanFile(job *leak.Job, root, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	return job.Scan(leak.Place{File: label(root, path)}, f)
}

// scanLibrary is gitleaks' library.
func scanLibrary(root string, paths []string) ([]leak.Finding, error) {
	find, err := gitleaks.Library()
	if err != nil {
		return nil, err
	}
	var all []leak.Finding
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("scan: %w", err)
		}
		findings, err := find(label(root, path), data)
		if err != nil {
			return nil, err
		}
		all = append(all, findings...)
	}
	return all, nil
}

// label is a file's name in its tree.
func label(root, path string) string {
	if name, err := filepath.Rel(root, path); err == nil {
		return filepath.ToSlash(name)
	}
	return path
}

// peak is the most memory that this process had resident, in KiB: what wait4 says counts what its parent had, too.
func peak() int64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close() //nolint:errcheck // only read
	raw, err := io.ReadAll(f)
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(raw)) {
		var kib int64
		if n, err := fmt.Sscanf(line, "VmHWM: %d kB", &kib); err == nil && n == 1 {
			return kib
		}
	}
	return 0
}
