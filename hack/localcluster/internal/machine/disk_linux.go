package machine

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// needs is what two nodes put on the disk (650 MB by `du` when they are ready), with the images of some sites and room for more.
const needs = 2 << 30

// enough says whether the disk of a folder, which need not be there yet, has that many bytes free.
func enough(dir string, wanted uint64) error {
	var disk unix.Statfs_t
	at := dir
	err := unix.Statfs(at, &disk)
	for errors.Is(err, fs.ErrNotExist) && at != filepath.Dir(at) {
		at = filepath.Dir(at)
		err = unix.Statfs(at, &disk)
	}
	if err != nil {
		return fmt.Errorf("see how much room the disk of %s has: %w", dir, err)
	}
	if free := disk.Bavail * uint64(disk.Bsize); free < wanted {
		return fmt.Errorf("the disk of %s has %d MiB free, and real nodes with their images need %d MiB: free some, or give a folder on another disk (--dir)",
			dir, free>>20, wanted>>20)
	}
	return nil
}
