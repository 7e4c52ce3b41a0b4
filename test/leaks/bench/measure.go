package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/hustings/hustings/internal/leak"
)

// sample is one run of a tool over a tree.
type sample struct {
	seen
	seconds, cpu float64
}

// job is what a tool is to do.
type job struct {
	tool, tree    string
	cores, repeat int
}

// run runs a tool over a tree, in a process of its own.
func (b *bench) run(j job) (sample, error) {
	root := filepath.Join(b.work, j.tree)
	cores := max(1, j.cores)
	var cmd *exec.Cmd
	report := filepath.Join(b.work, "report.json")
	if j.tool == command {
		cmd = exec.Command(b.gitleaks, "dir", "--no-banner", "--log-level", "error", "--exit-code", "0",
			"--report-format", "json", "--report-path", report, root)
	} else {
		self, err := os.Executable()
		if err != nil {
			return sample{}, fmt.Errorf("find this program: %w", err)
		}
		cmd = exec.Command(self, "-workers", strconv.Itoa(cores), "-repeat", strconv.Itoa(max(1, j.repeat)), scanCommand, j.tool, root)
	}
	cmd.Env = append(os.Environ(), "GOMAXPROCS="+strconv.Itoa(cores))
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	begin := time.Now()
	err := cmd.Run()
	s := sample{seconds: time.Since(begin).Seconds()}
	if err != nil {
		return s, fmt.Errorf("%s: %w: %s", j.tool, err, last(complaints.Bytes()))
	}
	s.cpu = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	if j.tool == command {
		if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			s.Peak = usage.Maxrss
		}
		s.Findings, err = reported(root, report)
		return s, err
	}
	if err := json.Unmarshal(out.Bytes(), &s.seen); err != nil {
		return s, fmt.Errorf("read what %s said: %w", j.tool, err)
	}
	mb, _, err := b.size(j.tree)
	if all := mb * megabyte * float64(max(1, j.repeat)); err == nil && j.tool == ours && float64(s.Bytes) < all-1 {
		return s, fmt.Errorf("ours looked at %d bytes only, of %.0f", s.Bytes, all)
	}
	return s, err
}

// reported are the findings in a report of gitleaks.
func reported(root, report string) ([]leak.Finding, error) {
	raw, err := os.ReadFile(report)
	if err != nil {
		return nil, fmt.Errorf("read gitleaks' report: %w", err)
	}
	var found []struct {
		RuleID                 string
		File                   string
		StartLine, StartColumn int
	}
	if err := json.Unmarshal(raw, &found); err != nil {
		return nil, fmt.Errorf("read gitleaks' report: %w", err)
	}
	findings := make([]leak.Finding, len(found))
	for i, f := range found {
		findings[i] = leak.Finding{Rule: f.RuleID, Severity: leak.High,
			Place: leak.Place{File: label(root, f.File), Line: f.StartLine, Column: f.StartColumn}}
	}
	return findings, nil
}

// alarms are the findings worse than Info.
func (s sample) alarms() []leak.Finding {
	return slices.DeleteFunc(slices.Clone(s.Findings), func(f leak.Finding) bool { return f.Severity >= leak.Info })
}

// size is how much is in a tree, in MB, and in how many files.
func (b *bench) size(tree string) (mb float64, files int, err error) {
	err = walk(filepath.Join(b.work, tree), func(_ string, info fs.FileInfo) {
		mb += float64(info.Size()) / megabyte
		files++
	})
	return mb, files, err
}

// median is the run in the middle, by what it took of a core.
func median(runs []sample) sample {
	sorted := slices.Clone(runs)
	slices.SortFunc(sorted, func(a, b sample) int { return cmp.Compare(a.cpu, b.cpu) })
	return sorted[len(sorted)/2]
}

// quickest is the run that was least in the way of others: whether two cores are twice as fast can only be seen where two
// are free.
func quickest(runs []sample) sample {
	return slices.MinFunc(runs, func(a, b sample) int { return cmp.Compare(a.seconds, b.seconds) })
}

// read reads what prepare noted; it is left as it is where there is no such note.
func (b *bench) read(name string, into any) error {
	raw, err := os.ReadFile(filepath.Join(b.work, name))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// top is the folder of a case: its carrier and its type.
func top(file string) string {
	parts := strings.SplitN(file, "/", 3)
	return strings.Join(parts[:min(2, len(parts))], "/")
}
