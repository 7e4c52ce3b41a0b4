package images

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// folderOf is where the packages are that names stand for, with all that they depend on.
func folderOf(cache string, names []string) string {
	sum := sha256.Sum256([]byte(strings.Join(names, " ")))
	return filepath.Join(cache, fmt.Sprintf("%s-%x", names[0], sum[:4]))
}

// complete is a file in a folder that has every package.
const complete = "complete"

// packages are the files of fetched packages.
func packages(cache string, names []string) ([]string, error) {
	dir := folderOf(cache, names)
	if _, err := os.Stat(filepath.Join(dir, complete)); err != nil {
		return nil, fmt.Errorf("the packages of %s are not fetched: %w", names[0], err)
	}
	debs, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	slices.Sort(debs)
	return debs, err
}

// fetch brings Debian packages, with all that they depend on.
func fetch(ctx context.Context, cache string, names []string) error {
	for _, tool := range []string{"apt-get", "dpkg-deb"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("images of web servers are made from Debian's packages, and there is no %s here: run this on Debian or Ubuntu", tool)
		}
	}
	dir := folderOf(cache, names)
	if _, err := os.Stat(filepath.Join(dir, complete)); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Join(dir, "partial"), 0o755); err != nil {
		return err
	}
	if err := download(ctx, dir, names); err != nil {
		fmt.Fprintln(os.Stderr, "asking Debian's mirrors what there is: apt-get update")
		if out, failed := exec.CommandContext(ctx, "apt-get", "update", "-q").CombinedOutput(); failed != nil {
			return fmt.Errorf("%w\napt-get update: %w: %s", err, failed, out)
		}
		if err := download(ctx, dir, names); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, complete), nil, 0o600)
}

// download asks apt as if nothing were installed: what this machine has does not count.
func download(ctx context.Context, dir string, names []string) error {
	nothing := filepath.Join(dir, "status")
	if err := os.WriteFile(nothing, nil, 0o600); err != nil {
		return err
	}
	args := append([]string{
		"install", "--download-only", "--yes", "--no-install-recommends", "-q",
		"-o", "Dir::State::status=" + nothing, "-o", "Dir::Cache::archives=" + dir + "/",
		// Those that this machine's apt keeps are of what this machine has.
		"-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache=",
		"-o", "APT::Sandbox::User=root", "-o", "Debug::NoLocking=1",
	}, names...)
	told := newProgress("fetching Debian's " + strings.Join(names, ", "))
	cmd := exec.CommandContext(ctx, "apt-get", args...)
	cmd.Stdout, cmd.Stderr = told, told
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("fetch Debian's %s: %w: %s", strings.Join(names, ", "), err, told.said.Bytes())
	}
	return nil
}
