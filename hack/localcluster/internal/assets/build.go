package assets

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/hustings/hustings/hack/localcluster/internal/progress"
)

const buildProgress = 15 * time.Second

// build makes the missing programs from Go modules, one after the other: each
// uses all processors, and the second finds what the first compiled.
func (s Set) build(ctx context.Context, missing []program) error {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return errors.New("building the control plane needs the go command in PATH: see https://go.dev/dl")
	}
	module, err := s.writeModule()
	if err != nil {
		return fmt.Errorf("write module to build from: %w", err)
	}
	defer func() { _ = os.RemoveAll(module) }()
	for i, p := range missing {
		if err := s.buildOne(ctx, goTool, module, p, fmt.Sprintf("%d/%d", i+1, len(missing))); err != nil {
			return fmt.Errorf("build %s: %w", p.name, err)
		}
	}
	return nil
}

// writeModule writes the pinned go.mod and go.sum to a folder of their own.
func (s Set) writeModule() (string, error) {
	dir, err := os.MkdirTemp("", "localcluster-build-")
	if err != nil {
		return "", err
	}
	err = errors.Join(
		os.WriteFile(filepath.Join(dir, "go.mod"), s.Module.GoMod, 0o600),
		os.WriteFile(filepath.Join(dir, "go.sum"), s.Module.GoSum, 0o600),
	)
	return dir, err
}

func (s Set) buildOne(ctx context.Context, goTool, module string, p program, which string) error {
	started := time.Now()
	s.Log.Linef("%s: building from %s (%s; minutes when nothing is cached)", p.name, p.pkg, which)
	stop := s.Log.Every(buildProgress, func(passed time.Duration) {
		s.Log.Linef("%s: still building after %s", p.name, progress.Seconds(passed))
	})
	defer stop()

	temp := filepath.Join(s.Dir, fmt.Sprintf(".%s.%d.tmp", p.name, os.Getpid()))
	defer func() { _ = os.Remove(temp) }()
	cmd := exec.CommandContext(ctx, goTool, "build", "-trimpath",
		"-ldflags", p.ldflags(s.Module.KubernetesVersion), "-o", temp, p.pkg)
	cmd.Dir = module
	// A caller's workspace, flags or target must not change what is built; and with
	// CGO_ENABLED=0 throughout, all programs share one build cache.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly", "GOWORK=off", "GOOS=", "GOARCH=", "PWD="+module)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return err
	}
	if err := os.Rename(temp, filepath.Join(s.Dir, p.name)); err != nil {
		return err
	}
	s.Log.Linef("%s: built from %s in %s", p.name, p.pkg, progress.Seconds(time.Since(started)))
	return nil
}
