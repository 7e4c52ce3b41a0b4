package assets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/hustings/hustings/hack/localcluster/internal/progress"
)

const buildProgress = 15 * time.Second

// build makes the missing programs from Go modules, one after the other: each
// uses all processors, and the second finds what the first compiled.
func (s Set) build(ctx context.Context, missing []program) error {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return errors.New("building Kubernetes needs the go command in PATH: see https://go.dev/dl")
	}
	if err := canBuildC(ctx, missing); err != nil {
		return err
	}
	modules, err := os.MkdirTemp("", "localcluster-build-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(modules) }()
	for i, p := range missing {
		folder, err := s.writeModule(modules, p.module)
		if err != nil {
			return fmt.Errorf("write module to build %s from: %w", p.name, err)
		}
		b := build{set: s, goTool: goTool, module: folder, program: p}
		if err := b.run(ctx, fmt.Sprintf("%d/%d", i+1, len(missing))); err != nil {
			return fmt.Errorf("build %s: %w", p.name, err)
		}
	}
	return nil
}

// canBuildC asks for what the one program with C code needs, before minutes are spent on the others.
func canBuildC(ctx context.Context, missing []program) error {
	if !slices.ContainsFunc(missing, func(p program) bool { return p.cgo }) {
		return nil
	}
	const how = "on Debian and Ubuntu, apt-get install gcc pkg-config libseccomp-dev"
	for _, tool := range []string{"gcc", "pkg-config"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("building runc needs %s: %s", tool, how)
		}
	}
	if err := exec.CommandContext(ctx, "pkg-config", "--exists", "libseccomp").Run(); err != nil {
		return fmt.Errorf("building runc needs libseccomp: %s", how)
	}
	return nil
}

// writeModule writes a pinned go.mod and go.sum to a folder of their own in dir.
func (s Set) writeModule(dir, name string) (string, error) {
	m, ok := s.Module, true
	if name != "" {
		m, ok = s.Modules[name]
	}
	if !ok {
		return "", fmt.Errorf("there is no module %q", name)
	}
	dir = filepath.Join(dir, "module-"+name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	for file, content := range map[string][]byte{"go.mod": m.GoMod, "go.sum": m.GoSum, "main.go": m.Main} {
		if content == nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, file), content, 0o600); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// build is one program that is being made.
type build struct {
	set            Set
	goTool, module string
	program        program
}

func (b build) run(ctx context.Context, which string) error {
	s, p := b.set, b.program
	started := time.Now()
	s.Log.Linef("%s: building from %s (%s; minutes when nothing is cached)", p.name, p.pkg, which)
	stop := s.Log.Every(buildProgress, func(passed time.Duration) {
		s.Log.Linef("%s: still building after %s", p.name, progress.Seconds(passed))
	})
	defer stop()

	temp := filepath.Join(s.Dir, fmt.Sprintf(".%s.%d.tmp", p.name, os.Getpid()))
	defer func() { _ = os.Remove(temp) }()
	make := b.compile
	if p.file != "" {
		make = b.copyFile
	}
	if err := make(ctx, temp); err != nil {
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

func (b build) compile(ctx context.Context, output string) error {
	p := b.program
	args := []string{"build", "-trimpath", "-ldflags", p.ldflags(b.set.Module.KubernetesVersion)}
	if p.tags != "" {
		args = append(args, "-tags", p.tags)
	}
	cmd := b.goCommand(ctx, append(args, "-o", output, p.pkg)...)
	cmd.Stdout = os.Stderr
	return cmd.Run()
}

// copyFile takes a file from the module's folder in the module cache.
func (b build) copyFile(ctx context.Context, output string) error {
	out, err := b.goCommand(ctx, "mod", "download", "-json", b.program.pkg).Output()
	if err != nil {
		return err
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		return err
	}
	raw, err := os.ReadFile(filepath.Join(module.Dir, filepath.FromSlash(b.program.file)))
	if err != nil {
		return err
	}
	return os.WriteFile(output, raw, 0o600)
}

func (b build) goCommand(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, b.goTool, args...)
	cmd.Dir = b.module
	cgo := "CGO_ENABLED=0"
	if b.program.cgo {
		cgo = "CGO_ENABLED=1"
	}
	// A caller's workspace, flags or target must not change what is built; and with
	// CGO_ENABLED=0 wherever it can be, programs share one build cache.
	cmd.Env = append(os.Environ(), cgo, "GOFLAGS=-mod=readonly", "GOWORK=off", "GOOS=", "GOARCH=", "PWD="+b.module)
	cmd.Stderr = os.Stderr
	return cmd
}
