package assets

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// CacheDir is where this command keeps what outlives a cluster.
func CacheDir() (string, error) {
	if dir := os.Getenv("HUSTINGS_CACHE"); dir != "" {
		return filepath.Join(dir, "localcluster"), nil
	}
	base := os.Getenv("XDG_CACHE_HOME")
	if base == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("set HUSTINGS_CACHE to a folder for the control plane's programs: %w", err)
		}
		base = filepath.Join(home, ".cache")
	}
	return filepath.Join(base, "hustings", "localcluster"), nil
}

// DefaultDir is the folder of one version of the programs.
func DefaultDir(version string) (string, error) {
	cache, err := CacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(cache, fmt.Sprintf("%s-%s-%s", version, runtime.GOOS, runtime.GOARCH)), nil
}

// isProgram tells whether path, after links, is an executable file.
func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
}
