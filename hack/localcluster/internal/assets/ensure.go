package assets

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/hustings/hustings/hack/localcluster/internal/lock"
	"github.com/hustings/hustings/hack/localcluster/internal/progress"
)

// Set is a folder to fill and the places to fill it from.
type Set struct {
	Dir          string
	Module       Module
	Kubebuilder  string        // $KUBEBUILDER_ASSETS, may be empty
	SetupEnvtest string        // path of setup-envtest, may be empty
	EnvtestLimit time.Duration // for the download
	Log          *progress.Log
}

// Ensure fills the folder and returns its absolute path. Concurrent callers take
// turns, so nothing is built twice.
func (s Set) Ensure(ctx context.Context) (string, error) {
	dir, err := filepath.Abs(s.Dir)
	if err != nil {
		return "", err
	}
	s.Dir = dir
	if len(s.missing()) == 0 {
		return dir, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make folder of programs: %w", err)
	}
	release, err := lock.Acquire(ctx, filepath.Join(dir, ".lock"), func() {
		s.Log.Linef("another process is filling %s: waiting for it", dir)
	})
	if err != nil {
		return "", err
	}
	defer release()

	for _, fill := range []func(context.Context, []program) error{s.linkKubebuilder, s.linkEnvtest, s.build} {
		missing := s.missing()
		if len(missing) == 0 {
			break
		}
		if err := fill(ctx, missing); err != nil {
			return "", err
		}
	}
	return dir, ctx.Err()
}

func (s Set) missing() []program {
	var out []program
	for _, p := range programs {
		if !isProgram(filepath.Join(s.Dir, p.name)) {
			out = append(out, p)
		}
	}
	return out
}
