package machine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	cgroupRoot = "/sys/fs/cgroup"
	// systemCgroup is where the machine's own processes are, beside the pods.
	systemCgroup = "system"

	cgroupLimit = 20 * time.Second
	cgroupEvery = 50 * time.Millisecond
)

// hierarchies are the roots of the cgroup trees: one with version 2, one for each controller with version 1.
func hierarchies() ([]string, error) {
	if _, err := os.Stat(filepath.Join(cgroupRoot, "cgroup.controllers")); err == nil {
		return []string{cgroupRoot}, nil
	}
	entries, err := os.ReadDir(cgroupRoot)
	if err != nil {
		return nil, fmt.Errorf("a real node needs cgroups: %w", err)
	}
	var out []string
	for _, e := range entries {
		root := filepath.Join(cgroupRoot, e.Name())
		if _, err := os.Stat(filepath.Join(root, "cgroup.procs")); err == nil && e.IsDir() {
			out = append(out, root)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("a real node needs cgroups, and there is none in %s: mount them there", cgroupRoot)
	}
	return out, nil
}

// makeCgroups makes the machine's cgroups, with every controller that there is.
func makeCgroups(name string) error {
	roots, err := hierarchies()
	if err != nil {
		return err
	}
	if err := lacking(roots); err != nil {
		return err
	}
	for _, root := range roots {
		if err := makeCgroup(root, name); err != nil {
			return err
		}
		if err := makeCgroup(root, filepath.Join(name, systemCgroup)); err != nil {
			return err
		}
	}
	return nil
}

// MakeCgroup makes a cgroup in the machine's, for a node's pods.
func MakeCgroup(path string) error {
	roots, err := hierarchies()
	if err != nil {
		return err
	}
	for _, root := range roots {
		if err := makeCgroup(root, path); err != nil {
			return err
		}
	}
	return nil
}

func makeCgroup(root, path string) error {
	if err := os.MkdirAll(filepath.Join(root, path), 0o755); err != nil {
		return fmt.Errorf("make cgroup: %w", err)
	}
	return errors.Join(passOn(filepath.Dir(filepath.Join(root, path))), inheritCPUs(root, path))
}

// lacking says which controllers the kubelet would miss.
func lacking(roots []string) error {
	have := map[string]bool{}
	for _, root := range roots {
		have[filepath.Base(root)] = true
		if raw, err := os.ReadFile(filepath.Join(root, "cgroup.controllers")); err == nil {
			for _, controller := range strings.Fields(string(raw)) {
				have[controller] = true
			}
		}
	}
	for _, wanted := range []string{"cpu", "cpuset", "memory", "pids"} {
		if !have[wanted] {
			return fmt.Errorf("a real node needs the cgroup controller %q, which this machine lacks", wanted)
		}
	}
	return nil
}

// passOn lets the children of a cgroup of version 2 have its controllers; with version 1 they have them.
func passOn(dir string) error {
	raw, err := os.ReadFile(filepath.Join(dir, "cgroup.controllers"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, controller := range strings.Fields(string(raw)) {
		if err := os.WriteFile(filepath.Join(dir, "cgroup.subtree_control"), []byte("+"+controller), 0); err != nil {
			return fmt.Errorf("pass on the cgroup controller %s: %w", controller, err)
		}
	}
	return nil
}

// inheritCPUs gives a new cgroup of version 1 the processors of the machine: it starts with none, and takes no process.
func inheritCPUs(root, path string) error {
	if filepath.Base(root) != "cpuset" {
		return nil
	}
	for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
		raw, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(root, path, file), bytes.TrimSpace(raw), 0); err != nil {
			return err
		}
	}
	return nil
}

// joinCgroups puts this process, and so all that it starts, into the machine's cgroups. It is called before the process
// has a number of its own in there: 0 stands for the writer.
func joinCgroups(name string) error {
	roots, err := hierarchies()
	if err != nil {
		return err
	}
	for _, root := range roots {
		if err := os.WriteFile(filepath.Join(root, name, systemCgroup, "cgroup.procs"), []byte(strconv.Itoa(0)), 0); err != nil {
			return fmt.Errorf("join cgroup: %w", err)
		}
	}
	return nil
}

// removeCgroups removes the machine's cgroups, once the kernel has let its processes go.
func removeCgroups(ctx context.Context, name string) error {
	roots, err := hierarchies()
	if err != nil {
		return err
	}
	// Not the caller's end: after an interrupt there is more need to clean up, not less.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cgroupLimit)
	defer cancel()
	tick := time.NewTicker(cgroupEvery)
	defer tick.Stop()
	for {
		var left error
		for _, root := range roots {
			left = errors.Join(left, removeTree(filepath.Join(root, name)))
		}
		if left == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("remove cgroups: %w", left)
		case <-tick.C:
		}
	}
}

// removeTree removes a cgroup and those in it, the innermost first. Its files are the kernel's and go with it.
func removeTree(dir string) error {
	var dirs []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			dirs = append(dirs, path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	for _, d := range slices.Backward(dirs) {
		if removed := os.Remove(d); removed != nil && !errors.Is(removed, fs.ErrNotExist) {
			err = errors.Join(err, removed)
		}
	}
	return err
}
