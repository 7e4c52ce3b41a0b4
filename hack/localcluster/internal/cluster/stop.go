package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/hustings/hustings/hack/localcluster/internal/process"
	"github.com/hustings/hustings/hack/localcluster/internal/progress"
)

// Grace is how long a process may take to end by itself.
const Grace = 10 * time.Second

// remainsGrace is shorter: without its etcd an API server never ends by itself, and
// nothing of a crashed cluster is worth waiting for.
const remainsGrace = time.Second

// Stop ends the recorded processes, the last started first, and removes the folder.
// Where there is no cluster, there is nothing to do.
func Stop(ctx context.Context, dir string, log *progress.Log) error {
	return stop(ctx, dir, Grace, log)
}

func stop(ctx context.Context, dir string, grace time.Duration, log *progress.Log) error {
	s, err := Load(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, p := range slices.Backward(s.Processes) {
		if err := end(ctx, p, grace, log); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("remove folder of cluster: %w", err)
	}
	return nil
}

func end(ctx context.Context, p Process, grace time.Duration, log *progress.Log) error {
	killed, err := process.End(ctx, grace, p.Identity)
	if err != nil {
		return fmt.Errorf("end %s (pid %d): %w", p.Name, p.PID, err)
	}
	if len(killed) > 0 && grace > 0 {
		log.Linef("%s did not end within %s: killed", p.Name, grace)
	}
	return nil
}
