package machine

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// readyFile is the descriptor on which the first process says that all is made.
const readyFile = 3

// Init is the first process of a machine: it makes what a machine has, and then reaps those whose parents are gone, until
// it is told to end.
func Init(dir, cgroup string) error {
	says := os.NewFile(readyFile, "ready")
	err := furnish(dir, cgroup)
	if err != nil {
		_, writeErr := fmt.Fprintln(says, err)
		return errors.Join(err, writeErr)
	}
	_, err = fmt.Fprintln(says, ready)
	if err = errors.Join(err, says.Close()); err != nil {
		return err
	}
	reap()
	return nil
}

func furnish(dir, cgroup string) error {
	if err := joinCgroups(cgroup); err != nil {
		return err
	}
	if err := mounts(dir); err != nil {
		return err
	}
	if err := unix.Sethostname([]byte("localcluster")); err != nil {
		return fmt.Errorf("set host name: %w", err)
	}
	return network()
}

// reap waits for processes that end, for they would stay zombies, and for SIGTERM.
func reap() {
	signals := make(chan os.Signal, 64)
	signal.Notify(signals, unix.SIGCHLD, unix.SIGTERM)
	for s := range signals {
		if s == unix.SIGTERM {
			return
		}
		for {
			pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil)
			if pid <= 0 || err != nil && !errors.Is(err, unix.EINTR) {
				break
			}
		}
	}
}

// mounts gives the machine folders of its own where programs expect fixed paths, and hides what is the other machine's.
func mounts(dir string) error {
	steps := []struct {
		what string
		do   func() error
	}{
		// Private first, so that nothing reaches the other machine; then shared among ourselves, as the kubelet wants it.
		{"make mounts private", func() error { return unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "") }},
		{"make mounts shared", func() error { return unix.Mount("", "/", "", unix.MS_REC|unix.MS_SHARED, "") }},
		{"mount /proc", func() error {
			return unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
		}},
		{"cover kernel settings", func() error { return coverTunables(dir) }},
		{"mount /run", func() error { return tmpfs("/run") }},
		{"mount /var/log", func() error { return tmpfs("/var/log") }},
		{"write /etc/hosts", func() error { return over(dir, "/etc/hosts", hosts) }},
		// No name is looked up outside: there is no way out.
		{"write /etc/resolv.conf", func() error { return over(dir, "/etc/resolv.conf", "nameserver 127.0.0.1\n") }},
	}
	for _, s := range steps {
		if err := s.do(); err != nil {
			return fmt.Errorf("%s: %w", s.what, err)
		}
	}
	return nil
}

const hosts = "127.0.0.1 localhost localcluster\n" + Address + " " + Registry + "\n"

func tmpfs(path string) error {
	return unix.Mount("tmpfs", path, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755,size=256m")
}

// tunables are settings that a kubelet insists on. They are the kernel's, not the machine's.
// (k8s.io/component-helpers/node/util/sysctl)
var tunables = map[string]string{
	"/proc/sys/vm/overcommit_memory":      "1",
	"/proc/sys/vm/panic_on_oom":           "0",
	"/proc/sys/kernel/panic":              "10",
	"/proc/sys/kernel/panic_on_oops":      "1",
	"/proc/sys/kernel/keys/root_maxkeys":  "1000000",
	"/proc/sys/kernel/keys/root_maxbytes": "25000000",
}

// coverTunables shows the kubelet what it wants to see, so that it has nothing to change.
func coverTunables(dir string) error {
	for path, value := range tunables {
		if err := over(dir, path, value+"\n"); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// over puts a file with content in the place of path. Where path is a link, it is the file behind it.
func over(dir, path, content string) error {
	file := filepath.Join(dir, "etc", filepath.Base(path))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		return err
	}
	if err := os.Chmod(file, 0o644); err != nil { // as /etc/hosts is: processes of others read it
		return err
	}
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil // a link into /run, which is empty now: nothing is there to hide
	}
	if err != nil {
		return err
	}
	return unix.Mount(file, real, "", unix.MS_BIND, "")
}
