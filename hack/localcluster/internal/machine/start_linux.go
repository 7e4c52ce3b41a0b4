package machine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hustings/hustings/hack/localcluster/internal/process"
)

// ready is what the first process says once the machine is made.
const ready = "ready"

// Start makes the machine of a folder, which must be there. init is the command that calls Init.
func Start(ctx context.Context, dir string, init ...string) (Machine, error) {
	if err := errors.Join(Missing(), enough(dir, needs)); err != nil {
		return Machine{}, err
	}
	m := Machine{Cgroup: cgroupOf(dir)}
	if err := makeCgroups(m.Cgroup); err != nil {
		return Machine{}, err
	}
	var err error
	if m.First, err = spawn(dir, m.Cgroup, init); err == nil {
		err = m.save(dir)
	}
	if err != nil {
		return Machine{}, errors.Join(err, m.end(context.WithoutCancel(ctx)))
	}
	return m, nil
}

// spawn starts the first process and waits until it says that all is made, or why not.
func spawn(dir, cgroup string, init []string) (process.Identity, error) {
	log, err := openLog(dir)
	if err != nil {
		return process.Identity{}, err
	}
	defer func() { _ = log.Close() }()
	said, says, err := os.Pipe()
	if err != nil {
		return process.Identity{}, err
	}
	defer func() { _ = said.Close() }()
	cmd := exec.Command(init[0], append(init[1:len(init):len(init)], "--dir="+dir, "--cgroup="+cgroup)...)
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{says}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Setsid: true,
		Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWNS | syscall.CLONE_NEWNET |
			syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS,
	}
	err = cmd.Start()
	_ = says.Close()
	if err != nil {
		return process.Identity{}, fmt.Errorf("make namespaces: %w", err)
	}
	id, alive := process.Identify(cmd.Process.Pid)
	answer, err := io.ReadAll(io.LimitReader(said, 1<<16))
	if line := strings.TrimSpace(string(answer)); line != ready || err != nil || !alive {
		_ = cmd.Wait()
		return id, fmt.Errorf("make a machine: %s", orElse(line, "its first process ended: see "+log.Name()))
	}
	return id, nil
}

func openLog(dir string) (*os.File, error) {
	path := filepath.Join(dir, "logs", "machine.log")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// Stop ends the machine of a folder with everything in it. Where there is none, there is nothing to do.
func Stop(ctx context.Context, dir string) error {
	m, err := Load(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return m.end(ctx)
}

// endLimit is for the kernel, which has all the machine's processes to let go.
const endLimit = 30 * time.Second

// end kills the first process: with it the kernel ends every other one in its namespaces.
func (m Machine) end(ctx context.Context) error {
	if err := killAll(m.First); err != nil {
		return fmt.Errorf("end the machine's first process (pid %d): %w", m.First.PID, err)
	}
	return removeCgroups(ctx, m.Cgroup)
}

// killAll kills a first process and waits until nothing is left of it: that is after the last of its namespace has ended,
// while its state may say much earlier that it is no more (pid_namespaces(7), pidfd_open(2)).
func killAll(first process.Identity) error {
	fd, err := unix.PidfdOpen(first.PID, 0)
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	// Only now: the number cannot become another process's while the descriptor is open.
	if id, ok := process.Identify(first.PID); ok && id != first {
		return nil
	}
	if err := unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0); err != nil && !errors.Is(err, unix.ESRCH) {
		return err
	}
	for began := time.Now(); time.Since(began) < endLimit; {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(endLimit.Milliseconds()))
		if n > 0 {
			return nil
		}
		if err != nil && !errors.Is(err, unix.EINTR) {
			return err
		}
	}
	return fmt.Errorf("it has not ended within %s", endLimit)
}

// Command is a program to run in the machine. It is nsenter's (util-linux), which replaces itself or waits, and hands the
// terminal and the exit code through.
func (m Machine) Command(ctx context.Context, program string, args ...string) *exec.Cmd {
	target := fmt.Sprintf("--target=%d", m.First.PID)
	return exec.CommandContext(ctx, "nsenter", append([]string{
		target, "--mount", "--net", "--pid", "--ipc", "--uts", "--wd=.", "--", program,
	}, args...)...)
}

// Missing says what this machine lacks for another one in it, all in one sentence.
func Missing() error {
	if os.Geteuid() != 0 {
		return errors.New("a real node needs root: run it with sudo, or use simulated nodes (--nodes)")
	}
	var lacks []string
	for _, tool := range []string{"nsenter", "iptables", "conntrack", "ipset"} {
		if _, err := exec.LookPath(tool); err != nil {
			lacks = append(lacks, tool)
		}
	}
	if len(lacks) > 0 {
		return fmt.Errorf("a real node needs %s in PATH: on Debian and Ubuntu, apt-get install util-linux iptables conntrack ipset", strings.Join(lacks, ", "))
	}
	raw, err := os.ReadFile("/proc/filesystems")
	if err != nil {
		return err
	}
	if !strings.Contains(string(raw), "\toverlay\n") {
		return errors.New("a real node needs overlayfs, which this kernel lacks: modprobe overlay")
	}
	return nil
}
