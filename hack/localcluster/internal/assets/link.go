package assets

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// linkKubebuilder links what $KUBEBUILDER_ASSETS holds.
func (s Set) linkKubebuilder(ctx context.Context, missing []program) error {
	if s.Kubebuilder == "" {
		return nil
	}
	return s.linkFrom(ctx, s.Kubebuilder, "$KUBEBUILDER_ASSETS", missing)
}

// linkControlPlane links what another set has found or made already.
func (s Set) linkControlPlane(ctx context.Context, missing []program) error {
	if s.ControlPlane == "" {
		return nil
	}
	return s.linkFrom(ctx, s.ControlPlane, "the control plane's", missing)
}

// linkFrom links the programs that folder holds, if they are of our series: tests
// rely on what this version of the API server does.
func (s Set) linkFrom(ctx context.Context, folder, source string, missing []program) error {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	if folder == s.Dir {
		return nil
	}
	for _, p := range missing {
		target := filepath.Join(folder, p.name)
		if !isProgram(target) {
			continue
		}
		if got, ok := s.wanted(ctx, p, target); !ok {
			s.Log.Linef("%s: the one in %s is %q, not v%s: ignored", p.name, source, got, series(s.Module.KubernetesVersion))
			continue
		}
		if err := replaceLink(target, filepath.Join(s.Dir, p.name)); err != nil {
			return fmt.Errorf("link %s: %w", p.name, err)
		}
		s.Log.Linef("%s: from %s (%s)", p.name, source, folder)
	}
	return nil
}

// wanted runs the program for its version. Any etcd will do.
func (s Set) wanted(ctx context.Context, p program, path string) (got string, ok bool) {
	var args []string
	switch p.name {
	case "etcd":
		return "", true
	case "kubectl":
		args = []string{"version", "--client"}
	default:
		args = []string{"--version"}
	}
	out, err := exec.CommandContext(ctx, path, args...).CombinedOutput()
	got, _, _ = strings.Cut(strings.TrimSpace(string(out)), "\n")
	return got, err == nil && strings.Contains(got, "v"+series(s.Module.KubernetesVersion)+".")
}

// replaceLink puts the link in place by a rename, so that nobody sees half of it.
func replaceLink(target, path string) error {
	temp := fmt.Sprintf("%s.%d.tmp", path, os.Getpid())
	_ = os.Remove(temp)
	if err := os.Symlink(target, temp); err != nil {
		return err
	}
	return os.Rename(temp, path)
}
