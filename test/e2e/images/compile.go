package images

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// compiled is where Fetch puts a program of this module.
func compiled(cache, pkg string) string { return filepath.Join(cache, filepath.Base(pkg)) }

// compile builds a static program of this module.
func compile(ctx context.Context, cache, pkg string) error {
	output := compiled(cache, pkg)
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", output, "github.com/hustings/hustings/"+pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w: %s", pkg, err, out)
	}
	return nil
}
