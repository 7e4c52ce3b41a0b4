package assets

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/hustings/hustings/hack/localcluster/internal/lock"
	"github.com/hustings/hustings/hack/localcluster/internal/progress"
)

// Set is a folder to fill and the places to fill it from.
type Set struct {
	Dir          string
	Module       Module            // the control plane's
	Modules      map[string]Module // those of a real node, by their names in modules/
	Node         bool              // what a real node runs, too
	ControlPlane string            // folder that has those of the control plane, may be empty
	Kubebuilder  string            // $KUBEBUILDER_ASSETS, may be empty
	SetupEnvtest string            // path of setup-envtest, may be empty
	EnvtestLimit time.Duration     // for the download
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

	for _, fill := range []func(context.Context, []program) error{s.linkControlPlane, s.linkKubebuilder, s.linkEnvtest, s.build} {
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
	wanted := programs
	if s.Node {
		wanted = slices.Concat(programs, nodePrograms)
	}
	var out []program
	for _, p := range wanted {
		if path := filepath.Join(s.Dir, p.name); !isProgram(path) && (p.file == "" || !isFile(path)) {
			out = append(out, p)
		}
	}
	return out
}
