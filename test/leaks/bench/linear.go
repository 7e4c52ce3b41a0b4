package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// linear shows that twice as much takes twice as long: as many files, and as large a file.
func (b *bench) linear() error {
	fmt.Printf("%-34s %8s %8s %8s %12s\n", "CPU seconds for", "once", "twice", "4 times", "4 to once")
	if err := b.times("the bundles", func(n int) (job, error) { return job{ours, "npm", 1, n}, nil }); err != nil {
		return err
	}
	if err := b.times("a line of 40 MB", func(n int) (job, error) {
		tree := fmt.Sprintf("large-%d", n)
		return job{ours, tree, 1, 1}, b.large(tree, n)
	}); err != nil {
		return err
	}
	fmt.Println()
	return nil
}

// times measures something once, twice and four times, less what a start takes.
func (b *bench) times(what string, of func(n int) (job, error)) error {
	if err := os.MkdirAll(filepath.Join(b.work, "nothing"), 0o755); err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	start, err := b.often(job{ours, "nothing", 1, 1})
	if err != nil {
		return err
	}
	var took [3]float64
	for i, n := range []int{1, 2, 4} {
		j, err := of(n)
		if err != nil {
			return err
		}
		s, err := b.often(j)
		if err != nil {
			return err
		}
		took[i] = s - start
	}
	ratio := took[2] / max(took[0], 0.001)
	fmt.Printf("%-34s %8.2f %8.2f %8.2f %12.2f\n", what, took[0], took[1], took[2], ratio)
	b.goals = append(b.goals, goal{"times as long for 4 times " + what, ratio, 4.4, true})
	return nil
}

// often is the median time of several runs.
func (b *bench) often(j job) (float64, error) {
	var runs []sample
	for range b.rounds {
		s, err := b.run(j)
		if err != nil {
			return 0, err
		}
		runs = append(runs, s)
	}
	return median(runs).cpu, nil
}

// large makes a file of one line from the sample, of so many times 40 MB.
func (b *bench) large(tree string, n int) error {
	var all bytes.Buffer
	var failed error
	if err := walk(filepath.Join(b.work, "npm-sample"), func(path string, _ fs.FileInfo) {
		data, err := os.ReadFile(path)
		if err != nil {
			failed = err
			return
		}
		all.Write(bytes.ReplaceAll(data, []byte("\n"), []byte(" ")))
	}); err != nil {
		return err
	}
	if failed != nil {
		return fmt.Errorf("make a large file: %w", failed)
	}
	if err := os.MkdirAll(filepath.Join(b.work, tree), 0o755); err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	f, err := os.Create(filepath.Join(b.work, tree, "all.js"))
	if err != nil {
		return fmt.Errorf("make a large file: %w", err)
	}
	const once = 40 * megabyte
	for written := 0; written < n*once; written += all.Len() {
		if _, err := f.Write(all.Bytes()); err != nil {
			return fmt.Errorf("make a large file: %w", err)
		}
	}
	return f.Close()
}
