package assets

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// FindSetupEnvtest returns the path of setup-envtest: the one given, else the one
// beside this executable, else the one in PATH, else nothing.
func FindSetupEnvtest(given string) string {
	if given != "" {
		return given
	}
	if self, err := os.Executable(); err == nil {
		if beside := filepath.Join(filepath.Dir(self), "setup-envtest"); isProgram(beside) {
			return beside
		}
	}
	found, err := exec.LookPath("setup-envtest")
	if err != nil {
		return ""
	}
	return found
}

// linkEnvtest lets setup-envtest download an archive. A failure is not an error:
// without internet access the build is next.
func (s Set) linkEnvtest(ctx context.Context, missing []program) error {
	missing = slices.DeleteFunc(slices.Clone(missing), func(p program) bool { return !p.inEnvtest })
	if s.SetupEnvtest == "" || len(missing) == 0 {
		return nil
	}
	s.Log.Linef("asking setup-envtest for %s (at most %s)", series(s.Module.KubernetesVersion), s.EnvtestLimit)
	limited, cancel := context.WithTimeout(ctx, s.EnvtestLimit)
	defer cancel()
	cmd := exec.CommandContext(limited, s.SetupEnvtest, "use", series(s.Module.KubernetesVersion)+".x", "-p", "path")
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = time.Second
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	folder := strings.TrimSpace(string(out))
	if err != nil || folder == "" {
		s.Log.Linef("setup-envtest has nothing for us: %s", reason(err, limited.Err(), stderr.String()))
		return nil
	}
	return s.linkFrom(ctx, folder, "setup-envtest", missing)
}

// reason is one line on why setup-envtest gave nothing.
func reason(err, timeout error, stderr string) string {
	if timeout != nil {
		return "out of time"
	}
	for line := range strings.Lines(stderr) {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	if err != nil {
		return err.Error()
	}
	return "no folder"
}
