package assets

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
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

// NodeDir is the folder of what a real node runs, named by all that it is built from.
func NodeDir(kubernetes Module, modules map[string]Module) (string, error) {
	cache, err := CacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s %+v", kubernetes.KubernetesVersion, nodePrograms)
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		fmt.Fprintf(sum, "%s%s", modules[name].GoMod, modules[name].Main)
	}
	name := fmt.Sprintf("%s-node-%x-%s-%s", kubernetes.KubernetesVersion, sum.Sum(nil)[:4], runtime.GOOS, runtime.GOARCH)
	return filepath.Join(cache, name), nil
}

// isProgram tells whether path, after links, is an executable file.
func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
